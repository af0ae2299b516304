//! The status of invitations, to the application and to organizations.

open_enum! {
    /// The state of an invitation.
    pub enum InvitationStatus {
        /// Open.
        Pending = "pending",
        /// Followed.
        Accepted = "accepted",
        /// Made invalid.
        Revoked = "revoked",
        /// Not followed in time.
        Expired = "expired",
    }
}
