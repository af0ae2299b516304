//! Domains of organizations.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    records::{CodeVerification, EMAIL_ADDRESS},
    state::Store,
};
use crate::emulator::{
    http::{ClerkError, Result, fields},
    tokens::new_id,
};

/// The ways in which users with an email address at a domain join an organization.
pub(in crate::emulator) const ENROLLMENT_MODES: [&str; 4] =
    ["manual_invitation", "automatic_invitation", "automatic_suggestion", SSO];

/// The mode of domains with an enterprise connection. No setting enables or disables it.
const SSO: &str = "enterprise_sso";

/// The maximum number of domains per organization.
const MAX_DOMAINS: usize = 10;

/// Domains of public email providers, which cannot belong to an organization.
const EMAIL_PROVIDERS: [&str; 10] = [
    "aol.com",
    "gmail.com",
    "gmx.com",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "yahoo.com",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct NewDomain {
    name: String,
    enrollment_mode: Option<String>,
    verified: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct DomainChange {
    enrollment_mode: Option<String>,
    verified: Option<bool>,
}

impl NewDomain {
    pub(in crate::emulator) fn unverified(name: String, enrollment_mode: Option<String>) -> Self {
        Self { name, enrollment_mode, verified: Some(false) }
    }
}

impl DomainChange {
    pub(in crate::emulator) fn enrollment_mode(mode: String) -> Self {
        Self { enrollment_mode: Some(mode), verified: None }
    }
}

impl Store {
    pub(in crate::emulator) fn create_organization_domain(
        &mut self,
        organization_id: &str,
        new: NewDomain,
    ) -> Result<Value> {
        self.organizations.get(organization_id)?;
        if self.settings.organizations["domains_enabled"] == false {
            let message = "Organization domains are not enabled for this instance.";
            return Err(ClerkError::forbidden("organization_domains_not_enabled", message));
        }
        let now = self.now();
        let mut domain = json!({
            "object": "organization_domain",
            "id": new_id("orgdmn"),
            "organization_id": organization_id,
            "name": new.name.to_lowercase(),
            "enrollment_mode": ENROLLMENT_MODES[0],
            "affiliation_email_address": null,
            "affiliation_verification": null,
            "ownership_verification": null,
            "verification": null,
            "total_pending_invitations": 0,
            "total_pending_suggestions": 0,
            "created_at": now,
            "updated_at": now,
        });
        self.check_organization_domain_name(&domain)?;
        let verified = Some(new.verified.unwrap_or(true));
        self.apply_domain_change(
            &mut domain,
            &DomainChange { enrollment_mode: new.enrollment_mode, verified },
        )?;
        if self.organization_domains.of_organization(organization_id).count() >= MAX_DOMAINS {
            let message =
                format!("The organization has reached the maximum of {MAX_DOMAINS} domains.");
            let code = "organization_domain_quota_exceeded";
            return Err(ClerkError::forbidden(code, message));
        }
        Ok(self.organization_domains.insert(domain))
    }

    pub(in crate::emulator) fn update_organization_domain(
        &mut self,
        organization_id: &str,
        id: &str,
        change: &DomainChange,
    ) -> Result<Value> {
        let mut domain = self.organization_domain(organization_id, id)?.clone();
        self.apply_domain_change(&mut domain, change)?;
        let now = self.now();
        Ok(self.organization_domains.replace(domain, now))
    }

    /// Marks the ownership of a domain as verified, without any check. Does nothing if it is
    /// already verified.
    pub(in crate::emulator) fn verify_domain_ownership(
        &mut self,
        organization_id: &str,
        id: &str,
    ) -> Result<Value> {
        let mut domain = self.organization_domain(organization_id, id)?.clone();
        if domain["ownership_verification"]["status"] == "verified" {
            return Ok(domain);
        }
        let now = self.now();
        domain["ownership_verification"] = verification(Some(now));
        Ok(self.organization_domains.replace(domain, now))
    }

    pub(in crate::emulator) fn delete_organization_domain(
        &mut self,
        organization_id: &str,
        id: &str,
    ) -> Result<Value> {
        self.organization_domain(organization_id, id)?;
        self.organization_domains.delete(id)
    }

    /// Sends the code that verifies the organization's affiliation to an address at the domain.
    pub(in crate::emulator) fn prepare_affiliation_verification(
        &mut self,
        organization_id: &str,
        id: &str,
        email_address: &str,
    ) -> Result<Value> {
        let mut domain = self.organization_domain(organization_id, id)?.clone();
        let param = "affiliation_email_address";
        let email_address = fields::email_address(param, email_address)?;
        if email_address.rsplit('@').next() != domain["name"].as_str() {
            return Err(ClerkError::invalid_value(param, "an email address at the domain"));
        }
        self.send_code(&email_address);
        let now = self.now();
        let verification = CodeVerification::new(&EMAIL_ADDRESS, id, now);
        domain[param] = json!(email_address);
        domain["affiliation_verification"] = affiliation(&verification, now);
        self.verifications.push(verification);
        Ok(self.organization_domains.replace(domain, now))
    }

    pub(in crate::emulator) fn attempt_affiliation_verification(
        &mut self,
        organization_id: &str,
        id: &str,
        code: &str,
    ) -> Result<Value> {
        let mut domain = self.organization_domain(organization_id, id)?.clone();
        if self.others_of_name(&domain).any(is_domain_verified) {
            return Err(domain_taken());
        }
        let verification = self.check_sent_code(id, code)?;
        let now = self.now();
        domain["affiliation_verification"] = affiliation(&verification, now);
        domain["verification"] = domain["affiliation_verification"].clone();
        Ok(self.organization_domains.replace(domain, now))
    }

    /// Announces the DNS record that verifies the ownership.
    pub(in crate::emulator) fn prepare_ownership_verification(
        &mut self,
        organization_id: &str,
        id: &str,
    ) -> Result<Value> {
        let mut domain = self.organization_domain(organization_id, id)?.clone();
        let now = self.now();
        domain["ownership_verification"] = json!({
            "status": "unverified",
            "strategy": "txt_record",
            "attempts": null,
            "expire_at": null,
            "verified_at": null,
            "txt_record_name": format!("_clerk.{}", domain["name"].as_str().unwrap_or_default()),
            "txt_record_value": format!("clerk-verification={id}"),
        });
        Ok(self.organization_domains.replace(domain, now))
    }

    fn organization_domain(&self, organization_id: &str, id: &str) -> Result<&Value> {
        self.organizations.get(organization_id)?;
        self.organization_domains.get_of_organization(organization_id, id)
    }

    fn apply_domain_change(&self, domain: &mut Value, change: &DomainChange) -> Result<()> {
        if let Some(mode) = &change.enrollment_mode {
            if !ENROLLMENT_MODES.contains(&mode.as_str()) {
                let expected = format!("one of {}", ENROLLMENT_MODES.join(", "));
                return Err(ClerkError::invalid_value("enrollment_mode", &expected));
            }
            let enabled = self.settings.organizations["domains_enrollment_modes"].as_array();
            let is_enabled =
                enabled.is_some_and(|modes| modes.iter().any(|enabled| enabled == mode));
            if !is_enabled && mode != SSO {
                let code = "organization_domain_enrollment_mode_not_enabled";
                return Err(ClerkError::forbidden(
                    code,
                    format!("The enrollment mode {mode} is not enabled for this instance."),
                ));
            }
            domain["enrollment_mode"] = json!(mode);
        }
        if let Some(verified) = change.verified {
            if verified && self.others_of_name(domain).any(is_domain_verified) {
                return Err(domain_taken());
            }
            domain["affiliation_verification"] =
                if verified { verification(None) } else { Value::Null };
            domain["verification"] = domain["affiliation_verification"].clone();
        }
        Ok(())
    }

    fn check_organization_domain_name(&self, domain: &Value) -> Result<()> {
        let name = domain["name"].as_str().unwrap_or_default();
        if name.is_empty() {
            return Err(ClerkError::missing_param("name"));
        }
        if !fields::is_domain(name) {
            return Err(ClerkError::invalid_format("name", "a domain, such as example.com"));
        }
        if EMAIL_PROVIDERS.contains(&name) {
            let message = format!("{name} is the domain of a public email provider.");
            return Err(ClerkError::param("organization_domain_common", "name", message));
        }
        if self
            .others_of_name(domain)
            .any(|other| other["organization_id"] == domain["organization_id"])
        {
            let code = "organization_domain_already_exists_same_organization";
            return Err(ClerkError::param(
                code,
                "name",
                "The organization already has this domain.",
            ));
        }
        Ok(())
    }

    fn others_of_name<'a>(&'a self, domain: &'a Value) -> impl Iterator<Item = &'a Value> {
        let is_other =
            |other: &&Value| other["name"] == domain["name"] && other["id"] != domain["id"];
        self.organization_domains.iter().filter(is_other)
    }
}

/// Returns whether the organization's affiliation with the domain is verified.
pub(in crate::emulator) fn is_domain_verified(domain: &Value) -> bool {
    domain["affiliation_verification"]["status"] == "verified"
}

fn domain_taken() -> ClerkError {
    let message = "Another organization already has this domain.";
    ClerkError::param("organization_domain_already_exists", "name", message)
}

fn affiliation(verification: &CodeVerification, now: i64) -> Value {
    let code = verification.inner_document(now);
    json!({
        "status": code["status"],
        "strategy": "affiliation_email_code",
        "attempts": code["attempts"],
        "expire_at": code["expire_at"],
        "verified_at": (code["status"] == "verified").then_some(now),
    })
}

fn verification(verified_at: Option<i64>) -> Value {
    json!({
        "status": "verified",
        "strategy": "manual_override",
        "attempts": null,
        "expire_at": null,
        "verified_at": verified_at,
    })
}
