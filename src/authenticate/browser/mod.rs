//! Requests of browsers: what their cookies come to.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use http::{HeaderMap, Method, header};
use serde_json::Value;
use url::Url;

use super::{
    Answers, Question, Reason, RefreshRequest, RequestHead, RequestState, ResponseHeaders,
    cookies::{ClerkCookies, client_uat},
    handshake,
    organization_sync::Target,
};
use crate::{
    ClerkConfig, InstanceType, PublishableKey, SessionClaims,
    account_urls::{account_portal, set_query},
    token::{Jwt, Peeked, TokenClass, TokenError, Unverified, VerifiedToken, Verifier},
};

/// A request as a browser's, with all that deciding about it depends on.
pub(super) struct Browser<'a> {
    pub(super) head: RequestHead<'a>,
    pub(super) config: &'a ClerkConfig,
    pub(super) verifier: &'a Verifier,
    pub(super) answers: &'a Answers,
    pub(super) instance_type: InstanceType,
    pub(super) cookies: &'a ClerkCookies<'a>,
    /// Whether the cookies with a suffix count, or those without.
    pub(super) use_suffixed: bool,
    session: Option<Peeked<'a>>,
    /// When the user last signed in or out, in Unix seconds; 0 where nobody is signed in.
    client_uat: i64,
}

impl<'a> Browser<'a> {
    pub(super) fn new(
        head: RequestHead<'a>,
        config: &'a ClerkConfig,
        publishable_key: &'a PublishableKey,
        verifier: &'a Verifier,
        answers: &'a Answers,
        cookies: &'a ClerkCookies<'a>,
    ) -> Self {
        let plain = cookies.session.plain.as_deref().map(|token| verifier.peek(token));
        // clerk-js sets both to the same token.
        let suffixed = cookies.session.suffixed.as_deref().map(|token| match &plain {
            Some(Peeked::Seen(seen)) if seen.text() == token => Peeked::Seen(Arc::clone(seen)),
            _ => verifier.peek(token),
        });
        let use_suffixed = cookies.use_suffixed(config, plain.as_ref(), suffixed.as_ref());
        Self {
            head,
            config,
            verifier,
            answers,
            instance_type: publishable_key.instance_type(),
            cookies,
            use_suffixed,
            session: if use_suffixed { suffixed } else { plain },
            client_uat: client_uat(cookies.client_uat.get(use_suffixed)),
        }
    }

    /// Decides by the cookies alone.
    pub(super) fn authenticate(self) -> Result<RequestState, Question> {
        if let Some(state) = handshake::resolve(&self)? {
            return Ok(state);
        }
        if let Some(state) = self.sync_satellite().or_else(|| self.answer_satellite()) {
            return Ok(state);
        }
        let in_development = self.instance_type == InstanceType::Development;
        if in_development && self.head.has_query("__clerk_db_jwt") {
            return Ok(handshake::start(&self, Reason::DevBrowserSync, None));
        }
        if in_development && self.dev_browser_token().is_none() {
            return Ok(handshake::start(&self, Reason::DevBrowserMissing, None));
        }
        match (&self.session, self.client_uat) {
            (None, 0) => Ok(RequestState::signed_out(Reason::SessionTokenAndUatMissing)),
            (Some(_), 0) => Ok(handshake::start(&self, Reason::SessionTokenButNoClientUat, None)),
            (None, _) => Ok(handshake::start(&self, Reason::ClientUatButNoSessionToken, None)),
            (Some(_), _) => self.judge_session_token(),
        }
    }

    fn judge_session_token(mut self) -> Result<RequestState, Question> {
        let Some(session) = self.session.take() else {
            return Ok(RequestState::signed_out(Reason::SessionTokenMissing));
        };
        if let Err(error) = session.check_class(TokenClass::Session) {
            return Ok(RequestState::signed_out(error));
        }
        if session.number("iat").is_some_and(|issued_at| issued_at < self.client_uat as f64) {
            return Ok(handshake::start(&self, Reason::SessionTokenIatBeforeClientUat, None));
        }
        match self.verifier.verify_peeked(session, TokenClass::Session) {
            Ok(token) => Ok(self.judge_signed_in(token)),
            Err(Unverified::KeysNeeded) => Err(Question::Keys),
            Err(Unverified::Refused(error)) => self.after_refused_token(error),
        }
    }

