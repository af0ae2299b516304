use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::{
    authenticate::{MachineToken, Principal, VerifiedSession},
    config::TokenType,
    token::{SessionClaims, VerifiedToken},
};

fn claims(value: &Value) -> Principal {
    let token = VerifiedToken::with_claims(SessionClaims::from_json(value));
    VerifiedSession::from(Arc::new(token)).into()
}

fn member() -> Principal {
    claims(&json!({
        "sub": "user_1", "v": 2, "fva": [3, -1], "fea": "o:dashboard,uo:teams, u:export", "pla": "u:free,o:pro",
        "o": { "id": "org_1", "rol": "admin", "per": "read,manage", "fpm": "3,1" },
    }))
}

#[test]
fn roles_and_permissions_apply_to_the_active_organization() {
    let member = member();
    for met in [
        role("org:admin"),
        role("admin"),
        permission("org:dashboard:read"),
        permission("dashboard:manage"),
    ] {
        assert!(met.is_met_by(&member), "{met}");
    }
    for unmet in
        [role("org:member"), role(""), permission("org:teams:manage"), permission("dashboard")]
    {
        assert!(!unmet.is_met_by(&member), "{unmet}");
    }
    let nobody = claims(&json!({ "sub": "user_1", "v": 2 }));
    assert!(
        !role("admin").is_met_by(&nobody) && !permission("org:dashboard:read").is_met_by(&nobody)
    );
}

#[test]
fn features_and_plans_respect_their_scope() {
    let member = member();
    for met in
        ["o:dashboard", "organization:dashboard", "dashboard", "user:teams", "org:teams", "export"]
    {
        assert!(feature(met).is_met_by(&member), "{met}");
    }
    for unmet in ["user:dashboard", "org:export", "bogus:dashboard", "", "dash", "o:"] {
        assert!(!feature(unmet).is_met_by(&member), "{unmet}");
    }
    assert!(plan("free").is_met_by(&member) && plan("o:pro").is_met_by(&member));
    assert!(!plan("o:free").is_met_by(&member));
    let malformed = claims(&json!({ "sub": "user_1", "fea": "o:dashboard,teams" }));
    assert!(!feature("dashboard").is_met_by(&malformed));
}

#[test]
fn every_condition_must_hold() {
    let member = member();
    assert!(role("admin").and(plan("pro")).and(Reverification::STRICT).is_met_by(&member));
    assert!(!role("admin").and(plan("none")).is_met_by(&member));
}

#[test]
fn requirements_describe_their_conditions() {
    let requirement = role("org:admin")
        .and(permission("org:billing:read"))
        .and(feature("o:dashboard"))
        .and(plan("u:free"))
        .and(Reverification::STRICT_MFA);
    assert_eq!(
        requirement.to_string(),
        "role org:admin, permission org:billing:read, feature o:dashboard, plan u:free, \
         reverification of both factors within 10 minutes"
    );
    let [Condition::Role(role), .., Condition::Reverification(reverification)] =
        &requirement.conditions()[..]
    else {
        panic!("{:?}", requirement.conditions());
    };
    assert_eq!(role.as_str(), "org:admin");
    assert_eq!(reverification.level(), ReverificationLevel::MultiFactor);
    assert_eq!(reverification.after_minutes(), 10);
}

#[test]
fn reverification_is_checked_last() {
    let stale = claims(&json!({ "sub": "user_1", "fva": [600, -1] }));
    let requirement = Requirement::from(Reverification::STRICT).and(role("admin"));
    assert_eq!(requirement.unmet_by(&stale), Some(&role("admin")));
}

