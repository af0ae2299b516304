//! A Clerk that rotates its keys and has outages.

use std::{
    io,
    sync::{
        Arc, Mutex, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents},
};
use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    time::{Instant, sleep},
};

use crate::ORIGIN;

/// The time that a call takes.
const LATENCY: Duration = Duration::from_millis(5);

/// The lifetime of session tokens in seconds, as at Clerk.
pub(crate) const TOKEN_LIFETIME: u64 = 60;

/// How long after its publication a key signs its first token. Strangers use up the fetch that an
/// unknown `kid` is worth, so it takes the app up to 10 seconds to learn of a key.
const BEFORE_FIRST_TOKEN: Duration = Duration::from_secs(15);
/// How long it may take until the tokens of a withdrawn key are rejected.
const UNTIL_WITHDRAWN: Duration = Duration::from_secs(15);
const OUTAGE: Duration = Duration::from_secs(10);

/// The number of each kind of forged token.
const FORGERIES: u32 = 8;

pub(crate) struct FakeClerk {
    api_url: String,
    published: RwLock<Vec<Arc<Key>>>,
    signing: RwLock<Arc<Key>>,
    /// Not a key of the instance.
    foreign_key: Key,
    forgeries: RwLock<Arc<Forgeries>>,
    /// Tokens of keys that have been withdrawn, or will be.
    stolen: Mutex<Vec<StolenToken>>,
    outage: RwLock<Option<Outage>>,
    rotations: AtomicU64,
    outages: AtomicU64,
    calls: Calls,
}

/// The number of calls to each endpoint.
#[derive(Default)]
pub(crate) struct Calls {
    pub(crate) jwks: AtomicU64,
    pub(crate) handshakes: AtomicU64,
    pub(crate) refreshes: AtomicU64,
    pub(crate) api_keys: AtomicU64,
}

impl Calls {
    pub(crate) fn all(&self) -> [(&'static str, u64); 4] {
        [
            ("GET /jwks", &self.jwks),
            ("GET /clients/handshake_payload", &self.handshakes),
            ("POST /sessions/{id}/refresh", &self.refreshes),
            ("POST /api_keys/verify", &self.api_keys),
        ]
        .map(|(name, calls)| (name, calls.load(Ordering::Relaxed)))
    }
}

#[derive(Clone, Copy)]
enum Outage {
    /// Every call returns 500.
    Errors,
    /// No call returns.
    Hangs,
    /// Every connection breaks.
    Breaks,
}

pub(crate) struct Key {
    id: String,
    pair: RsaKeyPair,
}

/// Tokens with a signature that have to be rejected nevertheless.
#[derive(Default)]
pub(crate) struct Forgeries {
    /// Signed by another key than the one whose `kid` they name.
    pub(crate) foreign: Vec<String>,
    pub(crate) symmetric: Vec<String>,
    pub(crate) expired: Vec<String>,
    /// Issued to another application of the instance.
    pub(crate) wrong_party: Vec<String>,
    /// Created from a JWT template.
    pub(crate) template: Vec<String>,
}

struct StolenToken {
    text: String,
    /// The time from which on the token must be rejected, once its key was withdrawn.
    rejected_from: Option<Instant>,
}

/// What the stolen tokens of a key are worth at the moment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Worth {
    Valid,
    Rejected,
}

