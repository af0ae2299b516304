//! The instance's domains: the primary one and the satellites.

use serde_json::{Value, json};

use super::{records::Domain, state::Store};
use crate::emulator::{
    http::{ClerkError, Result, fields},
    tokens::new_id,
};

impl Store {
    pub(in crate::emulator) fn domain_mut(&mut self, id: &str) -> Result<&mut Domain> {
        let found = self.domains.iter_mut().find(|domain| domain.id == id);
        found.ok_or_else(|| ClerkError::resource_not_found("domain", id))
    }

    pub(in crate::emulator) fn delete_domain(&mut self, id: &str) -> Result<()> {
        if !self.domain_mut(id)?.is_satellite {
            let message = "The primary domain cannot be deleted.";
            return Err(ClerkError::forbidden("operation_not_allowed_on_primary_domain", message));
        }
        self.domains.retain(|domain| domain.id != id);
        Ok(())
    }

    /// Returns the URL of a domain's proxy: the given one, or else the one that is set.
    pub(in crate::emulator) fn proxy_url(&self, id: &str, given: Option<String>) -> Result<String> {
        let domain = self.domains.iter().find(|domain| domain.id == id);
        let domain = domain.ok_or_else(|| ClerkError::referenced_not_found("domain_id"))?;
        let url = given.or_else(|| domain.proxy_url.clone());
        let url = url.ok_or_else(|| ClerkError::missing_param("proxy_url"))?;
        fields::http_url("proxy_url", &url)?;
        Ok(url)
    }

    /// Records a successful check of a proxy and returns it as the Backend API represents it.
    pub(in crate::emulator) fn record_proxy_check(
        &mut self,
        domain_id: &str,
        proxy_url: &str,
    ) -> Value {
        let now = self.now();
        let is_same =
            |check: &Value| check["domain_id"] == domain_id && check["proxy_url"] == proxy_url;
        if let Some(earlier) = self.proxy_checks.find(is_same) {
            let mut check = earlier.clone();
            check["last_run_at"] = json!(now);
            return self.proxy_checks.replace(check, now);
        }
        self.proxy_checks.insert(json!({
            "object": "proxy_check",
            "id": new_id("prchk"),
            "domain_id": domain_id,
            "last_run_at": now,
            "proxy_url": proxy_url,
            "successful": true,
            "created_at": now,
            "updated_at": now,
        }))
    }

    /// Rejects the name of another domain.
    pub(in crate::emulator) fn check_domain_name(
        &self,
        param: &str,
        name: &str,
        own_id: Option<&str>,
    ) -> Result<()> {
        let is_other = |domain: &Domain| domain.name == name && Some(domain.id.as_str()) != own_id;
        if self.domains.iter().any(is_other) {
            return Err(ClerkError::param(
                "home_url_taken",
                param,
                format!("{name} is already a domain of the instance."),
            ));
        }
        Ok(())
    }

    /// Returns whether apps at a host are satellites.
    pub(in crate::emulator) fn has_satellite(&self, host: &str) -> bool {
        self.domains.iter().any(|domain| domain.is_satellite && domain.host() == host)
    }
}
