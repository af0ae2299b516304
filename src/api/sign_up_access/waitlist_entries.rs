//! Entries of the waitlist.

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

/// Who waits to be let in.
///
/// ```no_run
/// use axum_clerk::api::{InviteWaitlistEntry, ListWaitlistEntries, WaitlistEntryStatus};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let waiting = ListWaitlistEntries::default().status(WaitlistEntryStatus::Pending).order_by("created_at");
/// for entry in clerk.waitlist_entries().list(&waiting).await?.data {
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
    /// Lists entries, the newest first unless `order_by` says otherwise.
    ///
    /// `GET /waitlist_entries`
    pub async fn list(self, params: &ListWaitlistEntries) -> Result<Page<WaitlistEntry>> {
        self.0.get("/waitlist_entries", []).query(params).send().await
    }

    /// Streams entries, from all pages.
    ///
    /// `GET /waitlist_entries`
    pub fn stream(self, params: &ListWaitlistEntries) -> Items<WaitlistEntry> {
        self.0.get("/waitlist_entries", []).query(params).stream()
    }

    /// Puts an email address on the waitlist, or returns the entry that it has there.
    ///
    /// `POST /waitlist_entries`
    pub async fn create(self, params: &CreateWaitlistEntry) -> Result<WaitlistEntry> {
        self.0.post("/waitlist_entries", []).json(params).send().await
    }

    /// Puts up to 50 email addresses on the waitlist, no two the same.
    ///
    /// `POST /waitlist_entries/bulk`
    pub async fn bulk_create(self, params: &[CreateWaitlistEntry]) -> Result<Vec<WaitlistEntry>> {
        self.0.post("/waitlist_entries/bulk", []).json(params).send_list().await
    }

    /// Invites who waits.
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

    /// Turns down who waits.
    ///
    /// `POST /waitlist_entries/{waitlist_entry_id}/reject`
    pub async fn reject(self, waitlist_entry_id: &str) -> Result<WaitlistEntry> {
        self.0
            .post("/waitlist_entries/{waitlist_entry_id}/reject", [waitlist_entry_id])
            .send()
            .await
    }

    /// Deletes a pending entry.
    ///
    /// `DELETE /waitlist_entries/{waitlist_entry_id}`
    pub async fn delete(self, waitlist_entry_id: &str) -> Result<DeletedObject> {
        self.0.delete("/waitlist_entries/{waitlist_entry_id}", [waitlist_entry_id]).send().await
    }
}

params! {
    /// Which entries [`WaitlistEntries::list`] returns.
    pub struct ListWaitlistEntries {
        /// Whose ID or email address contains this text.
        query: String,
        /// In this state.
        status: WaitlistEntryStatus,
        /// `created_at`, `email_address` or `invited_at`, with `-` before it to descend. By default
        /// `-created_at`.
        order_by: String,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// A new entry, for [`WaitlistEntries::create`] and [`WaitlistEntries::bulk_create`].
    pub struct CreateWaitlistEntry(
        /// Who waits.
        email_address: String,
    ) {
        /// Whether to send a confirmation: by default it is sent.
        notify: bool,
    }
}

params! {
    /// How [`WaitlistEntries::invite`] invites.
    pub struct InviteWaitlistEntry {
        /// Whether to invite although there is an invitation, or a user, with that email address.
        ignore_existing: bool,
    }
}

open_enum! {
    /// The state of an entry of the waitlist.
    pub enum WaitlistEntryStatus {
        /// Waiting.
        Pending = "pending",
        /// Invited.
        Invited = "invited",
        /// Turned down.
        Rejected = "rejected",
        /// Signed up.
        Completed = "completed",
    }
}

model! {
    /// An entry of the waitlist.
    #[serde(tag = "object", rename = "waitlist_entry")]
    pub struct WaitlistEntry {
        /// Its ID, `wle_…`.
        pub id: String,
        /// Who waits.
        pub email_address: String,
        /// Its state.
        pub status: WaitlistEntryStatus,
        /// Whether a batch is at work on it, so that nothing else can be done.
        pub is_locked: Option<bool>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
        /// The invitation, once there is one.
        pub invitation: Option<Invitation>,
    }
}
