//! Organizations, their members and invitations.

use serde_json::{Value, json};

use super::pick::pick;
use crate::emulator::{
    http::Result,
    store::{Membership, Store},
};

pub(in crate::emulator) fn organization(store: &Store, organization: &Value) -> Value {
    let mut document = pick(
        organization,
        &[
            "id",
            "object",
            "name",
            "image_url",
            "has_image",
            "max_allowed_memberships",
            "admin_delete_enabled",
            "public_metadata",
            "created_at",
            "updated_at",
        ],
    );
    document["slug"] = json!(organization["slug"].as_str().unwrap_or_default());
    document["members_count"] = json!(store.members(organization).count());
    document["pending_invitations_count"] = json!(store.pending_invitations(organization).count());
    document["self_serve_sso_enabled"] = json!(false);
    document
}

/// Returns a membership, with the organization and what other members see of the user.
pub(in crate::emulator) fn membership(store: &Store, membership: &Membership) -> Result<Value> {
    let full = store.membership_document(membership)?;
    let mut document = pick(
        &full,
        &[
            "id",
            "object",
            "public_metadata",
            "role",
            "role_name",
            "permissions",
            "public_user_data",
            "created_at",
            "updated_at",
        ],
    );
    document["organization"] = organization(store, &full["organization"]);
    Ok(document)
}

/// Returns an invitation to an organization, as its members see it.
pub(in crate::emulator) fn invitation(store: &Store, invitation: &Value) -> Value {
    invitation_from(&store.organization_invitation_document(invitation))
}

/// Returns an invitation from its representation in the Backend API.
pub(in crate::emulator) fn invitation_from(invitation: &Value) -> Value {
    pick(
        invitation,
        &[
            "id",
            "object",
            "email_address",
            "role",
            "role_name",
            "organization_id",
            "status",
            "public_metadata",
            "url",
            "expires_at",
            "created_at",
            "updated_at",
        ],
    )
}

/// Returns an invitation, as the invited user sees it.
pub(in crate::emulator) fn invitation_to_user(store: &Store, own: &Value) -> Value {
    let mut document = invitation(store, own);
    document["public_organization_data"] = public_data(store, &own["organization_id"]);
    document
}

/// Returns the suggestion to join an organization.
pub(in crate::emulator) fn suggestion(store: &Store, suggestion: &Value) -> Value {
    let fields = ["id", "object", "status", "created_at", "updated_at"];
    let mut document = pick(suggestion, &fields);
    document["public_organization_data"] = public_data(store, &suggestion["organization_id"]);
    document
}

/// Returns the request of a user to join an organization.
pub(in crate::emulator) fn membership_request(store: &Store, request: &Value) -> Value {
    let fields = ["id", "object", "organization_id", "status", "created_at", "updated_at"];
    let mut document = pick(request, &fields);
    let user = store.user(request["user_id"].as_str().unwrap_or_default());
    document["public_user_data"] = json!(user.ok().map(Store::public_user_data));
    document
}

pub(in crate::emulator) fn domain(store: &Store, domain: &Value) -> Value {
    let mut document = domain.clone();
    let [invitations, suggestions] = store.pending_enrollments(domain);
    document["total_pending_invitations"] = json!(invitations);
    document["total_pending_suggestions"] = json!(suggestions);
    document["public_organization_data"] = public_data(store, &domain["organization_id"]);
    document
}

pub(in crate::emulator) fn role(role: &Value) -> Value {
    let mut document = pick(
        role,
        &[
            "object",
            "id",
            "name",
            "key",
            "description",
            "is_creator_eligible",
            "permissions",
            "created_at",
            "updated_at",
        ],
    );
    document["description"] = json!(role["description"].as_str().unwrap_or_default());
    document
}

/// Returns what users who are not members see of an organization.
fn public_data(store: &Store, organization_id: &Value) -> Value {
    let mut document = store.public_organization_data(organization_id);
    document["slug"] = json!(document["slug"].as_str().unwrap_or_default());
    document
}
