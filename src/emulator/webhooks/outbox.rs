//! The queue of webhooks, and the task that delivers them.

use std::{
    collections::BTreeMap,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::future::select;
use http::{StatusCode, header};
use reqwest::redirect;
use tokio::{sync::Notify, task::AbortHandle};

use super::{
    event::Event,
    sent_webhook::{SentWebhook, WebhookAttempt},
};
use crate::clock::Clock;
use crate::emulator::tokens::{new_id, random_id};
use crate::timestamp::Timestamp;
use crate::webhooks::SigningKey;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// The time between a failed attempt and the next one in milliseconds, as at Svix. The first attempt
/// is made immediately.
const RETRY_DELAYS: [i64; 7] =
    [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR];

/// The time in which an endpoint must respond.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Delivers webhooks one after the other, in the order of the events. Failed ones are tried again
/// later, after other webhooks in the meantime.
pub(in crate::emulator) struct Outbox {
    secret: String,
    key: SigningKey,
    instance_id: &'static str,
    clock: Clock,
    state: Mutex<State>,
    /// Wakes the task that delivers.
    work: Notify,
    /// Wakes those who wait until all due attempts are made.
    idle: Notify,
}

#[derive(Default)]
struct State {
    endpoints: Vec<String>,
    sent: Vec<SentWebhook>,
    /// The next attempts, as indices into `sent`, by their time and the order of their scheduling.
    queue: BTreeMap<(i64, u64), usize>,
    scheduled: u64,
    is_delivering: bool,
    task: Option<AbortHandle>,
}

impl Outbox {
    pub(in crate::emulator) fn new(instance_id: &'static str, clock: Clock) -> Self {
        let secret = format!("whsec_{}", STANDARD.encode(random_id(24)));
        Self {
            key: SigningKey::new(&secret).expect("a generated secret is valid"),
            secret,
            instance_id,
            clock,
            state: Mutex::default(),
            work: Notify::new(),
            idle: Notify::new(),
        }
    }

    pub(in crate::emulator) fn secret(&self) -> &str {
        &self.secret
    }

    /// Delivers the webhooks of all further events to an endpoint too.
    pub(in crate::emulator) fn add_endpoint(self: &Arc<Self>, url: String) {
        let mut state = self.state();
        state.endpoints.push(url);
        if state.task.is_none() {
            state.task = Some(tokio::spawn(deliver(self.clone())).abort_handle());
        }
    }

    /// Stops delivering.
    pub(in crate::emulator) fn stop(&self) {
        if let Some(task) = &self.state().task {
            task.abort();
        }
    }

    /// Schedules the webhooks of events for immediate delivery.
    pub(in crate::emulator) fn push(&self, events: &[Event]) {
        if events.is_empty() {
            return;
        }
        let mut state = self.state();
        let now = self.clock.unix_millis();
        for event in events {
            let body = event.body(self.instance_id, now);
            for url in state.endpoints.clone() {
                let webhook = SentWebhook {
                    id: new_id("msg"),
                    event_type: event.event_type.to_owned(),
                    url,
                    body: body.clone(),
                    attempts: Vec::new(),
                };
                let index = state.sent.len();
                state.sent.push(webhook);
                state.schedule(index, now);
            }
        }
        drop(state);
        self.work.notify_one();
    }

    pub(in crate::emulator) fn sent(&self) -> Vec<SentWebhook> {
        self.state().sent.clone()
    }

    /// Waits until all attempts that are due have been made.
    pub(in crate::emulator) async fn idle(&self) {
        loop {
            // Must exist before the state is read, or it would miss a change in between.
            let idle = self.idle.notified();
            if self.is_idle() {
                return;
            }
            idle.await;
        }
    }

    fn is_idle(&self) -> bool {
        let state = self.state();
        let now = self.clock.unix_millis();
        !state.is_delivering && state.next_at().is_none_or(|at| at > now)
    }

    /// Takes the next attempt from the queue if it is due. Otherwise returns the time at which it
    /// will be, if there is one.
    fn next(&self) -> Result<usize, Option<i64>> {
        let mut state = self.state();
        let at = state.next_at().ok_or(None)?;
        if at > self.clock.unix_millis() {
            return Err(Some(at));
        }
        let (_, index) = state.queue.pop_first().ok_or(None)?;
        state.is_delivering = true;
        Ok(index)
    }

    /// Makes an attempt, and schedules another one if it fails.
    async fn attempt(&self, http: &reqwest::Client, index: usize) {
        let SentWebhook { id, url, body, .. } = self.state().sent[index].clone();
        let at = Timestamp::from_millis(self.clock.unix_millis());
        let timestamp = at.as_millis().div_euclid(SECOND).to_string();
        let request = http
            .post(url)
            .header(header::CONTENT_TYPE, "application/json")
            .header("svix-id", &id)
            .header("svix-signature", self.key.sign(&id, &timestamp, body.as_bytes()))
            .header("svix-timestamp", timestamp)
            .body(body);
        let status: Option<StatusCode> =
            request.send().await.ok().map(|response| response.status());
        let attempt = WebhookAttempt { at, status };

        let mut state = self.state();
        let failures = state.sent[index].attempts.len();
        state.sent[index].attempts.push(attempt);
        if let Some(delay) = RETRY_DELAYS.get(failures).filter(|_| !attempt.is_success()) {
            state.schedule(index, self.clock.unix_millis() + delay);
        }
        state.is_delivering = false;
        drop(state);
        self.idle.notify_waiters();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn schedule(&mut self, index: usize, at: i64) {
        self.scheduled += 1;
        self.queue.insert((at, self.scheduled), index);
    }

    fn next_at(&self) -> Option<i64> {
        self.queue.keys().next().map(|(at, _)| *at)
    }
}

async fn deliver(outbox: Arc<Outbox>) {
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .timeout(TIMEOUT)
        .build()
        .expect("an HTTP client without special settings can be built");
    loop {
        match outbox.next() {
            Ok(index) => outbox.attempt(&http, index).await,
            Err(Some(at)) => {
                let (due, work) = (outbox.clock.sleep_until(at), outbox.work.notified());
                select(pin!(due), pin!(work)).await;
            }
            Err(None) => outbox.work.notified().await,
        }
    }
}
