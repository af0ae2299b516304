//! The requests of users and of strangers.

use std::{iter, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, header, request},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use tokio::{
    task::yield_now,
    time::{Instant, sleep},
};
use tower::ServiceExt;

use crate::{
    clerk::{FakeClerk, Worth, user_id},
    report::Report,
    tokens::TokenPool,
};

/// The longest pause between two requests of a stranger's task.
const MAX_PAUSE: Duration = Duration::from_millis(50);

pub(crate) struct Load {
    pub(crate) app: Router,
    /// The suffix of the instance's cookies.
    pub(crate) suffix: String,
    pub(crate) clerk: Arc<FakeClerk>,
    pub(crate) pool: Arc<TokenPool>,
    pub(crate) report: Arc<Report>,
    pub(crate) end: Instant,
}

impl Load {
    /// Sends requests that have to be served.
    pub(crate) async fn send_valid_requests(self: Arc<Self>) {
        while Instant::now() < self.end {
            let (kind, user, request) = self.valid_request();
            let response = self.send(request).await;
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, usize::MAX).await.expect("a body");
            if parts.status == StatusCode::OK && body == user_id(user) {
                self.report.count_served();
            } else {
                self.report.count_rejected(kind, &parts);
            }
            yield_now().await;
        }
    }

    /// Sends requests that must not be served.
    pub(crate) async fn send_invalid_requests(self: Arc<Self>) {
        while Instant::now() < self.end {
            if let Some((kind, request)) = self.invalid_request() {
                let status = self.send(request).await.status();
                if status.is_success() {
                    self.report.count_admitted(kind);
                } else {
                    self.report.count_repelled(kind, status);
                }
            }
            sleep(MAX_PAUSE.mul_f64(fastrand::f64())).await;
        }
    }

    async fn send(&self, request: Request<Body>) -> Response {
        let Ok(response) = self.app.clone().oneshot(request).await;
        response
    }

    fn valid_request(&self) -> (&'static str, u32, Request<Body>) {
        if fastrand::u8(..) == 0
            && let Some(token) = self.clerk.stolen_token(Worth::Valid)
        {
            return ("stolen token before its withdrawal", 0, finish(bearer(get("/me"), &token)));
        }
        let token = self.pool.pick();
        let (user, text) = (token.user, &token.text);
        let (kind, request) = match fastrand::u8(..4) {
            0 => ("bearer", bearer(get("/me"), text)),
            1 => ("cookie", session_cookies(page("/me"), text)),
            2 => ("suffixed cookie", suffixed_cookies(page("/me"), text, &self.suffix)),
            _ => {
                let same_origin = post("/me").header("sec-fetch-site", "same-origin");
                ("cookie, POST", session_cookies(same_origin, text))
            }
        };
        (kind, user, finish(request))
    }

    /// Returns `None` if there is nothing to send at the moment.
    fn invalid_request(&self) -> Option<(&'static str, Request<Body>)> {
        let token = self.pool.pick();
        let valid = token.text.as_str();
        let forgeries = self.clerk.forgeries();
        let any_of = |tokens: &[String]| tokens[fastrand::usize(..tokens.len())].clone();
        let (kind, request) = match fastrand::u8(..20) {
            0 => ("no token", get("/me")),
            1 => {
                let nonsense = random(fastrand::usize(1..2_000));
                ("nonsense", either(&nonsense))
            }
            2 => ("nonsense of the shape of a JWT", either(&nonsense_jwt())),
            3 => ("claims of another user", either(&with_other_claims(valid))),
            4 => ("altered signature", either(&with_altered_signature(valid))),
            5 => ("no signature", either(&without_signature(valid))),
            6 => ("unknown kid", either(&with_unknown_kid(valid))),
            7 => ("foreign key", either(&any_of(&forgeries.foreign))),
            8 => ("symmetric signature", either(&any_of(&forgeries.symmetric))),
            9 => ("expired token", either(&any_of(&forgeries.expired))),
            10 => ("wrong party", either(&any_of(&forgeries.wrong_party))),
            11 => ("token of a template", either(&any_of(&forgeries.template))),
            12 => {
                let refresh = format!("__refresh_{}={}", self.suffix, random(40));
                let request = get("/me").header(header::COOKIE, refresh);
                let expired = any_of(&forgeries.expired);
                ("refresh", suffixed_cookies(request, &expired, &self.suffix))
            }
            13 => {
                let uri = format!("/me?__clerk_handshake_nonce={}", random(32));
                ("handshake nonce", page(&uri))
            }
            14 => ("handshake token", page(&format!("/me?__clerk_handshake={valid}"))),
            15 => ("API key", bearer(get("/me"), &format!("ak_{}", random(32)))),
            16 => {
                // Few different ones.
                let key = format!("ak_{:032}", fastrand::u8(..));
                ("repeated API key", bearer(get("/me"), &key))
            }
            17 => {
                let prefix = if fastrand::bool() { "mt_" } else { "oat_" };
                ("token of another type", bearer(get("/me"), &format!("{prefix}{}", random(32))))
            }
            18 => {
                let forged = post("/me").header("sec-fetch-site", "cross-site");
                ("forged request of another site", session_cookies(forged, valid))
            }
            _ => {
                let token = self.clerk.stolen_token(Worth::Rejected)?;
                ("stolen token after its withdrawal", either(&token))
            }
        };
        Some((kind, finish(request)))
    }
}

