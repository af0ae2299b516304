//! Keeping the caches and revocations of a Clerk handle in sync with its instance.

use super::{event::WebhookEvent, event_data::EventData};
use crate::{clerk::Clerk, timestamp::Timestamp};

impl WebhookEvent {
    /// Updates a Clerk handle, and all machines that share a [cache](crate::cache) with it:
    ///
    /// - Forgets users and organizations that have changed, and organizations whose members have.
    /// - Rejects the tokens of sessions that were ended, removed or revoked, and those that were issued
    ///   before their user was banned, locked or deleted.
    pub async fn apply(&self, clerk: &Clerk) {
        match self.data() {
            EventData::UserCreated(user) | EventData::UserUpdated(user) => {
                if user.banned || user.locked {
                    clerk.mark_user_revoked(&user.id, self.time(clerk)).await;
                }
                clerk.forget_user(&user.id).await;
            }
            EventData::UserDeleted(user) => {
                if let Some(id) = &user.id {
                    clerk.mark_user_revoked(id, self.time(clerk)).await;
                    clerk.forget_user(id).await;
                }
            }
            EventData::OrganizationCreated(organization)
            | EventData::OrganizationUpdated(organization) => {
                clerk.forget_organization(&organization.id).await;
            }
            EventData::OrganizationDeleted(organization) => {
                if let Some(id) = &organization.id {
                    clerk.forget_organization(id).await;
                }
            }
            EventData::OrganizationMembershipCreated(membership)
            | EventData::OrganizationMembershipUpdated(membership)
            | EventData::OrganizationMembershipDeleted(membership) => {
                clerk.forget_organization(&membership.organization.id).await;
            }
            EventData::SessionEnded(session)
            | EventData::SessionRemoved(session)
            | EventData::SessionRevoked(session) => {
                clerk.mark_session_revoked(&session.id).await;
            }
            _ => {}
        }
    }

    /// The time of the event, or else the current time.
    fn time(&self, clerk: &Clerk) -> Timestamp {
        let now = || Timestamp::from_millis(clerk.config().clock().unix_millis());
        self.timestamp().unwrap_or_else(now)
    }
}
