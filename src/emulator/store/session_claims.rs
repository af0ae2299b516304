//! The claims of session tokens and of tokens from JWT templates.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    entitlements::Entitlements,
    records::{Membership, Session, SessionStatus, is_system, split_permission},
    state::Store,
};
use crate::emulator::{
    http::Result,
    tokens::{add_permitted_features, fill_shortcodes, organization_claim, random_id},
};

/// The time by which `nbf` precedes `iat`.
const NOT_BEFORE_LEEWAY: Duration = Duration::from_secs(10);

/// Returns the claims of a session token of version 2.
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
    claims["fva"] = json!(session.factor_ages(now));
    if let Some(origin) = app_origin {
        claims["azp"] = json!(origin);
    }
    if let Some(actor) = &session.actor {
        claims["act"] = actor.clone();
    }
    let active_organization = active_organization(store, session);
    let organization_id =
        active_organization.map(|(membership, _)| membership.organization_id.as_str());
    let Entitlements { plans, mut features } = store.entitlements(session, organization_id);
    if let Some((membership, slug)) = active_organization {
        let permissions = custom_permissions(store, membership);
        add_permitted_features(&mut features, &permissions);
        claims["o"] = organization_claim(
            &membership.organization_id,
            slug,
            &membership.role,
            &permissions,
            &features,
        );
    }
    if !features.is_empty() {
        claims["fea"] = json!(features.join(","));
    }
    if !plans.is_empty() {
        claims["pla"] = json!(plans.join(","));
    }
    for (name, value) in &session.claims {
        claims[name] = value.clone();
    }
    claims
}

/// Returns the claims of a token from a JWT template: the registered claims and those of the
/// template.
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
    if let Value::Object(filled) =
        fill_shortcodes(&template["claims"], &shortcode_values(store, session)?)
    {
        for (name, value) in filled {
            claims[&name] = value;
        }
    }
    Ok(claims)
}

/// Returns the registered claims (RFC 7519), which all tokens of a session have.
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

/// Returns the active organization of a session, if its user is still a member.
fn active_organization<'a>(
    store: &'a Store,
    session: &Session,
) -> Option<(&'a Membership, &'a Value)> {
    let id = session.organization_id.as_deref()?;
    let membership = store.membership(id, &session.user_id)?;
    Some((membership, &store.organization(id).ok()?["slug"]))
}

/// Returns the features and names of a member's custom permissions. System permissions are not
/// included in tokens.
fn custom_permissions<'a>(store: &'a Store, membership: &Membership) -> Vec<(&'a str, &'a str)> {
    let keys = store.member_permissions(membership).into_iter().filter(|key| !is_system(key));
    keys.filter_map(split_permission).collect()
}

/// Returns the values of the shortcodes `{{user.…}}`, `{{org.…}}` and `{{session.…}}`.
fn shortcode_values(store: &Store, session: &Session) -> Result<Value> {
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
