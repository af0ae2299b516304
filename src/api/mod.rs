//! A client for Clerk's [Backend API](https://clerk.com/docs/reference/backend-api).
//!
//! [`Client`] has one method for each resource, which has one for each operation. Parameters are structs with
//! a setter for each field. Answers are structs that ignore fields they do not know, and enums that keep
//! values they do not know.
//!
//! ```no_run
//! use axum_clerk::api::{Client, CreateUser, ListUsers};
//! use serde_json::json;
//!
//! # async fn run() -> axum_clerk::Result<()> {
//! let clerk = Client::new("sk_test_…")?;
//! let ada = CreateUser::default()
//!     .first_name("Ada")
//!     .email_address(["ada@example.com"])
//!     .public_metadata(json!({ "plan": "free" }));
//! let ada = clerk.users().create(&ada).await?;
//!
//! for user in clerk.users().list(&ListUsers::default().query("ada").limit(100)).await? {
//!     println!("{} {:?}", user.id, user.primary_email_address());
//! }
//! # Ok(())
//! # }
//! ```

#[macro_use]
mod macros;

mod actor_tokens;
mod admin_portal_link_tokens;
mod agent_tasks;
mod allowlist_identifiers;
mod api_keys;
mod beta_features;
mod billing;
mod blocklist_identifiers;
mod call;
mod client;
mod clients;
mod commerce;
mod directories;
mod domains;
mod email_addresses;
mod emails;
mod enterprise_connections;
mod error;
mod fields;
mod identifications;
mod instance_settings;
mod invitations;
mod json_path;
mod jwks;
mod jwt_templates;
mod m2m;
mod machines;
mod miscellaneous;
mod oauth_access_tokens;
mod oauth_applications;
mod organization_domains;
mod organization_invitations;
mod organization_memberships;
mod organization_permissions;
mod organization_roles;
mod organizations;
mod page;
mod phone_numbers;
mod proxy_checks;
mod redirect_urls;
mod request;
mod resources;
mod retry;
mod role_sets;
mod saml_connections;
mod scim_directories;
mod secret_key;
mod sessions;
mod sign_in_tokens;
mod sign_ups;
mod sms_messages;
mod templates;
mod testing_tokens;
mod timestamp;
mod upload;
mod user_credentials;
mod users;
mod waitlist_entries;
mod webhooks;

