//! The conditions that every accepted token satisfies, written independently of the crate.

use serde_json::{Map, Value};

use super::{
    instance::SignedToken,
    world::{CLOCK_SKEW, NOW},
};

/// The classes of tokens that verification distinguishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Session,
    SessionOrTemplate,
    Machine,
}

/// Returns the claims of the token with this text. Panics if the instance has not signed it, or if
/// it must not be accepted.
pub(super) fn check_accepted(
    signed: &[SignedToken],
    text: &str,
    class: Class,
) -> Map<String, Value> {
    let token = signed.iter().find(|token| token.text == text);
    let token = token.unwrap_or_else(|| panic!("not signed by the instance: {text}"));
    let parse = |json| serde_json::from_slice::<Map<_, _>>(json).expect("an object");
    let (header, claims) = (parse(&token.header), parse(&token.claims));

    assert_eq!(header["alg"], "RS256", "the algorithm of the key");
    assert!(!header.contains_key("crit"), "no extension is supported");
    let typ = header.get("typ").map(|typ| typ.as_str().expect("a string"));
    let category = header.get("cat").map(|category| category.as_str().expect("a string"));
    let subject = claims["sub"].as_str().expect("a subject");
    assert!(!subject.is_empty(), "a subject");
    match class {
        Class::Machine => assert!(subject.starts_with("mch_") || typ.is_some_and(is_oauth)),
        Class::Session | Class::SessionOrTemplate => {
            assert!(!subject.starts_with("mch_"), "a user");
            assert!(typ.is_none_or(|typ| typ == "JWT"), "a plain type: {typ:?}");
            let is_session = matches!(category, None | Some("cl_B7d4PD111AAA" | "cl_I7d4PD111III"));
            let is_template = category == Some("cl_B7d4PD222AAA");
            assert!(
                is_session || (is_template && class == Class::SessionOrTemplate),
                "{category:?}"
            );
        }
    }

    let time = |name| claims.get(name).map(|time| time.as_f64().expect("a number"));
    let (now, skew) = (NOW as f64, CLOCK_SKEW as f64);
    assert!(time("exp").expect("an expiration").trunc() > now - skew, "not expired");
    assert!(time("nbf").is_none_or(|time| time.trunc() <= now + skew), "already valid");
    assert!(time("iat").is_none_or(|time| time.trunc() <= now + skew), "already issued");
    claims
}

fn is_oauth(typ: &str) -> bool {
    matches!(typ, "at+jwt" | "application/at+jwt")
}
