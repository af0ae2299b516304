//! Decoding of JWTs (RFC 7515, compact serialization), without verification.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use jsonwebtoken::Algorithm;

use super::{
    error::TokenError,
    json::{Scalar, visit_members},
    payload::Payload,
};

const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The maximum length of a JWT in bytes. Browsers limit cookies to 4 KiB, and servers limit
/// headers.
const MAX_LENGTH: usize = 16 * 1024;

/// The parts of a token that state which class of token it is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ClassMarkers {
    category: Category,
    /// Whether `typ` is that of an OAuth access token.
    is_oauth: bool,
    /// Whether the subject is a machine.
    is_m2m: bool,
}

/// The `cat` header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Category {
    /// Older tokens have no category.
    #[default]
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
    pub(super) header: Header,
    pub(crate) payload: Payload,
    pub(crate) signature: Vec<u8>,
}

impl<'a> Jwt<'a> {
    pub(crate) fn decode(text: &'a [u8]) -> Result<Self, TokenError> {
        let Jws { text, header, payload, signature } = Jws::decode(text)?;
        let payload = String::from_utf8(payload).ok().and_then(Payload::parse);
        let payload = payload.ok_or(TokenError::Malformed)?;
        Ok(Self { text, header, payload, signature })
    }

    /// Returns the signed part: the encoded header and claims.
    pub(crate) fn message(&self) -> &'a str {
        self.text.rsplit_once('.').map_or("", |(message, _)| message)
    }

    pub(crate) fn class_markers(&self) -> ClassMarkers {
        ClassMarkers {
            category: self.header.category,
            is_oauth: self.header.token_type == HeaderType::OAuth,
            is_m2m: self.payload.subject().is_some_and(|subject| subject.starts_with("mch_")),
        }
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

/// The header of a JWT.
#[derive(Default)]
pub(super) struct Header {
    /// `None` if the algorithm is missing or not supported.
    pub(super) algorithm: Option<Algorithm>,
    pub(super) kid: Option<Box<str>>,
    pub(super) token_type: HeaderType,
    category: Category,
    /// Whether there is a `crit` header.
    pub(super) has_extensions: bool,
}

/// The `typ` header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum HeaderType {
    #[default]
    Absent,
    Jwt,
    /// The type of an OAuth access token (RFC 9068).
    OAuth,
    Other,
}

impl Header {
    fn parse(json: &str) -> serde_json::Result<Self> {
        let mut header = Self::default();
        visit_members(json, |name, value| {
            let text = match &value {
                Scalar::Text(text) => Some(&**text),
                Scalar::Number(_) | Scalar::Other => None,
            };
            match name {
                "alg" => {
                    header.algorithm = match text {
                        Some("RS256") => Some(Algorithm::RS256),
                        Some("RS384") => Some(Algorithm::RS384),
                        Some("RS512") => Some(Algorithm::RS512),
                        _ => None,
                    }
                }
                "kid" => header.kid = text.map(Box::from),
                "typ" => {
                    header.token_type = match text {
                        Some("JWT") => HeaderType::Jwt,
                        Some("at+jwt" | "application/at+jwt") => HeaderType::OAuth,
                        _ => HeaderType::Other,
                    }
                }
                "cat" => {
                    header.category = match text {
                        Some("cl_B7d4PD111AAA") => Category::Session,
                        Some("cl_B7d4PD222AAA") => Category::Template,
                        Some("cl_B7d4PD333AAA") => Category::M2m,
                        Some("cl_I7d4PD111III") => Category::Unspecified,
                        _ => Category::Other,
                    }
                }
                "crit" => header.has_extensions = true,
                _ => {}
            }
        })?;
        Ok(header)
    }
}

/// A JWS in compact serialization (RFC 7515, section 7.1), decoded. Its payload may be any bytes.
pub(super) struct Jws<'a> {
    pub(super) text: &'a str,
    pub(super) header: Header,
    payload: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

impl<'a> Jws<'a> {
    pub(super) fn decode(text: &'a [u8]) -> Result<Self, TokenError> {
        Self::decode_parts(text).ok_or(TokenError::Malformed)
    }

    fn decode_parts(text: &'a [u8]) -> Option<Self> {
        if text.len() > MAX_LENGTH {
            return None;
        }
        let text = std::str::from_utf8(text).ok()?;
        let mut parts = text.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        let decode = |part: &str| BASE64URL.decode(part).ok();
        let header = Header::parse(std::str::from_utf8(&decode(header)?).ok()?).ok()?;
        Some(Self { text, header, payload: decode(payload)?, signature: decode(signature)? })
    }
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
        let decoded = Jwt::decode(jwt.as_bytes()).expect("a JWT");
        assert_eq!(decoded.header.kid.as_deref(), Some("a"));
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
            assert_eq!(
                Jwt::decode(text.as_bytes()).err(),
                Some(TokenError::Malformed),
                "{text:.60}"
            );
        }
    }

    #[test]
    fn longest_jwt_has_16_kib() {
        let object = encode(r#"{"kid":"a"}"#);
        let message = format!("{object}.{object}.");
        let longest = message.clone() + &"A".repeat(16 * 1024 - message.len());
        assert!(Jwt::decode(longest.as_bytes()).is_ok());
        assert_eq!(Jwt::decode((longest + "A").as_bytes()).err(), Some(TokenError::Malformed));
    }

    /// Checks every class against every combination of markers.
    #[test]
    fn token_of_one_class_is_never_accepted_as_another() {
        use Category as C;
        for category in [C::Absent, C::Session, C::Template, C::M2m, C::Unspecified, C::Other] {
            for (is_oauth, is_m2m) in [(false, false), (false, true), (true, false), (true, true)] {
                let accepted = |class: TokenClass| {
                    class.check(ClassMarkers { category, is_oauth, is_m2m }).is_ok()
                };
                let is_plain = !is_oauth && !is_m2m;
                let is_session = matches!(category, C::Absent | C::Session | C::Unspecified);
                let found = [
                    accepted(TokenClass::Session),
                    accepted(TokenClass::SessionOrTemplate),
                    accepted(TokenClass::M2m),
                    accepted(TokenClass::OAuth),
                ];
                let expected = [
                    is_plain && is_session,
                    is_plain && (is_session || category == C::Template),
                    is_m2m && matches!(category, C::Absent | C::M2m),
                    is_oauth && !is_m2m,
                ];
                assert_eq!(found, expected, "{category:?}, OAuth {is_oauth}, M2M {is_m2m}");
            }
        }
    }
}
