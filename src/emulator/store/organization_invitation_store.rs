//! Invitations to organizations. Stored invitations stay pending until they are accepted or
//! revoked; expiration is computed on access.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    records::{DAY, has_email_address, metadata, system_permission},
    state::Store,
};
use crate::emulator::{
    http::{ClerkError, Params, Result, fields},
    tokens::new_id,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct NewOrganizationInvitation {
    email_address: String,
    role: String,
    inviter_user_id: Option<String>,
    public_metadata: Option<Params>,
    private_metadata: Option<Params>,
    redirect_url: Option<String>,
    expires_in_days: Option<i64>,
    #[serde(rename = "notify")]
    _notify: Option<bool>,
}

impl NewOrganizationInvitation {
    pub(in crate::emulator) fn new(
        email_address: String,
        role: &str,
        inviter_user_id: Option<&str>,
    ) -> Self {
        Self {
            email_address,
            role: role.to_owned(),
            inviter_user_id: inviter_user_id.map(str::to_owned),
            public_metadata: None,
            private_metadata: None,
            redirect_url: None,
            expires_in_days: None,
            _notify: None,
        }
    }
}

impl Store {
    /// Returns an invitation as the Backend API represents it.
    pub(in crate::emulator) fn organization_invitation_document(
        &self,
        invitation: &Value,
    ) -> Value {
        let mut document = self.invitation_document(invitation);
        let inviter = self.users.find(|user| user["id"] == invitation["inviter_id"]);
        document["public_inviter_data"] = json!(inviter.map(Self::public_user_data));
        document
    }

    /// Like [`organization_invitation_document`](Self::organization_invitation_document), with the
    /// organization, for requests that do not name it.
    pub(in crate::emulator) fn organization_invitation_with_organization(
        &self,
        invitation: &Value,
    ) -> Value {
        let mut document = self.organization_invitation_document(invitation);
        document["public_organization_data"] =
            self.public_organization_data(&invitation["organization_id"]);
        document
    }

    pub(in crate::emulator) fn organization_invitation(
        &self,
        organization_id: &str,
        id: &str,
    ) -> Result<&Value> {
        self.organizations.get(organization_id)?;
        self.organization_invitations.get_of_organization(organization_id, id)
    }

    /// Creates all of the invitations, or none if one of them is invalid. `url` returns the link of
    /// an invitation from its ID, its expiration time and its redirect URL.
    pub(in crate::emulator) fn invite_to_organization(
        &mut self,
        organization_id: &str,
        new: Vec<NewOrganizationInvitation>,
        url: impl Fn(&str, i64, Option<&str>) -> String,
    ) -> Result<Vec<Value>> {
        let organization = self.organizations.get(organization_id)?;
        let mut invitations: Vec<Value> = Vec::new();
        for new in new {
            let others = self.pending_invitations(organization).chain(&invitations);
            self.check_invitation(organization, &new, others.clone())?;
            self.check_capacity(organization, others.count())?;
            let (id, now) = (new_id("orginv"), self.now());
            let expires_at = now + new.expires_in_days.unwrap_or(30) * DAY;
            let mut invitation = metadata(new.public_metadata, new.private_metadata);
            for (name, value) in [
                ("object", json!("organization_invitation")),
                ("id", json!(id)),
                ("email_address", json!(new.email_address.to_lowercase())),
                ("role", json!(new.role)),
                ("role_name", self.role(&new.role)?["name"].clone()),
                ("organization_id", json!(organization_id)),
                ("inviter_id", json!(new.inviter_user_id)),
                ("status", json!("pending")),
                ("url", json!(url(&id, expires_at, new.redirect_url.as_deref()))),
                ("expires_at", json!(expires_at)),
                ("created_at", json!(now)),
                ("updated_at", json!(now)),
            ] {
                invitation[name] = value;
            }
            invitations.push(invitation);
        }
        for invitation in &invitations {
            let text = |name: &str| invitation[name].as_str().unwrap_or_default();
            self.send_link(text("email_address"), text("url"));
            self.organization_invitations.insert(invitation.clone());
        }
        Ok(invitations.iter().map(|one| self.organization_invitation_document(one)).collect())
    }

    pub(in crate::emulator) fn revoke_organization_invitation(
        &mut self,
        organization_id: &str,
        id: &str,
        requesting_user_id: Option<&str>,
    ) -> Result<Value> {
        let mut invitation = self.organization_invitation(organization_id, id)?.clone();
        self.check_manager(organization_id, requesting_user_id)?;
        self.check_pending(&invitation)?;
        invitation["status"] = json!("revoked");
        let now = self.now();
        let invitation = self.organization_invitations.replace(invitation, now);
        Ok(self.organization_invitation_document(&invitation))
    }

    /// Returns an invitation if it can be accepted.
    pub(in crate::emulator) fn acceptable_organization_invitation(
        &self,
        id: &str,
    ) -> Result<&Value> {
        let invitation = self.organization_invitations.get(id)?;
        match invitation["status"].as_str() {
            Some("revoked") => {
                let message = "The invitation was revoked.";
                return Err(ClerkError::bad_request(
                    "organization_invitation_revoked_code",
                    message,
                ));
            }
            Some("accepted") => {
                let message = "The invitation was already accepted.";
                return Err(ClerkError::bad_request(
                    "organization_invitation_already_accepted",
                    message,
                ));
            }
            _ => self.check_pending(invitation)?,
        }
        let organization_id = invitation["organization_id"].as_str().unwrap_or_default();
        self.check_capacity(self.organizations.get(organization_id)?, 0)?;
        Ok(invitation)
    }

    /// Makes the invited user a member.
    pub(in crate::emulator) fn accept_organization_invitation(
        &mut self,
        invitation_id: &str,
        user_id: &str,
    ) -> Result<()> {
        let mut invitation = self.acceptable_organization_invitation(invitation_id)?.clone();
        if !has_email_address(
            self.user(user_id)?,
            invitation["email_address"].as_str().unwrap_or_default(),
        ) {
            return Err(ClerkError::bad_request(
                "organization_invitation_identification_not_exist",
                "The invitation is for a different email address.",
            ));
        }
        let text = |name: &str| invitation[name].as_str().unwrap_or_default().to_owned();
        let (organization_id, role) = (text("organization_id"), text("role"));
        self.check_not_member(&organization_id, user_id)?;
        let metadata = json!({
            "public_metadata": invitation["public_metadata"],
            "private_metadata": invitation["private_metadata"],
        });
        self.add_membership(&organization_id, user_id, &role, metadata)?;
        invitation["status"] = json!("accepted");
        let now = self.now();
        self.organization_invitations.replace(invitation, now);
        Ok(())
    }

    pub(in crate::emulator) fn pending_invitations<'a>(
        &'a self,
        organization: &'a Value,
    ) -> impl Iterator<Item = &'a Value> + Clone {
        let id = organization["id"].as_str().unwrap_or_default();
        let all = self.organization_invitations.of_organization(id);
        all.filter(|invitation| self.invitation_status(invitation) == "pending")
    }

    fn check_invitation<'a>(
        &self,
        organization: &Value,
        new: &NewOrganizationInvitation,
        mut pending: impl Iterator<Item = &'a Value>,
    ) -> Result<()> {
        let email_address = fields::email_address("email_address", &new.email_address)?;
        self.assignable_role(organization, &new.role)?;
        if let Some(days) = new.expires_in_days {
            fields::in_range("expires_in_days", days, 1..=365)?;
        }
        if let Some(url) = &new.redirect_url {
            fields::url("redirect_url", url)?;
        }
        let organization_id = organization["id"].as_str().unwrap_or_default();
        self.check_manager(organization_id, new.inviter_user_id.as_deref())?;
        if let Some(user) = self.user_with_email_address(&email_address) {
            self.check_not_member(organization_id, user["id"].as_str().unwrap_or_default())?;
        }
        if pending.any(|other| other["email_address"] == email_address) {
            return Err(ClerkError::bad_request(
                "organization_invitation_not_unique",
                format!("{email_address:?} is already invited to the organization."),
            ));
        }
        Ok(())
    }

    /// Rejects a given user who may not manage the members of the organization.
    fn check_manager(&self, organization_id: &str, user_id: Option<&str>) -> Result<()> {
        user_id.map_or(Ok(()), |user_id| {
            self.require_permission(organization_id, user_id, system_permission::MANAGE_MEMBERSHIPS)
        })
    }

    fn check_pending(&self, invitation: &Value) -> Result<()> {
        match self.invitation_status(invitation) {
            "pending" => Ok(()),
            status => Err(ClerkError::not_found(
                "organization_invitation_not_pending",
                format!("The invitation is {status}."),
            )),
        }
    }
}
