//! Emails from the application to its users, as Clerk once sent them.

use serde_json::Value;

use crate::api::{client::Client, error::Result, transport::FIRST_API_VERSION};

/// Emails to users. Newer versions of Clerk's API do not have them.
///
/// ```no_run
/// use axum_clerk::api::CreateEmail;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let email = CreateEmail::default().email_address_id("idn_1").subject("Welcome").body("Hello, Ada.");
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
    #[deprecated = "Clerk has removed it: use a service for emails"]
    pub async fn create(self, params: &CreateEmail) -> Result<Email> {
        self.0.post("/emails", []).api_version(FIRST_API_VERSION).json(params).send().await
    }
}

params! {
    /// A new email, for [`Emails::create`].
    pub struct CreateEmail {
        /// The ID of the email address that it goes to.
        email_address_id: String,
        /// What stands before the `@` of the address that it comes from.
        from_email_name: String,
        /// Subject.
        subject: String,
        /// The text, as HTML.
        body: String,
    }
}

model! {
    /// An email.
    #[serde(tag = "object", rename = "email")]
    pub struct Email {
        /// Its ID, `ema_…`.
        pub id: String,
        /// The kind of email.
        pub slug: Option<String>,
        /// What stands before the `@` of the address that it comes from.
        pub from_email_name: String,
        /// What stands before the `@` of the address for replies.
        pub reply_to_email_name: Option<String>,
        /// The address that it goes to.
        pub to_email_address: Option<String>,
        /// The ID of that address.
        pub email_address_id: Option<String>,
        /// The ID of the user that it goes to.
        pub user_id: Option<String>,
        /// Subject.
        pub subject: Option<String>,
        /// The text, as HTML.
        pub body: Option<String>,
        /// The text without HTML.
        pub body_plain: Option<String>,
        /// How far it is, such as `queued`.
        pub status: Option<String>,
        /// What its template was filled with.
        pub data: Value,
        /// Whether Clerk delivers it.
        pub delivered_by_clerk: bool,
    }
}
