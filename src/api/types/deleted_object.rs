//! The response of operations that delete an object.

model! {
    /// A deleted object.
    pub struct DeletedObject {
        /// The type of the object, such as `user` or `organization`.
        pub object: String,
        /// The object's ID.
        pub id: Option<String>,
        /// The object's slug, if it had one.
        pub slug: Option<String>,
        /// Whether the object was deleted.
        pub deleted: bool,
        /// Your application's ID for the object.
        pub external_id: Option<String>,
    }
}
