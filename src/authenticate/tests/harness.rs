//! Parses the rows of the tables, authenticates them and describes the outcome.

use std::{
    sync::{Arc, LazyLock},
    time::{Duration, SystemTime},
};

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use http::{Request, request::Parts};
use serde_json::{Value, json};

use super::super::{
    HandshakePayload, LookupResults, LookupSource, MachineToken, MachineTokenError, RefreshRequest,
    RequestState, decide,
};
use crate::{
    clock::Clock,
    config::{ClerkConfig, ClerkConfigBuilder, TokenType},
    token::{KeySource, Verifier, VerifierSettings},
};

const NOW: u64 = 1_800_000_000;

static KEY: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());
static OTHER_KEY: LazyLock<KeyPair> =
    LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());

fn pem() -> String {
    let der: PublicKeyX509Der<'_> = KEY.public_key().as_der().unwrap();
    format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----",
        STANDARD.encode(der.as_ref())
    )
}

fn sign(key: &KeyPair, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Creates the token with this name in the tables.
fn token(name: &str, frontend_api: &str) -> String {
    let mut header = json!({ "alg": "RS256", "typ": "JWT", "kid": "ins_1" });
    let mut claims = json!({
        "iss": format!("https://{frontend_api}"), "sub": "user_1", "sid": "sess_1", "v": 2, "sts": "active",
        "iat": NOW - 10, "nbf": NOW - 20, "exp": NOW + 50,
    });
    let mut key = &*KEY;
    let mut set = |name: &str, value: Value| claims[name] = value;
    match name {
        "valid" => {}
        "newer" => set("iat", json!(NOW - 5)),
        "expired" => (set("iat", json!(NOW - 130)), set("exp", json!(NOW - 70))).1,
        "expired-almost-a-day-ago" => set("exp", json!(NOW - 24 * 60 * 60 + 1)),
        "expired-a-day-ago" => set("exp", json!(NOW - 24 * 60 * 60)),
        "expired-without-sid" => (set("sid", Value::Null), set("exp", json!(NOW - 70))).1,
        "not-yet" => set("nbf", json!(NOW + 60)),
        "from-the-future" => set("iat", json!(NOW + 60)),
        "pending" => set("sts", json!("pending")),
        "of-acme" => set("o", json!({ "id": "org_1", "slg": "acme", "rol": "member" })),
        "without-issuer" => set("iss", Value::Null),
        "with-empty-issuer" => set("iss", json!("")),
        "of-another-app" => (set("iss", json!("https://clerk.other.com")), key = &OTHER_KEY).1,
        "forged" => key = &OTHER_KEY,
        "template" => header["cat"] = json!("cl_B7d4PD222AAA"),
        "m2m" | "m2m-unsigned" => {
            (set("sub", json!("mch_1")), set("scopes", json!("mch_2 mch_3"))).1
        }
        "oauth" => (header["typ"] = json!("at+jwt"), set("scope", json!("email"))).1,
        "oauth-expired" => (header["typ"] = json!("at+jwt"), set("exp", json!(NOW - 70))).1,
        _ => panic!("no token is called {name}"),
    }
    let token = sign(key, &header, &claims);
    if name == "m2m-unsigned" {
        return token[..=token.rfind('.').expect("a signature")].to_owned();
    }
    token
}

/// Creates the handshake token with this name in the tables.
fn handshake(name: &str, frontend_api: &str) -> String {
    let header = json!({ "alg": "RS256", "typ": "JWT", "kid": "ins_1" });
    let session = |name| format!("__session={}; Path=/", token(name, frontend_api));
    let directives = match name {
        "signed-in" | "forged" | "template" => {
            vec!["__client_uat=1; Path=/".to_owned(), session("valid")]
        }
        "signed-out" => vec!["__client_uat=0; Path=/".to_owned()],
        "with-expired-session" => vec![session("expired")],
        "with-session-of-today" => vec![session("expired-almost-a-day-ago")],
        "with-session-of-yesterday" => vec![session("expired-a-day-ago")],
        "with-forged-session" => vec![session("forged")],
        _ => panic!("no handshake is called {name}"),
    };
    let claims = json!({ "handshake": directives });
    match name {
        "forged" => sign(&OTHER_KEY, &header, &claims),
        "template" => sign(
            &KEY,
            &json!({ "alg": "RS256", "typ": "JWT", "kid": "ins_1", "cat": "cl_B7d4PD222AAA" }),
            &claims,
        ),
        _ => sign(&KEY, &header, &claims),
    }
}

/// Replaces `{token NAME}`, `{handshake NAME}` and `{now+N}`, `{now-N}`.
fn fill(template: &str, frontend_api: &str) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').expect("a closing brace");
        filled += before;
        filled += &match name.split_once(' ') {
            Some(("token", name)) => token(name, frontend_api),
            Some(("handshake", name)) => handshake(name, frontend_api),
            _ => {
                let offset: i64 =
                    name.strip_prefix("now").expect("a known name").parse().unwrap_or(0);
                (i64::try_from(NOW).unwrap() + offset).to_string()
            }
        };
        rest = after;
    }
    filled + rest
}

