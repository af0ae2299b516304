//! The ways in which an organization's domains enroll users: invitations, suggestions, and the
//! requests of users who accept a suggestion.

use serde_json::{Value, json};

use super::{
    organization_domain_store::is_domain_verified,
    organization_invitation_store::NewOrganizationInvitation,
    records::{EMAIL_ADDRESS, identifications_of, is_identifier, is_verified, metadata},
    state::Store,
};
use crate::emulator::{
    http::{ClerkError, Result},
    tokens::new_id,
};

impl Store {
    /// Invites a user to all organizations whose domains invite automatically. `url` returns the
    /// link of an invitation.
    pub(in crate::emulator) fn invite_automatically(
        &mut self,
        user_id: &str,
        url: impl Fn(&str, i64, Option<&str>) -> String,
    ) -> Result<()> {
        for (domain, email_address) in self.matching_domains(user_id, "automatic_invitation")? {
            let organization_id = domain["organization_id"].as_str().unwrap_or_default();
            let is_known = self
                .organization_invitations
                .of_organization(organization_id)
                .any(|other| other["email_address"] == email_address.as_str());
            if !is_known {
                let role = self.default_role(organization_id)?;
                let invitation = NewOrganizationInvitation::new(email_address, &role, None);
                self.invite_to_organization(organization_id, vec![invitation], &url)?;
            }
        }
        Ok(())
    }

    /// Returns the invitations to organizations that were sent to a user's verified email
    /// addresses.
    pub(in crate::emulator) fn organization_invitations_of_user(
        &self,
        user_id: &str,
    ) -> Result<impl Iterator<Item = &Value>> {
        let user = self.user(user_id)?;
        let is_own = move |invitation: &&Value| {
            let to = invitation["email_address"].as_str().unwrap_or_default();
            identifications_of(user, &EMAIL_ADDRESS)
                .any(|own| is_verified(own) && is_identifier(own, &EMAIL_ADDRESS, to))
        };
        Ok(self.organization_invitations.iter().filter(is_own))
    }

    /// Accepts an invitation that was sent to a verified email address of the user.
    pub(in crate::emulator) fn accept_own_organization_invitation(
        &mut self,
        user_id: &str,
        id: &str,
    ) -> Result<()> {
        if self.organization_invitations_of_user(user_id)?.any(|own| own["id"] == id) {
            self.accept_organization_invitation(id, user_id)
        } else {
            Err(ClerkError::resource_not_found("organization invitation", id))
        }
    }

    /// Returns the organizations that a user is suggested to join.
    pub(in crate::emulator) fn organization_suggestions(
        &mut self,
        user_id: &str,
    ) -> Result<Vec<Value>> {
        let now = self.now();
        for (domain, _) in self.matching_domains(user_id, "automatic_suggestion")? {
            let organization_id = &domain["organization_id"];
            let is_same = |other: &Value| {
                other["user_id"] == user_id && other["organization_id"] == *organization_id
            };
            if self.organization_suggestions.find(is_same).is_none() {
                self.organization_suggestions.insert(json!({
                    "object": "organization_suggestion",
                    "id": new_id("orgsug"),
                    "user_id": user_id,
                    "organization_id": organization_id,
                    "status": "pending",
                    "created_at": now,
                    "updated_at": now,
                }));
            }
        }
        let own = self.organization_suggestions.iter();
        Ok(own.filter(|suggestion| suggestion["user_id"] == user_id).cloned().collect())
    }

    /// Requests the membership that was suggested to a user.
    pub(in crate::emulator) fn accept_organization_suggestion(
        &mut self,
        user_id: &str,
        id: &str,
    ) -> Result<Value> {
        let mut suggestion = self.organization_suggestions.get(id)?.clone();
        if suggestion["user_id"] != user_id {
            return Err(ClerkError::resource_not_found("organization suggestion", id));
        }
        if suggestion["status"] != "pending" {
            let message = "The suggestion was already accepted.";
            return Err(ClerkError::bad_request(
                "organization_suggestion_already_accepted",
                message,
            ));
        }
        let now = self.now();
        suggestion["status"] = json!("accepted");
        self.membership_requests.insert(json!({
            "object": "organization_membership_request",
            "id": new_id("orgreq"),
            "organization_id": suggestion["organization_id"],
            "user_id": user_id,
            "status": "pending",
            "created_at": now,
            "updated_at": now,
        }));
        Ok(self.organization_suggestions.replace(suggestion, now))
    }

