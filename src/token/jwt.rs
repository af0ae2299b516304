//! Decoding of JWTs (RFC 7515, compact serialization), without verification.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::{Map, Value};

use super::error::TokenError;

const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The maximum length of a JWT in bytes. Browsers limit cookies to 4 KiB, and servers limit
/// headers.
const MAX_LENGTH: usize = 16 * 1024;

/// The parts of a token that state which class of token it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClassMarkers {
    category: Category,
    /// Whether `typ` is that of an OAuth access token (RFC 9068).
    is_oauth: bool,
    /// Whether the subject is a machine.
    is_m2m: bool,
}

/// The `cat` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Category {
    /// Older tokens have no category.
    Absent,
    Session,
    Template,
    M2m,
    /// Set by some instances on every class of token, so it carries no information.
    Unspecified,
    Other,
}

/// An expected class of token. A token of one class is never accepted as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenClass {
    /// A session token.
    Session,
    /// A session token, or a token created from a JWT template.
    SessionOrTemplate,
    /// A machine-to-machine token.
    M2m,
    /// An OAuth access token.
    OAuth,
}

impl TokenClass {
    /// Fails if the token states that it belongs to another class.
    pub(crate) fn check(self, class_markers: ClassMarkers) -> Result<(), TokenError> {
        use Category as C;
        let ClassMarkers { category, is_oauth, is_m2m } = class_markers;
        let is_session =
            matches!(category, C::Absent | C::Session | C::Unspecified) && !is_oauth && !is_m2m;
        let is_template = category == C::Template && !is_oauth && !is_m2m;
        match self {
            Self::Session if !is_session => Err(TokenError::TypeMismatch),
            Self::SessionOrTemplate if !is_session && !is_template => {
                Err(TokenError::WrongCategory)
            }
            Self::M2m if !is_m2m || !matches!(category, C::Absent | C::M2m) => {
                Err(TokenError::WrongCategory)
            }
            Self::OAuth if !is_oauth || is_m2m => Err(TokenError::WrongType),
            _ => Ok(()),
        }
    }
}

/// A decoded, unverified JWT.
pub(crate) struct Jwt<'a> {
    pub(crate) text: &'a str,
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
    pub(crate) signature: Vec<u8>,
}

impl<'a> Jwt<'a> {
    pub(crate) fn decode(text: &'a str) -> Result<Self, TokenError> {
        let Jws { header, payload, signature } = Jws::decode(text)?;
        Ok(Self { text, header, claims: parse_object(&payload)?, signature })
    }

    /// Returns the signed part: the encoded header and claims.
    pub(crate) fn message(&self) -> &'a str {
        self.text.rsplit_once('.').map_or("", |(message, _)| message)
    }

    pub(crate) fn kid(&self) -> Option<&str> {
        self.header.get("kid")?.as_str()
    }

    pub(crate) fn class_markers(&self) -> ClassMarkers {
        let category = match self.header.get("cat").map(Value::as_str) {
            None => Category::Absent,
            Some(Some("cl_B7d4PD111AAA")) => Category::Session,
            Some(Some("cl_B7d4PD222AAA")) => Category::Template,
            Some(Some("cl_B7d4PD333AAA")) => Category::M2m,
            Some(Some("cl_I7d4PD111III")) => Category::Unspecified,
            Some(_) => Category::Other,
        };
        let matches = |part: &Map<String, Value>, name, test: fn(&str) -> bool| {
            part.get(name).and_then(Value::as_str).is_some_and(test)
        };
        ClassMarkers {
            category,
            is_oauth: matches(&self.header, "typ", |typ| {
                matches!(typ, "at+jwt" | "application/at+jwt")
            }),
            is_m2m: matches(&self.claims, "sub", |sub| sub.starts_with("mch_")),
        }
    }

    /// Returns whether `typ` is absent or `JWT`.
    pub(crate) fn has_plain_type(&self) -> bool {
        self.header.get("typ").is_none_or(|typ| typ == "JWT")
    }
}

impl ClassMarkers {
    pub(crate) fn is_oauth(self) -> bool {
        self.is_oauth
    }

    pub(crate) fn is_m2m(self) -> bool {
        self.is_m2m
    }
}

/// A JWS in compact serialization (RFC 7515, section 7.1), decoded. Its payload may be anything.
pub(super) struct Jws {
    pub(super) header: Map<String, Value>,
    payload: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

impl Jws {
    pub(super) fn decode(text: &str) -> Result<Self, TokenError> {
        if text.len() > MAX_LENGTH {
            return Err(TokenError::Malformed);
        }
        let mut parts = text.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenError::Malformed);
        };
        let decode = |part: &str| BASE64URL.decode(part).map_err(|_| TokenError::Malformed);
        Ok(Self {
            header: parse_object(&decode(header)?)?,
            payload: decode(payload)?,
            signature: decode(signature)?,
        })
    }
}

fn parse_object(json: &[u8]) -> Result<Map<String, Value>, TokenError> {
    serde_json::from_slice(json).map_err(|_| TokenError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(text: &str) -> String {
        BASE64URL.encode(text).trim_end_matches('=').to_owned()
    }

    #[test]
    fn malformed_jwts_are_rejected() {
        let (object, text) = (encode(r#"{"kid":"a"}"#), encode("\"text\""));
        let jwt = format!("{object}.{object}.AAAA");
        let decoded = Jwt::decode(&jwt).expect("a JWT");
        assert_eq!(decoded.kid(), Some("a"));
        assert_eq!(decoded.message(), format!("{object}.{object}"));

        for text in [
            "".into(),
            "a.b.c".into(),
            format!("{object}.{object}"),
            format!("{jwt}.AAAA"),
            format!("{text}.{object}.AAAA"),
            format!("{object}.{text}.AAAA"),
            format!("{object}.{object}.A+/A"),
            format!(" {jwt}"),
            format!("{object}.{}.AAAA", encode(&"[".repeat(10_000))),
            format!("{jwt}{}", "A".repeat(16 * 1024)),
        ] {
            assert_eq!(Jwt::decode(&text).err(), Some(TokenError::Malformed), "{text:.60}");
        }
    }
}
