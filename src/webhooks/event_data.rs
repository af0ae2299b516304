//! The data of each type of event.

use serde::Serialize;
use serde_json::Value;

use crate::api::{
    BillingSubscriptionEvent, DeletedObject, Email, Organization, OrganizationDomain,
    OrganizationInvitation, OrganizationMembership, OrganizationPermission, OrganizationRole,
    PaymentAttemptEvent, Session, SmsMessage, SubscriptionItemEvent, User, WaitlistEntry,
};

macro_rules! event_data {
    ($($event_type:literal => $variant:ident($model:ty),)+) => {
        /// The data of an event: the changed resource.
        ///
        /// A deleted resource is a [`DeletedObject`] with its ID, except for memberships. Fields
        /// that this version of the crate does not know are in
        /// [`WebhookEvent::raw`](super::WebhookEvent::raw).
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        #[non_exhaustive]
        pub enum EventData {
            $(
                #[doc = concat!("`", $event_type, "`")]
                $variant(Box<$model>),
            )+
            /// A type of event that this version of the crate does not know.
            Other(Value),
        }

        impl EventData {
            /// The types of event that have a variant.
            pub const TYPES: &'static [&'static str] = &[$($event_type,)+];

            pub(super) fn parse(
                event_type: &str,
                data: &Value,
            ) -> Result<Self, serde_path_to_error::Error<serde_json::Error>> {
                match event_type {
                    $($event_type => serde_path_to_error::deserialize(data).map(Self::$variant),)+
                    _ => Ok(Self::Other(data.clone())),
                }
            }
        }
    };
}

event_data! {
    "email.created" => EmailCreated(Email),
    "organization.created" => OrganizationCreated(Organization),
    "organization.updated" => OrganizationUpdated(Organization),
    "organization.deleted" => OrganizationDeleted(DeletedObject),
    "organizationDomain.created" => OrganizationDomainCreated(OrganizationDomain),
    "organizationDomain.updated" => OrganizationDomainUpdated(OrganizationDomain),
    "organizationDomain.deleted" => OrganizationDomainDeleted(DeletedObject),
    "organizationInvitation.created" => OrganizationInvitationCreated(OrganizationInvitation),
    "organizationInvitation.accepted" => OrganizationInvitationAccepted(OrganizationInvitation),
    "organizationInvitation.revoked" => OrganizationInvitationRevoked(OrganizationInvitation),
    "organizationMembership.created" => OrganizationMembershipCreated(OrganizationMembership),
    "organizationMembership.updated" => OrganizationMembershipUpdated(OrganizationMembership),
    "organizationMembership.deleted" => OrganizationMembershipDeleted(OrganizationMembership),
    "paymentAttempt.created" => PaymentAttemptCreated(PaymentAttemptEvent),
    "paymentAttempt.updated" => PaymentAttemptUpdated(PaymentAttemptEvent),
    "permission.created" => PermissionCreated(OrganizationPermission),
    "permission.updated" => PermissionUpdated(OrganizationPermission),
    "permission.deleted" => PermissionDeleted(DeletedObject),
    "role.created" => RoleCreated(OrganizationRole),
    "role.updated" => RoleUpdated(OrganizationRole),
    "role.deleted" => RoleDeleted(DeletedObject),
    "session.created" => SessionCreated(Session),
    "session.pending" => SessionPending(Session),
    "session.ended" => SessionEnded(Session),
    "session.removed" => SessionRemoved(Session),
    "session.revoked" => SessionRevoked(Session),
    "sms.created" => SmsCreated(SmsMessage),
    "subscription.created" => SubscriptionCreated(BillingSubscriptionEvent),
    "subscription.updated" => SubscriptionUpdated(BillingSubscriptionEvent),
    "subscription.active" => SubscriptionActive(BillingSubscriptionEvent),
    "subscription.pastDue" => SubscriptionPastDue(BillingSubscriptionEvent),
    "subscriptionItem.abandoned" => SubscriptionItemAbandoned(SubscriptionItemEvent),
    "subscriptionItem.active" => SubscriptionItemActive(SubscriptionItemEvent),
    "subscriptionItem.canceled" => SubscriptionItemCanceled(SubscriptionItemEvent),
    "subscriptionItem.ended" => SubscriptionItemEnded(SubscriptionItemEvent),
    "subscriptionItem.freeTrialEnding" => SubscriptionItemFreeTrialEnding(SubscriptionItemEvent),
    "subscriptionItem.incomplete" => SubscriptionItemIncomplete(SubscriptionItemEvent),
    "subscriptionItem.pastDue" => SubscriptionItemPastDue(SubscriptionItemEvent),
    "subscriptionItem.upcoming" => SubscriptionItemUpcoming(SubscriptionItemEvent),
    "subscriptionItem.updated" => SubscriptionItemUpdated(SubscriptionItemEvent),
    "user.created" => UserCreated(User),
    "user.updated" => UserUpdated(User),
    "user.deleted" => UserDeleted(DeletedObject),
    "waitlistEntry.created" => WaitlistEntryCreated(WaitlistEntry),
    "waitlistEntry.updated" => WaitlistEntryUpdated(WaitlistEntry),
}