    /// A session token is valid, but it may not tell what another domain has changed, or the organization that the
    /// path asks for.
    fn judge_signed_in(&self, token: Arc<VerifiedToken>) -> RequestState {
        if self.comes_from_another_domain() && self.redirect_count() == 0 {
            return handshake::start(self, Reason::PrimaryDomainCrossOriginSync, None);
        }
        if self.needs_organization_sync(token.claims())
            && self.redirect_count() < handshake::MAX_REDIRECTS
        {
            let state = handshake::start(self, Reason::ActiveOrganizationMismatch, None);
            if matches!(state, RequestState::Redirect { .. }) {
                return state;
            }
        }
        RequestState::signed_in(token)
    }

    /// What to do about a token that was refused: refresh it, or have the browser fetch another.
    pub(super) fn after_refused_token(self, error: TokenError) -> Result<RequestState, Question> {
        let reason = match error {
            TokenError::NotActiveYet => Reason::SessionTokenNotActiveYet,
            TokenError::IssuedInTheFuture => Reason::SessionTokenIssuedInTheFuture,
            TokenError::Expired => match self.refresh()? {
                Ok(state) => return Ok(state),
                Err(refresh) => Reason::SessionTokenExpired { refresh },
            },
            error => return Ok(RequestState::signed_out(error)),
        };
        Ok(handshake::start(&self, reason, None))
    }

