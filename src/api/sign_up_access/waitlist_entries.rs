//! Waitlist entries.

use super::invitations::Invitation;
use crate::{
    api::{
        client::Client,
        error::Result,
        transport::Items,
        types::{DeletedObject, Page},
    },
    timestamp::Timestamp,
};

/// The entries of the waitlist.
///
/// ```no_run
/// use axum_clerk::api::{InviteWaitlistEntry, ListWaitlistEntries, WaitlistEntryStatus};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let pending = ListWaitlistEntries::default()
///     .status(WaitlistEntryStatus::Pending)
///     .order_by("created_at");
/// for entry in clerk.waitlist_entries().list(&pending).await?.data {
///     clerk.waitlist_entries().invite(&entry.id, &InviteWaitlistEntry::default()).await?;
/// }
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/waitlist-entries)
#[derive(Clone, Copy, Debug)]
pub struct WaitlistEntries<'a>(pub(in crate::api) &'a Client);

impl WaitlistEntries<'_> {
    /// Lists waitlist entries, newest first by default.
    ///
    /// `GET /waitlist_entries`
    pub async fn list(self, params: &ListWaitlistEntries) -> Result<Page<WaitlistEntry>> {
        self.0.get("/waitlist_entries", []).query(params).send().await
    }

    /// Streams waitlist entries from all pages.
    ///
    /// `GET /waitlist_entries`
    pub fn stream(self, params: &ListWaitlistEntries) -> Items<WaitlistEntry> {
        self.0.get("/waitlist_entries", []).query(params).stream()
    }

    /// Adds an email address to the waitlist, or returns its existing entry.
    ///
    /// `POST /waitlist_entries`
    pub async fn create(self, params: &CreateWaitlistEntry) -> Result<WaitlistEntry> {
        self.0.post("/waitlist_entries", []).json(params).send().await
    }

    /// Adds up to 50 distinct email addresses to the waitlist.
    ///
    /// `POST /waitlist_entries/bulk`
    pub async fn bulk_create(self, params: &[CreateWaitlistEntry]) -> Result<Vec<WaitlistEntry>> {
        self.0.post("/waitlist_entries/bulk", []).json(params).send_list().await
    }

    /// Invites the email address of a waitlist entry.
    ///
    /// `POST /waitlist_entries/{waitlist_entry_id}/invite`
    pub async fn invite(
        self,
        waitlist_entry_id: &str,
        params: &InviteWaitlistEntry,
    ) -> Result<WaitlistEntry> {
        let path = "/waitlist_entries/{waitlist_entry_id}/invite";
        self.0.post(path, [waitlist_entry_id]).json(params).send().await
    }

    /// Rejects a waitlist entry.
    ///
    /// `POST /waitlist_entries/{waitlist_entry_id}/reject`
    pub async fn reject(self, waitlist_entry_id: &str) -> Result<WaitlistEntry> {
        self.0
            .post("/waitlist_entries/{waitlist_entry_id}/reject", [waitlist_entry_id])
            .send()
            .await
    }

    /// Deletes a pending waitlist entry.
    ///
    /// `DELETE /waitlist_entries/{waitlist_entry_id}`
    pub async fn delete(self, waitlist_entry_id: &str) -> Result<DeletedObject> {
        self.0.delete("/waitlist_entries/{waitlist_entry_id}", [waitlist_entry_id]).send().await
    }
}

params! {
    /// Parameters for [`WaitlistEntries::list`].
    pub struct ListWaitlistEntries {
        /// Filters by part of the ID or email address.
        query: String,
        /// Filters by status.
        status: WaitlistEntryStatus,
        /// The sort order: `created_at`, `email_address` or `invited_at`, descending with a leading
        /// `-`. `-created_at` by default.
        order_by: String,
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

params! {
    /// Parameters for [`WaitlistEntries::create`] and [`WaitlistEntries::bulk_create`].
    pub struct CreateWaitlistEntry(
        /// The email address to add to the waitlist.
        email_address: String,
    ) {
        /// Whether Clerk sends a confirmation email; `true` by default.
        notify: bool,
    }
}

params! {
    /// Parameters for [`WaitlistEntries::invite`].
    pub struct InviteWaitlistEntry {
        /// Whether to create the invitation even if the email address already has an invitation or
        /// belongs to a user.
        ignore_existing: bool,
    }
}

open_enum! {
    /// The status of a waitlist entry.
    pub enum WaitlistEntryStatus {
        /// Waiting for a decision.
        Pending = "pending",
        /// Invited to sign up.
        Invited = "invited",
        /// Rejected.
        Rejected = "rejected",
        /// Signed up.
        Completed = "completed",
    }
}

model! {
    /// An entry of the waitlist.
    #[serde(tag = "object", rename = "waitlist_entry")]
    pub struct WaitlistEntry {
        /// The entry's ID, `wle_…`.
        pub id: String,
        /// The email address on the waitlist.
        pub email_address: String,
        /// The status of the entry.
        pub status: WaitlistEntryStatus,
        /// Whether the entry is locked by a batch operation and unavailable to others.
        pub is_locked: Option<bool>,
        /// The time when the entry was created.
        pub created_at: Timestamp,
        /// The time when the entry was last updated.
        pub updated_at: Timestamp,
        /// The invitation, if one was created.
        pub invitation: Option<Invitation>,
    }
}
