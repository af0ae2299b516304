//! Invitations to organizations.

use super::{memberships::OrganizationMembershipUser, organization::PublicOrganization};
use crate::{
    api::{
        client::Client,
        error::Result,
        transport::Items,
        types::{InvitationStatus, Metadata, Page, Paging, Secret},
    },
    timestamp::Timestamp,
};

/// Invitations to organizations. Those of one user are with
/// [`Users::organization_invitations`](crate::api::Users::organization_invitations).
///
/// ```no_run
/// use axum_clerk::api::{CreateOrganizationInvitation, RevokeOrganizationInvitation};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let everyone = ["grace@example.com", "alan@example.com"]
///     .map(|address| CreateOrganizationInvitation::new(address, "org:member").inviter_user_id("user_ada"));
/// let invitations = clerk.organization_invitations().bulk_create("org_1", &everyone).await?;
///
/// let by_ada = RevokeOrganizationInvitation::default().requesting_user_id("user_ada");
/// clerk.organization_invitations().revoke("org_1", &invitations.data[0].id, &by_ada).await?;
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/organization-invitations)
#[derive(Clone, Copy, Debug)]
pub struct OrganizationInvitations<'a>(pub(in crate::api) &'a Client);

impl OrganizationInvitations<'_> {
    /// Lists the invitations to an organization, the newest first unless `order_by` says otherwise. Those that
    /// come of a domain are not among them.
    ///
    /// `GET /organizations/{organization_id}/invitations`
    pub async fn list(
        self,
        organization_id: &str,
        params: &ListOrganizationInvitations,
    ) -> Result<Page<OrganizationInvitation>> {
        self.0
            .get("/organizations/{organization_id}/invitations", [organization_id])
            .query(params)
            .send()
            .await
    }

    /// Streams the invitations to an organization, from all pages.
    ///
    /// `GET /organizations/{organization_id}/invitations`
    pub fn stream(
        self,
        organization_id: &str,
        params: &ListOrganizationInvitations,
    ) -> Items<OrganizationInvitation> {
        self.0
            .get("/organizations/{organization_id}/invitations", [organization_id])
            .query(params)
            .stream()
    }

    /// Lists the invitations to all organizations, the newest first unless `order_by` says otherwise.
    ///
    /// `GET /organization_invitations`
    pub async fn list_all(
        self,
        params: &ListAllOrganizationInvitations,
    ) -> Result<Page<OrganizationInvitation>> {
        self.0.get("/organization_invitations", []).query(params).send().await
    }

    /// Streams the invitations to all organizations, from all pages.
    ///
    /// `GET /organization_invitations`
    pub fn stream_all(
        self,
        params: &ListAllOrganizationInvitations,
    ) -> Items<OrganizationInvitation> {
        self.0.get("/organization_invitations", []).query(params).stream()
    }

    /// Lists the pending invitations to an organization, the newest first.
    ///
    /// `GET /organizations/{organization_id}/invitations/pending`
    #[deprecated = "use `list` with the status `InvitationStatus::Pending`"]
    pub async fn list_pending(
        self,
        organization_id: &str,
        params: &Paging,
    ) -> Result<Page<OrganizationInvitation>> {
        let path = "/organizations/{organization_id}/invitations/pending";
        self.0.get(path, [organization_id]).query(params).send().await
    }

    /// Streams the pending invitations to an organization, from all pages.
    ///
    /// `GET /organizations/{organization_id}/invitations/pending`
    #[deprecated = "use `stream` with the status `InvitationStatus::Pending`"]
    pub fn stream_pending(
        self,
        organization_id: &str,
        params: &Paging,
    ) -> Items<OrganizationInvitation> {
        let path = "/organizations/{organization_id}/invitations/pending";
        self.0.get(path, [organization_id]).query(params).stream()
    }

    /// Gets an invitation.
    ///
    /// `GET /organizations/{organization_id}/invitations/{invitation_id}`
    pub async fn get(
        self,
        organization_id: &str,
        invitation_id: &str,
    ) -> Result<OrganizationInvitation> {
        let path = "/organizations/{organization_id}/invitations/{invitation_id}";
        self.0.get(path, [organization_id, invitation_id]).send().await
    }

    /// Invites someone to an organization, by email unless `notify` is off.
    ///
    /// `POST /organizations/{organization_id}/invitations`
    pub async fn create(
        self,
        organization_id: &str,
        params: &CreateOrganizationInvitation,
    ) -> Result<OrganizationInvitation> {
        self.0
            .post("/organizations/{organization_id}/invitations", [organization_id])
            .json(params)
            .send()
            .await
    }

    /// Invites up to 10 people to an organization.
    ///
    /// `POST /organizations/{organization_id}/invitations/bulk`
    pub async fn bulk_create(
        self,
        organization_id: &str,
        params: &[CreateOrganizationInvitation],
    ) -> Result<Page<OrganizationInvitation>> {
        let path = "/organizations/{organization_id}/invitations/bulk";
        self.0.post(path, [organization_id]).json(params).send().await
    }

    /// Makes a pending invitation invalid.
    ///
    /// `POST /organizations/{organization_id}/invitations/{invitation_id}/revoke`
    pub async fn revoke(
        self,
        organization_id: &str,
        invitation_id: &str,
        params: &RevokeOrganizationInvitation,
    ) -> Result<OrganizationInvitation> {
        let path = "/organizations/{organization_id}/invitations/{invitation_id}/revoke";
        self.0.post(path, [organization_id, invitation_id]).json(params).send().await
    }
}

