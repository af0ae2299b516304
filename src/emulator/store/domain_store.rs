//! The instance's domains: the primary one, and those of satellites.

use super::{
    super::{
        error::{ClerkError, Result},
        id::new_id,
    },
    Store,
};

pub(crate) struct Domain {
    pub(crate) id: String,
    /// A host, in development perhaps with a port.
    pub(crate) name: String,
    pub(crate) is_satellite: bool,
    pub(crate) proxy_url: Option<String>,
}

impl Domain {
    pub(crate) fn primary(name: &str) -> Self {
        Self { id: new_id("dmn"), name: name.to_owned(), is_satellite: false, proxy_url: None }
    }

    pub(crate) fn satellite(name: &str) -> Self {
        Self { is_satellite: true, ..Self::primary(name) }
    }

    /// The name without a port.
    pub(crate) fn host(&self) -> &str {
        self.name.split(':').next().unwrap_or_default()
    }
}

impl Store {
    pub(crate) fn domain_mut(&mut self, id: &str) -> Result<&mut Domain> {
        let found = self.domains.iter_mut().find(|domain| domain.id == id);
        found.ok_or_else(|| ClerkError::not_found("domain", id))
    }

    pub(crate) fn delete_domain(&mut self, id: &str) -> Result<()> {
        if !self.domain_mut(id)?.is_satellite {
            let message = "The primary domain cannot be deleted.";
            return Err(ClerkError::forbidden("operation_not_allowed_on_primary_domain", message));
        }
        self.domains.retain(|domain| domain.id != id);
        Ok(())
    }

    /// Refuses a name that another domain has.
    pub(crate) fn check_domain_name(
        &self,
        param: &str,
        name: &str,
        own_id: Option<&str>,
    ) -> Result<()> {
        let is_other = |domain: &Domain| domain.name == name && Some(domain.id.as_str()) != own_id;
        match self.domains.iter().any(is_other) {
            true => Err(ClerkError::param(
                "home_url_taken",
                param,
                format!("{name} is a domain already."),
            )),
            false => Ok(()),
        }
    }

    /// Whether apps at a host are satellites.
    pub(crate) fn has_satellite(&self, host: &str) -> bool {
        self.domains.iter().any(|domain| domain.is_satellite && domain.host() == host)
    }
}
