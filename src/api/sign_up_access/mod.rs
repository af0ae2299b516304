//! Access to sign-up: invitations, the waitlist, the allowlist and the blocklist.

mod allowlist_identifiers;
mod blocklist_identifiers;
mod invitations;
mod sign_ups;
mod waitlist_entries;

pub use self::{
    allowlist_identifiers::{
        AllowlistIdentifier, AllowlistIdentifiers, CreateAllowlistIdentifier, IdentifierType,
    },
    blocklist_identifiers::{BlocklistIdentifier, BlocklistIdentifiers},
    invitations::{CreateInvitation, Invitation, InvitationTemplate, Invitations, ListInvitations},
    sign_ups::{
        SignUp, SignUpStatus, SignUpVerification, SignUpVerificationAction, SignUpVerifications,
        SignUps, UpdateSignUp,
    },
    waitlist_entries::{
        CreateWaitlistEntry, InviteWaitlistEntry, ListWaitlistEntries, WaitlistEntries,
        WaitlistEntry, WaitlistEntryStatus,
    },
};
