//! Text messages from the application to its users, as Clerk once sent them.

use serde_json::Value;

use crate::{
    api::{client::Client, error::Result, transport::FIRST_API_VERSION},
    timestamp::Timestamp,
};

/// Text messages to users. Newer versions of Clerk's API do not have them.
///
/// ```no_run
/// use axum_clerk::api::CreateSmsMessage;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let message = CreateSmsMessage::default().phone_number_id("idn_1").message("Your table is ready.");
/// # #[allow(deprecated)]
/// clerk.sms_messages().create(&message).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SmsMessages<'a>(pub(in crate::api) &'a Client);

impl SmsMessages<'_> {
    /// Sends a text message to a user.
    ///
    /// `POST /sms_messages`, in version 2021-02-05
    #[deprecated = "Clerk has removed it: use a service for text messages"]
    pub async fn create(self, params: &CreateSmsMessage) -> Result<SmsMessage> {
        self.0.post("/sms_messages", []).api_version(FIRST_API_VERSION).json(params).send().await
    }
}

params! {
    /// A new text message, for [`SmsMessages::create`].
    pub struct CreateSmsMessage {
        /// The ID of the phone number that it goes to.
        phone_number_id: String,
        /// The text.
        message: String,
    }
}

model! {
    /// A text message.
    #[serde(tag = "object", rename = "sms_message")]
    pub struct SmsMessage {
        /// Its ID, `sms_…`.
        pub id: String,
        /// The kind of message.
        pub slug: Option<String>,
        /// The number that it comes from.
        pub from_phone_number: String,
        /// The number that it goes to.
        pub to_phone_number: String,
        /// The ID of that number.
        pub phone_number_id: Option<String>,
        /// The ID of the user that it goes to.
        pub user_id: Option<String>,
        /// The text.
        pub message: String,
        /// How far it is, such as `queued`.
        pub status: String,
        /// What its template was filled with.
        pub data: Value,
        /// Whether Clerk delivers it.
        pub delivered_by_clerk: bool,
        /// When it was created.
        pub created_at_ms: Option<Timestamp>,
    }
}
