//! What the tokens of a session say.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    error::Result,
    id::random_id,
    shortcodes::fill,
    store::{Membership, Session, SessionStatus, Store, is_system, split_permission},
};

/// The token classes, as a JOSE header's `cat` names them.
pub(super) const SESSION_TOKEN: &str = "cl_B7d4PD111AAA";
pub(super) const TEMPLATE_TOKEN: &str = "cl_B7d4PD222AAA";

/// How much before its issue a session token counts as valid.
const NOT_BEFORE_LEEWAY: Duration = Duration::from_secs(10);

/// The claims of a session token, version 2.
pub(super) fn session_claims(
    store: &Store,
    session: &Session,
    issuer: &str,
    lifetime: Option<Duration>,
    app_origin: Option<&str>,
) -> Value {
    let now = store.now();
    let lifetime = lifetime.unwrap_or(session.token_lifetime);
    let mut claims = registered_claims(session, now, issuer, lifetime, NOT_BEFORE_LEEWAY);
    claims["v"] = json!(2);
    claims["sid"] = json!(session.id);
    claims["sts"] =
        json!(if session.status == SessionStatus::Pending { "pending" } else { "active" });
    claims["fva"] = json!(session.verified_at.map(|at| at.map_or(-1, |at| (now - at) / 60_000)));
    if let Some(origin) = app_origin {
        claims["azp"] = json!(origin);
    }
    if let Some(actor) = &session.actor {
        claims["act"] = actor.clone();
    }
    let mut features = session.features.clone();
    if let Some((membership, slug)) = active_organization(store, session) {
        let permissions = custom_permissions(store, membership);
        list_permitted_features(&mut features, &permissions);
        claims["o"] = organization_claim(&features, membership, &permissions, slug);
    }
    if !features.is_empty() {
        claims["fea"] = json!(features.join(","));
    }
    if !session.plans.is_empty() {
        claims["pla"] = json!(session.plans.join(","));
    }
    for (name, value) in &session.claims {
        claims[name] = value.clone();
    }
    claims
}

/// The claims of a token from a JWT template: the registered ones and the template's.
pub(super) fn template_claims(
    store: &Store,
    session: &Session,
    template: &Value,
    issuer: &str,
    lifetime: Option<Duration>,
) -> Result<Value> {
    let seconds = |name: &str| Duration::from_secs(template[name].as_u64().unwrap_or_default());
    let (lifetime, leeway) =
        (lifetime.unwrap_or(seconds("lifetime")), seconds("allowed_clock_skew"));
    let mut claims = registered_claims(session, store.now(), issuer, lifetime, leeway);
    if let Value::Object(filled) = fill(&template["claims"], &shortcodes(store, session)?) {
        for (name, value) in filled {
            claims[&name] = value;
        }
    }
    Ok(claims)
}

/// The claims of RFC 7519, which every token of a session has.
fn registered_claims(
    session: &Session,
    now: i64,
    issuer: &str,
    lifetime: Duration,
    leeway: Duration,
) -> Value {
    let now = now.div_euclid(1000);
    let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    json!({
        "iss": issuer,
        "sub": session.user_id,
        "jti": random_id(20),
        "iat": now,
        "nbf": now.saturating_sub(seconds(leeway)),
        "exp": now.saturating_add(seconds(lifetime)),
    })
}

/// The session's organization, if its user is still a member.
fn active_organization<'a>(
    store: &'a Store,
    session: &Session,
) -> Option<(&'a Membership, &'a Value)> {
    let id = session.organization_id.as_deref()?;
    let membership = store.membership(id, &session.user_id)?;
    Some((membership, &store.organization(id).ok()?["slug"]))
}

/// The features and names of a member's permissions, without Clerk's own.
fn custom_permissions<'a>(store: &'a Store, membership: &Membership) -> Vec<(&'a str, &'a str)> {
    let keys = store.member_permissions(membership).into_iter().filter(|key| !is_system(key));
    keys.filter_map(split_permission).collect()
}

/// Permissions belong to features: those that the membership's name have to be among the organization's.
fn list_permitted_features(features: &mut Vec<String>, permissions: &[(&str, &str)]) {
    for (feature, _) in permissions {
        if !organization_features(features).any(|listed| listed == *feature) {
            features.push(format!("o:{feature}"));
        }
    }
}

/// The `o` claim. `per` lists the permissions' names; `fpm` has for each of the organization's features,
/// in the order of `fea`, the bits of those names that are granted on it.
fn organization_claim(
    features: &[String],
    membership: &Membership,
    permissions: &[(&str, &str)],
    slug: &Value,
) -> Value {
    let mut names: Vec<&str> = Vec::new();
    for (_, name) in permissions {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let mut claim = json!({
        "id": membership.organization_id,
        "slg": slug,
        "rol": membership.role.strip_prefix("org:").unwrap_or(&membership.role),
    });
    if !names.is_empty() {
        let granted = |feature, name| permissions.contains(&(feature, name));
        let masks = organization_features(features)
            .map(|feature| decimal(names.iter().map(|name| granted(feature, name))));
        claim["fpm"] = json!(masks.collect::<Vec<_>>().join(","));
        claim["per"] = json!(names.join(","));
    }
    claim
}

/// The names of those features that the organization has, alone or together with the user.
fn organization_features(features: &[String]) -> impl Iterator<Item = &str> {
    features.iter().filter_map(|feature| match feature.split_once(':')? {
        ("o" | "ou" | "uo", name) => Some(name),
        _ => None,
    })
}

/// A number of any length from its bits, the lowest first.
fn decimal(bits: impl DoubleEndedIterator<Item = bool>) -> String {
    let mut digits = vec![0];
    for bit in bits.rev() {
        let mut carry = u8::from(bit);
        for digit in &mut digits {
            let doubled = *digit * 2 + carry;
            *digit = doubled % 10;
            carry = doubled / 10;
        }
        if carry > 0 {
            digits.push(carry);
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

/// What a template's `{{user.…}}`, `{{org.…}}` and `{{session.…}}` stand for.
fn shortcodes(store: &Store, session: &Session) -> Result<Value> {
    let mut user = store.user(&session.user_id)?.clone();
    for (name, list, primary) in [
        ("email_address", "email_addresses", "primary_email_address_id"),
        ("phone_number", "phone_numbers", "primary_phone_number_id"),
    ] {
        let all = user[list].as_array().into_iter().flatten();
        let primary =
            all.filter(|one| one["id"] == user[primary]).map(|one| one[name].clone()).next();
        user[format!("primary_{name}")] = primary.unwrap_or_default();
    }
    let names =
        ["first_name", "last_name"].map(|name| user[name].as_str().unwrap_or_default().to_owned());
    let full_name = names.join(" ").trim().to_owned();
    user["full_name"] = json!(Some(full_name).filter(|name| !name.is_empty()));
    for name in ["created_at", "updated_at"] {
        user[name] = json!(user[name].as_i64().map(|at| at.div_euclid(1000)));
    }
    user["email_verified"] = json!(!user["primary_email_address_id"].is_null());
    user["phone_number_verified"] = json!(!user["primary_phone_number_id"].is_null());
    let mut organization = Value::Null;
    if let Some((membership, _)) = active_organization(store, session) {
        organization = store.organization(&membership.organization_id)?.clone();
        organization["role"] = json!(membership.role);
    }
    Ok(json!({ "user": user, "org": organization, "session": session.document(store.now()) }))
}
