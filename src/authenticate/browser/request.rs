//! A browser's request, as all steps of its authentication see it.

use std::borrow::Cow;

use url::Url;

use super::{
    super::request::RequestHead,
    cookies::{ClerkCookies, CookieValue, client_uat},
};
use crate::{
    config::{ClerkConfig, InstanceType, PublishableKey, Target},
    token::{InspectedToken, Verifier},
};

/// A browser's request together with its configuration and cookies.
#[derive(Clone, Copy)]
pub(super) struct BrowserRequest<'a> {
    pub(super) head: RequestHead<'a>,
    pub(super) config: &'a ClerkConfig,
    pub(super) instance_type: InstanceType,
    pub(super) cookies: &'a ClerkCookies<'a>,
    /// Whether the suffixed cookies are used instead of the plain ones.
    pub(super) use_suffixed: bool,
    /// The time of the user's last sign-in or sign-out in Unix seconds; 0 if signed out.
    pub(super) client_uat: i64,
}

impl<'a> BrowserRequest<'a> {
    /// Selects the set of cookies to use. Returns the request, and the session token in that set.
    pub(super) fn new(
        head: RequestHead<'a>,
        config: &'a ClerkConfig,
        publishable_key: &PublishableKey,
        cookies: &'a ClerkCookies<'a>,
        verifier: &Verifier,
    ) -> (Self, Option<InspectedToken<'a>>) {
        let plain = cookies.session.plain.as_ref().map(|token| verifier.inspect(token.as_bytes()));
        // clerk-js sets both cookies to the same token.
        let suffixed = cookies.session.suffixed.as_ref().map(|token| match &plain {
            Some(InspectedToken::Cached(cached))
                if cached.text().as_bytes() == token.as_bytes() =>
            {
                InspectedToken::Cached(cached.clone())
            }
            _ => verifier.inspect(token.as_bytes()),
        });
        let use_suffixed = cookies.use_suffixed(config, plain.as_ref(), suffixed.as_ref());
        let uat = cookies.client_uat.get(use_suffixed);
        let request = Self {
            head,
            config,
            instance_type: publishable_key.instance_type(),
            cookies,
            use_suffixed,
            client_uat: uat.map_or(0, client_uat),
        };
        (request, if use_suffixed { suffixed } else { plain })
    }

    pub(super) fn is_development(self) -> bool {
        self.instance_type == InstanceType::Development
    }

    pub(super) fn url(self) -> Option<Url> {
        self.head.public_url(self.config)
    }

    /// The URL of the Frontend API. The path of a proxy is resolved against the request's origin.
    pub(super) fn frontend_api_url(self) -> Option<Url> {
        let frontend_api = self.config.frontend_api()?;
        if frontend_api.starts_with('/') {
            let mut url = self.url()?;
            url.set_query(None);
            url.set_path(frontend_api);
            return Some(url);
        }
        let has_scheme =
            frontend_api.starts_with("http://") || frontend_api.starts_with("https://");
        let text = if has_scheme {
            Cow::Borrowed(frontend_api)
        } else {
            format!("https://{frontend_api}").into()
        };
        Url::parse(&text).ok()
    }

    /// The organization or account that the path belongs to.
    pub(super) fn organization_target(self) -> Option<Target> {
        let sync = self.config.organization_sync();
        if sync.is_empty() { None } else { sync.target(self.head.uri().path()) }
    }

    /// The token that identifies the browser to a development instance.
    pub(super) fn dev_browser_token(self) -> Option<String> {
        let cookie = self.cookies.dev_browser.get(self.use_suffixed);
        self.query_or_cookie("__clerk_db_jwt", cookie)
    }

    /// The number of consecutive redirects so far.
    pub(super) fn redirect_count(self) -> u32 {
        let count = self.cookies.redirect_count.as_ref();
        count.and_then(|count| count.as_str().parse().ok()).unwrap_or(0)
    }

    /// The session token from the selected cookies or else the header, verified or not.
    pub(super) fn session_token(self) -> Option<&'a str> {
        match self.cookies.session.get(self.use_suffixed) {
            Some(cookie) => Some(cookie.as_str()),
            None => std::str::from_utf8(self.head.header_token()?).ok(),
        }
    }

    /// The value of a query parameter, or else of a cookie.
    pub(super) fn query_or_cookie(
        self,
        name: &str,
        cookie: Option<&CookieValue<'_>>,
    ) -> Option<String> {
        self.head.query(name).or_else(|| cookie.map(|cookie| cookie.as_str().to_owned()))
    }
}