/// Checks every preset against every kind of `fva`.
#[test]
fn presets_require_recently_verified_factors() {
    use Reverification as R;
    let first_factor = R::new(ReverificationLevel::FirstFactor, 5);
    #[rustfmt::skip]
    let table = [
        //  fva                 STRICT_MFA STRICT MODERATE  LAX   first factor, 5 minutes
        (json!([0, 0]),        [true,     true,  true,     true,  true]),
        (json!([3, -1]),       [true,     true,  true,     true,  true]),
        (json!([9, -1]),       [true,     true,  true,     true,  false]),
        (json!([10, -1]),      [false,    false, true,     true,  false]),
        (json!([59, -1]),      [false,    false, true,     true,  false]),
        (json!([60, -1]),      [false,    false, false,    true,  false]),
        (json!([1439, -1]),    [false,    false, false,    true,  false]),
        (json!([1440, -1]),    [false,    false, false,    false, false]),
        (json!([3, 5]),        [true,     true,  true,     true,  true]),
        (json!([20, 5]),       [false,    true,  true,     true,  false]),
        (json!([5, 20]),       [false,    false, true,     true,  false]),
        (json!([1, 90]),       [false,    false, false,    true,  true]),
        (json!([2000, 2000]),  [false,    false, false,    false, false]),
        (json!([-1, 4]),       [false,    true,  true,     true,  false]),
        (json!([-1, -1]),      [false,    false, false,    false, false]),
        (json!([1]),           [false,    false, false,    false, false]),
        (json!([1, 2, 3]),     [false,    false, false,    false, false]),
        (json!(["3", 5]),      [false,    false, false,    false, false]),
        (json!([-2, 5]),       [false,    false, false,    false, false]),
        (json!([null, 5]),     [false,    false, false,    false, false]),
        (json!(null),          [false,    false, false,    false, false]),
        (json!("3,5"),         [false,    false, false,    false, false]),
    ];
    for (fva, expected) in table {
        let claims = claims(&json!({ "sub": "user_1", "fva": fva }));
        let found = [R::STRICT_MFA, R::STRICT, R::MODERATE, R::LAX, first_factor]
            .map(|asked| Requirement::from(asked).is_met_by(&claims));
        assert_eq!(found, expected, "fva {fva}");
    }
    let unasked = claims(&json!({ "sub": "user_1" }));
    assert!(!Requirement::from(R::LAX).is_met_by(&unasked), "no fva");
    let fresh = claims(&json!({ "sub": "user_1", "fva": [0, 0] }));
    assert!(
        !Requirement::from(R::new(ReverificationLevel::FirstFactor, 0)).is_met_by(&fresh),
        "zero minutes"
    );
}

fn machine_token(token_type: TokenType, subject: &str, scopes: &[&str]) -> Principal {
    let mut token = MachineToken::with_subject(token_type, subject);
    token.scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
    Principal::from_machine_token(&Arc::new(token)).expect("a machine token")
}

#[test]
fn scopes_are_those_of_keys_and_oauth_tokens() {
    for token_type in [TokenType::ApiKey, TokenType::OAuthToken] {
        let token = machine_token(token_type, "user_1", &["read", "write"]);
        assert!(scope("read").is_met_by(&token) && scope("write").is_met_by(&token));
        assert!(!scope("delete").is_met_by(&token) && not(scope("delete")).is_met_by(&token));
    }
    assert!(!scope("read").is_met_by(&member()) && !not(scope("read")).is_met_by(&member()));
}

#[test]
fn machine_is_the_sender_and_not_the_receiver() {
    let token = machine_token(TokenType::M2mToken, "mch_1", &["mch_2"]);
    assert!(machine("mch_1").is_met_by(&token) && !machine("mch_2").is_met_by(&token));
    let key = machine_token(TokenType::ApiKey, "mch_1", &["mch_1"]);
    for other in [key, member()] {
        assert!(!machine("mch_1").is_met_by(&other) && !not(machine("mch_1")).is_met_by(&other));
    }
}

