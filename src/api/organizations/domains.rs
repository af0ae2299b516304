//! Organization domains.

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

/// The domains whose users can or must join an organization.
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
/// println!("users with an address at {} are invited", domain.name);
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

    /// Streams the domains of an organization from all pages.
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

    /// Lists the domains of all organizations, newest first by default.
    ///
    /// `GET /organization_domains`
    pub async fn list_all(
        self,
        params: &ListAllOrganizationDomains,
    ) -> Result<Page<OrganizationDomain>> {
        self.0.get("/organization_domains", []).query(params).send().await
    }

    /// Streams the domains of all organizations from all pages.
    ///
    /// `GET /organization_domains`
    pub fn stream_all(self, params: &ListAllOrganizationDomains) -> Items<OrganizationDomain> {
        self.0.get("/organization_domains", []).query(params).stream()
    }

    /// Adds a domain to an organization.
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

    /// Updates a domain of an organization.
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

    /// Deletes a domain from an organization.
    ///
    /// `DELETE /organizations/{organization_id}/domains/{domain_id}`
    pub async fn delete(self, organization_id: &str, domain_id: &str) -> Result<DeletedObject> {
        let path = "/organizations/{organization_id}/domains/{domain_id}";
        self.0.delete(path, [organization_id, domain_id]).send().await
    }

    /// Marks an organization's ownership of a domain as verified, without a DNS record.
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
    /// Parameters for [`OrganizationDomains::list`].
    pub struct ListOrganizationDomains {
        /// Filters by whether the domain is verified.
        verified: bool,
        /// Filters by enrollment mode. A leading `-` excludes the mode: `"-enterprise_sso"`.
        enrollment_mode: EnrollmentMode,
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

params! {
    /// Parameters for [`OrganizationDomains::list_all`].
    pub struct ListAllOrganizationDomains {
        /// Filters by organization ID.
        organization_id: String,
        /// Filters by whether the domain is verified.
        verified: bool,
        /// Filters by enrollment mode. A leading `-` excludes a mode: `"-enterprise_sso"`.
        enrollment_mode: [EnrollmentMode],
        /// Filters by part of the domain's name or by the exact ID of the organization.
        query: String,
        /// Filters by exact domain name.
        domains: [String],
        /// The sort order: `name` or `created_at`, descending with a leading `-`. `-created_at` by
        /// default.
        order_by: String,
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

params! {
    /// Parameters for [`OrganizationDomains::create`].
    pub struct CreateOrganizationDomain {
        /// The domain's name, such as `example.com`.
        name: String,
        /// How users of the domain join the organization.
        enrollment_mode: EnrollmentMode,
        /// Whether the domain is verified; `true` by default.
        verified: bool,
    }
}

params! {
    /// Parameters for [`OrganizationDomains::update`].
    pub struct UpdateOrganizationDomain {
        /// How users of the domain join the organization.
        enrollment_mode: EnrollmentMode,
        /// Whether the domain is verified.
        verified: bool,
    }
}

open_enum! {
    /// How users of a domain join the organization.
    pub enum EnrollmentMode {
        /// Users are invited individually.
        ManualInvitation = "manual_invitation",
        /// Users are invited automatically when they sign up.
        AutomaticInvitation = "automatic_invitation",
        /// Users are shown a suggestion to request membership.
        AutomaticSuggestion = "automatic_suggestion",
        /// Users join when they sign in through an enterprise connection.
        EnterpriseSso = "enterprise_sso",
    }
}

model! {
    /// A domain of an organization.
    #[serde(tag = "object", rename = "organization_domain")]
    pub struct OrganizationDomain {
        /// The domain's ID, `orgdmn_…`.
        pub id: String,
        /// The ID of the organization.
        pub organization_id: String,
        /// The domain's name, such as `example.com`.
        pub name: String,
        /// How users of the domain join the organization.
        pub enrollment_mode: EnrollmentMode,
        /// The email address used to verify the organization's affiliation with the domain.
        pub affiliation_email_address: Option<String>,
        /// The verification of the organization's affiliation with the domain.
        pub affiliation_verification: Option<OrganizationDomainVerification>,
        /// The verification of the organization's ownership of the domain.
        pub ownership_verification: Option<OrganizationDomainVerification>,
        /// Deprecated by Clerk in favor of
        /// [`affiliation_verification`](Self::affiliation_verification).
        pub verification: Option<OrganizationDomainVerification>,
        /// The number of pending invitations created through the domain.
        pub total_pending_invitations: u64,
        /// The number of pending membership suggestions created through the domain.
        pub total_pending_suggestions: u64,
        /// The public data of the organization, if included.
        pub public_organization_data: Option<PublicOrganization>,
        /// The time when the domain was created.
        pub created_at: Timestamp,
        /// The time when the domain was last updated.
        pub updated_at: Timestamp,
    }
}

model! {
    /// The verification of an organization's affiliation with a domain or ownership of it.
    pub struct OrganizationDomainVerification {
        /// The status of the verification.
        pub status: VerificationStatus,
        /// The verification strategy, such as `affiliation_email_code`, `txt` or `manual_override`.
        pub strategy: String,
        /// The number of attempts.
        pub attempts: Option<u64>,
        /// The time when the verification expires.
        pub expire_at: Option<Timestamp>,
        /// The time when ownership was verified; `None` for an affiliation.
        pub verified_at: Option<Timestamp>,
    }
}
