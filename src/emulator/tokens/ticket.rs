//! Tickets: JWTs in the links of invitations, sign-in tokens, actor tokens and agent tasks.

use serde_json::json;

use super::instance_keys::InstanceKeys;

/// The contents of a ticket.
#[derive(Clone)]
pub(in crate::emulator) struct Ticket {
    /// The type of the source: `invitation`, `organization_invitation`, `sign_in_token`,
    /// `actor_token` or `agent_task`.
    pub(in crate::emulator) kind: String,
    pub(in crate::emulator) source_id: String,
    pub(in crate::emulator) redirect_url: Option<String>,
    pub(in crate::emulator) is_expired: bool,
}

impl Ticket {
    /// Issues a ticket for a source. The expiration time is in milliseconds since the epoch.
    pub(in crate::emulator) fn issue(
        keys: &InstanceKeys,
        issuer: &str,
        kind: &str,
        source_id: &str,
        expires_at_ms: i64,
        redirect_url: Option<&str>,
    ) -> String {
        let mut claims = json!({
            "iss": issuer,
            "st": kind,
            "sid": source_id,
            "exp": expires_at_ms.div_euclid(1000),
        });
        if let Some(url) = redirect_url {
            claims["rurl"] = json!(url);
        }
        keys.sign("JWT", None, &claims)
    }

    /// Verifies and parses a ticket, without rejecting expired ones. The time is in milliseconds
    /// since the epoch.
    pub(in crate::emulator) fn read(keys: &InstanceKeys, token: &str, now_ms: i64) -> Option<Self> {
        let jwt = keys.verify(token)?;
        // Other tokens have a category or a different type. Some of them have custom claims, which
        // could imitate those of a ticket.
        if jwt.header["typ"] != "JWT" || jwt.header.get("cat").is_some() {
            return None;
        }
        let text = |name: &str| jwt.claims[name].as_str().map(str::to_owned);
        Some(Self {
            kind: text("st")?,
            source_id: text("sid")?,
            redirect_url: text("rurl"),
            is_expired: jwt.claims["exp"].as_i64()? <= now_ms.div_euclid(1000),
        })
    }
}
