//! The webhooks of the emulator.

use super::clerk_emulator::ClerkEmulator;
use crate::emulator::webhooks::SentWebhook;

impl ClerkEmulator {
    /// Delivers a webhook to an endpoint, such as `http://127.0.0.1:3000/webhooks`, for each further
    /// change to users, sessions, roles, permissions, subscriptions with their items and payments,
    /// and organizations with their memberships, invitations and domains. Call it several times for
    /// several endpoints.
    ///
    /// Webhooks are signed with the [`webhook_signing_secret`](Self::webhook_signing_secret) and
    /// delivered in order, one at a time. If the endpoint does not return a 2xx status within 15
    /// seconds, it receives the webhook again after 5 seconds, 5 minutes, 30 minutes, 2 hours, 5
    /// hours, 10 hours and 10 hours on the emulator's [`clock`](Self::clock), like Clerk's.
    ///
    /// ```
    /// use axum::{Router, routing::post};
    /// use axum_clerk::{ClerkLayer, api::CreateUser, emulator::ClerkEmulator, webhooks::Webhook};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// async fn receive(Webhook(event): Webhook) {
    ///     println!("{}", event.event_type());
    /// }
    ///
    /// let clerk = ClerkEmulator::start().await?;
    /// let app = Router::new()
    ///     .route("/webhooks", post(receive))
    ///     .layer(ClerkLayer::new(clerk.config()));
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// clerk.deliver_webhooks_to(format!("http://{}/webhooks", listener.local_addr()?));
    /// tokio::spawn(axum::serve(listener, app).into_future());
    ///
    /// clerk.create_user(CreateUser::default().first_name("Ada"));
    /// clerk.webhooks_settled().await;
    /// let sent = clerk.sent_webhooks();
    /// assert_eq!(sent[0].event_type, "user.created");
    /// assert!(sent[0].is_delivered());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If called outside of a Tokio runtime.
    pub fn deliver_webhooks_to(&self, url: impl Into<String>) {
        self.instance.deliver_webhooks_to(url.into());
    }

    /// The secret that signs webhooks, `whsec_…`, which is part of the emulator's
    /// [configuration](Self::config).
    #[must_use]
    pub fn webhook_signing_secret(&self) -> &str {
        self.instance.outbox.secret()
    }

    /// Returns the webhooks so far, in the order of the events, whether they were delivered or not.
    #[must_use]
    pub fn sent_webhooks(&self) -> Vec<SentWebhook> {
        self.instance.outbox.sent()
    }

    /// Waits until no webhook is due: each was delivered, or is going to be tried again later on
    /// the emulator's [`clock`](Self::clock).
    pub async fn webhooks_settled(&self) {
        // Changes that only time has caused are made when the store is locked.
        drop(self.instance.store());
        self.instance.outbox.idle().await;
    }
}
