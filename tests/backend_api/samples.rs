//! Sample parameters shared by several resources.

use axum_clerk::{
    Timestamp,
    api::{OptionalPaging, Paging, Revocation, Upload},
};

pub(crate) fn paging() -> Paging {
    Paging::default().limit(500).offset(0)
}

pub(crate) fn optional_paging() -> OptionalPaging {
    OptionalPaging::default().paginated(true).limit(500).offset(0)
}

pub(crate) fn revocation() -> Revocation {
    Revocation::default().revocation_reason("lost")
}

pub(crate) fn timestamp() -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000)
}

pub(crate) fn image() -> Upload {
    Upload::new("image.png", "image/png", "not a picture")
}
