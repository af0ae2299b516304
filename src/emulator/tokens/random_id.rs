//! Random identifiers.

use aws_lc_rs::rand;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Returns an ID in Clerk's format: a prefix such as `user`, `_` and 27 letters and digits.
pub(in crate::emulator) fn new_id(prefix: &str) -> String {
    format!("{prefix}_{}", random_id(27))
}

/// Returns a string of random letters and digits.
pub(in crate::emulator) fn random_id(length: usize) -> String {
    random(length, ALPHABET)
}

/// Returns a string of random hexadecimal digits.
pub(in crate::emulator) fn random_hex(length: usize) -> String {
    random(length, b"0123456789abcdef")
}

/// Returns a random string in Base32 (RFC 4648), such as the secret of an authenticator app.
pub(in crate::emulator) fn random_base32(length: usize) -> String {
    random(length, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
}

fn random(length: usize, alphabet: &[u8]) -> String {
    let mut bytes = vec![0; length];
    rand::fill(&mut bytes).expect("the system provides random numbers");
    bytes.into_iter().map(|byte| char::from(alphabet[usize::from(byte) % alphabet.len()])).collect()
}
