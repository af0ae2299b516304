//! Types that several groups of resources share.

mod deleted_object;
pub(in crate::api) mod field_serde;
mod invitation_status;
mod metadata;
mod page;
mod params;
mod patch;
mod secret;
mod verification;

pub(in crate::api) use page::PartialPage;

pub use self::{
    deleted_object::DeletedObject,
    invitation_status::InvitationStatus,
    metadata::Metadata,
    page::Page,
    params::{OptionalPaging, Paging, Revocation, UploadLogo},
    patch::Patch,
    secret::Secret,
    verification::{Verification, VerificationStatus},
};
