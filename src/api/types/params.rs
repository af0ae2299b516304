//! Parameters that operations of several groups share.

params! {
    /// Which part of a list is returned, where there is nothing else to choose.
    pub struct Paging {
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// Which part of a list is returned, of those that Clerk does not always page.
    pub struct OptionalPaging {
        /// Whether Clerk pages the answer.
        paginated: bool,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// Why something is revoked.
    pub struct Revocation {
        /// The reason, for whoever looks at it later.
        revocation_reason: String,
    }
}

params! {
    /// What goes with a logo, for [`Organizations::upload_logo`](crate::api::Organizations::upload_logo) and
    /// [`OAuthApplications::upload_logo`](crate::api::OAuthApplications::upload_logo).
    pub struct UploadLogo {
        /// The ID of the user who uploads it.
        uploader_user_id: String,
    }
}