impl FakeClerk {
    pub(crate) async fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let key = Arc::new(Key::generate());
        let clerk = Arc::new(Self {
            api_url: format!("http://{address}"),
            published: RwLock::new(vec![Arc::clone(&key)]),
            signing: RwLock::new(key),
            foreign_key: Key::generate(),
            forgeries: RwLock::default(),
            stolen: Mutex::default(),
            outage: RwLock::default(),
            rotations: AtomicU64::new(0),
            outages: AtomicU64::new(0),
            calls: Calls::default(),
        });
        clerk.forge();
        let app = Router::new()
            .route("/v1/jwks", get(jwks))
            .route("/v1/clients/handshake_payload", get(handshake_payload))
            .route("/v1/sessions/{id}/refresh", post(refresh))
            .route("/v1/api_keys/verify", post(verify_api_key))
            .layer(middleware::from_fn_with_state(Arc::clone(&clerk), fail_in_outage))
            .with_state(Arc::clone(&clerk));
        tokio::spawn(async move { axum::serve(listener, app).await });
        clerk
    }

    pub(crate) fn api_url(&self) -> &str {
        &self.api_url
    }

    pub(crate) fn calls(&self) -> &Calls {
        &self.calls
    }

    pub(crate) fn rotations(&self) -> u64 {
        self.rotations.load(Ordering::Relaxed)
    }

    pub(crate) fn outages(&self) -> u64 {
        self.outages.load(Ordering::Relaxed)
    }

    /// Returns the key that signs.
    pub(crate) fn key(&self) -> Arc<Key> {
        Arc::clone(&self.signing.read().expect("a lock"))
    }

    pub(crate) fn forgeries(&self) -> Arc<Forgeries> {
        Arc::clone(&self.forgeries.read().expect("a lock"))
    }

    /// Returns a random stolen token of this worth, if any.
    pub(crate) fn stolen_token(&self, worth: Worth) -> Option<String> {
        let now = Instant::now();
        let stolen = self.stolen.lock().expect("a lock");
        let has_worth = |token: &&StolenToken| match token.rejected_from {
            None => worth == Worth::Valid,
            Some(at) => worth == Worth::Rejected && now >= at,
        };
        let candidates: Vec<_> = stolen.iter().filter(has_worth).collect();
        fastrand::choice(candidates).map(|token| token.text.clone())
    }

    /// Rotates the keys and has outages until the runtime ends. A round takes 100 seconds.
    pub(crate) async fn misbehave(self: Arc<Self>) {
        loop {
            let key = tokio::task::spawn_blocking(Key::generate).await.expect("a key");
            let key = Arc::new(key);
            self.published.write().expect("a lock").push(Arc::clone(&key));
            self.stolen.lock().expect("a lock").push(StolenToken {
                text: self.key().session_token(0, unix_now() + 24 * 60 * 60),
                rejected_from: None,
            });
            sleep(BEFORE_FIRST_TOKEN).await;
            *self.signing.write().expect("a lock") = key;
            self.forge();

            sleep(Duration::from_secs(10)).await;
            for outage in [Outage::Errors, Outage::Hangs, Outage::Breaks] {
                self.outages.fetch_add(1, Ordering::Relaxed);
                *self.outage.write().expect("a lock") = Some(outage);
                sleep(OUTAGE).await;
                *self.outage.write().expect("a lock") = None;
                sleep(Duration::from_secs(5)).await;
            }

            // The last tokens of the old key have expired.
            sleep(Duration::from_secs(9)).await;
            for token in self.stolen.lock().expect("a lock").iter_mut() {
                token.rejected_from.get_or_insert(Instant::now() + UNTIL_WITHDRAWN);
            }
            // Requests with such a token may still be on their way.
            sleep(Duration::from_secs(1)).await;
            self.published.write().expect("a lock").remove(0);
            self.rotations.fetch_add(1, Ordering::Relaxed);
            sleep(UNTIL_WITHDRAWN + Duration::from_secs(5)).await;
        }
    }

    /// Replaces the forgeries by those of the key that signs.
    fn forge(&self) {
        let key = self.key();
        let (header, now) = (key.header(), unix_now());
        let with = |object: &Value, name: &str, value: Value| {
            let mut object = object.clone();
            object[name] = value;
            object
        };
        let mut forgeries = Forgeries::default();
        for user in 0..FORGERIES {
            let claims = session_claims(user, now + 24 * 60 * 60);
            let symmetric = with(&header, "alg", json!("HS256"));
            let template = with(&header, "cat", json!("cl_B7d4PD222AAA"));
            forgeries.foreign.push(self.foreign_key.sign(&header, &claims));
            forgeries.symmetric.push(key.sign_symmetric(&symmetric, &claims));
            forgeries.expired.push(key.sign(&header, &session_claims(user, now - 60)));
            let wrong_party = with(&claims, "azp", json!("https://other.example.com"));
            forgeries.wrong_party.push(key.sign(&header, &wrong_party));
            forgeries.template.push(key.sign(&template, &claims));
        }
        *self.forgeries.write().expect("a lock") = Arc::new(forgeries);
    }
}