/// A source whose results depend only on the lookup.
struct FakeClerk {
    frontend_api: &'static str,
}

impl LookupSource for FakeClerk {
    async fn keys_ready(&self) {}

    async fn handshake_payload(&self, nonce: &str) -> HandshakePayload {
        HandshakePayload::Directives(vec![match nonce {
            "unknown" => return HandshakePayload::NotFound,
            "signed-out" => "__client_uat=0; Path=/".into(),
            name => format!("__session={}; Path=/", token(name, self.frontend_api)),
        }])
    }

    async fn refresh(&self, request: &RefreshRequest) -> Result<Vec<String>, String> {
        assert_eq!((request.session_id.as_str(), request.format), ("sess_1", "cookie"));
        match request.refresh_token.as_str() {
            "refused" => Err("refresh_token_invalid".into()),
            "nothing" => Ok(Vec::new()),
            name => Ok(vec![format!("__session={}; Path=/", token(name, self.frontend_api))]),
        }
    }

    async fn verify_machine_token(
        &self,
        token_type: TokenType,
        token: &str,
    ) -> Result<Arc<MachineToken>, MachineTokenError> {
        if token.ends_with("_unknown") {
            return Err(MachineTokenError::Invalid);
        }
        Ok(Arc::new(MachineToken::with_subject(token_type, "user_1")))
    }
}

/// The suffix of the instance's cookies, which the tables write as `_SUFFIX`.
fn suffix(config: &ClerkConfig) -> String {
    config.publishable_key().unwrap().cookie_suffix().to_owned()
}

/// Parses a request such as `GET /path | header: value | …`. `document` marks the request for a
/// page.
fn request(text: &str, config: &ClerkConfig, frontend_api: &str) -> Parts {
    let text = fill(text, frontend_api).replace("_SUFFIX", &format!("_{}", suffix(config)));
    let mut parts = text.split(" | ");
    let (method, path) =
        parts.next().and_then(|line| line.split_once(' ')).expect("a request line");
    let mut request = Request::builder().method(method).uri(path).header("host", "app.example.com");
    for part in parts {
        let (name, value) = match part {
            "document" => ("sec-fetch-dest", "document"),
            part => part.split_once(": ").expect("a header"),
        };
        request = request.header(name, value);
    }
    request.body(()).unwrap().into_parts().0
}

pub(super) fn outcome(state: &RequestState) -> String {
    match state {
        RequestState::SignedIn { session, headers } => {
            let fresh = if headers.is_empty() { "" } else { ", cookies set" };
            format!("signed in as {}{fresh}", session.claims().user_id())
        }
        RequestState::Machine { machine_token } => {
            format!("{} of {}", machine_token.token_type.as_str(), machine_token.subject)
        }
        RequestState::SignedOut { token_type: None, reason, .. } => {
            format!("signed out, no type: {reason}")
        }
        RequestState::SignedOut { reason, .. } => format!("signed out: {reason}"),
        RequestState::Redirect { reason: Some(reason), is_handshake: true, .. } => {
            format!("handshake: {reason}")
        }
        RequestState::Redirect { reason: Some(reason), .. } => {
            format!("back, signed out: {reason}")
        }
        RequestState::Redirect { .. } => "back, signed in".into(),
        RequestState::HandshakeFailed(error) => format!("handshake failed: {}", error.reason()),
    }
}

pub(super) const DEVELOPMENT: (&str, &str, &str) =
    ("sk_test_a", "pk_test_", "foo-bar-13.clerk.accounts.dev");
pub(super) const PRODUCTION: (&str, &str, &str) = ("sk_live_a", "pk_live_", "clerk.example.com");

pub(super) type With = fn(ClerkConfigBuilder) -> ClerkConfigBuilder;

pub(super) async fn authenticate(
    (secret_key, prefix, frontend_api): (&'static str, &str, &'static str),
    with: With,
    text: &str,
) -> RequestState {
    let clock = Clock::manual(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW));
    let builder = ClerkConfig::builder()
        .secret_key(secret_key)
        .publishable_key(format!("{prefix}{}", STANDARD.encode(format!("{frontend_api}$"))))
        .jwt_key(pem())
        .clock(clock.clone());
    let config = with(builder).build().unwrap();
    let settings = VerifierSettings {
        clock,
        clock_skew: config.clock_skew_millis(),
        audiences: config.audiences().to_vec(),
        authorized_parties: config.authorized_parties().to_vec(),
        cache_capacity: 10,
        revocations: Arc::default(),
    };
    let verifier = Verifier::new(KeySource::Local(config.jwt_key().unwrap().clone()), settings);
    // The tokens of a satellite are issued by its own Frontend API.
    let issuer = config.issuer().unwrap().to_owned();
    let parts = request(text, &config, &issuer);
    let source = FakeClerk { frontend_api };
    let mut results = LookupResults::NONE;
    loop {
        match decide((&parts).into(), &config, &verifier, &results) {
            Ok(state) => return state,
            Err(lookup) => results.resolve(lookup, &source).await,
        }
    }
}
