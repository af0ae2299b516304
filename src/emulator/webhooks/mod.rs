//! The delivery of webhooks. Independent of the store, which passes on the events.

mod event;
mod outbox;
mod sent_webhook;

pub use self::sent_webhook::{SentWebhook, WebhookAttempt};
pub(in crate::emulator) use self::{event::Event, outbox::Outbox};
