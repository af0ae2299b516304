//! The claims of a JWT, with the ones that authentication depends on at hand.

use std::{borrow::Cow, fmt, sync::OnceLock};

use serde_json::{Map, Value};

use super::json::{Scalar, visit_members};

/// The claims of a JWT, not necessarily verified.
///
/// They are kept as JSON, in which the claims that authentication depends on are indexed. The rest
/// is only parsed when it is used, so a cached token needs little memory.
#[derive(Clone, Default)]
pub(crate) struct Payload {
    json: Box<str>,
    subject: TextClaim,
    session_id: TextClaim,
    status: TextClaim,
    issuer: TextClaim,
    authorized_party: TextClaim,
    features: TextClaim,
    plans: TextClaim,
    pub(crate) expires: NumberClaim,
    pub(crate) not_before: NumberClaim,
    pub(crate) issued: NumberClaim,
    has_actor: bool,
    all: OnceLock<Box<Map<String, Value>>>,
}

/// A claim that should be a string.
#[derive(Clone, Copy, Default)]
enum TextClaim {
    /// The claim is missing or is not a string.
    #[default]
    None,
    /// The string is this part of the JSON. Longer JWTs than 64 KiB are not decoded.
    Part { start: u16, end: u16 },
    /// The string has to be unescaped.
    Escaped,
}

/// A claim that should be a number.
#[derive(Clone, Copy, Default)]
pub(crate) enum NumberClaim {
    #[default]
    Missing,
    Number(f64),
    NotANumber,
}

impl NumberClaim {
    pub(crate) fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Missing | Self::NotANumber => None,
        }
    }
}

impl Payload {
    /// Parses the claims, or returns `None` if the JSON is not an object.
    pub(crate) fn parse(json: String) -> Option<Self> {
        let mut payload = Self::default();
        visit_members(&json, |name, value| match name {
            "sub" => payload.subject = TextClaim::new(&json, &value),
            "sid" => payload.session_id = TextClaim::new(&json, &value),
            "sts" => payload.status = TextClaim::new(&json, &value),
            "iss" => payload.issuer = TextClaim::new(&json, &value),
            "azp" => payload.authorized_party = TextClaim::new(&json, &value),
            "fea" => payload.features = TextClaim::new(&json, &value),
            "pla" => payload.plans = TextClaim::new(&json, &value),
            "exp" => payload.expires = NumberClaim::new(&value),
            "nbf" => payload.not_before = NumberClaim::new(&value),
            "iat" => payload.issued = NumberClaim::new(&value),
            "act" => payload.has_actor = true,
            _ => {}
        })
        .ok()?;
        payload.json = json.into_boxed_str();
        Some(payload)
    }

    pub(crate) fn json(&self) -> &str {
        &self.json
    }

    pub(crate) fn subject(&self) -> Option<&str> {
        self.text("sub", self.subject)
    }

    pub(crate) fn session_id(&self) -> Option<&str> {
        self.text("sid", self.session_id)
    }

    pub(crate) fn status(&self) -> Option<&str> {
        self.text("sts", self.status)
    }

    pub(crate) fn issuer(&self) -> Option<&str> {
        self.text("iss", self.issuer)
    }

    pub(crate) fn authorized_party(&self) -> Option<&str> {
        self.text("azp", self.authorized_party)
    }

    pub(crate) fn features(&self) -> Option<&str> {
        self.text("fea", self.features)
    }

    pub(crate) fn plans(&self) -> Option<&str> {
        self.text("pla", self.plans)
    }

    pub(crate) fn actor(&self) -> Option<&Value> {
        self.has_actor.then(|| self.get("act")).flatten()
    }

    /// Returns a claim by name, and parses all of them at first use.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.all().get(name)
    }

    /// Returns all claims, and keeps them.
    pub(crate) fn all(&self) -> &Map<String, Value> {
        self.all.get_or_init(|| Box::new(self.parse_all()))
    }

    /// Passes all claims to a function, without keeping them if they were not parsed before.
    pub(crate) fn with_all<T>(&self, read: impl FnOnce(&Map<String, Value>) -> T) -> T {
        match self.all.get() {
            Some(all) => read(all),
            None => read(&self.parse_all()),
        }
    }

    fn parse_all(&self) -> Map<String, Value> {
        serde_json::from_str(&self.json).expect("JSON that was parsed before")
    }

    fn text(&self, name: &str, claim: TextClaim) -> Option<&str> {
        match claim {
            TextClaim::None => None,
            TextClaim::Part { start, end } => self.json.get(start.into()..end.into()),
            TextClaim::Escaped => self.get(name)?.as_str(),
        }
    }
}

impl TextClaim {
    fn new(json: &str, value: &Scalar<'_>) -> Self {
        match value {
            Scalar::Text(Cow::Borrowed(text)) => {
                let start = text.as_ptr().addr() - json.as_ptr().addr();
                match (start.try_into(), (start + text.len()).try_into()) {
                    (Ok(start), Ok(end)) => Self::Part { start, end },
                    _ => Self::Escaped,
                }
            }
            Scalar::Text(Cow::Owned(_)) => Self::Escaped,
            Scalar::Number(_) | Scalar::Other => Self::None,
        }
    }
}

impl NumberClaim {
    fn new(value: &Scalar<'_>) -> Self {
        match value {
            Scalar::Number(number) => Self::Number(*number),
            Scalar::Text(_) | Scalar::Other => Self::NotANumber,
        }
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_all(|all| all.fmt(f))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn indexed_claims_equal_the_parsed_ones() {
        for json in [
            json!({ "sub": "user_1", "sid": "", "iss": "é\"\\", "exp": 1.5, "iat": -1, "act": 1 }),
            json!({ "sub": 1, "sid": null, "exp": "1", "nbf": u64::MAX, "act": null }),
            json!({}),
        ] {
            for text in [json.to_string(), json.to_string().replace("user", "\\u0075ser")] {
                let payload = Payload::parse(text).expect("an object");
                let texts = [payload.subject(), payload.session_id(), payload.issuer()];
                assert_eq!(texts, ["sub", "sid", "iss"].map(|name| json[name].as_str()));
                let numbers = [payload.expires, payload.not_before, payload.issued];
                let numbers = numbers.map(NumberClaim::number);
                assert_eq!(numbers, ["exp", "nbf", "iat"].map(|name| json[name].as_f64()));
                assert_eq!(payload.actor(), json.get("act"));
                assert_eq!(payload.with_all(|all| json!(all)), json);
                assert_eq!(json!(payload.all()), json);
            }
        }
    }

    #[test]
    fn strings_beyond_64_kib_are_found() {
        let padding = "x".repeat(70_000);
        let json = json!({ "a": padding, "sub": "user_1" }).to_string();
        assert_eq!(Payload::parse(json).expect("an object").subject(), Some("user_1"));
    }
}
