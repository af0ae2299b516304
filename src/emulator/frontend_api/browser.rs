//! Browsers, and the URLs that they may be redirected to.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use cookie::Cookie;
use http::{
    header::{AUTHORIZATION, COOKIE, HOST},
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
    /// The dev browser token in the URL. In development, apps are at other hosts and share no
    /// cookies with the Frontend API.
    dev_browser: Option<String>,
    /// The Frontend API's own cookie. Native apps send its value as `Authorization`.
    cookie: Option<String>,
    /// Whether the client is a native app, which keeps no cookies.
    pub(super) is_native: bool,
    /// The origin under which the browser reached the emulator, including the port.
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
        let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let parameter =
            |name| query.clone().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let is_native = parameter("_is_native").is_some_and(|value| value == "1");
        let authorization =
            parts.headers.get(AUTHORIZATION).and_then(|header| header.to_str().ok());
        let cookie = cookies.find(|cookie| cookie.name() == name);
        Ok(Self {
            dev_browser: parameter("__clerk_db_jwt"),
            cookie: match authorization.filter(|_| is_native) {
                Some(token) => Some(token.to_owned()),
                None => cookie.map(|cookie| cookie.value().to_owned()),
            },
            is_native,
            origin: origin.ok_or_else(|| ClerkError::invalid_format("host", "a valid host"))?,
        })
    }
}

impl Browser {
    /// Returns the token of the client that apps know the browser as: from the dev browser token in
    /// development, from the cookie in production.
    pub(super) fn app_client(&self, instance: &Instance) -> Option<String> {
        let token = match instance.instance_type() {
            InstanceType::Development => &self.dev_browser,
            InstanceType::Production => &self.cookie,
        };
        token.clone().filter(|token| instance.store().client(token).is_some())
    }

    /// Returns the token of the browser's client for a page of the account portal; creates a client
    /// for unknown browsers.
    pub(super) fn page_client(&self, instance: &Instance) -> String {
        let known = self.known_client(instance);
        known.unwrap_or_else(|| instance.store().create_client().token.clone())
    }

    /// Returns the token of the browser's client, from the dev browser token or the cookie.
    pub(super) fn known_client(&self, instance: &Instance) -> Option<String> {
        let from_cookie =
            || self.cookie.clone().filter(|token| instance.store().client(token).is_some());
        self.app_client(instance).or_else(from_cookie)
    }

    /// Returns whether the browser used the Frontend API of a satellite.
    pub(super) fn is_at_satellite(&self, instance: &Instance) -> bool {
        is_satellite(instance, &self.origin)
    }
}

/// Parses a URL that browsers may be redirected back to.
///
/// In production it must be at a host of the instance, because other hosts do not receive the
/// cookies.
pub(super) fn return_url(instance: &Instance, url: &str) -> Result<Url> {
    let invalid = |expected: &str| Err(ClerkError::invalid_value("redirect_url", expected));
    let Ok(url) = Url::parse(url) else { return invalid("a URL") };
    if !matches!(url.scheme(), "http" | "https") {
        return invalid("an http or https URL");
    }
    let frontend_api = Url::parse(&instance.url).ok();
    let is_own_host =
        frontend_api.is_some_and(|own| own.host() == url.host()) || is_satellite(instance, &url);
    if instance.instance_type() == InstanceType::Production && !is_own_host {
        return invalid(
            "a URL at the host of the Frontend API: open the app of a production instance at \
             http://127.0.0.1:PORT, or register its host as a satellite",
        );
    }
    Ok(url)
}

/// Checks the page of an app that a provider or the link in an email leads back to.
pub(super) fn app_redirect_url(instance: &Instance, url: Option<String>) -> Result<String> {
    let url = url.ok_or_else(|| ClerkError::missing_param("redirect_url"))?;
    return_url(instance, &url).map(String::from)
}

pub(super) fn is_satellite(instance: &Instance, url: &Url) -> bool {
    url.host_str().is_some_and(|host| instance.store().has_satellite(host))
}

/// Adds the client's token to a URL of an app that does not share cookies with the Frontend API.
pub(super) fn with_dev_browser(instance: &Instance, mut url: Url, client: &str) -> Url {
    if instance.instance_type() == InstanceType::Development {
        set_query_parameter(&mut url, "__clerk_db_jwt", client);
    }
    url
}
