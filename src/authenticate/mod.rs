//! How a request is authenticated: from the head of a request to a [`RequestState`].
//!
//! [`authenticate`] is a function of the request, the configuration and what is known of the instance's keys. It never
//! waits: where it cannot decide yet it says so, and is asked again once the keys are there. A token seen before is
//! thus decided on the spot, and the whole can be tested without a network.

mod cookies;
mod request;
mod state;

use std::sync::Arc;

use serde_json::Value;

use self::cookies::{ClerkCookies, client_uat};
pub(crate) use self::request::RequestHead;
pub use self::state::{Reason, RequestState, Session};
use crate::{
    ClerkConfig, InstanceType,
    token::{Peeked, TokenClass, Unverified, VerifiedToken, Verifier},
};

/// The instance's keys are needed to decide, and are being fetched.
#[derive(Debug)]
pub(crate) struct KeysNeeded;

/// Decides what a request is.
pub(crate) fn authenticate(
    head: RequestHead<'_>,
    config: &ClerkConfig,
    verifier: &Verifier,
) -> Result<RequestState, KeysNeeded> {
    if config.excludes(head.uri.path()) {
        return Ok(RequestState::signed_out(Reason::ExcludedRoute));
    }
    match head.header_token() {
        Some(token) => verified(verifier.verify(token, TokenClass::Session)),
        None => with_cookies(head, config, verifier),
    }
}

/// The token that tells one development browser from another, where the request has one.
pub(crate) fn dev_browser_token(
    head: RequestHead<'_>,
    config: &ClerkConfig,
    verifier: &Verifier,
) -> Option<String> {
    head.query("__clerk_db_jwt").or_else(|| {
        let cookies = ClerkCookies::parse(head, config.publishable_key()?.cookie_suffix());
        let (use_suffixed, _) = choose_session(config, verifier, &cookies);
        cookies.dev_browser.get(use_suffixed).map(str::to_owned)
    })
}

fn with_cookies(
    head: RequestHead<'_>,
    config: &ClerkConfig,
    verifier: &Verifier,
) -> Result<RequestState, KeysNeeded> {
    let signed_out = |reason| Ok(RequestState::signed_out(reason));
    let Some(publishable_key) = config.publishable_key() else {
        return signed_out(Reason::SessionTokenAndUatMissing);
    };
    let cookies = ClerkCookies::parse(head, publishable_key.cookie_suffix());
    let (use_suffixed, session) = choose_session(config, verifier, &cookies);
    let client_uat = client_uat(cookies.client_uat.get(use_suffixed));
    let session = match (session, client_uat) {
        (None, 0) => return signed_out(Reason::SessionTokenAndUatMissing),
        (None, _) => return signed_out(Reason::ClientUatButNoSessionToken),
        (Some(_), 0) => return signed_out(Reason::SessionTokenButNoClientUat),
        (Some(session), _) => session,
    };
    if let Err(error) = session.check_class(TokenClass::Session) {
        return signed_out(error.into());
    }
    #[allow(clippy::cast_precision_loss)]
    let is_older =
        session.claim("iat").and_then(|iat| iat.as_f64()).is_some_and(|iat| iat < client_uat as f64);
    if is_older {
        return signed_out(Reason::SessionTokenIatBeforeClientUat);
    }
    verified(verifier.verify_peeked(session, TokenClass::Session))
}

fn verified(result: Result<Arc<VerifiedToken>, Unverified>) -> Result<RequestState, KeysNeeded> {
    match result {
        Ok(token) => Ok(RequestState::signed_in(token)),
        Err(Unverified::Refused(error)) => Ok(RequestState::signed_out(error)),
        Err(Unverified::KeysNeeded) => Err(KeysNeeded),
    }
}

/// Whether the suffixed cookies count, and the session token of those that do.
fn choose_session<'a>(
    config: &ClerkConfig,
    verifier: &Verifier,
    cookies: &'a ClerkCookies<'_>,
) -> (bool, Option<Peeked<'a>>) {
    let plain = cookies.session.plain.as_deref().map(|token| verifier.peek(token));
    let suffixed = cookies.session.suffixed.as_deref().map(|token| verifier.peek(token));
    let use_suffixed = uses_suffixed_cookies(config, cookies, plain.as_ref(), suffixed.as_ref());
    (use_suffixed, if use_suffixed { suffixed } else { plain })
}

/// Whether the suffixed cookies count, or those without a suffix: old and new versions of clerk-js may both have set
/// theirs, and applications on one domain share the plain ones.
fn uses_suffixed_cookies(
    config: &ClerkConfig,
    cookies: &ClerkCookies<'_>,
    plain: Option<&Peeked<'_>>,
    suffixed: Option<&Peeked<'_>>,
) -> bool {
    let issuer = |session: &Peeked<'_>| session.claim("iss").cloned().unwrap_or_default();
    if let Some(session) = plain {
        let issuer = issuer(session);
        if is_falsy(&issuer) {
            return false;
        }
        let host = issuer.as_str().map(without_scheme);
        if host != config.issuer() {
            return true;
        }
    }
    let suffixed_uat = cookies.client_uat.get(true);
    if suffixed_uat.is_none() && suffixed.is_none() {
        return false;
    }
    let number = |session: Option<&Peeked<'_>>, claim| session?.claim(claim)?.as_f64();
    let issued_at = |session| number(session, "iat").unwrap_or(0.0);
    let suffixed_is_out = suffixed_uat == Some("0");
    let plain_is_out = cookies.client_uat.get(false) == Some("0");
    if !suffixed_is_out && !plain_is_out && issued_at(plain) > issued_at(suffixed) {
        return false;
    }
    if suffixed_is_out && !plain_is_out {
        return false;
    }
    let is_production = config.instance_type() == Some(InstanceType::Production);
    if !is_production && !suffixed_is_out && plain_is_out {
        #[allow(clippy::cast_precision_loss)]
        let now = (config.clock().unix_millis() / 1000) as f64;
        if number(suffixed, "exp").is_some_and(|exp| exp <= now) {
            return false;
        }
    }
    !(suffixed_uat.is_none() && suffixed.is_some())
}

fn is_falsy(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Number(number) => number.as_f64() == Some(0.0),
        _ => false,
    }
}

fn without_scheme(url: &str) -> &str {
    url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url)
}
