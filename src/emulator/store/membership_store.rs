//! Memberships in organizations.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    records::{Membership, are_elevated, metadata, split_permission},
    state::Store,
};
use crate::emulator::{
    http::{ClerkError, Params, Result, fields},
    tokens::new_id,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct NewMembership {
    user_id: String,
    role: String,
    public_metadata: Option<Params>,
    private_metadata: Option<Params>,
}

impl NewMembership {
    pub(in crate::emulator) fn new(user_id: &str, role: &str) -> Self {
        Self {
            user_id: user_id.to_owned(),
            role: role.to_owned(),
            public_metadata: None,
            private_metadata: None,
        }
    }
}

impl Store {
    /// Rejects users who are not members of the organization.
    pub(in crate::emulator) fn require_membership(
        &self,
        organization_id: &str,
        user_id: &str,
    ) -> Result<&Membership> {
        self.membership(organization_id, user_id).ok_or_else(|| {
            ClerkError::forbidden(
                "not_a_member_in_organization",
                format!("{user_id} is not a member of the organization."),
            )
        })
    }

    /// Rejects users who do not have a permission in the organization.
    pub(in crate::emulator) fn require_permission(
        &self,
        organization_id: &str,
        user_id: &str,
        permission: &str,
    ) -> Result<()> {
        let membership = self.require_membership(organization_id, user_id)?;
        if self.member_permissions(membership).contains(&permission) {
            Ok(())
        } else {
            Err(ClerkError::permission_missing(permission))
        }
    }

    pub(in crate::emulator) fn membership(
        &self,
        organization_id: &str,
        user_id: &str,
    ) -> Option<&Membership> {
        self.memberships
            .iter()
            .find(|m| m.organization_id == organization_id && m.user_id == user_id)
    }

    pub(in crate::emulator) fn members<'a>(
        &'a self,
        organization: &'a Value,
    ) -> impl Iterator<Item = &'a Membership> {
        self.memberships.iter().filter(|m| organization["id"] == m.organization_id.as_str())
    }

    /// Returns a membership as the Backend API represents it.
    pub(in crate::emulator) fn membership_document(
        &self,
        membership: &Membership,
    ) -> Result<Value> {
        let user = self.user(&membership.user_id)?;
        let mut public_user_data = Self::public_user_data(user);
        for (name, field) in [
            ("profile_image_url", "image_url"),
            ("username", "username"),
            ("banned", "banned"),
            ("deprovisioned", "deprovisioned"),
        ] {
            public_user_data[name] = user[field].clone();
        }
        Ok(json!({
            "object": "organization_membership",
            "id": membership.id,
            "role": membership.role,
            "role_name": self.role(&membership.role)?["name"],
            "permissions": self.member_permissions(membership),
            "public_metadata": membership.metadata["public_metadata"],
            "private_metadata": membership.metadata["private_metadata"],
            "organization": self.organizations.get(&membership.organization_id)?,
            "public_user_data": public_user_data,
            "created_at": membership.created_at,
            "updated_at": membership.updated_at,
        }))
    }

    /// Returns what the members of an organization can see about a user.
    pub(in crate::emulator) fn public_user_data(user: &Value) -> Value {
        let identifier = [
            &user["email_addresses"][0]["email_address"],
            &user["phone_numbers"][0]["phone_number"],
            &user["username"],
            &user["web3_wallets"][0]["web3_wallet"],
        ];
        json!({
            "user_id": user["id"],
            "first_name": user["first_name"],
            "last_name": user["last_name"],
            "image_url": user["image_url"],
            "has_image": user["has_image"],
            "identifier": identifier.into_iter().find_map(Value::as_str).unwrap_or_default(),
        })
    }

    /// Returns the keys of a member's permissions.
    pub(in crate::emulator) fn member_permissions(&self, membership: &Membership) -> Vec<&str> {
        self.permissions_with(&membership.role, &membership.granted)
    }

    fn permissions_with(&self, role: &str, granted: &[Value]) -> Vec<&str> {
        let role = self.role(role).ok();
        let of_role = role.and_then(|role| role["permissions"].as_array()).into_iter().flatten();
        let permissions = self.permissions_of(of_role.chain(granted));
        permissions.into_iter().filter_map(|permission| permission["key"].as_str()).collect()
    }

    /// Returns whether a member has the permissions that at least one member must have.
    pub(in crate::emulator) fn is_elevated(&self, membership: &Membership) -> bool {
        are_elevated(&self.member_permissions(membership))
    }

    pub(in crate::emulator) fn create_membership(
        &mut self,
        organization_id: &str,
        new: NewMembership,
    ) -> Result<Value> {
        let organization = self.organizations.get(organization_id)?;
        self.user(&new.user_id)?;
        self.assignable_role(organization, &new.role)?;
        self.check_not_member(organization_id, &new.user_id)?;
        self.check_capacity(organization, self.pending_invitations(organization).count())?;
        let metadata = metadata(new.public_metadata, new.private_metadata);
        self.add_membership(organization_id, &new.user_id, &new.role, metadata)
    }

    /// Adds a member, or updates the role and additional permissions of an existing one. Missing
    /// roles and permissions are created.
    pub(in crate::emulator) fn upsert_member(
        &mut self,
        organization: &str,
        user_id: &str,
        role: &str,
        permissions: &[String],
    ) -> Result<()> {
        let organization_id =
            self.organization(organization)?["id"].as_str().unwrap_or_default().to_owned();
        self.user(user_id)?;
        if permissions.iter().any(|permission| split_permission(permission).is_none()) {
            return Err(ClerkError::invalid_format(
                "permissions",
                "of the form org:FEATURE:PERMISSION",
            ));
        }
        self.ensure_role(&organization_id, role)?;
        let granted = permissions.iter().map(|key| self.permission_id(key)).collect();
        if self.membership(&organization_id, user_id).is_none() {
            self.add_membership(&organization_id, user_id, role, metadata(None, None))?;
        }
        let membership = self.membership_mut(&organization_id, user_id)?;
        membership.role = role.to_owned();
        membership.granted = granted;
        Ok(())
    }

    pub(in crate::emulator) fn update_membership(
        &mut self,
        organization_id: &str,
        user_id: &str,
        role: &str,
    ) -> Result<Value> {
        let membership = self.existing_membership(organization_id, user_id)?;
        self.assignable_role(self.organizations.get(organization_id)?, role)?;
        if !are_elevated(&self.permissions_with(role, &membership.granted)) {
            self.check_not_last_elevated(membership)?;
        }
        self.membership_mut(organization_id, user_id)?.role = role.to_owned();
        self.membership_document(self.existing_membership(organization_id, user_id)?)
    }

    pub(in crate::emulator) fn merge_membership_metadata(
        &mut self,
        organization_id: &str,
        user_id: &str,
        params: Params,
    ) -> Result<Value> {
        let mut metadata = self.existing_membership(organization_id, user_id)?.metadata.clone();
        fields::set_metadata(
            &mut metadata,
            &["public_metadata", "private_metadata"],
            params,
            true,
        )?;
        self.membership_mut(organization_id, user_id)?.metadata = metadata;
        self.membership_document(self.existing_membership(organization_id, user_id)?)
    }

    /// Deletes a membership and deactivates the organization in the user's sessions.
    pub(in crate::emulator) fn delete_membership(
        &mut self,
        organization_id: &str,
        user_id: &str,
    ) -> Result<Value> {
        let membership = self.existing_membership(organization_id, user_id)?;
        self.check_not_last_elevated(membership)?;
        let document = self.membership_document(membership)?;
        self.memberships.retain(|m| m.organization_id != organization_id || m.user_id != user_id);
        self.leave_organization(organization_id, |leaver| leaver == user_id);
        Ok(document)
    }

    /// Deactivates an organization in the sessions of matching users.
    pub(super) fn leave_organization(
        &mut self,
        organization_id: &str,
        matches: impl Fn(&str) -> bool,
    ) {
        for session in &mut self.sessions {
            if session.organization_id.as_deref() == Some(organization_id)
                && matches(&session.user_id)
            {
                session.organization_id = None;
            }
        }
    }

    pub(super) fn add_membership(
        &mut self,
        organization_id: &str,
        user_id: &str,
        role: &str,
        metadata: Value,
    ) -> Result<Value> {
        let now = self.now();
        let last = self.memberships.len();
        self.memberships.push(Membership {
            id: new_id("orgmem"),
            organization_id: organization_id.to_owned(),
            user_id: user_id.to_owned(),
            role: role.to_owned(),
            granted: Vec::new(),
            metadata,
            created_at: now,
            updated_at: now,
        });
        self.membership_document(&self.memberships[last])
    }

    pub(super) fn check_not_member(&self, organization_id: &str, user_id: &str) -> Result<()> {
        match self.membership(organization_id, user_id) {
            None => Ok(()),
            Some(_) => Err(ClerkError::bad_request(
                "already_a_member_in_organization",
                format!("{user_id} is already a member of the organization."),
            )),
        }
    }

    /// Rejects a new member if the organization is full. `others` is the number of pending
    /// invitations that count towards the limit.
    pub(super) fn check_capacity(&self, organization: &Value, others: usize) -> Result<()> {
        let max = organization["max_allowed_memberships"].as_u64().unwrap_or_default();
        let count = self.members(organization).count() + others;
        if max > 0 && count as u64 >= max {
            return Err(ClerkError::forbidden(
                "organization_membership_quota_exceeded",
                format!(
                    "The organization is limited to {max} members, including pending invitations."
                ),
            ));
        }
        Ok(())
    }

    /// Rejects removing the last member with the permissions that at least one member must have.
    fn check_not_last_elevated(&self, membership: &Membership) -> Result<()> {
        let others = self.memberships.iter().filter(|other| {
            other.organization_id == membership.organization_id
                && other.user_id != membership.user_id
        });
        if self.is_elevated(membership) && !others.into_iter().any(|other| self.is_elevated(other))
        {
            return Err(ClerkError::bad_request(
                "organization_minimum_permissions_needed",
                "At least one member must be able to manage members and delete the organization.",
            ));
        }
        Ok(())
    }

    fn existing_membership(&self, organization_id: &str, user_id: &str) -> Result<&Membership> {
        self.organizations.get(organization_id)?;
        self.membership(organization_id, user_id)
            .ok_or_else(|| ClerkError::resource_not_found("organization member", user_id))
    }

    /// Returns a membership for modification and marks it as updated.
    fn membership_mut(&mut self, organization_id: &str, user_id: &str) -> Result<&mut Membership> {
        let now = self.now();
        let membership = self
            .memberships
            .iter_mut()
            .find(|m| m.organization_id == organization_id && m.user_id == user_id)
            .ok_or_else(|| ClerkError::resource_not_found("organization member", user_id))?;
        membership.updated_at = now;
        Ok(membership)
    }
}