#[test]
fn combinations_follow_boolean_logic() {
    let member = member();
    let [yes, no] = [|| role("admin"), || role("guest")];
    for (requirement, met) in [
        (yes().and(yes()), true),
        (yes().and(no()), false),
        (yes().or(no()), true),
        (no().or(yes()), true),
        (no().or(no()), false),
        (all([yes(), yes()]), true),
        (all([yes(), no()]), false),
        (any([no(), yes()]), true),
        (any([no(), no()]), false),
        (not(yes()), false),
        (not(no()), true),
        (not(not(yes())), true),
        (not(yes().and(no())), true),
        (not(yes().or(no())), false),
        (not(no().or(no())), true),
        (any([no().and(yes()), yes().and(yes())]), true),
        (all([no().or(yes()), not(no())]), true),
    ] {
        assert_eq!(requirement.is_met_by(&member), met, "{requirement}");
    }
}

#[test]
fn missing_data_denies_also_under_not() {
    let nobody = claims(&json!({ "sub": "user_1", "v": 2 }));
    let malformed = claims(&json!({
        "sub": "user_1", "v": 2, "fea": "dashboard", "pla": "", "fva": "3", "o": { "id": "org_1" },
    }));
    for missing in [
        || role("admin"),
        || feature("dashboard"),
        || plan("pro"),
        || Reverification::LAX.into(),
        || scope("read"),
        || machine("mch_1"),
        || when(|caller| caller.claims()?.get("beta")?.as_bool()),
    ] {
        for caller in [&nobody, &malformed] {
            assert!(!missing().is_met_by(caller), "{}", missing());
            assert!(!not(missing()).is_met_by(caller), "not {}", missing());
            let unmet = || when(|_| false);
            assert!(!not(missing().and(unmet())).is_met_by(caller), "not ({}, …)", missing());
            assert!(!not(missing().or(unmet())).is_met_by(caller), "not ({} or …)", missing());
        }
    }
    assert!(!not(permission("a:b")).is_met_by(&nobody));
    let unknown_scope = claims(&json!({ "sub": "user_1", "fea": "x:dashboard,o:teams" }));
    assert!(!not(feature("dashboard")).is_met_by(&unknown_scope));
    assert!(
        feature("teams").is_met_by(&unknown_scope) && not(feature("a")).is_met_by(&unknown_scope)
    );
    let malformed = claims(&json!({ "sub": "user_1", "v": 2, "o": { "id": 1 } }));
    assert!(!not(active_organization()).is_met_by(&malformed));
    assert!(!not(feature("bogus:dashboard")).is_met_by(&member()), "an unknown scope");
    let not_enrolled = claims(&json!({ "sub": "user_1", "fva": [-1, -1] }));
    assert!(!not(Reverification::LAX).is_met_by(&not_enrolled));
}

#[test]
fn present_data_decides_under_not() {
    let member = member();
    for unmet in
        [role("guest"), permission("teams:manage"), feature("other"), plan("u:pro"), plan("none")]
    {
        assert!(not(unmet.clone()).is_met_by(&member), "not {unmet}");
    }
    let personal = claims(&json!({ "sub": "user_1", "v": 2 }));
    assert!(active_organization().is_met_by(&member));
    assert!(!not(active_organization()).is_met_by(&member));
    assert!(not(active_organization()).is_met_by(&personal));
    assert!(!active_organization().is_met_by(&personal));
    let stale = claims(&json!({ "sub": "user_1", "fva": [600, -1] }));
    assert!(not(Reverification::STRICT).is_met_by(&stale));
}

#[test]
fn functions_decide_about_any_principal() {
    let gold = || when(|caller| caller.subject() == "user_1");
    let key = machine_token(TokenType::ApiKey, "user_1", &[]);
    for caller in [&member(), &key] {
        assert!(gold().is_met_by(caller) && !not(gold()).is_met_by(caller));
        assert!(!when(|_| None).is_met_by(caller) && when(|_| Some(true)).is_met_by(caller));
    }
    let one = gold();
    assert!(one == one.clone() && one != gold(), "functions are compared by identity");
}

