//! Invitations to the application.

use crate::{
    api::{
        client::Client,
        error::Result,
        transport::Items,
        types::{InvitationStatus, Metadata, Secret},
    },
    timestamp::Timestamp,
};

/// Invitations to sign up to the application.
///
/// ```no_run
/// use axum_clerk::api::{CreateInvitation, InvitationStatus, ListInvitations};
/// use serde_json::json;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let invitation = CreateInvitation::new("grace@example.com")
///     .public_metadata(json!({ "plan": "trial" }))
///     .redirect_url("https://example.com/welcome");
/// clerk.invitations().create(&invitation).await?;
///
/// let pending = ListInvitations::default().status(InvitationStatus::Pending);
/// for invitation in clerk.invitations().list(&pending).await? {
///     println!("{} was invited on {}", invitation.email_address, invitation.created_at);
/// }
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/invitations)
#[derive(Clone, Copy, Debug)]
pub struct Invitations<'a>(pub(in crate::api) &'a Client);

impl Invitations<'_> {
    /// Lists invitations, the newest first unless `order_by` says otherwise.
    ///
    /// `GET /invitations`
    pub async fn list(self, params: &ListInvitations) -> Result<Vec<Invitation>> {
        self.0.get("/invitations", []).query(params).send_list().await
    }

    /// Streams invitations, from all pages.
    ///
    /// `GET /invitations`
    pub fn stream(self, params: &ListInvitations) -> Items<Invitation> {
        self.0.get("/invitations", []).query(&params.clone().paginated(true)).stream()
    }

    /// Invites someone, by email unless `notify` is off.
    ///
    /// `POST /invitations`
    pub async fn create(self, params: &CreateInvitation) -> Result<Invitation> {
        self.0.post("/invitations", []).json(params).send().await
    }

    /// Invites up to 10 people.
    ///
    /// `POST /invitations/bulk`
    pub async fn bulk_create(self, params: &[CreateInvitation]) -> Result<Vec<Invitation>> {
        self.0.post("/invitations/bulk", []).json(params).send_list().await
    }

    /// Makes an invitation's link invalid. Who was invited may still sign up without it.
    ///
    /// `POST /invitations/{invitation_id}/revoke`
    pub async fn revoke(self, invitation_id: &str) -> Result<Invitation> {
        self.0.post("/invitations/{invitation_id}/revoke", [invitation_id]).send().await
    }
}

params! {
    /// Which invitations [`Invitations::list`] returns.
    pub struct ListInvitations {
        /// In this state. By default all but the revoked ones.
        status: InvitationStatus,
        /// Whose ID or email address contains this text.
        query: String,
        /// `created_at`, `email_address` or `expires_at`, with `-` before it to descend. By default
        /// `-created_at`.
        order_by: String,
        /// Whether Clerk pages the answer.
        paginated: bool,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// A new invitation, for [`Invitations::create`] and [`Invitations::bulk_create`].
    pub struct CreateInvitation(
        /// Whom to invite.
        email_address: String,
    ) {
        /// What becomes the user's public metadata.
        public_metadata: Metadata,
        /// Where the link leads, if the application has pages of its own for it.
        redirect_url: String,
        /// Whether to send an email: by default it is sent.
        notify: bool,
        /// Whether to invite although there is an invitation, or a user, with that email address.
        ignore_existing: bool,
        /// How long it is valid, in days: 1 to 365, by default 30.
        expires_in_days: u32,
        /// The template of the email.
        template_slug: InvitationTemplate,
    }
}

open_enum! {
    /// The template of an invitation's email.
    pub enum InvitationTemplate {
        /// For an invitation.
        Invitation = "invitation",
        /// For someone from the waitlist.
        WaitlistInvitation = "waitlist_invitation",
    }
}

model! {
    /// An invitation to the application.
    #[serde(tag = "object", rename = "invitation")]
    pub struct Invitation {
        /// Its ID, `inv_…`.
        pub id: String,
        /// Who is invited.
        pub email_address: String,
        /// What becomes the user's public metadata.
        pub public_metadata: Metadata,
        /// Whether it was made invalid.
        pub revoked: Option<bool>,
        /// Its state.
        pub status: InvitationStatus,
        /// The link to follow. It is worth a sign-up.
        pub url: Option<Secret>,
        /// When it expires.
        pub expires_at: Option<Timestamp>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}
