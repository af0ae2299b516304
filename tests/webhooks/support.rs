//! Signed requests, and commands of other languages.

use std::{
    env,
    io::Write,
    process::Command,
    time::{Duration, SystemTime},
};

use aws_lc_rs::hmac;
use axum_clerk::Clock;
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue};

/// The time at which every manual clock starts, in seconds since the epoch.
pub(crate) const START: u64 = 1_800_000_000;

pub(crate) const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";
pub(crate) const OTHER_SECRET: &str = "whsec_b3RoZXIgc2VjcmV0IG90aGVyIHNlY3JldCE=";

pub(crate) fn manual_clock() -> Clock {
    Clock::manual(SystemTime::UNIX_EPOCH + Duration::from_secs(START))
}

/// Signs a body independently of the crate.
pub(crate) fn signature(secret: &str, id: &str, timestamp: &str, body: &str) -> String {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let signed = format!("{id}.{timestamp}.{body}");
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), signed.as_bytes());
    format!("v1,{}", STANDARD.encode(tag))
}

/// Returns the headers of a webhook that was signed at [`START`].
pub(crate) fn headers(secret: &str, body: &str) -> HeaderMap {
    let timestamp = START.to_string();
    let signature = signature(secret, "msg_1", &timestamp, body);
    header_map([
        ("svix-id", "msg_1"),
        ("svix-timestamp", &timestamp),
        ("svix-signature", &signature),
    ])
}

pub(crate) fn header_map<const N: usize>(headers: [(&'static str, &str); N]) -> HeaderMap {
    headers
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .into_iter()
        .collect()
}

pub(crate) fn with_header(mut headers: HeaderMap, name: &'static str, value: &str) -> HeaderMap {
    headers.insert(name, HeaderValue::from_str(value).unwrap());
    headers
}

pub(crate) fn without_header(mut headers: HeaderMap, name: &str) -> HeaderMap {
    headers.remove(name);
    headers
}

/// Runs a command and returns its output, or [reports](report_missing) that something is missing.
/// Commands exit with 69 if something is.
pub(crate) fn run(command: &mut Command) -> Option<String> {
    let missing = match command.output() {
        Ok(output) if output.status.success() => {
            return Some(String::from_utf8(output.stdout).unwrap());
        }
        Ok(output) if output.status.code() == Some(69) => {
            String::from_utf8_lossy(&output.stderr).trim().to_owned()
        }
        Ok(output) => panic!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => format!("{command:?}: {error}"),
    };
    report_missing(&missing);
    None
}

/// Reports that a test is skipped because something is missing, or fails with `CI=true`.
pub(crate) fn report_missing(missing: &str) {
    assert!(env::var("CI").as_deref() != Ok("true"), "{missing}");
    // Unlike the output of `eprintln!`, this is shown even if the test passes.
    let _ = writeln!(std::io::stderr(), "skipped: {missing}");
}
