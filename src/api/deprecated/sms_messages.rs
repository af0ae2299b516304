//! Text messages from the application to its users, which Clerk no longer supports.

use serde_json::Value;

use crate::{
    api::{client::Client, error::Result, transport::FIRST_API_VERSION},
    timestamp::Timestamp,
};

/// Text messages to users, which were removed from newer versions of Clerk's API.
///
/// ```no_run
/// use axum_clerk::api::CreateSmsMessage;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let message = CreateSmsMessage::default()
///     .phone_number_id("idn_1")
///     .message("Your table is ready.");
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
    #[deprecated = "removed by Clerk; use a text message delivery service"]
    pub async fn create(self, params: &CreateSmsMessage) -> Result<SmsMessage> {
        self.0.post("/sms_messages", []).api_version(FIRST_API_VERSION).json(params).send().await
    }
}

params! {
    /// Parameters for [`SmsMessages::create`].
    pub struct CreateSmsMessage {
        /// The ID of the recipient's phone number.
        phone_number_id: String,
        /// The text of the message.
        message: String,
    }
}

model! {
    /// A text message.
    #[serde(tag = "object", rename = "sms_message")]
    pub struct SmsMessage {
        /// The message's ID, `sms_…`.
        pub id: String,
        /// The kind of message.
        pub slug: Option<String>,
        /// The sender's phone number.
        pub from_phone_number: String,
        /// The recipient's phone number.
        pub to_phone_number: String,
        /// The ID of the recipient's phone number.
        pub phone_number_id: Option<String>,
        /// The ID of the recipient.
        pub user_id: Option<String>,
        /// The text of the message.
        pub message: String,
        /// The delivery status, such as `queued`.
        pub status: String,
        /// The values that the template was rendered with.
        pub data: Value,
        /// Whether Clerk delivers the message.
        pub delivered_by_clerk: bool,
        /// The time when the message was created.
        pub created_at_ms: Option<Timestamp>,
    }
}
