//! Which webhooks are valid.

use std::time::Duration;

use axum_clerk::{
    ClerkConfig,
    webhooks::{Verifier, WebhookError},
};
use http::HeaderMap;

use crate::support::{
    OTHER_SECRET, SECRET, START, header_map, headers, manual_clock, signature, with_header,
    without_header,
};

const BODY: &str = r#"{"object":"event","type":"moon.landed","data":{}}"#;

fn verifier() -> Verifier {
    Verifier::new([SECRET]).unwrap().with_clock(manual_clock())
}

fn error(headers: &HeaderMap, body: &str) -> String {
    verifier().verify(headers, body.as_bytes()).unwrap_err().to_string()
}

const INVALID: &str = "the signature of the webhook is invalid";

#[test]
fn signed_webhook_is_accepted_under_either_header_name() {
    let svix = headers(SECRET, BODY);
    assert_eq!(verifier().verify(&svix, BODY.as_bytes()).unwrap().event_type(), "moon.landed");
    let standard = header_map([
        ("webhook-id", svix["svix-id"].to_str().unwrap()),
        ("webhook-timestamp", svix["svix-timestamp"].to_str().unwrap()),
        ("webhook-signature", svix["svix-signature"].to_str().unwrap()),
    ]);
    assert_eq!(verifier().verify_signature(&standard, BODY.as_bytes()).unwrap(), "msg_1");
}

#[test]
fn header_names_are_not_mixed() {
    let svix = without_header(headers(SECRET, BODY), "svix-id");
    assert_eq!(
        error(&with_header(svix, "webhook-id", "msg_1"), BODY),
        "the header svix-id is missing"
    );
}

#[test]
fn missing_header_is_named() {
    let valid = headers(SECRET, BODY);
    for name in ["svix-id", "svix-timestamp", "svix-signature"] {
        let missing = format!("the header {name} is missing");
        assert_eq!(error(&without_header(valid.clone(), name), BODY), missing);
        assert_eq!(error(&with_header(valid.clone(), name, ""), BODY), missing);
    }
    let standard = header_map([("webhook-id", "msg_1"), ("webhook-timestamp", "1")]);
    assert_eq!(error(&standard, BODY), "the header webhook-signature is missing");
}

#[test]
fn any_change_invalidates_the_signature() {
    let valid = headers(SECRET, BODY);
    let timestamp = (START + 1).to_string();
    assert_eq!(error(&valid, &BODY.replace("moon", "mars")), INVALID);
    assert_eq!(error(&valid, &format!("{BODY} ")), INVALID);
    assert_eq!(error(&with_header(valid.clone(), "svix-id", "msg_2"), BODY), INVALID);
    assert_eq!(error(&with_header(valid, "svix-timestamp", &timestamp), BODY), INVALID);
    assert_eq!(error(&headers(OTHER_SECRET, BODY), BODY), INVALID);
}

#[test]
fn parts_of_the_signed_text_cannot_be_shifted() {
    // The same text is signed, but split differently.
    let signature = signature(SECRET, "msg.5", &START.to_string(), BODY);
    let shifted = header_map([
        ("svix-id", "msg"),
        ("svix-timestamp", &format!("5.{START}")),
        ("svix-signature", &signature),
    ]);
    assert_eq!(error(&shifted, BODY), "the timestamp of the webhook is malformed");
}

#[test]
fn one_valid_signature_among_several_suffices() {
    let valid = headers(SECRET, BODY);
    let signature = valid["svix-signature"].to_str().unwrap();
    for signatures in [
        format!("v1,AAAA {signature}"),
        format!("{signature} v1a,AAAA v2,AAAA"),
        format!("v1,not-base64! v1 , {signature}"),
    ] {
        let headers = with_header(valid.clone(), "svix-signature", &signatures);
        verifier().verify(&headers, BODY.as_bytes()).unwrap();
    }
    let (_, tag) = signature.split_once(',').unwrap();
    for signatures in [
        tag.to_owned(),
        format!("v2,{tag}"),
        format!("v1a,{tag}"),
        format!("v1, {tag}"),
        format!("v1,{}", &tag[..tag.len() - 4]),
        format!("v1,{tag}AAAA"),
        "v1,".into(),
        ",".into(),
    ] {
        let headers = with_header(valid.clone(), "svix-signature", &signatures);
        assert_eq!(error(&headers, BODY), INVALID, "{signatures}");
    }
}

