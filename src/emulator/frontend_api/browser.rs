//! Browsers, and where they may be sent.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use cookie::Cookie;
use http::{
    header::{COOKIE, HOST},
    request::Parts,
};
use url::{Url, form_urlencoded};

use crate::authenticate::set_query_parameter;
use crate::config::InstanceType;
use crate::emulator::{
    http::{ClerkError, Result},
    store::Instance,
};

/// The browser that a request comes from.
pub(super) struct Browser {
    /// The dev browser token in the URL: in development apps are at other hosts, and share no cookies with us.
    dev_browser: Option<String>,
    /// Our own cookie.
    cookie: Option<String>,
    /// Where the browser reached us, port included.
    pub(super) origin: Url,
}

impl FromRequestParts<Arc<Instance>> for Browser {
    type Rejection = ClerkError;

    async fn from_request_parts(parts: &mut Parts, instance: &Arc<Instance>) -> Result<Self> {
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let origin = host.and_then(|host| Url::parse(&format!("http://{host}")).ok());
        let name = instance.client_cookie_name();
        let headers =
            parts.headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
        let mut cookies = headers.flat_map(Cookie::split_parse).flatten();
        let mut query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        Ok(Self {
            dev_browser: query
                .find(|(key, _)| key == "__clerk_db_jwt")
                .map(|(_, token)| token.into_owned()),
            cookie: cookies
                .find(|cookie| cookie.name() == name)
                .map(|cookie| cookie.value().to_owned()),
            origin: origin.ok_or_else(|| ClerkError::invalid_format("host", "a host"))?,
        })
    }
}

impl Browser {
    /// The client that an app knows the browser as.
    pub(super) fn client_of_app(&self, instance: &Instance) -> Option<String> {
        let token = match instance.instance_type() {
            InstanceType::Development => &self.dev_browser,
            InstanceType::Production => &self.cookie,
        };
        token.clone().filter(|token| instance.store().client(token).is_some())
    }

    /// The client that a page of ours knows the browser as, which is a new one where nobody knows it.
    pub(super) fn client_of_page(&self, instance: &Instance) -> String {
        let own = || self.cookie.clone().filter(|token| instance.store().client(token).is_some());
        let known = self.client_of_app(instance).or_else(own);
        known.unwrap_or_else(|| instance.store().create_client().token.clone())
    }

    /// Whether the browser reached the Frontend API of a satellite.
    pub(super) fn is_at_satellite(&self, instance: &Instance) -> bool {
        is_satellite(instance, &self.origin)
    }
}

/// A URL that browsers may be sent back to.
///
/// In production it has to be at a host of the instance's: another one would not get the cookies.
pub(super) fn return_url(instance: &Instance, url: &str) -> Result<Url> {
    let refused = |expected: &str| Err(ClerkError::invalid_value("redirect_url", expected));
    let Ok(url) = Url::parse(url) else { return refused("a URL") };
    if !matches!(url.scheme(), "http" | "https") {
        return refused("an http or https URL");
    }
    let own = Url::parse(&instance.url).ok();
    let is_own_host =
        own.is_some_and(|own| own.host() == url.host()) || is_satellite(instance, &url);
    if instance.instance_type() == InstanceType::Production && !is_own_host {
        return refused(
            "at the host of the Frontend API: open an app of a production instance at http://127.0.0.1:PORT, or \
             declare its host as a satellite's",
        );
    }
    Ok(url)
}

pub(super) fn is_satellite(instance: &Instance, url: &Url) -> bool {
    url.host_str().is_some_and(|host| instance.store().has_satellite(host))
}

/// Tells the app that a URL leads to who the browser is, where it does not share our cookies.
pub(super) fn with_dev_browser(instance: &Instance, mut url: Url, client: &str) -> Url {
    if instance.instance_type() == InstanceType::Development {
        set_query_parameter(&mut url, "__clerk_db_jwt", client);
    }
    url
}
