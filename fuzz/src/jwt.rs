//! The verification of a token.

use axum_clerk::{Principal, Requirement, Reverification, TokenError, guard};

use super::{
    MALFORMED,
    rules::{self, Class},
    world::World,
};

pub(super) fn run(input: &[u8]) -> &'static str {
    let world = World::get();
    let (text, signed) = world.instance.expand(input);
    let Ok(token) = std::str::from_utf8(&text) else { return MALFORMED };
    let mut outcome = "invalid";
    // Without restrictions, with authorized parties, and with audiences.
    for app in [b'a', b'd', b'e'] {
        let verify = || world.block_on(world.app(app).verify_token(token));
        let (result, repeated) = (verify(), verify());
        let error = result.as_ref().err();
        assert_eq!(repeated.as_ref().err(), error, "the cache does not change the result");
        let (Ok(session), Ok(repeated)) = (&result, &repeated) else {
            outcome = error.map_or(outcome, TokenError::reason);
            continue;
        };
        let claims = session.claims();
        assert_eq!(repeated.claims(), claims, "the cache does not change the claims");

        let signed_claims = rules::check_accepted(&signed, token, Class::SessionOrTemplate);
        for (name, value) in &signed_claims {
            assert_eq!(claims.get(name), Some(value));
        }
        if app == b'd' {
            let party = signed_claims["azp"].as_str();
            assert!(matches!(party, Some("http://localhost:3000" | "https://example.com")));
        }
        let requirements: [Requirement; 5] = [
            guard::role("admin"),
            guard::permission("org:dashboard:read"),
            guard::feature("dashboard"),
            guard::plan("u:free"),
            Reverification::STRICT_MFA.into(),
        ];
        let caller = Principal::from(session.clone());
        let met = requirements.map(|requirement| {
            let is_met = caller.has(requirement.clone());
            assert!(!is_met || !caller.has(guard::not(requirement)), "not both");
            is_met
        });
        let organization = claims.organization();
        assert!(organization.is_some() || !(met[0] || met[1]), "no role without an organization");
        assert!(claims.factor_ages().is_some() || !met[4], "no reverification without its ages");
    }
    outcome
}
