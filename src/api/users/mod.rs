//! Users, their credentials and their identifications.

mod credentials;
mod email_addresses;
mod identifications;
mod operations;
mod params;
mod phone_numbers;
mod user;

pub use self::{
    credentials::{
        AffectedUser, CodeType, DevicePlatform, OAuthAccessToken, PasswordVerification,
        RemovePassword, SetPasswordCompromised, Totp, TotpVerification, TrustedDevice,
        TrustedDeviceStatus,
    },
    email_addresses::{
        CreateEmailAddress, EmailAddress, EmailAddresses, ReplaceEmailAddress, UpdateEmailAddress,
    },
    identifications::{
        AttemptVerification, CodeVerification, ExternalAccount, IdentificationLink,
        IdentificationStatus, Passkey, Web3Wallet,
    },
    operations::Users,
    params::{
        CreateUser, ListUserOrganizationInvitations, ListUsers, PasswordHasher, UpdateUser,
        UpdateUserMetadata,
    },
    phone_numbers::{
        CreatePhoneNumber, PhoneNumber, PhoneNumbers, ReplacePhoneNumber, UpdatePhoneNumber,
    },
    user::{User, UserScim},
};