    /// Accepts or rejects the request of a user to join an organization.
    pub(in crate::emulator) fn decide_membership_request(
        &mut self,
        organization_id: &str,
        id: &str,
        is_accepted: bool,
    ) -> Result<Value> {
        let mut request =
            self.membership_requests.get_of_organization(organization_id, id)?.clone();
        if request["status"] != "pending" {
            let message = "The request was already decided.";
            let code = "organization_membership_request_not_pending";
            return Err(ClerkError::bad_request(code, message));
        }
        if is_accepted {
            let user_id = request["user_id"].as_str().unwrap_or_default();
            self.check_not_member(organization_id, user_id)?;
            self.check_capacity(self.organizations.get(organization_id)?, 0)?;
            let role = self.default_role(organization_id)?;
            self.add_membership(organization_id, user_id, &role, metadata(None, None))?;
        }
        let now = self.now();
        request["status"] = json!(if is_accepted { "accepted" } else { "rejected" });
        Ok(self.membership_requests.replace(request, now))
    }

    /// Withdraws the pending invitations and suggestions for users with an address at a domain.
    pub(in crate::emulator) fn delete_pending_enrollments(&mut self, domain: &Value) {
        let suffix = format!("@{}", domain["name"].as_str().unwrap_or_default());
        let organization_id = &domain["organization_id"];
        self.organization_invitations.retain(|invitation| {
            let address = invitation["email_address"].as_str().unwrap_or_default();
            invitation["organization_id"] != *organization_id
                || invitation["status"] != "pending"
                || !address.ends_with(&suffix)
        });
        self.organization_suggestions.retain(|suggestion| {
            suggestion["organization_id"] != *organization_id || suggestion["status"] != "pending"
        });
    }

    /// Returns the number of pending invitations and suggestions for users with an address at a
    /// domain.
    pub(in crate::emulator) fn pending_enrollments(&self, domain: &Value) -> [usize; 2] {
        let suffix = format!("@{}", domain["name"].as_str().unwrap_or_default());
        let organization_id = domain["organization_id"].as_str().unwrap_or_default();
        let invitations = self.organization_invitations.of_organization(organization_id);
        let is_at_domain = |invitation: &&Value| {
            invitation["status"] == "pending"
                && invitation["email_address"].as_str().is_some_and(|own| own.ends_with(&suffix))
        };
        let suggestions = self.organization_suggestions.of_organization(organization_id);
        [
            invitations.filter(is_at_domain).count(),
            suggestions.filter(|suggestion| suggestion["status"] == "pending").count(),
        ]
    }

    /// Returns the verified domains with a mode that match a user's verified email addresses, each
    /// with the address, of organizations that the user is not a member of.
    fn matching_domains(&self, user_id: &str, mode: &str) -> Result<Vec<(Value, String)>> {
        let user = self.user(user_id)?;
        let addresses = user["email_addresses"].as_array().into_iter().flatten();
        let verified = addresses.filter(|own| own["verification"]["status"] == "verified");
        let mut found = Vec::new();
        for address in verified.filter_map(|own| own["email_address"].as_str()) {
            let name = address.rsplit('@').next().unwrap_or_default();
            let domains = self.organization_domains.iter().filter(|domain| {
                let organization_id = domain["organization_id"].as_str().unwrap_or_default();
                domain["name"] == name
                    && domain["enrollment_mode"] == mode
                    && is_domain_verified(domain)
                    && self.membership(organization_id, user_id).is_none()
            });
            found.extend(domains.map(|domain| (domain.clone(), address.to_owned())));
        }
        Ok(found)
    }
}
