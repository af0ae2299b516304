//! How a request is authenticated: from the head of a request to a [`RequestState`].
//!
//! [`decide`] is a function of the request, the configuration, the instance's keys and what was learnt so far. It never
//! waits: where something is missing it returns the [`Question`], and is asked again once there is an answer. A token
//! seen before is thus decided on the spot, and all of it can be tested without a network.

mod browser;
mod cookies;
mod handshake;
mod machine;
mod network;
mod organization_sync;
mod request;
mod state;
#[cfg(test)]
mod tests;

use self::{browser::Browser, cookies::ClerkCookies};
pub use self::{
    machine::{MachineToken, MachineTokenError},
    state::{Location, Reason, RequestState, ResponseHeaders, Session},
};
pub(crate) use self::{
    network::{Answers, Network, Question, RefreshRequest},
    organization_sync::OrganizationSync,
    request::{RequestHead, X_FORWARDED_HOST, X_FORWARDED_PROTO},
};
use crate::{
    ClerkConfig, TokenType,
    token::{TokenClass, TokenError, Unverified, Verifier},
};

/// Decides what a request is.
pub(crate) fn decide(
    head: RequestHead<'_>,
    config: &ClerkConfig,
    verifier: &Verifier,
    answers: &Answers,
) -> Result<RequestState, Question> {
    if config.excludes(head.uri.path()) {
        return Ok(RequestState::signed_out(Reason::ExcludedRoute));
    }
    let accepted = config.accepted_tokens();
    let header_token = head.header_token();
    // By default no token but the session's is even looked for.
    if accepted != [TokenType::SessionToken] {
        let machine_type = header_token.and_then(machine::token_type);
        if let [only] = accepted {
            let refused = |reason| Ok(RequestState::signed_out(reason).of_type(Some(*only)));
            return match (header_token, machine_type) {
                (None, _) => refused(Reason::NoTokenInHeader),
                (Some(token), Some(presented)) if presented == *only => {
                    machine::authenticate(token, presented, verifier, answers)
                }
                _ => refused(Reason::Token(TokenError::TypeMismatch)),
            };
        }
        if !accepted.contains(&machine_type.unwrap_or(TokenType::SessionToken)) {
            return Ok(RequestState::signed_out(TokenError::TypeMismatch).of_type(None));
        }
        if let (Some(token), Some(presented)) = (header_token, machine_type) {
            return machine::authenticate(token, presented, verifier, answers);
        }
    }
    let Some(token) = header_token else {
        let state = as_browser(head, config, verifier, answers, |browser| browser.authenticate());
        return state
            .unwrap_or_else(|| Ok(RequestState::signed_out(Reason::SessionTokenAndUatMissing)));
    };
    match verifier.verify(token, TokenClass::Session) {
        Ok(token) => Ok(RequestState::signed_in(token)),
        Err(Unverified::KeysNeeded) => Err(Question::Keys),
        Err(Unverified::Refused(error)) => {
            let after_error = |browser: Browser<'_>| browser.after_refused_token(error.clone());
            let state = as_browser(head, config, verifier, answers, after_error);
            state.unwrap_or_else(|| Ok(RequestState::signed_out(error)))
        }
    }
}

/// Looks at a request as a browser's; without a publishable key there are none.
fn as_browser<T>(
    head: RequestHead<'_>,
    config: &ClerkConfig,
    verifier: &Verifier,
    answers: &Answers,
    look: impl FnOnce(Browser<'_>) -> T,
) -> Option<T> {
    let publishable_key = config.publishable_key()?;
    let cookies = ClerkCookies::parse(head, publishable_key.cookie_suffix());
    Some(look(Browser::new(head, config, publishable_key, verifier, answers, &cookies)))
}

/// The token that tells one development browser from another, where the request has one.
pub(crate) fn dev_browser_token(
    head: RequestHead<'_>,
    config: &ClerkConfig,
    verifier: &Verifier,
) -> Option<String> {
    as_browser(head, config, verifier, &Answers::default(), |browser| browser.dev_browser_token())?
}
