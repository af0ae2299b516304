//! Parameters that operations of several groups share.

params! {
    /// The page of a list to return.
    pub struct Paging {
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

params! {
    /// The page of a list to return, for lists that Clerk does not page by default.
    pub struct OptionalPaging {
        /// Whether Clerk returns a single page of results.
        paginated: bool,
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

params! {
    /// The reason for a revocation.
    pub struct Revocation {
        /// The reason, for later reference.
        revocation_reason: String,
    }
}

params! {
    /// The parameters of [`Organizations::upload_logo`](crate::api::Organizations::upload_logo) and
    /// [`OAuthApplications::upload_logo`](crate::api::OAuthApplications::upload_logo).
    pub struct UploadLogo {
        /// The ID of the user who uploads the logo.
        uploader_user_id: String,
    }
}
