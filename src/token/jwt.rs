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

/// The values of the header's `cat`: which class of token an instance's key signed.
mod category {
    pub(super) const SESSION: &str = "cl_B7d4PD111AAA";
    pub(super) const JWT_TEMPLATE: &str = "cl_B7d4PD222AAA";
    /// Stamped on every class by some instances, so it tells nothing.
    pub(super) const UNSPECIFIED: &str = "cl_I7d4PD111III";
}

/// The header's `typ` of an OAuth access token (RFC 9068).
const OAUTH_TYPES: [&str; 2] = ["at+jwt", "application/at+jwt"];

/// A decoded, unverified JWT.
#[derive(Debug)]
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

    /// Whether nothing marks the token as anything but a session token; those from before there was a `cat` have none.
    pub(crate) fn is_session_token(&self) -> bool {
        self.has_category_of(&[category::SESSION, category::UNSPECIFIED])
            && !self.is_oauth_token()
            && !self.is_m2m_token()
    }

    /// Whether the token may be made from a JWT template.
    pub(crate) fn is_template_token(&self) -> bool {
        self.has_category_of(&[category::JWT_TEMPLATE])
    }

    fn is_oauth_token(&self) -> bool {
        self.header.get("typ").and_then(Value::as_str).is_some_and(|typ| OAUTH_TYPES.contains(&typ))
    }

    fn is_m2m_token(&self) -> bool {
        self.claims.get("sub").and_then(Value::as_str).is_some_and(|sub| sub.starts_with("mch_"))
    }

    fn has_category_of(&self, accepted: &[&str]) -> bool {
        match self.header.get("cat") {
            None => true,
            Some(category) => category.as_str().is_some_and(|category| accepted.contains(&category)),
        }
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
