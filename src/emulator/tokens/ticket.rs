//! Tickets: JWTs in links, each good for what its source allows: an invitation, or a token for one sign-in.

use serde_json::{Value, json};

use super::{
    error::{ClerkError, Result},
    instance::Instance,
};

/// What a ticket says.
pub(super) struct Ticket {
    /// What its source is: `invitation`, `organization_invitation`, `sign_in_token` or `actor_token`.
    pub(super) kind: String,
    pub(super) source_id: String,
    pub(super) redirect_url: Option<String>,
    pub(super) is_expired: bool,
}

impl Instance {
    /// A ticket of a source, which is good until a time in milliseconds since the epoch.
    pub(super) fn ticket(
        &self,
        kind: &str,
        source_id: &str,
        expires_at_ms: i64,
        redirect_url: Option<&str>,
    ) -> String {
        let mut claims = json!({
            "iss": self.url,
            "st": kind,
            "sid": source_id,
            "exp": expires_at_ms.div_euclid(1000),
        });
        if let Some(url) = redirect_url {
            claims["rurl"] = json!(url);
        }
        self.sign_as("JWT", None, &claims)
    }

    /// The link that carries a ticket.
    pub(super) fn ticket_url(&self, ticket: &str) -> String {
        format!("{}/v1/tickets/accept?ticket={ticket}", self.url)
    }

    /// A ticket of this instance's, expired or not.
    pub(super) fn read_ticket(&self, ticket: &str) -> Result<Ticket> {
        let invalid = ClerkError::ticket_invalid;
        // Other tokens have a category or another type, and some of them have claims of a stranger's choice.
        let header = jsonwebtoken::decode_header(ticket).map_err(|_| invalid())?;
        if header.typ.as_deref() != Some("JWT")
            || !matches!(header.extras.get::<Value>("cat"), Ok(None))
        {
            return Err(invalid());
        }
        let claims = self.keys.read_token(ticket).ok_or_else(invalid)?;
        let text = |name: &str| claims[name].as_str().map(str::to_owned);
        let expires_at = claims["exp"].as_i64().ok_or_else(invalid)?;
        Ok(Ticket {
            kind: text("st").ok_or_else(invalid)?,
            source_id: text("sid").ok_or_else(invalid)?,
            redirect_url: text("rurl"),
            is_expired: expires_at <= self.clock.unix_millis().div_euclid(1000),
        })
    }
}