#[test]
fn both_secrets_are_accepted_during_a_rotation() {
    let verifier = Verifier::new([SECRET, OTHER_SECRET]).unwrap().with_clock(manual_clock());
    for secret in [SECRET, OTHER_SECRET] {
        verifier.verify(&headers(secret, BODY), BODY.as_bytes()).unwrap();
    }
    let without_secrets = Verifier::new([""; 0]).unwrap().with_clock(manual_clock());
    let error = without_secrets.verify(&headers(SECRET, BODY), BODY.as_bytes()).unwrap_err();
    assert!(matches!(error, WebhookError::InvalidSignature));
}

#[test]
fn timestamp_may_differ_by_five_minutes() {
    let verify_at = |seconds: u64| {
        let timestamp = seconds.to_string();
        let signature = signature(SECRET, "msg_1", &timestamp, BODY);
        let headers = header_map([
            ("svix-id", "msg_1"),
            ("svix-timestamp", &timestamp),
            ("svix-signature", &signature),
        ]);
        let clock = manual_clock();
        clock.advance(Duration::from_millis(999));
        verifier().with_clock(clock).verify(&headers, BODY.as_bytes())
    };
    for accepted in [START - 300, START, START + 300] {
        verify_at(accepted).unwrap();
    }
    for (rejected, difference) in
        [(START - 301, 301), (START + 301, 301), (0, START), (START * 1000, START * 999)]
    {
        match verify_at(rejected).unwrap_err() {
            WebhookError::TimestampOutOfRange(seconds) => assert_eq!(seconds, difference),
            other => panic!("{rejected}: {other}"),
        }
    }
}

#[test]
fn malformed_timestamp_is_rejected() {
    for timestamp in ["now", "1.8e9", " ", "1800000000.5", "99999999999999999999", "é"] {
        let headers = with_header(headers(SECRET, BODY), "svix-timestamp", timestamp);
        assert_eq!(error(&headers, BODY), "the timestamp of the webhook is malformed");
    }
}

#[test]
fn signed_body_that_is_no_event_is_malformed() {
    for body in ["", "{", "[]", "{}", r#"{"type":1}"#, "\u{1}"] {
        assert!(
            error(&headers(SECRET, body), body).starts_with("failed to decode a webhook"),
            "{body}"
        );
    }
}

#[test]
fn malformed_secrets_are_rejected_without_revealing_them() {
    for secret in ["MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", "whsec_", "whsec_!!!", "whsec_aGlkZGVu"] {
        let error = Verifier::new([secret]).unwrap_err().to_string();
        assert!(error.starts_with("not a webhook signing secret: it "), "{error}");
        let config = ClerkConfig::builder()
            .secret_key("sk_test_abc")
            .webhook_signing_secrets([SECRET, secret])
            .build();
        let message = config.unwrap_err().to_string();
        assert!(message.contains("CLERK_WEBHOOK_SIGNING_SECRET"), "{message}");
        assert!(!message.contains("aGlkZGVu") && !error.contains("aGlkZGVu"));
    }
    assert!(!format!("{:?}", verifier()).contains("MDEy"));
}

#[test]
fn configuration_without_a_secret_makes_no_verifier() {
    let config = ClerkConfig::builder().secret_key("sk_test_abc").build().unwrap();
    let error = Verifier::from_config(&config).unwrap_err();
    assert!(error.to_string().contains("set CLERK_WEBHOOK_SIGNING_SECRET"), "{error}");
}
