//! The messages that Clerk would send. The emulator keeps them instead.

use super::{
    records::{CODE, SentMessage},
    state::Store,
};

/// The number of messages that are kept.
const MAX_MESSAGES: usize = 1000;

impl Store {
    /// Records a message with the code that verifies an email address or a phone number.
    pub(super) fn send_code(&mut self, to: &str) {
        self.send(SentMessage {
            to: to.to_owned(),
            code: Some(CODE.to_owned()),
            url: None,
            sent_at: self.clock.app_clock().now(),
        });
    }

    /// Records a message with a link, such as an invitation.
    pub(in crate::emulator) fn send_link(&mut self, to: &str, url: &str) {
        self.send(SentMessage {
            to: to.to_owned(),
            code: None,
            url: Some(url.to_owned()),
            sent_at: self.clock.app_clock().now(),
        });
    }

    fn send(&mut self, message: SentMessage) {
        if self.messages.len() == MAX_MESSAGES {
            self.messages.pop_front();
        }
        self.messages.push_back(message);
    }
}
