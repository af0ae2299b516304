//! Emails from the application to its users, which Clerk no longer supports.

use serde_json::Value;

use crate::api::{client::Client, error::Result, transport::FIRST_API_VERSION};

/// Emails to users, which were removed from newer versions of Clerk's API.
///
/// ```no_run
/// use axum_clerk::api::CreateEmail;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let email = CreateEmail::default()
///     .email_address_id("idn_1")
///     .subject("Welcome")
///     .body("Hello, Ada.");
/// # #[allow(deprecated)]
/// clerk.emails().create(&email).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Emails<'a>(pub(in crate::api) &'a Client);

impl Emails<'_> {
    /// Sends an email to a user.
    ///
    /// `POST /emails`, in version 2021-02-05
    #[deprecated = "removed by Clerk; use an email delivery service"]
    pub async fn create(self, params: &CreateEmail) -> Result<Email> {
        self.0.post("/emails", []).api_version(FIRST_API_VERSION).json(params).send().await
    }
}

params! {
    /// Parameters for [`Emails::create`].
    pub struct CreateEmail {
        /// The ID of the recipient's email address.
        email_address_id: String,
        /// The part before the `@` in the sender's address.
        from_email_name: String,
        /// The subject.
        subject: String,
        /// The body, as HTML.
        body: String,
    }
}

model! {
    /// An email.
    #[serde(tag = "object", rename = "email")]
    pub struct Email {
        /// The email's ID, `ema_…`.
        pub id: String,
        /// The kind of email.
        pub slug: Option<String>,
        /// The part before the `@` in the sender's address.
        pub from_email_name: String,
        /// The part before the `@` in the reply-to address.
        pub reply_to_email_name: Option<String>,
        /// The recipient's email address.
        pub to_email_address: Option<String>,
        /// The ID of the recipient's email address.
        pub email_address_id: Option<String>,
        /// The ID of the recipient.
        pub user_id: Option<String>,
        /// The subject.
        pub subject: Option<String>,
        /// The body, as HTML.
        pub body: Option<String>,
        /// The body, as plain text.
        pub body_plain: Option<String>,
        /// The delivery status, such as `queued`.
        pub status: Option<String>,
        /// The values that the template was rendered with.
        pub data: Value,
        /// Whether Clerk delivers the email.
        pub delivered_by_clerk: bool,
    }
}
