//! Receives messages from other machines through the shared cache.

use std::{
    collections::HashSet,
    sync::{Arc, Weak, atomic::Ordering},
    time::Duration,
};

use futures_util::{StreamExt, stream::BoxStream};
use tokio::{runtime::Handle, time::timeout};

use super::{
    Clerk, Inner,
    messages::{MachineSync, Message, REVOCATIONS, TimedRevocation},
    shared::Shared,
};
use crate::metrics;

/// The interval at which a machine resubscribes after it was cut off, and resends unsent messages.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

impl Clerk {
    /// Starts to listen to the other machines once, if a shared cache is configured and a runtime
    /// is available.
    pub(super) fn start_sync(&self) {
        let Some(sync) = &self.0.sync else { return };
        if let Ok(runtime) = Handle::try_current()
            && !sync.is_started.swap(true, Ordering::Relaxed)
        {
            runtime.spawn(listen(Arc::clone(&sync.shared), Arc::downgrade(&self.0)));
        }
    }

    /// Sends a message to the other machines, if a shared cache is configured.
    pub(super) async fn send(&self, message: &Message) {
        if let Some(sync) = &self.0.sync {
            self.start_sync();
            sync.send(message).await;
        }
    }

    /// Handles a message.
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
                metrics::revocation(revocation.kind());
                self.0.verifier.revocations().insert(revocation, expires_at, now);
            }
        }
    }

    /// Loads the revocations that other machines may have sent before this one subscribed. Returns
    /// whether they could be loaded.
    async fn catch_up(&self, sync: &MachineSync) -> bool {
        let stored = sync.shared.members::<TimedRevocation>(REVOCATIONS).await;
        let is_caught_up = stored.is_some();
        if let Some(stored) = stored.map(HashSet::from_iter) {
            sync.mark_lost(&stored);
            for revocation in stored {
                self.receive(Message::Revoke(revocation)).await;
            }
        }
        self.stop_waiting();
        is_caught_up
    }

    /// Continues with the revocations that this machine knows.
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
            Ok(messages) => follow(messages, &handle).await,
            Err(error) => tracing::debug!(%error, "could not subscribe to the shared cache"),
        }
        let Some(clerk) = handle.upgrade().map(Clerk) else { return };
        clerk.stop_waiting();
        drop(clerk);
        tokio::time::sleep(RETRY_INTERVAL).await;
    }
}

/// Receives messages and resends unsent ones, until messages may have been lost or the last handle
/// is dropped.
async fn follow(mut messages: BoxStream<'static, Message>, handle: &Weak<Inner>) {
    let Some(clerk) = handle.upgrade().map(Clerk) else { return };
    // They may have changed before this machine subscribed.
    #[cfg(feature = "api")]
    clerk.0.resources.clear();
    drop(clerk);
    let mut is_caught_up = false;
    loop {
        let Some(clerk) = handle.upgrade().map(Clerk) else { return };
        let Some(sync) = &clerk.0.sync else { return };
        is_caught_up = is_caught_up || clerk.catch_up(sync).await;
        sync.send_again().await;
        drop(clerk);
        match timeout(RETRY_INTERVAL, messages.next()).await {
            Ok(Some(message)) => {
                let Some(clerk) = handle.upgrade().map(Clerk) else { return };
                clerk.receive(message).await;
            }
            Ok(None) => return,
            Err(_) => {}
        }
    }
}