    /// Refreshes an expired session token, or says why not.
    fn refresh(&self) -> Result<Result<RequestState, Cow<'static, str>>, Question> {
        let refused = |why: &'static str| Ok(Err(Cow::Borrowed(why)));
        if self.head.method != Method::GET {
            return refused("non-eligible-non-get");
        }
        let Some(refresh_token) = &self.cookies.refresh else {
            return refused("non-eligible-no-refresh-cookie");
        };
        let directives = match &self.answers.refresh {
            Some(Ok(directives)) => directives,
            Some(Err(code)) => return Ok(Err(Cow::Owned(code.clone()))),
            None => {
                let token = self.session_token().unwrap_or_default();
                let Ok(jwt) = Jwt::decode(token) else {
                    return refused("expired-session-token-decode-failed");
                };
                let Some(session_id) =
                    jwt.claims.get("sid").and_then(Value::as_str).filter(|id| !id.is_empty())
                else {
                    return refused("expired-session-token-missing-sid-claim");
                };
                return Err(Question::Refresh(Box::new(RefreshRequest {
                    session_id: session_id.to_owned(),
                    suffixed_cookies: self.use_suffixed,
                    format: "cookie",
                    expired_token: token.to_owned(),
                    refresh_token: refresh_token.clone().into_owned(),
                    request_origin: self
                        .url()
                        .map_or_else(String::new, |url| url.origin().ascii_serialization()),
                    request_headers: texts(self.head.headers),
                })));
            }
        };
        if directives.is_empty() {
            return refused("unexpected-sdk-error");
        }
        let mut headers = ResponseHeaders::new();
        let token = handshake::set_cookies(&mut headers, directives);
        match self.verifier.verify(token, TokenClass::Session) {
            Ok(token) => Ok(Ok(RequestState::signed_in(token).with_headers(headers))),
            Err(Unverified::KeysNeeded) => Err(Question::Keys),
            Err(Unverified::Refused(_)) => refused("invalid-session-token"),
        }
    }

    /// On a satellite: whether the primary domain has to be asked who is signed in.
    fn sync_satellite(&self) -> Option<RequestState> {
        if !self.config.is_satellite() || !self.head.is_navigation() {
            return None;
        }
        let synced = self.head.query("__clerk_synced");
        let has_cookies = self.session.is_some() || self.client_uat != 0;
        let must_sync = match synced.as_deref() {
            Some("true") => return None,
            Some("false") => true,
            _ => !has_cookies && self.config.satellite_auto_sync(),
        };
        if !must_sync {
            return (!has_cookies)
                .then(|| RequestState::signed_out(Reason::SessionTokenAndUatMissing));
        }
        let elsewhere = match self.instance_type {
            InstanceType::Production => None,
            InstanceType::Development => {
                let mut url = Url::parse(self.config.sign_in_url()?).ok()?;
                url.query_pairs_mut().append_pair("__clerk_redirect_url", self.url()?.as_str());
                Some(url)
            }
        };
        Some(handshake::start(self, Reason::SatelliteNeedsSyncing, elsewhere))
    }

    /// On the primary domain of a development instance: sends a browser back to the satellite that it comes from.
    fn answer_satellite(&self) -> Option<RequestState> {
        if self.instance_type != InstanceType::Development || self.config.is_satellite() {
            return None;
        }
        let mut back = Url::parse(&self.head.query("__clerk_redirect_url")?).ok()?;
        if !matches!(back.scheme(), "http" | "https") {
            return None;
        }
        if let Some(token) = self.dev_browser_token() {
            back.query_pairs_mut().append_pair("__clerk_db_jwt", &token);
        }
        set_query(&mut back, "__clerk_synced", "true");
        Some(handshake::start(self, Reason::PrimaryRespondsToSyncing, Some(back)))
    }

    /// On the primary domain: whether the browser was led here by a page of another origin, such as a satellite's, and
    /// not by one of Clerk's own.
    fn comes_from_another_domain(&self) -> bool {
        if self.config.is_satellite() || !self.head.is_navigation() {
            return false;
        }
        let Some(referer) =
            self.head.header(header::REFERER).and_then(|referer| Url::parse(referer).ok())
        else {
            return false;
        };
        let Some(url) = self.url() else { return false };
        let origin = |url: &Url| url.origin().ascii_serialization();
        origin(&referer) != origin(&url) && !self.is_clerks(&referer)
    }

    fn is_clerks(&self, page: &Url) -> bool {
        const DEVELOPMENT_PORTALS: [&str; 3] =
            [".accounts.dev", ".accountsstage.dev", ".accounts.lclclerk.com"];
        const LEGACY_DEVELOPMENT: [&str; 3] = [".lcl.dev", ".lclstage.dev", ".lclclerk.com"];
        let host = page.host_str().unwrap_or_default();
        let is_portal_for_development = || {
            DEVELOPMENT_PORTALS
                .iter()
                .any(|end| host.ends_with(end) && !host.ends_with(&format!(".clerk{end}")))
                || (host.starts_with("accounts.")
                    && LEGACY_DEVELOPMENT.iter().any(|end| host.ends_with(end)))
        };
        let is_own_portal = || {
            let portal =
                self.config.frontend_api().filter(|api| !api.contains('/')).map(account_portal);
            portal.is_some_and(|portal| {
                page.scheme() == "https" && page.port().is_none() && host == portal
            })
        };
        self.frontend_api_url().is_some_and(|api| api.host_str() == Some(host))
            || (self.instance_type == InstanceType::Development && is_portal_for_development())
            || is_own_portal()
    }

    fn needs_organization_sync(&self, claims: &SessionClaims) -> bool {
        if claims.is_pending() {
            return false;
        }
        let active = claims.organization();
        match self.organization_target() {
            None => false,
            Some(Target::OrganizationId(id)) => active.is_none_or(|active| active.id() != id),
            Some(Target::OrganizationSlug(slug)) => {
                active.is_none_or(|active| active.slug() != Some(&slug))
            }
            Some(Target::PersonalAccount) => active.is_some(),
        }
    }

    pub(super) fn organization_target(&self) -> Option<Target> {
        self.config.organization_sync().target(self.head.uri.path())
    }

    pub(super) fn url(&self) -> Option<Url> {
        self.head.public_url()
    }

    /// The frontend API's URL; a proxy's path is on the request's own origin.
    pub(super) fn frontend_api_url(&self) -> Option<Url> {
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

    pub(super) fn dev_browser_token(&self) -> Option<String> {
        let cookie = || self.cookies.dev_browser.get(self.use_suffixed).map(str::to_owned);
        self.head.query("__clerk_db_jwt").or_else(cookie)
    }

    /// How often in a row the browser was sent away already.
    pub(super) fn redirect_count(&self) -> u32 {
        self.cookies.redirect_count.as_deref().and_then(|count| count.parse().ok()).unwrap_or(0)
    }

    /// The session token that counts, verified or not.
    pub(super) fn session_token(&self) -> Option<&str> {
        self.cookies.session.get(self.use_suffixed).or_else(|| self.head.header_token())
    }

    /// A value of the query, or else of a cookie.
    pub(super) fn query_or(&self, name: &str, cookie: &Option<Cow<'_, str>>) -> Option<String> {
        self.head.query(name).or_else(|| cookie.as_deref().map(str::to_owned))
    }
}

fn texts(headers: &HeaderMap) -> BTreeMap<String, Vec<String>> {
    let mut texts = BTreeMap::<_, Vec<_>>::new();
    for (name, value) in headers {
        texts
            .entry(name.to_string())
            .or_default()
            .push(String::from_utf8_lossy(value.as_bytes()).into_owned());
    }
    texts
}
