//! Hashes in the encoding that OAuth 2 and OpenID Connect use.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

/// Returns the PKCE code challenge of a verifier with the method S256 (RFC 7636).
pub(in crate::emulator) fn code_challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

/// Returns the `at_hash` of an access token (OpenID Connect Core, 3.1.3.6).
pub(in crate::emulator) fn access_token_hash(token: &str) -> String {
    let hash = digest(&SHA256, token.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16])
}

/// Returns the source expression that allows an inline script in a content security policy.
pub(in crate::emulator) fn script_source(script: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(digest(&SHA256, script.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_challenge_is_that_of_the_rfc() {
        assert_eq!(
            code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
