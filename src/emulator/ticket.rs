//! Tickets: what the links in invitations carry.

use serde_json::json;

use super::instance::Instance;

impl Instance {
    /// A ticket for what has that ID, signed with the current key.
    pub(super) fn ticket(
        &self,
        kind: &str,
        source_id: &str,
        expires_at_ms: i64,
        redirect_url: Option<&str>,
    ) -> String {
        let expires_at = expires_at_ms.div_euclid(1000);
        let claims = json!({
            "iss": self.url,
            "exp": expires_at,
            "eis": expires_at,
            "sid": source_id,
            "st": kind,
            "rurl": redirect_url,
        });
        let key = self.keys.current();
        key.sign(&json!({ "alg": "RS256", "kid": key.id, "typ": "JWT" }), &claims)
    }
}
