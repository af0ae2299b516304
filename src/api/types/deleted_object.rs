//! What the operations that delete return.

model! {
    /// What is left of an object that was deleted.
    pub struct DeletedObject {
        /// What it was: `user`, `organization`, …
        pub object: String,
        /// Its ID.
        pub id: Option<String>,
        /// Its slug, where it had one.
        pub slug: Option<String>,
        /// Whether it is gone.
        pub deleted: bool,
        /// The application's own ID of it.
        pub external_id: Option<String>,
    }
}
