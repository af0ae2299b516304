//! The messages that the machines of an application send each other through the shared cache.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicBool},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::{sync::watch, time::timeout};

use super::shared::Shared;
use crate::{clock::Clock, config::ClerkConfig, token::Revocation};

/// The set of revocations in the shared cache.
pub(super) const REVOCATIONS: &str = "revocations";

/// The kinds of resources in the shared cache.
pub(super) const USER: &str = "user";
pub(super) const ORGANIZATION: &str = "organization";

/// Replaces a forgotten resource in the shared cache.
const FORGOTTEN: Option<()> = None;

/// The time for which a forgotten resource is not stored again, so that no machine stores a version
/// that it fetched before the change.
const FORGOTTEN_LIFETIME: Duration = Duration::from_secs(5);

/// The maximum duration of a fetch whose result is stored. Together with the time for storing it,
/// it must be shorter than [`FORGOTTEN_LIFETIME`].
#[cfg(feature = "api")]
pub(super) const MAX_STORED_FETCH: Duration = Duration::from_secs(2);

/// A message to all machines.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub(super) enum Message {
    ForgetUser(String),
    ForgetOrganization(String),
    Revoke(TimedRevocation),
}

/// A revocation, and the time when it expires in Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub(super) struct TimedRevocation {
    pub(super) revocation: Revocation,
    pub(super) expires_at: i64,
}

/// The connection of a machine to the others.
pub(super) struct MachineSync {
    pub(super) shared: Arc<Shared>,
    pub(super) is_started: AtomicBool,
    /// Whether the revocations were loaded, or this machine continues without them.
    pub(super) is_loaded: watch::Sender<bool>,
    clock: Clock,
    /// The maximum time for which a machine caches a resource.
    resource_lifetime: Duration,
    /// The messages of this machine that could not be sent because the cache was unavailable, and
    /// all of its unexpired revocations, because the cache may lose them.
    outgoing: Mutex<HashMap<Message, Outgoing>>,
}

struct Outgoing {
    /// The time when the message becomes irrelevant, in Unix milliseconds.
    expires_at: i64,
    is_sent: bool,
}

impl MachineSync {
    pub(super) fn new(shared: Arc<Shared>, config: &ClerkConfig) -> Self {
        Self {
            shared,
            is_started: AtomicBool::new(false),
            is_loaded: watch::Sender::new(false),
            clock: config.clock().clone(),
            resource_lifetime: config.resource_cache().1,
            outgoing: Mutex::default(),
        }
    }

    /// Sends a message to all machines, now or when the cache is available again.
    pub(super) async fn send(&self, message: &Message) {
        let is_sent = self.try_send(message).await;
        let (expires_at, is_kept) = if let Message::Revoke(revocation) = message {
            (revocation.expires_at, true)
        } else {
            (self.clock.unix_millis_after(self.resource_lifetime), !is_sent)
        };
        if is_kept {
            self.lock().insert(message.clone(), Outgoing { expires_at, is_sent });
        }
    }

    /// Updates the shared cache, for machines that miss the message, and publishes the message.
    /// Returns whether both succeeded.
    async fn try_send(&self, message: &Message) -> bool {
        let is_stored = match message {
            Message::ForgetUser(id) => {
                self.shared.set(USER, id, &FORGOTTEN, FORGOTTEN_LIFETIME).await
            }
            Message::ForgetOrganization(id) => {
                self.shared.set(ORGANIZATION, id, &FORGOTTEN, FORGOTTEN_LIFETIME).await
            }
            Message::Revoke(revocation) => {
                let Some(lifetime) = self.clock.duration_until(revocation.expires_at) else {
                    return true;
                };
                self.shared.add(REVOCATIONS, revocation, lifetime).await
            }
        };
        is_stored.is_some() && self.shared.publish(message).await.is_some()
    }

    /// Marks revocations that the shared cache has lost as unsent.
    pub(super) fn mark_lost(&self, stored: &HashSet<TimedRevocation>) {
        for (message, outgoing) in self.lock().iter_mut() {
            if let Message::Revoke(revocation) = message
                && !stored.contains(revocation)
            {
                outgoing.is_sent = false;
            }
        }
    }

    /// Sends the messages that have not been sent.
    pub(super) async fn send_again(&self) {
        let now = self.clock.unix_millis();
        let unsent: Vec<_> = {
            let mut outgoing = self.lock();
            outgoing.retain(|_, outgoing| outgoing.expires_at > now);
            let unsent = outgoing.iter().filter(|(_, outgoing)| !outgoing.is_sent);
            unsent.map(|(message, _)| message.clone()).collect()
        };
        for message in unsent {
            if !self.try_send(&message).await {
                return;
            }
            let mut outgoing = self.lock();
            if let Message::Revoke(_) = message {
                outgoing.entry(message).and_modify(|outgoing| outgoing.is_sent = true);
            } else {
                outgoing.remove(&message);
            }
        }
    }

    /// Waits until the revocations are loaded, or the limit is reached.
    pub(super) async fn loaded(&self, limit: Duration) {
        let mut is_loaded = self.is_loaded.subscribe();
        let _ = timeout(limit, is_loaded.wait_for(|is_loaded| *is_loaded)).await;
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Message, Outgoing>> {
        self.outgoing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
