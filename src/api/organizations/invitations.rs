//! Organization invitations.

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

/// Invitations to organizations.
/// [`Users::organization_invitations`](crate::api::Users::organization_invitations) lists those of
/// a single user.
///
/// ```no_run
/// use axum_clerk::api::{CreateOrganizationInvitation, RevokeOrganizationInvitation};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let invitations = ["grace@example.com", "alan@example.com"].map(|address| {
///     CreateOrganizationInvitation::new(address, "org:member").inviter_user_id("user_ada")
/// });
/// let invitations = clerk.organization_invitations().bulk_create("org_1", &invitations).await?;
///
/// let params = RevokeOrganizationInvitation::default().requesting_user_id("user_ada");
/// clerk.organization_invitations().revoke("org_1", &invitations.data[0].id, &params).await?;
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/organization-invitations)
#[derive(Clone, Copy, Debug)]
pub struct OrganizationInvitations<'a>(pub(in crate::api) &'a Client);

impl OrganizationInvitations<'_> {
    /// Lists the invitations to an organization, newest first by default. Invitations created
    /// through a domain are not included.
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

    /// Streams the invitations to an organization from all pages.
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

    /// Lists the invitations to all organizations, newest first by default.
    ///
    /// `GET /organization_invitations`
    pub async fn list_all(
        self,
        params: &ListAllOrganizationInvitations,
    ) -> Result<Page<OrganizationInvitation>> {
        self.0.get("/organization_invitations", []).query(params).send().await
    }

    /// Streams the invitations to all organizations from all pages.
    ///
    /// `GET /organization_invitations`
    pub fn stream_all(
        self,
        params: &ListAllOrganizationInvitations,
    ) -> Items<OrganizationInvitation> {
        self.0.get("/organization_invitations", []).query(params).stream()
    }

    /// Lists the pending invitations to an organization, newest first.
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

    /// Streams the pending invitations to an organization from all pages.
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

    /// Gets an invitation to an organization.
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

    /// Invites a person to an organization. Clerk sends an email unless `notify` is `false`.
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

    /// Revokes a pending invitation.
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
    /// Parameters for [`OrganizationInvitations::list`].
    pub struct ListOrganizationInvitations {
        /// Filters by status.
        status: InvitationStatus,
        /// Filters by email address.
        email_address: String,
        /// The sort order: `created_at` or `email_address`, descending with a leading `-`.
        /// `-created_at` by default.
        order_by: String,
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

params! {
    /// Parameters for [`OrganizationInvitations::list_all`].
    pub struct ListAllOrganizationInvitations {
        /// Filters by status.
        status: InvitationStatus,
        /// Filters by part of the email address.
        query: String,
        /// The sort order: `created_at` or `email_address`, descending with a leading `-`.
        /// `-created_at` by default.
        order_by: String,
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

params! {
    /// Parameters for [`OrganizationInvitations::create`] and
    /// [`OrganizationInvitations::bulk_create`].
    pub struct CreateOrganizationInvitation(
        /// The email address of the person to invite.
        email_address: String,
        /// The key of the role assigned to the new member, such as `org:member`.
        role: String,
    ) {
        /// The ID of the inviting user, who must be an administrator of the organization.
        inviter_user_id: String,
        /// The public metadata, transferred to the membership on acceptance.
        public_metadata: Metadata,
        /// The private metadata, transferred to the membership on acceptance.
        private_metadata: Metadata,
        /// The URL to which the invitation link redirects, if you use custom pages.
        redirect_url: String,
        /// The number of days before the invitation expires: 1 to 365, 30 by default.
        expires_in_days: u32,
        /// Whether Clerk sends an email; `true` by default.
        notify: bool,
    }
}

params! {
    /// Parameters for [`OrganizationInvitations::revoke`].
    pub struct RevokeOrganizationInvitation {
        /// The ID of the revoking user, who must be an administrator of the organization.
        requesting_user_id: String,
    }
}

model! {
    /// An invitation to an organization.
    #[serde(tag = "object", rename = "organization_invitation")]
    pub struct OrganizationInvitation {
        /// The invitation's ID, `orginv_…`.
        pub id: String,
        /// The email address of the invited person.
        pub email_address: String,
        /// The key of the role assigned to the new member.
        pub role: String,
        /// The name of the role.
        pub role_name: String,
        /// The ID of the organization.
        pub organization_id: Option<String>,
        /// The ID of the inviting user.
        pub inviter_id: Option<String>,
        /// The public data of the inviting user.
        pub public_inviter_data: Option<OrganizationMembershipUser>,
        /// The public data of the organization, if included.
        pub public_organization_data: Option<PublicOrganization>,
        /// The status of the invitation.
        pub status: Option<InvitationStatus>,
        /// The public metadata, transferred to the membership on acceptance.
        pub public_metadata: Metadata,
        /// The private metadata, transferred to the membership on acceptance.
        pub private_metadata: Metadata,
        /// The invitation link. Anyone who has it can accept the invitation.
        pub url: Option<Secret>,
        /// The time when the invitation expires.
        pub expires_at: Option<Timestamp>,
        /// The time when the invitation was created.
        pub created_at: Timestamp,
        /// The time when the invitation was last updated.
        pub updated_at: Timestamp,
        /// The ID of the user who accepted the invitation, in webhook events only.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub user_id: Option<String>,
        /// The organization, in webhook events only. By Clerk's description, they have it here
        /// instead of in [`public_organization_data`](Self::public_organization_data).
        #[serde(skip_serializing_if = "Option::is_none")]
        pub data: Option<OrganizationInvitationEventData>,
    }
}

model! {
    /// The part of an organization invitation that only webhook events have.
    pub struct OrganizationInvitationEventData {
        /// The public data of the organization.
        pub public_organization_data: Option<PublicOrganization>,
    }
}
