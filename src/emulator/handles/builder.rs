//! How an emulator is to be.

use std::time::Duration;

use crate::clock::Clock;
use crate::config::InstanceType;
use crate::emulator::store::InstanceOptions;

/// A [`ClerkEmulator`](super::ClerkEmulator) before its start.
#[derive(Clone, Debug)]
#[must_use = "an emulator runs when it is started"]
pub struct ClerkEmulatorBuilder {
    pub(super) port: u16,
    pub(super) instance: InstanceOptions,
}

impl Default for ClerkEmulatorBuilder {
    fn default() -> Self {
        Self {
            port: 0,
            instance: InstanceOptions {
                clock: Clock::system(),
                instance_type: InstanceType::Development,
                session_token_lifetime: Duration::from_secs(60),
                satellites: Vec::new(),
            },
        }
    }
}

impl ClerkEmulatorBuilder {
    /// The clock to go by; the system's unless told otherwise.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.instance.clock = clock;
        self
    }

    /// The port to listen on; 0, the default, is any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Whether to be a development instance, the default, or one for production.
    ///
    /// In production a browser is known by its cookies alone, which an app shares with its Frontend API. The ports of a
    /// host share theirs: open the app at 127.0.0.1, at any port. A development instance serves apps at any host.
    pub fn instance_type(mut self, instance_type: InstanceType) -> Self {
        self.instance.instance_type = instance_type;
        self
    }

    /// How long the session tokens of new sessions are valid, to the second; 60 seconds, as Clerk's, unless told
    /// otherwise.
    pub fn session_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.instance.session_token_lifetime = lifetime;
        self
    }

    /// A host, such as `localhost`, at which apps are satellites of those at 127.0.0.1; it must lead to 127.0.0.1, too.
    /// `POST /domains` adds others later.
    pub fn satellite(mut self, host: impl Into<String>) -> Self {
        self.instance.satellites.push(host.into());
        self
    }
}
