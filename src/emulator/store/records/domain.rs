//! A domain of the instance: the primary one or a satellite.

use crate::emulator::tokens::new_id;

pub(in crate::emulator) struct Domain {
    pub(in crate::emulator) id: String,
    /// A host, which may include a port in development.
    pub(in crate::emulator) name: String,
    pub(in crate::emulator) is_satellite: bool,
    pub(in crate::emulator) proxy_url: Option<String>,
}

impl Domain {
    pub(in crate::emulator) fn primary(name: &str) -> Self {
        Self { id: new_id("dmn"), name: name.to_owned(), is_satellite: false, proxy_url: None }
    }

    pub(in crate::emulator) fn satellite(name: &str) -> Self {
        Self { is_satellite: true, ..Self::primary(name) }
    }

    /// Returns the name without the port.
    pub(in crate::emulator) fn host(&self) -> &str {
        self.name.split(':').next().unwrap_or_default()
    }
}
