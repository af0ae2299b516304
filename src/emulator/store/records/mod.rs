//! The types that the store keeps.

mod agent_task;
mod client;
mod code_verification;
mod constants;
mod credential;
mod directory_api;
mod domain;
mod email_link;
mod enterprise_connection;
mod factor_verification;
mod identification_kind;
mod machine;
mod membership;
mod oauth_grant;
mod permission;
mod provider_token;
mod reverification;
mod role;
mod role_set;
mod sent_message;
mod session;
mod settings;
mod sign_in;
mod sign_in_factors;
mod sign_in_token;
mod sign_up;
mod social;
pub(in crate::emulator) mod system_permission;
mod table;
mod template;
mod user_settings;

pub(in crate::emulator) use self::{
    agent_task::AgentTask,
    client::Client,
    constants::INSTANCE_ID,
    credential::{Credential, CredentialKind, expiration_after},
    directory_api::{DIRECTORIES, DirectoryApi, SCIM_DIRECTORIES},
    domain::Domain,
    email_link::{EmailLink, EmailLinkTarget},
    enterprise_connection::enterprise_connection_document,
    factor_verification::FactorVerification,
    identification_kind::{EMAIL_ADDRESS, IdentificationKind, PHONE_NUMBER, has_email_address},
    machine::Machine,
    membership::Membership,
    oauth_grant::{AuthorizationCode, OAuthGrant, RefreshToken},
    provider_token::ProviderToken,
    reverification::{Reverification, ReverificationLevel},
    session::{Session, SessionStatus},
    settings::{DEFAULT_SENDER, Settings},
    sign_in::SignIn,
    sign_in_factors::SecondFactor,
    sign_in_token::{SignInToken, TokenStatus},
    sign_up::SignUp,
    social::{SocialAccount, SocialAttempt, SocialPurpose, provider_of},
    table::Table,
    template::default_templates,
};
pub(super) use self::{
    code_verification::{CODE, CodeVerification},
    constants::{DAY, MAX_FAILED_ATTEMPTS, MAX_ROLE_SETS, NO_IMAGE},
    enterprise_connection::{
        default_attribute_mapping, default_login_hint, new_enterprise_connection,
        saml_connection_document,
    },
    factor_verification::not_prepared,
    identification_kind::{
        IDENTIFICATION_KINDS, IdentificationStatus, WEB3_WALLET, find_identification,
        find_identification_mut, identifications_of, is_identified, is_identifier, is_verified,
        new_identification, remove_identification, verified_by_admin, verified_id,
    },
    machine::new_secret_key,
    membership::metadata,
    permission::{
        SYSTEM_PREFIX, are_elevated, is_system, new_permission, split_permission,
        system_permissions,
    },
    role::{default_roles, new_role},
    role_set::{default_role_sets, new_role_set, role_ids},
    sign_in_factors::{Hash, Password, SignInFactors, totp},
    social::{SocialStatus, SocialVerification},
    template::mark_as_changed,
};
pub use self::{
    sent_message::SentMessage,
    user_settings::{Requirement, SignUpMode, UserSettings},
};
