//! A JWT taken apart (RFC 7515, compact serialization). Nothing in it is trusted yet.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::{Map, Value};

use super::TokenError;

const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a token says it is: which class of token an instance's key signed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marks {
    category: Category,
    /// `typ` of an OAuth access token (RFC 9068).
    is_oauth: bool,
    /// The subject is a machine.
    is_m2m: bool,
}

/// The header's `cat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Category {
    /// Tokens from before there were categories.
    Absent,
    Session,
    Template,
    M2m,
    /// Stamped on every class by some instances, so it tells nothing.
    Unspecified,
    Other,
}

/// The class of token that is expected; a token of one class is never taken for one of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenClass {
    /// A session token.
    Session,
    /// A session token, or one made from a JWT template.
    SessionOrTemplate,
    /// A machine-to-machine token.
    M2m,
    /// An OAuth access token.
    OAuth,
}

impl TokenClass {
    /// Fails where a token says of itself that it is of another class.
    pub(crate) fn check(self, marks: Marks) -> Result<(), TokenError> {
        use Category as C;
        let Marks { category, is_oauth, is_m2m } = marks;
        let is_session =
            matches!(category, C::Absent | C::Session | C::Unspecified) && !is_oauth && !is_m2m;
        match self {
            Self::Session if !is_session => Err(TokenError::TypeMismatch),
            Self::SessionOrTemplate if !is_session && category != C::Template => {
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
        let mut parts = text.split('.');
        let (Some(header), Some(claims), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenError::Malformed);
        };
        Ok(Self {
            text,
            header: decode_object(header)?,
            claims: decode_object(claims)?,
            signature: BASE64URL.decode(signature).map_err(|_| TokenError::Malformed)?,
        })
    }

    /// What was signed: header and claims, as received.
    pub(crate) fn message(&self) -> &'a str {
        self.text.rsplit_once('.').map_or("", |(message, _)| message)
    }

    pub(crate) fn kid(&self) -> Option<&str> {
        self.header.get("kid")?.as_str()
    }

    pub(crate) fn marks(&self) -> Marks {
        let category = match self.header.get("cat").map(Value::as_str) {
            None => Category::Absent,
            Some(Some("cl_B7d4PD111AAA")) => Category::Session,
            Some(Some("cl_B7d4PD222AAA")) => Category::Template,
            Some(Some("cl_B7d4PD333AAA")) => Category::M2m,
            Some(Some("cl_I7d4PD111III")) => Category::Unspecified,
            Some(_) => Category::Other,
        };
        let text = |part: &Map<String, Value>, name, test: fn(&str) -> bool| {
            part.get(name).and_then(Value::as_str).is_some_and(test)
        };
        Marks {
            category,
            is_oauth: text(&self.header, "typ", |typ| {
                matches!(typ, "at+jwt" | "application/at+jwt")
            }),
            is_m2m: text(&self.claims, "sub", |sub| sub.starts_with("mch_")),
        }
    }

    /// Whether `typ`, where present, says JWT.
    pub(crate) fn has_plain_type(&self) -> bool {
        self.header.get("typ").is_none_or(|typ| typ == "JWT")
    }
}

impl Marks {
    pub(crate) fn is_oauth(self) -> bool {
        self.is_oauth
    }

    pub(crate) fn is_m2m(self) -> bool {
        self.is_m2m
    }
}

fn decode_object(part: &str) -> Result<Map<String, Value>, TokenError> {
    let json = BASE64URL.decode(part).map_err(|_| TokenError::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| TokenError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(text: &str) -> String {
        BASE64URL.encode(text).trim_end_matches('=').to_owned()
    }

    #[test]
    fn a_jwt_is_three_parts_of_which_two_are_objects() {
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
            format!("{object}.{}.AAAA", encode(&"[".repeat(100_000))),
        ] {
            assert_eq!(Jwt::decode(&text).err(), Some(TokenError::Malformed), "{text:.60}");
        }
    }
}
