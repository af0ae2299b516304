//! Organizations, their members and invitations.

use serde_json::{Value, json};

use super::pick::pick;
use crate::emulator::{
    http::Result,
    store::{Membership, Store},
};

pub(in crate::emulator::frontend_api) fn organization(
    store: &Store,
    organization: &Value,
) -> Value {
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
pub(in crate::emulator::frontend_api) fn membership(
    store: &Store,
    membership: &Membership,
) -> Result<Value> {
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
pub(in crate::emulator::frontend_api) fn invitation(store: &Store, invitation: &Value) -> Value {
    let full = store.organization_invitation_document(invitation);
    pick(
        &full,
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
