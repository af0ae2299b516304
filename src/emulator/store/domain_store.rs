//! The instance's domains: the primary one and the satellites.

use super::{records::Domain, state::Store};
use crate::emulator::http::{ClerkError, Result};

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
