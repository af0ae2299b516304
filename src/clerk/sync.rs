//! Listening to what the machines of an application tell each other through the shared cache.

use std::{
    collections::HashSet,
    sync::{Arc, Weak, atomic::Ordering},
    time::Duration,
};

use futures_util::StreamExt;
use tokio::{runtime::Handle, time::timeout};

use super::{
    Clerk, Inner,
    messages::{Message, REVOCATIONS, TimedRevocation},
    shared::Shared,
};

/// The interval at which a machine subscribes again after it was cut off, and sends again what could
/// not be sent.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

impl Clerk {
    /// Starts to listen to the other machines, once, if there is a shared cache and a runtime.
    pub(super) fn start_sync(&self) {
        let Some(sync) = &self.0.sync else { return };
        if let Ok(runtime) = Handle::try_current()
            && !sync.is_started.swap(true, Ordering::Relaxed)
        {
            runtime.spawn(listen(Arc::clone(&sync.shared), Arc::downgrade(&self.0)));
        }
    }

    /// Sends a message to all machines but this one, if there is a shared cache.
    pub(super) async fn send(&self, message: &Message) {
        if let Some(sync) = &self.0.sync {
            self.start_sync();
            sync.send(message, self.config().clock().unix_millis()).await;
        }
    }

    /// Does what a message says.
    pub(super) async fn receive(&self, message: Message) {
        match message {
            #[cfg(feature = "api")]
            Message::ForgetUser(id) => self.0.resources.users.remove(&id).await,
            #[cfg(feature = "api")]
            Message::ForgetOrganization(id) => self.0.resources.organizations.remove(&id).await,
            #[cfg(not(feature = "api"))]
            Message::ForgetUser(_) | Message::ForgetOrganization(_) => {}
            Message::Revoke(TimedRevocation { revocation, expires_at }) => {
                let now = self.config().clock().unix_millis();
                self.0.verifier.revocations().insert(revocation, expires_at, now);
            }
        }
    }

    /// Catches up with the other machines after subscribing, when messages may have been lost.
    async fn catch_up(&self) {
        let Some(sync) = &self.0.sync else { return };
        #[cfg(feature = "api")]
        {
            self.0.resources.users.clear();
            self.0.resources.organizations.clear();
        }
        if let Some(revocations) = sync.shared.members::<TimedRevocation>(REVOCATIONS).await {
            let known: HashSet<_> = revocations.into_iter().map(Message::Revoke).collect();
            for message in &known {
                self.receive(message.clone()).await;
            }
            // The cache may have been emptied.
            let is_lost = |message: &Message| {
                matches!(message, Message::Revoke(_)) && !known.contains(message)
            };
            sync.send_again(self.config().clock().unix_millis(), is_lost).await;
        }
        self.stop_waiting();
    }

    /// Receives a message, if there is one, and sends what could not be sent.
    async fn tick(&self, message: Option<Message>) {
        if let Some(message) = message {
            self.receive(message).await;
        }
        if let Some(sync) = &self.0.sync {
            sync.send_again(self.config().clock().unix_millis(), |_| false).await;
        }
    }

    /// Goes on with the revocations that this machine knows.
    pub(super) fn stop_waiting(&self) {
        self.0.verifier.revocations().loaded();
        if let Some(sync) = &self.0.sync {
            sync.is_loaded.send_replace(true);
        }
    }
}

/// Listens to the other machines until the last handle is dropped.
async fn listen(shared: Arc<Shared>, handle: Weak<Inner>) {
    loop {
        match shared.subscribe::<Message>().await {
            Ok(mut messages) => {
                let Some(clerk) = handle.upgrade().map(Clerk) else { return };
                clerk.catch_up().await;
                drop(clerk);
                loop {
                    let message = match timeout(RETRY_INTERVAL, messages.next()).await {
                        Ok(Some(message)) => Some(message),
                        Ok(None) => break,
                        Err(_) => None,
                    };
                    let Some(clerk) = handle.upgrade().map(Clerk) else { return };
                    clerk.tick(message).await;
                }
            }
            Err(error) => {
                tracing::debug!(%error, "subscribing at the shared cache failed");
                let Some(clerk) = handle.upgrade().map(Clerk) else { return };
                clerk.stop_waiting();
            }
        }
        tokio::time::sleep(RETRY_INTERVAL).await;
    }
}
