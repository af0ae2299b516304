//! Request authentication: from the head of a request to a [`RequestState`].
//!
//! [`decide`] is a pure function of the request, the configuration, the instance's keys and the
//! results of previous lookups. It never waits. If it needs information from the network, it
//! returns a [`Lookup`]; the caller resolves the lookup and calls it again. A token that was
//! verified before is therefore decided without waiting, and everything can be tested without a
//! network.

mod browser;
mod lookup;
mod machine;
mod machine_token;
mod request;
mod state;
#[cfg(test)]
mod tests;
mod url_query;

pub(crate) use self::{
    browser::dev_browser_token,
    lookup::{HandshakePayload, Lookup, LookupResults, LookupSource, RefreshRequest},
    request::{RequestHead, X_FORWARDED_HOST, X_FORWARDED_PROTO},
    url_query::set_query_parameter,
};
pub use self::{
    machine_token::{MachineToken, MachineTokenError},
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
    if config.excludes(head.path()) {
        return Ok(RequestState::signed_out(Reason::ExcludedRoute));
    }
    let accepted = config.accepted_tokens();
    let header_token = head.header_token();
    // By default only session tokens are accepted, and the token's type need not be determined.
    if accepted != [TokenType::SessionToken] {
        let machine_type = header_token.and_then(machine::token_type);
        if let [only] = accepted {
            let rejected =
                |reason| Ok(RequestState::signed_out(reason).with_token_type(Some(*only)));
            return match (header_token, machine_type) {
                (None, _) => rejected(Reason::NoTokenInHeader),
                (Some(token), Some(presented)) if presented == *only => {
                    machine::authenticate(token, presented, config, verifier, results)
                }
                _ => rejected(Reason::Token(TokenError::TypeMismatch)),
            };
        }
        if !accepted.contains(&machine_type.unwrap_or(TokenType::SessionToken)) {
            return Ok(RequestState::signed_out(TokenError::TypeMismatch).with_token_type(None));
        }
        if let (Some(token), Some(presented)) = (header_token, machine_type) {
            return machine::authenticate(token, presented, config, verifier, results);
        }
    }
    let Some(token) = header_token else {
        return browser::authenticate(head, config, verifier, results);
    };
    match verifier.verify(token, TokenClass::Session) {
        Ok(token) => Ok(RequestState::signed_in(token)),
        Err(VerifyError::KeysPending) => Err(Lookup::Keys),
        Err(VerifyError::Invalid(error)) => {
            browser::recover_header_token(error, head, config, verifier, results)
        }
    }
}
