//! Who is a member of which organization.

use super::{Metadata, Organization, Timestamp};

model! {
    /// A user's membership in an organization.
    #[serde(tag = "object", rename = "organization_membership")]
    pub struct OrganizationMembership {
        /// Its ID, `orgmem_…`.
        pub id: String,
        /// The key of the member's role, such as `org:admin`.
        pub role: String,
        /// The name of the member's role.
        pub role_name: Option<String>,
        /// The keys of the permissions that the role gives.
        pub permissions: Vec<String>,
        /// Metadata that the frontend may read.
        pub public_metadata: Metadata,
        /// Metadata for the backend alone.
        pub private_metadata: Metadata,
        /// The organization.
        pub organization: Organization,
        /// The member.
        pub public_user_data: Option<OrganizationMembershipUser>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

model! {
    /// What members of an organization see of one another.
    pub struct OrganizationMembershipUser {
        /// The user's ID, `user_…`.
        pub user_id: String,
        /// First name.
        pub first_name: Option<String>,
        /// Last name.
        pub last_name: Option<String>,
        /// The image to show. Deprecated by Clerk in favor of [`image_url`](Self::image_url).
        pub profile_image_url: Option<String>,
        /// The image to show: the user's own, or one that Clerk made.
        pub image_url: String,
        /// Whether the image is the user's own.
        pub has_image: bool,
        /// An email address, phone number or the like to know the user by.
        pub identifier: Option<String>,
        /// Username.
        pub username: Option<String>,
        /// Whether the user is banned.
        pub banned: Option<bool>,
        /// Whether a directory took the user's access away.
        pub deprovisioned: Option<bool>,
    }
}
