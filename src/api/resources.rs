//! The way from the client to each resource.

use super::{
    billing::Billing,
    client::Client,
    deprecated::{Commerce, Emails, Miscellaneous, SamlConnections, ScimDirectories, SmsMessages},
    enterprise::{AdminPortalLinkTokens, Directories, EnterpriseConnections},
    instance::{
        BetaFeatures, Domains, InstanceSettings, Jwks, JwtTemplates, ProxyChecks, RedirectUrls,
        Templates, TestingTokens, Webhooks,
    },
    machine_auth::{ApiKeys, M2m, Machines, OAuthAccessTokens, OAuthApplications},
    organizations::{
        OrganizationDomains, OrganizationInvitations, OrganizationMemberships,
        OrganizationPermissions, OrganizationRoles, Organizations, RoleSets,
    },
    sessions::{ActorTokens, AgentTasks, Clients, Sessions, SignInTokens},
    sign_up_access::{
        AllowlistIdentifiers, BlocklistIdentifiers, Invitations, SignUps, WaitlistEntries,
    },
    users::{EmailAddresses, PhoneNumbers, Users},
};

impl Client {
    /// Tickets with which one signs in as somebody else.
    #[must_use]
    pub fn actor_tokens(&self) -> ActorTokens<'_> {
        ActorTokens(self)
    }

    /// Tokens for links to the admin portal.
    #[must_use]
    pub fn admin_portal_link_tokens(&self) -> AdminPortalLinkTokens<'_> {
        AdminPortalLinkTokens(self)
    }

    /// Tasks of AI agents that act for a user.
    #[must_use]
    pub fn agent_tasks(&self) -> AgentTasks<'_> {
        AgentTasks(self)
    }

    /// Who may sign up, where not everyone may.
    #[must_use]
    pub fn allowlist_identifiers(&self) -> AllowlistIdentifiers<'_> {
        AllowlistIdentifiers(self)
    }

    /// API keys.
    #[must_use]
    pub fn api_keys(&self) -> ApiKeys<'_> {
        ApiKeys(self)
    }

    /// Settings whose operations Clerk may still change.
    #[must_use]
    pub fn beta_features(&self) -> BetaFeatures<'_> {
        BetaFeatures(self)
    }

    /// Plans, who subscribed to them, and what was paid.
    #[must_use]
    pub fn billing(&self) -> Billing<'_> {
        Billing(self)
    }

    /// Who may not come in.
    #[must_use]
    pub fn blocklist_identifiers(&self) -> BlocklistIdentifiers<'_> {
        BlocklistIdentifiers(self)
    }

    /// Browsers and devices on which users sign in.
    #[must_use]
    pub fn clients(&self) -> Clients<'_> {
        Clients(self)
    }

    /// Billing, as it was called at first.
    #[must_use]
    pub fn commerce(&self) -> Commerce<'_> {
        Commerce(self)
    }

    /// Directories, which provision users from a company's identity provider.
    #[must_use]
    pub fn directories(&self) -> Directories<'_> {
        Directories(self)
    }

    /// The domains that the instance works on.
    #[must_use]
    pub fn domains(&self) -> Domains<'_> {
        Domains(self)
    }

    /// Email addresses of users.
    #[must_use]
    pub fn email_addresses(&self) -> EmailAddresses<'_> {
        EmailAddresses(self)
    }

    /// Emails to users.
    #[must_use]
    pub fn emails(&self) -> Emails<'_> {
        Emails(self)
    }

    /// Connections to companies' identity providers.
    #[must_use]
    pub fn enterprise_connections(&self) -> EnterpriseConnections<'_> {
        EnterpriseConnections(self)
    }

    /// The settings of the instance.
    #[must_use]
    pub fn instance_settings(&self) -> InstanceSettings<'_> {
        InstanceSettings(self)
    }

    /// Invitations to the application.
    #[must_use]
    pub fn invitations(&self) -> Invitations<'_> {
        Invitations(self)
    }

    /// The keys that the instance signs with.
    #[must_use]
    pub fn jwks(&self) -> Jwks<'_> {
        Jwks(self)
    }

    /// Templates of JWTs for other services.
    #[must_use]
    pub fn jwt_templates(&self) -> JwtTemplates<'_> {
        JwtTemplates(self)
    }

    /// Machine-to-machine tokens.
    #[must_use]
    pub fn m2m(&self) -> M2m<'_> {
        M2m(self)
    }

    /// Machines: the services of an application that call one another.
    #[must_use]
    pub fn machines(&self) -> Machines<'_> {
        Machines(self)
    }

    /// What belongs to no other resource.
    #[must_use]
    pub fn miscellaneous(&self) -> Miscellaneous<'_> {
        Miscellaneous(self)
    }

    /// Access tokens that the instance issued as an OAuth provider.
    #[must_use]
    pub fn oauth_access_tokens(&self) -> OAuthAccessTokens<'_> {
        OAuthAccessTokens(self)
    }

    /// OAuth applications, which let users sign in elsewhere with the instance.
    #[must_use]
    pub fn oauth_applications(&self) -> OAuthApplications<'_> {
        OAuthApplications(self)
    }

    /// Domains of organizations.
    #[must_use]
    pub fn organization_domains(&self) -> OrganizationDomains<'_> {
        OrganizationDomains(self)
    }

    /// Invitations to organizations.
    #[must_use]
    pub fn organization_invitations(&self) -> OrganizationInvitations<'_> {
        OrganizationInvitations(self)
    }

    /// Who is a member of which organization.
    #[must_use]
    pub fn organization_memberships(&self) -> OrganizationMemberships<'_> {
        OrganizationMemberships(self)
    }

    /// What roles in organizations permit.
    #[must_use]
    pub fn organization_permissions(&self) -> OrganizationPermissions<'_> {
        OrganizationPermissions(self)
    }

    /// Roles in organizations.
    #[must_use]
    pub fn organization_roles(&self) -> OrganizationRoles<'_> {
        OrganizationRoles(self)
    }

    /// Organizations.
    #[must_use]
    pub fn organizations(&self) -> Organizations<'_> {
        Organizations(self)
    }

    /// Phone numbers of users.
    #[must_use]
    pub fn phone_numbers(&self) -> PhoneNumbers<'_> {
        PhoneNumbers(self)
    }

    /// Checks of a proxy in front of the Frontend API.
    #[must_use]
    pub fn proxy_checks(&self) -> ProxyChecks<'_> {
        ProxyChecks(self)
    }

    /// Where native applications may be sent to after an OAuth flow.
    #[must_use]
    pub fn redirect_urls(&self) -> RedirectUrls<'_> {
        RedirectUrls(self)
    }

    /// Sets of roles, of which each organization has one.
    #[must_use]
    pub fn role_sets(&self) -> RoleSets<'_> {
        RoleSets(self)
    }

    /// Connections to SAML identity providers, by the older operations.
    #[must_use]
    pub fn saml_connections(&self) -> SamlConnections<'_> {
        SamlConnections(self)
    }

    /// Directories, by the older operations.
    #[must_use]
    pub fn scim_directories(&self) -> ScimDirectories<'_> {
        ScimDirectories(self)
    }

    /// Sessions.
    #[must_use]
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(self)
    }

    /// Tickets that sign a user in.
    #[must_use]
    pub fn sign_in_tokens(&self) -> SignInTokens<'_> {
        SignInTokens(self)
    }

    /// Sign-ups under way.
    #[must_use]
    pub fn sign_ups(&self) -> SignUps<'_> {
        SignUps(self)
    }

    /// Text messages to users.
    #[must_use]
    pub fn sms_messages(&self) -> SmsMessages<'_> {
        SmsMessages(self)
    }

    /// The templates of emails and text messages.
    #[must_use]
    pub fn templates(&self) -> Templates<'_> {
        Templates(self)
    }

    /// What lets end-to-end tests past the protection against bots.
    #[must_use]
    pub fn testing_tokens(&self) -> TestingTokens<'_> {
        TestingTokens(self)
    }

    /// Users.
    #[must_use]
    pub fn users(&self) -> Users<'_> {
        Users(self)
    }

    /// Who waits to be let in.
    #[must_use]
    pub fn waitlist_entries(&self) -> WaitlistEntries<'_> {
        WaitlistEntries(self)
    }

    /// The instance's account at Svix, which delivers its webhooks.
    #[must_use]
    pub fn webhooks(&self) -> Webhooks<'_> {
        Webhooks(self)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_readme_links_every_resource() {
        let readme = include_str!("../../README.md");
        let accessors = include_str!("resources.rs").lines().filter_map(|line| {
            let (name, rest) = line.trim().strip_prefix("pub fn ")?.split_once("(&self) -> ")?;
            Some((name, rest.split_once('<')?.0))
        });
        let mut count = 0;
        for (name, resource) in accessors {
            let page =
                format!("https://docs.rs/axum-clerk/latest/axum_clerk/api/struct.{resource}.html");
            assert!(readme.contains(&format!("[`{name}`]({page})")), "{name}");
            count += 1;
        }
        assert!(count > 40, "{count} resources");
    }
}
