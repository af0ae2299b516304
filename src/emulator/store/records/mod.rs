//! The types that the store keeps.

mod client;
mod code_verification;
mod constants;
mod credential;
mod domain;
mod identification_kind;
mod machine;
mod membership;
mod oauth_grant;
mod permission;
mod role;
mod session;
mod settings;
mod sign_in_factors;
mod sign_in_token;
mod table;

pub(in crate::emulator) use self::{
    client::Client,
    constants::INSTANCE_ID,
    credential::{Credential, CredentialKind, expiration_after},
    domain::Domain,
    identification_kind::{EMAIL_ADDRESS, IdentificationKind, PHONE_NUMBER, has_email_address},
    machine::Machine,
    membership::Membership,
    oauth_grant::{AuthorizationCode, OAuthGrant, RefreshToken},
    session::{Session, SessionStatus},
    settings::{DEFAULT_SENDER, Settings},
    sign_in_factors::SecondFactor,
    sign_in_token::{SignInToken, TokenStatus},
    table::Table,
};
pub(super) use self::{
    code_verification::CodeVerification,
    constants::{DAY, NO_IMAGE},
    identification_kind::{
        IDENTIFICATION_KINDS, IdentificationStatus, WEB3_WALLET, find_identification,
        find_identification_mut, identifications_of, is_identified, is_identifier, is_verified,
        new_identification, remove_identification, verified_by_admin, verified_id,
    },
    machine::new_secret_key,
    membership::metadata,
    permission::{
        MANAGE_MEMBERSHIPS, SYSTEM_PREFIX, are_elevated, is_system, new_permission,
        split_permission, system_permissions,
    },
    role::{default_roles, new_role},
    sign_in_factors::{Password, SignInFactors},
};
