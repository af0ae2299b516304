//! Signatures made and verified by Svix's library and by that of Standard Webhooks, which Clerk's
//! official SDK uses. `.ci/run` installs them.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};

use axum_clerk::{api::CreateUser, emulator::ClerkEmulator, webhooks::Verifier};
use http::HeaderMap;
use serde_json::{Value, json};

use crate::support::{
    Endpoint, OTHER_SECRET, SECRET, report_missing, signature, with_header, without_header,
};

const BODY: &str = r#"{"object":"event","type":"moon.landed","data":{"crew":"Ærøskøbing 🚀"}}"#;

/// Lets both libraries sign and verify, and returns the results of each.
fn peers(input: &Value) -> Option<[Value; 2]> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/webhooks-peer");
    if !folder.join("node_modules/svix").exists() {
        report_missing(
            "the npm packages svix and standardwebhooks are not in target/webhooks-peer",
        );
        return None;
    }
    let spawned = Command::new("node")
        .arg(folder.join("peer.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut node = match spawned {
        Ok(node) => node,
        Err(error) => {
            report_missing(&format!("node: {error}"));
            return None;
        }
    };
    node.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "peer.mjs failed");
    let mut results: Value = serde_json::from_slice(&output.stdout).unwrap();
    Some(["svix", "standardwebhooks"].map(|library| results[library].take()))
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

fn signed(secret: &str, timestamp: i64, body: &str) -> HeaderMap {
    let timestamp = timestamp.to_string();
    let signature = signature(secret, "msg_1", &timestamp, body);
    [("svix-id", "msg_1"), ("svix-timestamp", &timestamp), ("svix-signature", &signature)]
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .into_iter()
        .collect()
}

fn to_json(headers: &HeaderMap) -> Value {
    headers
        .iter()
        .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[test]
fn signatures_of_other_implementations_are_accepted() {
    let timestamp = now();
    let bodies = [BODY, "{\"type\":\"x\"}", " {\n\"type\": \"y\", \"data\": null } \r\n"];
    let sign: Vec<_> = bodies
        .iter()
        .map(
            |body| json!({ "secret": SECRET, "id": "msg_1", "timestamp": timestamp, "body": body }),
        )
        .collect();
    let Some(peers) = peers(&json!({ "sign": sign, "verify": [] })) else { return };
    let verifier = Verifier::new([OTHER_SECRET, SECRET]).unwrap();
    for results in peers {
        for (body, signature) in bodies.iter().zip(results["sign"].as_array().unwrap()) {
            let headers = signed(SECRET, timestamp, body);
            let headers = with_header(headers, "svix-signature", signature.as_str().unwrap());
            verifier.verify(&headers, body.as_bytes()).unwrap();
        }
    }
}

#[tokio::test]
async fn other_implementations_accept_the_emulators_webhooks() {
    let clerk = ClerkEmulator::start().await.unwrap();
    let endpoint = Endpoint::start(&clerk).await;
    let user = CreateUser::default().first_name("Ærøskøbing 🚀").email_address(["ada@example.com"]);
    let _ = clerk.sign_in(&clerk.create_user(user).id);
    let received = endpoint.take(&clerk).await;
    assert_eq!(received.len(), 3);
    let secret = clerk.webhook_signing_secret();
    let verify: Vec<_> = received
        .iter()
        .map(|one| json!({ "secret": secret, "headers": to_json(&one.headers), "body": one.text }))
        .collect();
    let Some(peers) = peers(&json!({ "sign": [], "verify": verify })) else { return };
    for results in peers {
        assert_eq!(results["verify"], json!([true, true, true]));
    }
}

/// Every request with whether only this crate rejects it.
fn requests() -> Vec<(HeaderMap, String, bool)> {
    let (now, body) = (now(), BODY.to_owned());
    let valid = signed(SECRET, now, BODY);
    let signature = valid["svix-signature"].to_str().unwrap().to_owned();
    let tag = &signature[3..];
    let mut requests = vec![
        (valid.clone(), body.clone(), false),
        (valid.clone(), format!("{BODY} "), false),
        (valid.clone(), BODY.replace("moon", "mars"), false),
        (signed(OTHER_SECRET, now, BODY), body.clone(), false),
        // The others ignore what follows the second comma.
        (
            with_header(valid.clone(), "svix-signature", &format!("{signature},AAAA")),
            body.clone(),
            true,
        ),
        // The others read the digits at the start.
        (with_header(valid.clone(), "svix-timestamp", &format!("{now}s")), body.clone(), true),
        (with_header(valid.clone(), "svix-timestamp", &format!("{now}.5")), body.clone(), true),
    ];
    for name in ["svix-id", "svix-timestamp", "svix-signature"] {
        requests.push((without_header(valid.clone(), name), body.clone(), false));
        requests.push((with_header(valid.clone(), name, ""), body.clone(), false));
        requests.push((with_header(valid.clone(), name, "1"), body.clone(), false));
    }
    for offset in [-100_000, -310, -290, -1, 1, 290, 310, 100_000] {
        requests.push((signed(SECRET, now + offset, BODY), body.clone(), false));
        let shifted = (now + offset).to_string();
        requests.push((
            with_header(valid.clone(), "svix-timestamp", &shifted),
            body.clone(),
            false,
        ));
    }
    for timestamp in ["now", "-1", "NaN", "Infinity"] {
        requests.push((
            with_header(valid.clone(), "svix-timestamp", timestamp),
            body.clone(),
            false,
        ));
    }
    for signatures in [
        format!("v1,AAAA {signature}"),
        format!("{signature} v1,AAAA"),
        format!("v2,AAAA  {signature}"),
        format!("v1a,{tag} v2,{tag}"),
        format!("V1,{tag}"),
        format!("v1{tag}"),
        format!("v1, {tag}"),
        format!("v1,{}", &tag[..tag.len() - 1]),
        format!("v1,{}", &tag[..tag.len() - 4]),
        format!("v1,{tag}AAAA"),
        format!("v1,{}", tag.to_lowercase()),
        tag.to_owned(),
        "v1".into(),
        "v1,".into(),
        ",".into(),
    ] {
        requests.push((
            with_header(valid.clone(), "svix-signature", &signatures),
            body.clone(),
            false,
        ));
    }
    requests
}

#[test]
fn other_implementations_agree_on_which_webhooks_are_valid() {
    let requests = requests();
    let verify: Vec<_> = requests
        .iter()
        .map(|(headers, body, _)| json!({ "secret": SECRET, "headers": to_json(headers), "body": body }))
        .collect();
    let Some(peers) = peers(&json!({ "sign": [], "verify": verify })) else { return };
    let verifier = Verifier::new([SECRET]).unwrap();
    let mut accepted = 0;
    for (n, (headers, body, is_stricter)) in requests.iter().enumerate() {
        let is_accepted = verifier.verify_signature(headers, body.as_bytes()).is_ok();
        accepted += usize::from(is_accepted);
        for results in &peers {
            let expected = is_accepted || *is_stricter;
            assert_eq!(results["verify"][n], expected, "{headers:?} {body}");
        }
    }
    assert!((5..requests.len() / 2).contains(&accepted), "{accepted} webhooks are valid");
}
