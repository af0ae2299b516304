//! The status of invitations, to the application and to organizations.

open_enum! {
    /// The status of an invitation.
    pub enum InvitationStatus {
        /// The invitation has not been accepted yet.
        Pending = "pending",
        /// The invitation was accepted.
        Accepted = "accepted",
        /// The invitation was revoked.
        Revoked = "revoked",
        /// The invitation expired before it was accepted.
        Expired = "expired",
    }
}
