//! How users sign up and in.

use super::clerk_emulator::ClerkEmulator;
use crate::emulator::store::{SentMessage, UserSettings};

impl ClerkEmulator {
    /// Changes the settings of the sign-up and sign-in forms.
    pub fn update_user_settings(&self, update: impl FnOnce(&mut UserSettings)) {
        update(&mut self.instance.store().user_settings);
    }

    /// Returns the emails and text messages that Clerk would have sent, oldest first: the last
    /// thousand.
    #[must_use]
    pub fn sent_messages(&self) -> Vec<SentMessage> {
        self.instance.store().messages.iter().cloned().collect()
    }
}