impl Key {
    fn generate() -> Self {
        let id = format!("ins_{:016x}", fastrand::u64(..));
        Self { id, pair: RsaKeyPair::generate(KeySize::Rsa2048).expect("a key") }
    }

    /// Returns a session token of a user that expires at a time, in Unix seconds.
    pub(crate) fn session_token(&self, user: u32, expires: u64) -> String {
        self.sign(&self.header(), &session_claims(user, expires))
    }

    fn header(&self) -> Value {
        json!({ "alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": self.id, "typ": "JWT" })
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .expect("a signature");
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// Signs with the public key as if it were a secret.
    fn sign_symmetric(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.pair.public_key().as_ref());
        let signature = hmac::sign(&key, message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn jwk(&self) -> Value {
        let public = RsaPublicKeyComponents::<Vec<u8>>::from(self.pair.public_key());
        json!({
            "kid": self.id,
            "kty": "RSA",
            "alg": "RS256",
            "use": "sig",
            "n": URL_SAFE_NO_PAD.encode(public.n),
            "e": URL_SAFE_NO_PAD.encode(public.e),
        })
    }
}

fn message(header: &Value, claims: &Value) -> String {
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}", encode(header), encode(claims))
}

fn session_claims(user: u32, expires: u64) -> Value {
    let now = unix_now().min(expires - TOKEN_LIFETIME);
    json!({
        "azp": ORIGIN,
        "exp": expires,
        "fva": [7, -1],
        "iat": now,
        "iss": "https://clerk.example.com",
        "jti": format!("{:016x}", fastrand::u64(..)),
        "nbf": now - 10,
        "o": {
            "id": "org_2xJ8BvGk4nTqLw6ZcR9sYdHfP1m",
            "per": "read,manage",
            "rol": "admin",
            "slg": "analytical-engines",
        },
        "sid": format!("sess_{user:07}"),
        "sts": "active",
        "sub": user_id(user),
        "v": 2,
    })
}

pub(crate) fn user_id(user: u32) -> String {
    format!("user_{user:07}")
}

pub(crate) fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970").as_secs()
}

async fn fail_in_outage(
    State(clerk): State<Arc<FakeClerk>>,
    request: Request,
    next: Next,
) -> Response {
    let endpoint = match request.uri().path() {
        "/v1/jwks" => &clerk.calls.jwks,
        "/v1/clients/handshake_payload" => &clerk.calls.handshakes,
        "/v1/api_keys/verify" => &clerk.calls.api_keys,
        _ => &clerk.calls.refreshes,
    };
    endpoint.fetch_add(1, Ordering::Relaxed);
    sleep(LATENCY).await;
    let outage = *clerk.outage.read().expect("a lock");
    match outage {
        None => next.run(request).await,
        Some(Outage::Errors) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Outage::Hangs) => std::future::pending().await,
        Some(Outage::Breaks) => {
            let broken = io::Error::from(io::ErrorKind::ConnectionReset);
            Body::from_stream(stream::iter([Err::<Bytes, _>(broken)])).into_response()
        }
    }
}

async fn jwks(State(clerk): State<Arc<FakeClerk>>) -> Json<Value> {
    let keys = clerk.published.read().expect("a lock").iter().map(|key| key.jwk()).collect();
    Json(json!({ "keys": Value::Array(keys) }))
}

async fn handshake_payload() -> Response {
    error(StatusCode::NOT_FOUND, "resource_not_found")
}

async fn refresh() -> Response {
    error(StatusCode::UNAUTHORIZED, "refresh_token_not_found")
}

async fn verify_api_key() -> Response {
    error(StatusCode::NOT_FOUND, "api_key_not_found")
}

fn error(status: StatusCode, code: &str) -> Response {
    (status, Json(json!({ "errors": [{ "code": code, "message": code }] }))).into_response()
}
