//! The resources as the Frontend API represents them. Most of them have fewer fields than those of
//! the Backend API.

mod client;
mod organization;
mod pick;
mod reverification;
mod session;
mod sign_in;
mod user;

pub(super) use self::{
    client::client,
    organization::{
        domain, invitation, invitation_from, invitation_to_user, membership, membership_request,
        organization, role, suggestion,
    },
    pick::pick,
    reverification::reverification,
    session::{active_session, session, session_elsewhere},
    sign_in::sign_in,
    user::{identification, user},
};
