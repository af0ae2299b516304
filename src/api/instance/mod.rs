//! The instance: its settings, domains, keys and templates.

mod beta_features;
mod domains;
mod jwks;
mod jwt_templates;
mod proxy_checks;
mod redirect_urls;
mod settings;
mod templates;
mod testing_tokens;
mod webhooks;

pub use self::{
    beta_features::{BetaFeatures, InstanceAuthConfig, UpdateInstanceAuthConfig},
    domains::{AddDomain, CnameTarget, Domain, Domains, UpdateDomain},
    jwks::{JsonWebKeySet, Jwks},
    jwt_templates::{DefineJwtTemplate, JwtTemplate, JwtTemplates},
    proxy_checks::{ProxyCheck, ProxyChecks, VerifyProxy},
    redirect_urls::{RedirectUrl, RedirectUrls},
    settings::{
        ChangeDomain, Instance, InstanceCommunication, InstanceProtect, InstanceRestrictions,
        InstanceSettings, OAuthApplicationSettings, OrganizationSettings, PreferredSignInStrategy,
        UpdateInstance, UpdateInstanceCommunication, UpdateInstanceProtect,
        UpdateInstanceRestrictions, UpdateOAuthApplicationSettings, UpdateOrganizationSettings,
    },
    templates::{PreviewTemplate, Template, TemplateType, Templates, UpsertTemplate},
    testing_tokens::{TestingToken, TestingTokens},
    webhooks::{SvixUrl, Webhooks},
};