#[test]
fn unmet_part_is_the_one_that_the_caller_can_satisfy() {
    let member = member();
    let key = machine_token(TokenType::ApiKey, "user_1", &[]);
    let export = permission("data:export").or(scope("export"));
    assert_eq!(export.unmet_by(&member), Some(&permission("data:export")));
    assert_eq!(export.unmet_by(&key), Some(&scope("export")));
    let either = role("guest").or(role("owner"));
    assert_eq!(either.unmet_by(&member), Some(&either));
    assert_eq!(not(role("admin")).unmet_by(&member), Some(&not(role("admin"))));
    let stale = claims(&json!({ "sub": "user_1", "v": 2, "fva": [600, -1],
        "o": { "id": "org_1", "rol": "admin" } }));
    let strict = Requirement::from(Reverification::STRICT);
    let either = role("guest").or(role("admin").and(Reverification::STRICT));
    assert_eq!(either.unmet_by(&stale), Some(&strict), "all that is missing");
    let either = role("guest").or(role("owner").and(Reverification::STRICT));
    assert_eq!(either.unmet_by(&stale), Some(&either));
    assert_eq!(
        either.unmet_by(&member).map(ToString::to_string).as_deref(),
        Some("role guest or (role owner, reverification of the second factor within 10 minutes)")
    );
    assert_eq!(export.and(role("admin")).unmet_by(&member), Some(&permission("data:export")));
}

#[test]
fn requirements_apply_to_types_of_token() {
    let types = |requirement: &Requirement| {
        TokenType::ALL.map(|token_type| requirement.applies_to(token_type))
    };
    for (requirement, expected) in [
        (role("admin"), [true, false, false, false]),
        (active_organization(), [true, false, false, false]),
        (scope("read"), [false, true, true, true]),
        (machine("mch_1"), [false, false, true, false]),
        (when(|_| true), [true, true, true, true]),
        (role("admin").or(scope("read")), [true, true, true, true]),
        (role("admin").and(scope("read")), [false, false, false, false]),
        (not(role("admin")), [true, false, false, false]),
        (scope("read").and(when(|_| true)), [false, true, true, true]),
    ] {
        assert_eq!(types(&requirement), expected, "{requirement}");
    }
}

#[test]
fn combinations_describe_their_parts() {
    for (requirement, text) in [
        (role("a").or(role("b")), "role a or role b"),
        (role("a").or(role("b")).or(role("c")), "role a or role b or role c"),
        (role("a").or(role("b").and(role("c"))), "role a or (role b, role c)"),
        (role("a").and(role("b").or(role("c"))), "role a, (role b or role c)"),
        (all([role("a")]), "role a"),
        (not(role("a")), "not role a"),
        (not(any([role("a"), role("b")])), "not (role a or role b)"),
        (machine("mch_1").or(when(|_| true)), "machine mch_1 or approval of the application"),
    ] {
        assert_eq!(requirement.to_string(), text);
    }
}

#[test]
#[should_panic(expected = "guard::any without requirements")]
fn any_without_requirements_panics() {
    let _ = any([] as [Requirement; 0]);
}

#[test]
#[should_panic(expected = "guard::all without requirements")]
fn all_without_requirements_panics() {
    let _ = all([] as [Requirement; 0]);
}

#[test]
fn names_convert_from_text_and_enums() {
    enum May {
        Read,
    }
    impl From<May> for Permission {
        fn from(_: May) -> Self {
            Self::new("org:dashboard:read")
        }
    }
    let member = member();
    for requirement in [
        permission(May::Read),
        permission("dashboard:read"),
        permission("org:dashboard:read".to_owned()),
        permission(Permission::new("org:dashboard:read")),
        role("org:admin".to_owned()),
        role(Role::new("admin")),
    ] {
        assert!(requirement.is_met_by(&member), "{requirement}");
    }
    assert_eq!(Role::new("org:admin").to_string(), "org:admin");
    assert_eq!(Permission::from("a:b").as_str(), "a:b");
}
