//! The in-memory store of the instance: documents in the format of the Backend API.
//!
//! `records` contains the types that a [`Store`] keeps. Each `…_store` file implements the
//! operations on one of them.

mod admin_portal_store;
mod agent_task_store;
mod api_key_store;
mod billing;
mod billing_documents;
mod billing_events;
mod billing_store;
mod checkout_store;
mod client_store;
mod code_verification_store;
mod credential_claims;
mod credential_store;
mod directory_store;
mod domain_store;
mod email_link_store;
mod enrollment_store;
mod enterprise_connection_store;
mod enterprise_settings;
mod enterprise_test_run_store;
mod entitlements;
mod events;
mod external_account_store;
mod factor_verification_store;
mod group_role_mapping_store;
mod identification_store;
mod instance;
mod instance_cookies;
mod invitation_store;
mod jwt_template_store;
mod lockout_store;
mod machine_store;
mod membership_store;
mod message_store;
mod oauth_application_store;
mod oauth_grant_store;
mod organization_domain_store;
mod organization_invitation_store;
mod organization_store;
mod passkey_store;
mod payment_documents;
mod permission_store;
mod records;
mod restriction_store;
mod reverification_store;
mod role_assignment_store;
mod role_set_store;
mod role_store;
mod saml_connection_store;
mod session_claims;
mod session_store;
mod session_task_store;
mod sign_in_factor_store;
mod sign_in_store;
mod sign_in_token_store;
mod sign_up_document;
mod sign_up_store;
mod snapshot;
mod social_store;
mod state;
mod template_store;
mod ticket_store;
mod trusted_device_store;
mod user_store;
mod waitlist_store;

pub use self::records::{Requirement, SentMessage, SignUpMode, UserSettings};
pub(in crate::emulator) use self::{
    admin_portal_store::{AdminPortalRevocation, NewAdminPortalToken},
    agent_task_store::{AGENT_TASK, NewAgentTask, OnBehalfOf},
    api_key_store::{ApiKeyFilter, NewApiKey, api_key_description},
    billing::{
        Catalog, CheckoutCard, CreditAdjustment, DiscountEffect, ItemStatus, NewPrice, PayerKind,
        Period, Plan, Price, SubscriptionItem, credit_balance,
    },
    directory_store::{DirectoryChange, NewDirectory},
    enterprise_connection_store::{EnterpriseConnectionChange, NewEnterpriseConnection},
    factor_verification_store::{FactorAttempt, FactorLevel, FactorPreparation},
    group_role_mapping_store::NewGroupRoleMapping,
    instance::{AppOrigin, EmulatorState, Instance, InstanceOptions, StoreGuard},
    invitation_store::NewInvitation,
    jwt_template_store::JwtTemplateDefinition,
    machine_store::MAX_SCOPES,
    membership_store::NewMembership,
    oauth_application_store::{ClientRegistration, OAuthApplicationChange},
    oauth_grant_store::{ACCESS_TOKEN_LIFETIME, CodeExchange, IssuedTokens, NewGrant},
    organization_domain_store::{DomainChange, ENROLLMENT_MODES, NewDomain, is_domain_verified},
    organization_invitation_store::NewOrganizationInvitation,
    payment_documents::GATEWAY_ID,
    permission_store::{NewPermission, PermissionChange},
    records::{
        Credential, CredentialKind, DEFAULT_SENDER, DIRECTORIES, DirectoryApi, Domain,
        EMAIL_ADDRESS, INSTANCE_ID, IdentificationKind, Machine, Membership, PHONE_NUMBER,
        ReverificationLevel, SCIM_DIRECTORIES, SecondFactor, Session, SessionStatus, Settings,
        SignIn, SignInToken, SignUp, SocialAccount, SocialPurpose, Table, TokenStatus,
        enterprise_connection_document, expiration_after, has_email_address, provider_of,
        system_permission,
    },
    restriction_store::new_identifier,
    role_set_store::{AddedRoles, NewRoleSet, RoleReplacement, RoleSetChange, RoleSetReplacement},
    role_store::{NewRole, RoleChange},
    saml_connection_store::{NewSamlConnection, SamlConnectionChange},
    sign_up_document::SignUpChange,
    state::Store,
    template_store::{TemplateChange, TemplatePreview},
    ticket_store::TicketGrant,
    waitlist_store::NewWaitlistEntry,
};
