//! The messages that Clerk would send to users.

use std::time::SystemTime;

/// An email or a text message that Clerk would have sent; see
/// [`ClerkEmulator::sent_messages`](crate::emulator::ClerkEmulator::sent_messages).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SentMessage {
    /// The email address or the phone number.
    pub to: String,
    /// The code to enter, if the message contains one.
    pub code: Option<String>,
    /// The link to open, if the message contains one.
    pub url: Option<String>,
    /// When the message was sent.
    pub sent_at: SystemTime,
}
