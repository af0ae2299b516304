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
    /// Lists invitations, newest first by default.
    ///
    /// `GET /invitations`
    pub async fn list(self, params: &ListInvitations) -> Result<Vec<Invitation>> {
        self.0.get("/invitations", []).query(params).send_list().await
    }

    /// Streams invitations from all pages.
    ///
    /// `GET /invitations`
    pub fn stream(self, params: &ListInvitations) -> Items<Invitation> {
        self.0.get("/invitations", []).query(&params.clone().paginated(true)).stream()
    }

    /// Invites a person to the application. Clerk sends an email unless `notify` is `false`.
    ///
    /// `POST /invitations`
    pub async fn create(self, params: &CreateInvitation) -> Result<Invitation> {
        self.0.post("/invitations", []).json(params).send().await
    }

    /// Invites up to 10 people to the application.
    ///
    /// `POST /invitations/bulk`
    pub async fn bulk_create(self, params: &[CreateInvitation]) -> Result<Vec<Invitation>> {
        self.0.post("/invitations/bulk", []).json(params).send_list().await
    }

    /// Revokes an invitation, which invalidates its link. The invited person can still sign up
    /// without it.
    ///
    /// `POST /invitations/{invitation_id}/revoke`
    pub async fn revoke(self, invitation_id: &str) -> Result<Invitation> {
        self.0.post("/invitations/{invitation_id}/revoke", [invitation_id]).send().await
    }
}

params! {
    /// Parameters for [`Invitations::list`].
    pub struct ListInvitations {
        /// Filters by status. All but revoked invitations are returned by default.
        status: InvitationStatus,
        /// Filters by part of the ID or email address.
        query: String,
        /// The sort order: `created_at`, `email_address` or `expires_at`, descending with a leading
        /// `-`. `-created_at` by default.
        order_by: String,
        /// Whether Clerk returns a paginated response.
        paginated: bool,
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

params! {
    /// Parameters for [`Invitations::create`] and [`Invitations::bulk_create`].
    pub struct CreateInvitation(
        /// The email address of the person to invite.
        email_address: String,
    ) {
        /// The public metadata, transferred to the user on sign-up.
        public_metadata: Metadata,
        /// The URL to which the invitation link redirects, if you use custom pages.
        redirect_url: String,
        /// Whether Clerk sends an email; `true` by default.
        notify: bool,
        /// Whether to create the invitation even if the email address already has an invitation or
        /// belongs to a user.
        ignore_existing: bool,
        /// The number of days before the invitation expires: 1 to 365, 30 by default.
        expires_in_days: u32,
        /// The template of the email.
        template_slug: InvitationTemplate,
    }
}

open_enum! {
    /// The template of an invitation email.
    pub enum InvitationTemplate {
        /// An invitation.
        Invitation = "invitation",
        /// An invitation from the waitlist.
        WaitlistInvitation = "waitlist_invitation",
    }
}

model! {
    /// An invitation to the application.
    #[serde(tag = "object", rename = "invitation")]
    pub struct Invitation {
        /// The invitation's ID, `inv_…`.
        pub id: String,
        /// The email address of the invited person.
        pub email_address: String,
        /// The public metadata, transferred to the user on sign-up.
        pub public_metadata: Metadata,
        /// Whether the invitation was revoked.
        pub revoked: Option<bool>,
        /// The status of the invitation.
        pub status: InvitationStatus,
        /// The invitation link. Anyone who has it can sign up with the invitation.
        pub url: Option<Secret>,
        /// The time when the invitation expires.
        pub expires_at: Option<Timestamp>,
        /// The time when the invitation was created.
        pub created_at: Timestamp,
        /// The time when the invitation was last updated.
        pub updated_at: Timestamp,
    }
}
