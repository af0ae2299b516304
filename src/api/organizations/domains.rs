//! Domains of organizations.

use super::organization::PublicOrganization;
use crate::{
    api::{
        client::Client,
        error::Result,
        transport::Items,
        types::{DeletedObject, Page, VerificationStatus},
    },
    timestamp::Timestamp,
};

/// The domains whose users may, or must, join an organization.
///
/// ```no_run
/// use axum_clerk::api::{CreateOrganizationDomain, EnrollmentMode};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let domain = CreateOrganizationDomain::default()
///     .name("example.com")
///     .enrollment_mode(EnrollmentMode::AutomaticInvitation)
///     .verified(true);
/// let domain = clerk.organization_domains().create("org_1", &domain).await?;
/// println!("whoever has an address at {} is invited", domain.name);
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/organization-domains)
#[derive(Clone, Copy, Debug)]
pub struct OrganizationDomains<'a>(pub(in crate::api) &'a Client);

impl OrganizationDomains<'_> {
    /// Lists the domains of an organization.
    ///
    /// `GET /organizations/{organization_id}/domains`
    pub async fn list(
        self,
        organization_id: &str,
        params: &ListOrganizationDomains,
    ) -> Result<Page<OrganizationDomain>> {
        self.0
            .get("/organizations/{organization_id}/domains", [organization_id])
            .query(params)
            .send()
            .await
    }

    /// Streams the domains of an organization, from all pages.
    ///
    /// `GET /organizations/{organization_id}/domains`
    pub fn stream(
        self,
        organization_id: &str,
        params: &ListOrganizationDomains,
    ) -> Items<OrganizationDomain> {
        self.0
            .get("/organizations/{organization_id}/domains", [organization_id])
            .query(params)
            .stream()
    }

    /// Lists the domains of all organizations, the newest first unless `order_by` says otherwise.
    ///
    /// `GET /organization_domains`
    pub async fn list_all(
        self,
        params: &ListAllOrganizationDomains,
    ) -> Result<Page<OrganizationDomain>> {
        self.0.get("/organization_domains", []).query(params).send().await
    }

    /// Streams the domains of all organizations, from all pages.
    ///
    /// `GET /organization_domains`
    pub fn stream_all(self, params: &ListAllOrganizationDomains) -> Items<OrganizationDomain> {
        self.0.get("/organization_domains", []).query(params).stream()
    }

    /// Gives an organization a domain.
    ///
    /// `POST /organizations/{organization_id}/domains`
    pub async fn create(
        self,
        organization_id: &str,
        params: &CreateOrganizationDomain,
    ) -> Result<OrganizationDomain> {
        self.0
            .post("/organizations/{organization_id}/domains", [organization_id])
            .json(params)
            .send()
            .await
    }

    /// Changes a domain.
    ///
    /// `PATCH /organizations/{organization_id}/domains/{domain_id}`
    pub async fn update(
        self,
        organization_id: &str,
        domain_id: &str,
        params: &UpdateOrganizationDomain,
    ) -> Result<OrganizationDomain> {
        let path = "/organizations/{organization_id}/domains/{domain_id}";
        self.0.patch(path, [organization_id, domain_id]).json(params).send().await
    }

    /// Takes a domain away from an organization.
    ///
    /// `DELETE /organizations/{organization_id}/domains/{domain_id}`
    pub async fn delete(self, organization_id: &str, domain_id: &str) -> Result<DeletedObject> {
        let path = "/organizations/{organization_id}/domains/{domain_id}";
        self.0.delete(path, [organization_id, domain_id]).send().await
    }

    /// Declares that an organization owns a domain, without a record in the domain's DNS.
    ///
    /// `POST /organizations/{organization_id}/domains/{domain_id}/verify_ownership`
    pub async fn verify_ownership(
        self,
        organization_id: &str,
        domain_id: &str,
    ) -> Result<OrganizationDomain> {
        let path = "/organizations/{organization_id}/domains/{domain_id}/verify_ownership";
        self.0.post(path, [organization_id, domain_id]).send().await
    }
}

params! {
    /// Which domains [`OrganizationDomains::list`] returns.
    pub struct ListOrganizationDomains {
        /// Verified, or not verified.
        verified: bool,
        /// With this mode; one with `-` before it excludes it: `"-enterprise_sso"`.
        enrollment_mode: EnrollmentMode,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// Which domains [`OrganizationDomains::list_all`] returns.
    pub struct ListAllOrganizationDomains {
        /// Of this organization.
        organization_id: String,
        /// Verified, or not verified.
        verified: bool,
        /// With one of these modes; one with `-` before it excludes it: `"-enterprise_sso"`.
        enrollment_mode: [EnrollmentMode],
        /// Whose name contains this text, or whose organization has it as its ID.
        query: String,
        /// With one of these names.
        domains: [String],
        /// `name` or `created_at`, with `-` before it to descend. By default `-created_at`.
        order_by: String,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// A new domain, for [`OrganizationDomains::create`].
    pub struct CreateOrganizationDomain {
        /// The domain, such as `example.com`.
        name: String,
        /// How its users come to the organization.
        enrollment_mode: EnrollmentMode,
        /// Whether it counts as verified: by default it does.
        verified: bool,
    }
}

params! {
    /// What [`OrganizationDomains::update`] changes.
    pub struct UpdateOrganizationDomain {
        /// How its users come to the organization.
        enrollment_mode: EnrollmentMode,
        /// Whether it counts as verified.
        verified: bool,
    }
}

open_enum! {
    /// How the users of a domain come to the organization.
    pub enum EnrollmentMode {
        /// They are invited one by one.
        ManualInvitation = "manual_invitation",
        /// They are invited as they sign up.
        AutomaticInvitation = "automatic_invitation",
        /// They may ask to join.
        AutomaticSuggestion = "automatic_suggestion",
        /// They join as they sign in through an enterprise connection.
        EnterpriseSso = "enterprise_sso",
    }
}

model! {
    /// A domain of an organization.
    #[serde(tag = "object", rename = "organization_domain")]
    pub struct OrganizationDomain {
        /// Its ID, `orgdmn_…`.
        pub id: String,
        /// The ID of the organization.
        pub organization_id: String,
        /// The domain, such as `example.com`.
        pub name: String,
        /// How its users come to the organization.
        pub enrollment_mode: EnrollmentMode,
        /// The email address in the domain that showed that the organization has to do with it.
        pub affiliation_email_address: Option<String>,
        /// How it was verified that the organization has to do with the domain.
        pub affiliation_verification: Option<OrganizationDomainVerification>,
        /// How it was verified that the organization owns the domain.
        pub ownership_verification: Option<OrganizationDomainVerification>,
        /// Deprecated by Clerk in favor of [`affiliation_verification`](Self::affiliation_verification).
        pub verification: Option<OrganizationDomainVerification>,
        /// How many invitations are open because of it.
        pub total_pending_invitations: u64,
        /// How many users were offered to join because of it, and have not answered.
        pub total_pending_suggestions: u64,
        /// The organization, where the call includes it.
        pub public_organization_data: Option<PublicOrganization>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

model! {
    /// How something about a domain was verified, or is about to be.
    pub struct OrganizationDomainVerification {
        /// How far it is.
        pub status: VerificationStatus,
        /// The way, such as `affiliation_email_code`, `txt` or `manual_override`.
        pub strategy: String,
        /// How often it was tried.
        pub attempts: Option<u64>,
        /// When it expires.
        pub expire_at: Option<Timestamp>,
        /// When the ownership was verified.
        pub verified_at: Option<Timestamp>,
    }
}
