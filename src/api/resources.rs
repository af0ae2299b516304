//! The client's methods for the resources.

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
    /// Operations on actor tokens: tickets that sign someone in as another user.
    #[must_use]
    pub fn actor_tokens(&self) -> ActorTokens<'_> {
        ActorTokens(self)
    }

    /// Operations on tokens for links to the admin portal.
    #[must_use]
    pub fn admin_portal_link_tokens(&self) -> AdminPortalLinkTokens<'_> {
        AdminPortalLinkTokens(self)
    }

    /// Operations on agent tasks: tasks of AI agents that act on behalf of a user.
    #[must_use]
    pub fn agent_tasks(&self) -> AgentTasks<'_> {
        AgentTasks(self)
    }

    /// Operations on the allowlist: the identifiers that may sign up if sign-up is restricted.
    #[must_use]
    pub fn allowlist_identifiers(&self) -> AllowlistIdentifiers<'_> {
        AllowlistIdentifiers(self)
    }

    /// Operations on API keys of users and organizations.
    #[must_use]
    pub fn api_keys(&self) -> ApiKeys<'_> {
        ApiKeys(self)
    }

    /// Operations on beta features: settings whose operations Clerk may still change.
    #[must_use]
    pub fn beta_features(&self) -> BetaFeatures<'_> {
        BetaFeatures(self)
    }

    /// Operations on billing: plans, subscriptions and payments.
    #[must_use]
    pub fn billing(&self) -> Billing<'_> {
        Billing(self)
    }

    /// Operations on the blocklist: the identifiers that may not access the application.
    #[must_use]
    pub fn blocklist_identifiers(&self) -> BlocklistIdentifiers<'_> {
        BlocklistIdentifiers(self)
    }

    /// Operations on clients: the browsers and devices on which users sign in.
    #[must_use]
    pub fn clients(&self) -> Clients<'_> {
        Clients(self)
    }

    /// Operations on billing, under its former name.
    #[must_use]
    pub fn commerce(&self) -> Commerce<'_> {
        Commerce(self)
    }

    /// Operations on directories, which provision users from a company's identity provider.
    #[must_use]
    pub fn directories(&self) -> Directories<'_> {
        Directories(self)
    }

    /// Operations on domains of the instance.
    #[must_use]
    pub fn domains(&self) -> Domains<'_> {
        Domains(self)
    }

    /// Operations on email addresses of users.
    #[must_use]
    pub fn email_addresses(&self) -> EmailAddresses<'_> {
        EmailAddresses(self)
    }

    /// Operations on emails to users.
    #[must_use]
    pub fn emails(&self) -> Emails<'_> {
        Emails(self)
    }

    /// Operations on connections to companies' identity providers.
    #[must_use]
    pub fn enterprise_connections(&self) -> EnterpriseConnections<'_> {
        EnterpriseConnections(self)
    }

    /// Operations on the settings of the instance.
    #[must_use]
    pub fn instance_settings(&self) -> InstanceSettings<'_> {
        InstanceSettings(self)
    }

    /// Operations on invitations to the application.
    #[must_use]
    pub fn invitations(&self) -> Invitations<'_> {
        Invitations(self)
    }

    /// Operations on the JWKS: the public keys of the instance.
    #[must_use]
    pub fn jwks(&self) -> Jwks<'_> {
        Jwks(self)
    }

    /// Operations on JWT templates, which define tokens for other services.
    #[must_use]
    pub fn jwt_templates(&self) -> JwtTemplates<'_> {
        JwtTemplates(self)
    }

    /// Operations on machine-to-machine tokens.
    #[must_use]
    pub fn m2m(&self) -> M2m<'_> {
        M2m(self)
    }

    /// Operations on machines: services of an application that call each other.
    #[must_use]
    pub fn machines(&self) -> Machines<'_> {
        Machines(self)
    }

    /// Operations that belong to no other resource.
    #[must_use]
    pub fn miscellaneous(&self) -> Miscellaneous<'_> {
        Miscellaneous(self)
    }

    /// Operations on access tokens that the instance issued as an OAuth provider.
    #[must_use]
    pub fn oauth_access_tokens(&self) -> OAuthAccessTokens<'_> {
        OAuthAccessTokens(self)
    }

    /// Operations on OAuth applications, which let users sign in to other services with their
    /// account.
    #[must_use]
    pub fn oauth_applications(&self) -> OAuthApplications<'_> {
        OAuthApplications(self)
    }

    /// Operations on domains of organizations.
    #[must_use]
    pub fn organization_domains(&self) -> OrganizationDomains<'_> {
        OrganizationDomains(self)
    }

    /// Operations on invitations to organizations.
    #[must_use]
    pub fn organization_invitations(&self) -> OrganizationInvitations<'_> {
        OrganizationInvitations(self)
    }

    /// Operations on memberships in organizations.
    #[must_use]
    pub fn organization_memberships(&self) -> OrganizationMemberships<'_> {
        OrganizationMemberships(self)
    }

    /// Operations on permissions that roles in organizations can have.
    #[must_use]
    pub fn organization_permissions(&self) -> OrganizationPermissions<'_> {
        OrganizationPermissions(self)
    }

    /// Operations on roles in organizations.
    #[must_use]
    pub fn organization_roles(&self) -> OrganizationRoles<'_> {
        OrganizationRoles(self)
    }

    /// Operations on organizations.
    #[must_use]
    pub fn organizations(&self) -> Organizations<'_> {
        Organizations(self)
    }

    /// Operations on phone numbers of users.
    #[must_use]
    pub fn phone_numbers(&self) -> PhoneNumbers<'_> {
        PhoneNumbers(self)
    }

    /// Operations on checks of a Frontend API proxy.
    #[must_use]
    pub fn proxy_checks(&self) -> ProxyChecks<'_> {
        ProxyChecks(self)
    }

    /// Operations on redirect URLs that native applications may use in OAuth flows.
    #[must_use]
    pub fn redirect_urls(&self) -> RedirectUrls<'_> {
        RedirectUrls(self)
    }

    /// Operations on role sets; each organization has one.
    #[must_use]
    pub fn role_sets(&self) -> RoleSets<'_> {
        RoleSets(self)
    }

    /// Operations on SAML connections, the older form of enterprise connections.
    #[must_use]
    pub fn saml_connections(&self) -> SamlConnections<'_> {
        SamlConnections(self)
    }

    /// Operations on SCIM directories, the older form of directories.
    #[must_use]
    pub fn scim_directories(&self) -> ScimDirectories<'_> {
        ScimDirectories(self)
    }

    /// Operations on sessions of users.
    #[must_use]
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(self)
    }

    /// Operations on sign-in tokens: tickets that sign a user in.
    #[must_use]
    pub fn sign_in_tokens(&self) -> SignInTokens<'_> {
        SignInTokens(self)
    }

    /// Operations on sign-ups in progress.
    #[must_use]
    pub fn sign_ups(&self) -> SignUps<'_> {
        SignUps(self)
    }

    /// Operations on text messages to users.
    #[must_use]
    pub fn sms_messages(&self) -> SmsMessages<'_> {
        SmsMessages(self)
    }

    /// Operations on templates of emails and text messages.
    #[must_use]
    pub fn templates(&self) -> Templates<'_> {
        Templates(self)
    }

    /// Operations on testing tokens, which let end-to-end tests bypass bot protection.
    #[must_use]
    pub fn testing_tokens(&self) -> TestingTokens<'_> {
        TestingTokens(self)
    }

    /// Operations on users.
    #[must_use]
    pub fn users(&self) -> Users<'_> {
        Users(self)
    }

    /// Operations on the entries of the waitlist.
    #[must_use]
    pub fn waitlist_entries(&self) -> WaitlistEntries<'_> {
        WaitlistEntries(self)
    }

    /// Operations on the instance's Svix app, which delivers its webhooks.
    #[must_use]
    pub fn webhooks(&self) -> Webhooks<'_> {
        Webhooks(self)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn module_docs_link_every_resource() {
        let docs = include_str!("mod.rs");
        let accessors = include_str!("resources.rs").lines().filter_map(|line| {
            line.trim().strip_prefix("pub fn ")?.split_once("(&self) -> ").map(|(name, _)| name)
        });
        let mut count = 0;
        for name in accessors {
            assert!(docs.contains(&format!("[`{name}`](Client::{name})")), "{name} is not linked");
            count += 1;
        }
        assert!(count > 40, "only {count} resources");
    }
}
