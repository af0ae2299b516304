//! Request authentication: from the head of a request to a [`RequestState`].
//!
//! [`decide`] is a pure function of the request, the configuration, the instance's keys and the
//! results of previous lookups. It never waits. If it needs information from the network, it
//! returns a [`Lookup`]; the caller resolves the lookup and calls it again. A token that was
//! verified before is therefore decided without waiting, and everything can be tested without a
//! network.

mod browser;
#[cfg(feature = "axum")]
mod credentials;
mod lookup;
mod machine;
mod machine_token;
mod principal;
mod request;
mod state;
#[cfg(test)]
mod tests;
mod url_query;

use http::header;

#[cfg(feature = "axum")]
pub(crate) use self::credentials::carries_credentials;
use self::request::BEARER;
pub(crate) use self::{
    browser::dev_browser_token,
    lookup::{HandshakePayload, Lookup, LookupResults, LookupSource, RefreshRequest},
    machine_token::audience_names,
    request::{RequestHead, X_FORWARDED_HOST, X_FORWARDED_PROTO},
    state::{AUTH_REASON, AUTH_STATUS},
    url_query::set_query_parameter,
};
pub use self::{
    machine_token::{MachineToken, MachineTokenError},
    principal::Principal,
    state::{Location, Reason, RequestState, ResponseHeaders, VerifiedSession},
};
use crate::{
    config::{ClerkConfig, TokenType},
    token::{TokenClass, TokenError, Verifier, VerifyError},
};

/// Decides the state of a request.
pub(crate) fn decide(
    head: RequestHead<'_>,
    config: &ClerkConfig,
    verifier: &Verifier,
    results: &LookupResults,
) -> Result<RequestState, Lookup> {
    if config.excludes(|| head.path()) {
        return Ok(RequestState::signed_out(Reason::ExcludedRoute));
    }
    let accepted = config.accepted_tokens();
    // By default only session tokens are accepted, and the token's type need not be determined.
    if accepted != [TokenType::SessionToken] {
        let header_token = head.header_token();
        let machine_token = header_token
            .and_then(|token| std::str::from_utf8(token).ok())
            .and_then(|token| Some((token, machine::token_type(token, verifier)?)));
        if let [only] = accepted {
            let rejected =
                |reason| Ok(RequestState::signed_out(reason).with_token_type(Some(*only)));
            return match (header_token, machine_token) {
                (None, _) => rejected(Reason::NoTokenInHeader),
                (Some(_), Some((token, presented))) if presented == *only => {
                    machine::authenticate(token, presented, config, verifier, results)
                }
                _ => rejected(Reason::Token(TokenError::TypeMismatch)),
            };
        }
        let presented = machine_token.map_or(TokenType::SessionToken, |(_, presented)| presented);
        if !accepted.contains(&presented) {
            return Ok(RequestState::signed_out(TokenError::TypeMismatch).with_token_type(None));
        }
        if let Some((token, presented)) = machine_token {
            return machine::authenticate(token, presented, config, verifier, results);
        }
    }
    let Some(authorization) = head.headers.get(header::AUTHORIZATION) else {
        return browser::authenticate(head, config, verifier, results);
    };
    // A token that was verified before contains no spaces, so the header need not be parsed.
    let cached = authorization
        .as_bytes()
        .strip_prefix(BEARER)
        .and_then(|token| verifier.verify_if_cached(token, TokenClass::Session));
    let verified = match cached {
        Some(verified) => verified,
        None => match head.header_token() {
            Some(token) => verifier.verify(token, TokenClass::Session),
            None => return browser::authenticate(head, config, verifier, results),
        },
    };
    match verified {
        Ok(token) => Ok(RequestState::signed_in(token)),
        Err(VerifyError::KeysPending) => Err(Lookup::Keys),
        Err(VerifyError::Invalid(error)) => {
            browser::recover_header_token(error, head, config, verifier, results)
        }
    }
}
