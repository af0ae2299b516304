//! The secrets that sign webhooks.

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

const PREFIX: &str = "whsec_";

/// The minimum length of the key in bytes, according to Standard Webhooks.
const MIN_KEY_BYTES: usize = 24;

/// Standard Base64, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Decodes a secret, `whsec_` and Base64, into the key that it stands for.
///
/// # Errors
///
/// The reason why the secret is malformed. It does not contain the secret.
pub(crate) fn decode_webhook_secret(secret: &str) -> Result<Vec<u8>, &'static str> {
    let encoded = secret.strip_prefix(PREFIX).ok_or("it does not start with `whsec_`")?;
    let key = BASE64.decode(encoded).map_err(|_| "it is not Base64 after `whsec_`")?;
    if key.len() < MIN_KEY_BYTES { Err("it is too short") } else { Ok(key) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_of_a_secret_is_optional() {
        for secret in [
            "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3OA==",
            "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3OA",
        ] {
            assert_eq!(decode_webhook_secret(secret).expect("a key"), b"0123456789abcdef012345678");
        }
    }

    #[test]
    fn malformed_secrets_are_rejected() {
        for (secret, reason) in [
            ("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", "it does not start with `whsec_`"),
            ("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY!", "it is not Base64 after `whsec_`"),
            ("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY", "it is too short"),
            ("whsec_", "it is too short"),
        ] {
            assert_eq!(decode_webhook_secret(secret), Err(reason));
        }
    }
}
