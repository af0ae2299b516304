//! How an emulator is to be.

use std::{io, sync::Arc, time::Duration};

use tokio::net::TcpListener;

use super::{
    ClerkEmulator, HOST, app,
    instance::Instance,
    server::{self, Outage},
};
use crate::{Clock, InstanceType};

/// A [`ClerkEmulator`] before its start.
#[derive(Clone, Debug)]
#[must_use = "an emulator runs when it is started"]
pub struct ClerkEmulatorBuilder {
    pub(super) clock: Clock,
    pub(super) port: u16,
    pub(super) instance_type: InstanceType,
    pub(super) session_token_lifetime: Duration,
    pub(super) satellites: Vec<String>,
}

impl Default for ClerkEmulatorBuilder {
    fn default() -> Self {
        Self {
            clock: Clock::system(),
            port: 0,
            instance_type: InstanceType::Development,
            session_token_lifetime: Duration::from_secs(60),
            satellites: Vec::new(),
        }
    }
}

impl ClerkEmulatorBuilder {
    /// The clock to go by; the system's unless told otherwise.
    pub fn clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The port to listen on; 0, the default, is any free one.
    pub fn port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// Whether to be a development instance, the default, or one for production.
    ///
    /// In production a browser is known by its cookies alone, which an app shares with its Frontend API. The ports of a
    /// host share theirs: open the app at 127.0.0.1, at any port. A development instance serves apps at any host.
    pub fn instance_type(self, instance_type: InstanceType) -> Self {
        Self { instance_type, ..self }
    }

    /// How long the session tokens of new sessions are valid, to the second; 60 seconds, as Clerk's, unless told
    /// otherwise.
    pub fn session_token_lifetime(self, lifetime: Duration) -> Self {
        Self { session_token_lifetime: lifetime, ..self }
    }

    /// A host, such as `localhost`, at which apps are satellites of those at 127.0.0.1; it must lead to 127.0.0.1, too.
    /// `POST /domains` adds others later.
    pub fn satellite(mut self, host: impl Into<String>) -> Self {
        self.satellites.push(host.into());
        self
    }

    /// Starts the emulator.
    ///
    /// # Errors
    ///
    /// If the port cannot be had.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub async fn start(self) -> io::Result<ClerkEmulator> {
        let listener = TcpListener::bind((HOST, self.port)).await?;
        let host = listener.local_addr()?.to_string();
        let instance = Arc::new(Instance::new(&host, self));
        let outage = Outage::default();
        let _running = server::serve(listener, outage.clone(), app::app(instance.clone()));
        Ok(ClerkEmulator { instance, outage, _running })
    }
}