fn get(uri: &str) -> request::Builder {
    Request::get(uri).header(header::HOST, "app.example.com")
}

fn post(uri: &str) -> request::Builder {
    get(uri).method(Method::POST)
}

/// Returns a browser's request for a page.
fn page(uri: &str) -> request::Builder {
    get(uri)
        .header(header::ACCEPT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
        .header("sec-fetch-dest", "document")
}

fn bearer(request: request::Builder, token: &str) -> request::Builder {
    request.header(header::AUTHORIZATION, format!("Bearer {token}"))
}

fn session_cookies(request: request::Builder, token: &str) -> request::Builder {
    request.header(header::COOKIE, format!("theme=dark; __client_uat=1; __session={token}"))
}

fn suffixed_cookies(request: request::Builder, token: &str, suffix: &str) -> request::Builder {
    let cookies = format!(
        "__client_uat=1; __client_uat_{suffix}=1; __session={token}; __session_{suffix}={token}"
    );
    request.header(header::COOKIE, cookies)
}

/// Sends a token as a bearer or in a cookie.
fn either(token: &str) -> request::Builder {
    if fastrand::bool() { bearer(get("/me"), token) } else { session_cookies(page("/me"), token) }
}

fn finish(request: request::Builder) -> Request<Body> {
    request.body(Body::empty()).expect("a request")
}

fn random(length: usize) -> String {
    iter::repeat_with(fastrand::alphanumeric).take(length).collect()
}

fn nonsense_jwt() -> String {
    let part = || random(fastrand::usize(1..400));
    format!("{}.{}.{}", part(), part(), part())
}

fn parts(token: &str) -> (&str, &str, &str) {
    let (message, signature) = token.rsplit_once('.').expect("a signature");
    let (header, claims) = message.split_once('.').expect("claims");
    (header, claims, signature)
}

/// Replaces text in a part of a token.
fn replace(part: &str, old: &str, new: &str) -> String {
    let text = URL_SAFE_NO_PAD.decode(part).expect("base64");
    let text = String::from_utf8(text).expect("UTF-8");
    assert!(text.contains(old), "{text} does not contain {old}");
    URL_SAFE_NO_PAD.encode(text.replace(old, new))
}

fn with_other_claims(token: &str) -> String {
    let (header, claims, signature) = parts(token);
    format!("{header}.{}.{signature}", replace(claims, "user_", "user_1"))
}

fn with_altered_signature(token: &str) -> String {
    let (header, claims, signature) = parts(token);
    let mut signature = URL_SAFE_NO_PAD.decode(signature).expect("base64");
    let at = fastrand::usize(..signature.len());
    signature[at] ^= 1 << fastrand::u8(..8);
    format!("{header}.{claims}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn without_signature(token: &str) -> String {
    let (header, claims, _) = parts(token);
    format!("{}.{claims}.", replace(header, "RS256", "none"))
}

fn with_unknown_kid(token: &str) -> String {
    let (header, claims, signature) = parts(token);
    let kid = format!("ins_{}", random(27));
    format!(
        "{}.{claims}.{signature}",
        replace(header, "\"kid\":\"ins_", &format!("\"kid\":\"{kid}"))
    )
}
