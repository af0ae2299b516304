//! URLs of the Frontend API.

use url::Url;

use super::ClerkConfig;

impl ClerkConfig {
    /// Returns the URL at which the public reaches the Frontend API, without a trailing slash, or
    /// `None` without a publishable key or a proxy URL. A proxy's path is resolved against the
    /// public origin.
    pub(crate) fn public_frontend_api(&self) -> Option<String> {
        let frontend_api = self.frontend_api()?;
        let url = if frontend_api.starts_with('/') {
            self.public_origin()?.join(frontend_api).ok()?
        } else {
            absolute(frontend_api)?
        };
        Some(url.as_str().trim_end_matches('/').to_owned())
    }

    /// Returns the URL of the Frontend API for pages of the application, without a trailing slash:
    /// like [`public_frontend_api`](Self::public_frontend_api), but a proxy's path stays a path.
    pub(crate) fn page_frontend_api(&self) -> Option<String> {
        match self.frontend_api()? {
            path if path.starts_with('/') => Some(path.trim_end_matches('/').to_owned()),
            _ => self.public_frontend_api(),
        }
    }
}

/// Parses a URL, or a host that is reached over HTTPS.
pub(super) fn absolute(url_or_host: &str) -> Option<Url> {
    if url_or_host.contains("://") {
        Url::parse(url_or_host).ok()
    } else {
        Url::parse(&format!("https://{url_or_host}")).ok()
    }
}