params! {
    /// Which invitations [`OrganizationInvitations::list`] returns.
    pub struct ListOrganizationInvitations {
        /// In this state.
        status: InvitationStatus,
        /// Of this email address.
        email_address: String,
        /// `created_at` or `email_address`, with `-` before it to descend. By default `-created_at`.
        order_by: String,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// Which invitations [`OrganizationInvitations::list_all`] returns.
    pub struct ListAllOrganizationInvitations {
        /// In this state.
        status: InvitationStatus,
        /// Whose email address contains this text.
        query: String,
        /// `created_at` or `email_address`, with `-` before it to descend. By default `-created_at`.
        order_by: String,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// A new invitation, for [`OrganizationInvitations::create`] and [`OrganizationInvitations::bulk_create`].
    pub struct CreateOrganizationInvitation(
        /// Whom to invite.
        email_address: String,
        /// The key of the role that they will have, such as `org:member`.
        role: String,
    ) {
        /// The ID of the user who invites: an administrator of the organization.
        inviter_user_id: String,
        /// What becomes the membership's public metadata.
        public_metadata: Metadata,
        /// What becomes the membership's private metadata.
        private_metadata: Metadata,
        /// Where the link leads, if the application has pages of its own for it.
        redirect_url: String,
        /// How long it is valid, in days: 1 to 365, by default 30.
        expires_in_days: u32,
        /// Whether to send an email: by default it is sent.
        notify: bool,
    }
}

params! {
    /// How [`OrganizationInvitations::revoke`] revokes.
    pub struct RevokeOrganizationInvitation {
        /// The ID of the user who revokes: an administrator of the organization.
        requesting_user_id: String,
    }
}

model! {
    /// An invitation to an organization.
    #[serde(tag = "object", rename = "organization_invitation")]
    pub struct OrganizationInvitation {
        /// Its ID, `orginv_…`.
        pub id: String,
        /// Who is invited.
        pub email_address: String,
        /// The key of the role that they will have.
        pub role: String,
        /// The name of that role.
        pub role_name: String,
        /// The ID of the organization.
        pub organization_id: Option<String>,
        /// The ID of the user who invites.
        pub inviter_id: Option<String>,
        /// The user who invites.
        pub public_inviter_data: Option<OrganizationMembershipUser>,
        /// The organization, where the call includes it.
        pub public_organization_data: Option<PublicOrganization>,
        /// Its state.
        pub status: Option<InvitationStatus>,
        /// What becomes the membership's public metadata.
        pub public_metadata: Metadata,
        /// What becomes the membership's private metadata.
        pub private_metadata: Metadata,
        /// The link to follow. It is worth a membership.
        pub url: Option<Secret>,
        /// When it expires.
        pub expires_at: Option<Timestamp>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}
