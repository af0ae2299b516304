//! What authenticating a request may need from the network.

use std::{collections::BTreeMap, future::Future, sync::Arc};

use serde::Serialize;

use super::{MachineToken, MachineTokenError};
use crate::TokenType;

/// Something that must be known to decide, and can only be learnt by waiting.
pub(crate) enum Question {
    /// The instance's keys, which are being fetched.
    Keys,
    /// The cookies that a handshake's nonce stands for.
    HandshakePayload { nonce: String },
    /// The cookies of a session whose token has expired.
    Refresh(Box<RefreshRequest>),
    /// What an opaque machine token stands for.
    MachineToken { token_type: TokenType, token: String },
}

/// What was learnt so far.
#[derive(Default)]
pub(crate) struct Answers {
    /// `None` inside where Clerk did not know the nonce, or could not be asked.
    pub(crate) handshake_payload: Option<Option<Vec<String>>>,
    pub(crate) refresh: Option<Result<Vec<String>, String>>,
    pub(crate) machine_token: Option<Result<Arc<MachineToken>, MachineTokenError>>,
}

/// The body of `POST /sessions/{session_id}/refresh`, and what stands around it.
#[derive(Serialize)]
pub(crate) struct RefreshRequest {
    #[serde(skip)]
    pub(crate) session_id: String,
    #[serde(skip)]
    pub(crate) suffixed_cookies: bool,
    pub(crate) format: &'static str,
    pub(crate) expired_token: String,
    pub(crate) refresh_token: String,
    pub(crate) request_origin: String,
    pub(crate) request_headers: BTreeMap<String, Vec<String>>,
}

/// The network, as far as authenticating a request goes.
pub(crate) trait Network: Sync {
    /// Waits until the instance's keys are there, or cannot be had.
    fn keys_ready(&self) -> impl Future<Output = ()> + Send;

    /// Exchanges a handshake's nonce for the cookies to set.
    fn handshake_payload(&self, nonce: &str) -> impl Future<Output = Option<Vec<String>>> + Send;

    /// Refreshes a session; fails with Clerk's word for why.
    fn refresh(
        &self,
        request: &RefreshRequest,
    ) -> impl Future<Output = Result<Vec<String>, String>> + Send;

    /// Verifies an opaque machine token.
    fn verify_machine_token(
        &self,
        token_type: TokenType,
        token: &str,
    ) -> impl Future<Output = Result<Arc<MachineToken>, MachineTokenError>> + Send;
}

impl Answers {
    /// Waits for what is missing.
    pub(crate) async fn learn(&mut self, question: Question, network: &impl Network) {
        match question {
            Question::Keys => network.keys_ready().await,
            Question::HandshakePayload { nonce } => {
                self.handshake_payload = Some(network.handshake_payload(&nonce).await);
            }
            Question::Refresh(request) => self.refresh = Some(network.refresh(&request).await),
            Question::MachineToken { token_type, token } => {
                self.machine_token = Some(network.verify_machine_token(token_type, &token).await);
            }
        }
    }
}