pub use actor_tokens::{ActorToken, ActorTokens, CreateActorToken};
pub use admin_portal_link_tokens::{
    AdminPortalLinkToken, AdminPortalLinkTokens, CreateAdminPortalLinkToken,
};
pub use agent_tasks::{AgentTask, AgentTaskPermissions, AgentTasks, CreateAgentTask, OnBehalfOf};
pub use allowlist_identifiers::{
    AllowlistIdentifier, AllowlistIdentifiers, CreateAllowlistIdentifier, IdentifierType,
};
pub use api_keys::{ApiKey, ApiKeySecret, ApiKeys, CreateApiKey, ListApiKeys, UpdateApiKey};
pub use beta_features::{BetaFeatures, InstanceAuthConfig, UpdateInstanceAuthConfig};
pub use billing::{
    AdjustCreditBalance, Billing, BillingCredits, BillingDiscounts, BillingPeriod, BillingPlan,
    BillingPrice, BillingStatement, BillingStatementGroup, BillingStatementStatus,
    BillingSubscription, BillingSubscriptionStatus, BillingTotals, CancelSubscriptionItem,
    CreateBillingPrice, CreditAction, CreditBalance, CreditLedgerEntry, DiscountEffect,
    DiscountRedemption, DiscountRedemptionStatus, DiscountSource, Feature, ListBillingPlans,
    ListBillingPrices, ListSubscriptionItems, Money, NextPayment, Payer, PayerCredit, PayerType,
    PaymentAttempt, PaymentMethod, PaymentMethodStatus, PaymentMethodType, PaymentStatus,
    PriceTransition, PriceTransitionDetails, PriceTransitionMode, ProrationCredit,
    ProrationDiscount, SubscriptionCredit, SubscriptionItem, SubscriptionItemStatus,
    SubscriptionSeats, UnitPrice, UnitPriceTier, UnitTotal, UnitTotalTier,
};
pub use blocklist_identifiers::{BlocklistIdentifier, BlocklistIdentifiers};
pub use call::MAX_RESPONSE_BYTES;
pub(crate) use client::API_VERSION;
pub use client::Client;
pub use clients::{ClientRecord, Clients};
pub use commerce::Commerce;
pub use directories::{
    CreateDirectory, Directories, Directory, GroupRoleMapping, MapGroupToRole, UpdateDirectory,
};
pub use domains::{AddDomain, CnameTarget, Domain, Domains, UpdateDomain};
pub use email_addresses::{
    CreateEmailAddress, EmailAddress, EmailAddresses, ReplaceEmailAddress, UpdateEmailAddress,
};
pub use emails::{CreateEmail, Email, Emails};
pub use enterprise_connections::{
    CreateEnterpriseConnection, CustomAttribute, EnterpriseAccount, EnterpriseAccountConnection,
    EnterpriseConnection, EnterpriseConnections, EnterpriseOAuthConfig, EnterpriseProtocol,
    EnterpriseProvider, EnterpriseSamlConnection, EnterpriseTestRun, EnterpriseTestRunUrl,
    ListEnterpriseConnections, ListTestRuns, LoginHint, LoginHintMode, OidcSettings,
    SamlAttributeMapping, SamlSettings, TestRunLog, TestRunOAuth, TestRunSaml, TestRunStatus,
    TestRunUser, UpdateEnterpriseConnection,
};
pub use error::{ApiError, DecodeError, ErrorDetail, RequestError, TransportError};
pub use fields::{DeletedObject, Metadata, Patch, Revocation, Secret};
pub use identifications::{
    AttemptVerification, CodeVerification, ExternalAccount, IdentificationLink,
    IdentificationStatus, Passkey, Verification, VerificationStatus, Web3Wallet,
};
pub use instance_settings::{
    ChangeDomain, Instance, InstanceCommunication, InstanceProtect, InstanceRestrictions,
    InstanceSettings, OAuthApplicationSettings, OrganizationSettings, PreferredSignInStrategy,
    UpdateInstance, UpdateInstanceCommunication, UpdateInstanceProtect, UpdateInstanceRestrictions,
    UpdateOAuthApplicationSettings, UpdateOrganizationSettings,
};
pub use invitations::{
    CreateInvitation, Invitation, InvitationStatus, InvitationTemplate, Invitations,
    ListInvitations,
};
pub use jwks::{JsonWebKeySet, Jwks};
pub use jwt_templates::{DefineJwtTemplate, JwtTemplate, JwtTemplates};
pub use m2m::{CreateM2mToken, ListM2mTokens, M2m, M2mToken, M2mTokenFormat};
pub use machines::{
    CreateMachine, DeletedMachineScope, ListMachines, Machine, MachineScope, MachineSecretKey,
    Machines, UpdateMachine,
};
pub use miscellaneous::{GetInterstitial, Miscellaneous};
pub use oauth_access_tokens::{
    IssuedOAuthAccessToken, OAuthAccessTokenVerification, OAuthAccessTokens, VerifyOAuthAccessToken,
};
pub use oauth_applications::{
    CreateOAuthApplication, ListOAuthApplications, OAuthApplication, OAuthApplications,
    UpdateOAuthApplication,
};
pub use organization_domains::{
    CreateOrganizationDomain, EnrollmentMode, ListAllOrganizationDomains, ListOrganizationDomains,
    OrganizationDomain, OrganizationDomainVerification, OrganizationDomains,
    UpdateOrganizationDomain,
};
pub use organization_invitations::{
    CreateOrganizationInvitation, ListAllOrganizationInvitations, ListOrganizationInvitations,
    OrganizationInvitation, OrganizationInvitations, RevokeOrganizationInvitation,
};
pub use organization_memberships::{
    CreateOrganizationMembership, ListAllOrganizationMemberships, ListOrganizationMemberships,
    OrganizationMembership, OrganizationMembershipUser, OrganizationMemberships,
    UpdateOrganizationMembershipMetadata,
};
pub use organization_permissions::{
    CreateOrganizationPermission, ListOrganizationPermissions, OrganizationPermission,
    OrganizationPermissions, UpdateOrganizationPermission,
};
pub use organization_roles::{
    CreateOrganizationRole, ListOrganizationRoles, OrganizationRole, OrganizationRoles,
    UpdateOrganizationRole,
};
pub use organizations::{
    CreateOrganization, GetOrganization, ListOrganizations, Organization, Organizations,
    PublicOrganization, UpdateOrganization, UpdateOrganizationMetadata, UploadLogo,
};
pub use page::{Items, OptionalPaging, Page, Paging};
pub use phone_numbers::{
    CreatePhoneNumber, PhoneNumber, PhoneNumbers, ReplacePhoneNumber, UpdatePhoneNumber,
};
pub use proxy_checks::{ProxyCheck, ProxyChecks, VerifyProxy};
pub use redirect_urls::{RedirectUrl, RedirectUrls};
pub use request::Request;
pub use retry::RetryPolicy;
pub use role_sets::{
    AddRolesToRoleSet, CreateRoleSet, ListRoleSets, ReplaceRoleSet, RoleSet, RoleSetItem,
    RoleSetMigration, RoleSetType, RoleSets, UpdateRoleSet,
};
pub use saml_connections::{
    CreateSamlConnection, ListSamlConnections, SamlAccount, SamlAccountConnection, SamlConnection,
    SamlConnections, UpdateSamlConnection,
};
pub use scim_directories::ScimDirectories;
pub use sessions::{
    CreateSession, CreateSessionToken, ListSessions, RefreshFormat, RefreshSession, Session,
    SessionActivity, SessionRefresh, SessionStatus, SessionTask, SessionToken, Sessions,
};
pub use sign_in_tokens::{CreateSignInToken, SignInToken, SignInTokens, TicketStatus};
pub use sign_ups::{
    SignUp, SignUpStatus, SignUpVerification, SignUpVerificationAction, SignUpVerifications,
    SignUps, UpdateSignUp,
};
pub use sms_messages::{CreateSmsMessage, SmsMessage, SmsMessages};
pub use templates::{PreviewTemplate, Template, TemplateType, Templates, UpsertTemplate};
pub use testing_tokens::{TestingToken, TestingTokens};
pub use timestamp::Timestamp;
pub use upload::Upload;
pub use user_credentials::{
    AffectedUser, CodeType, DevicePlatform, OAuthAccessToken, PasswordHasher, PasswordVerification,
    RemovePassword, SetPasswordCompromised, Totp, TotpVerification, TrustedDevice,
    TrustedDeviceStatus,
};
pub use users::{
    CreateUser, ListUserOrganizationInvitations, ListUsers, UpdateUser, UpdateUserMetadata, User,
    UserScim, Users,
};
pub use waitlist_entries::{
    CreateWaitlistEntry, InviteWaitlistEntry, ListWaitlistEntries, WaitlistEntries, WaitlistEntry,
    WaitlistEntryStatus,
};
pub use webhooks::{SvixUrl, Webhooks};
