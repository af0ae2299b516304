//! Satellites: applications on other domains that share the sessions of a primary domain.

use http::header;
use url::Url;

use super::{
    super::{
        state::{Reason, RequestState},
        url_query::set_query_parameter,
    },
    handshake,
    request::BrowserRequest,
};
use crate::config::{InstanceType, account_portal};

/// On a satellite: redirects the browser to the primary domain, if it has to sync with it.
pub(super) fn sync_with_primary(
    request: BrowserRequest<'_>,
    has_session: bool,
) -> Option<RequestState> {
    let config = request.config;
    if !config.is_satellite() || !request.head.is_navigation() {
        return None;
    }
    let synced = request.head.query("__clerk_synced");
    let has_cookies = has_session || request.client_uat != 0;
    let must_sync = match synced.as_deref() {
        Some("true") => return None,
        Some("false") => true,
        _ => !has_cookies && config.satellite_auto_sync(),
    };
    if !must_sync {
        return (!has_cookies).then(|| RequestState::signed_out(Reason::SessionTokenAndUatMissing));
    }
    Some(match request.instance_type {
        InstanceType::Production => handshake::start(request, Reason::SatelliteNeedsSyncing),
        InstanceType::Development => {
            let mut url = Url::parse(config.sign_in_url()?).ok()?;
            url.query_pairs_mut().append_pair("__clerk_redirect_url", request.url()?.as_str());
            handshake::redirect(request, Reason::SatelliteNeedsSyncing, url)
        }
    })
}

/// On the primary domain of a development instance: redirects the browser back to the satellite
/// that it comes from.
pub(super) fn return_to_satellite(request: BrowserRequest<'_>) -> Option<RequestState> {
    if !request.is_development() || request.config.is_satellite() {
        return None;
    }
    let mut back = Url::parse(&request.head.query("__clerk_redirect_url")?).ok()?;
    if !matches!(back.scheme(), "http" | "https") {
        return None;
    }
    if let Some(token) = request.dev_browser_token() {
        back.query_pairs_mut().append_pair("__clerk_db_jwt", &token);
    }
    set_query_parameter(&mut back, "__clerk_synced", "true");
    Some(handshake::redirect(request, Reason::PrimaryRespondsToSyncing, back))
}

/// On the primary domain: returns whether the browser was sent here by a page of another origin,
/// such as a satellite's, other than Clerk's own pages.
pub(super) fn comes_from_another_domain(request: BrowserRequest<'_>) -> bool {
    if request.config.is_satellite() {
        return false;
    }
    let Some(referer) = request.head.header(header::REFERER) else { return false };
    let head = request.head;
    if !head.is_navigation() || head.is_obvious_origin_of(referer, request.config) {
        return false;
    }
    let Ok(referer) = Url::parse(referer) else { return false };
    let Some(url) = request.url() else { return false };
    let origin = |url: &Url| url.origin().ascii_serialization();
    origin(&referer) != origin(&url) && !is_clerk_origin(request, &referer)
}

fn is_clerk_origin(request: BrowserRequest<'_>, page: &Url) -> bool {
    const DEVELOPMENT_PORTALS: [&str; 3] =
        [".accounts.dev", ".accountsstage.dev", ".accounts.lclclerk.com"];
    const LEGACY_DEVELOPMENT: [&str; 3] = [".lcl.dev", ".lclstage.dev", ".lclclerk.com"];
    let host = page.host_str().unwrap_or_default();
    let is_development_portal = || {
        DEVELOPMENT_PORTALS
            .iter()
            .any(|end| host.ends_with(end) && !host.ends_with(&format!(".clerk{end}")))
            || (host.starts_with("accounts.")
                && LEGACY_DEVELOPMENT.iter().any(|end| host.ends_with(end)))
    };
    let is_own_portal = || {
        let frontend_api = request.config.frontend_api().filter(|api| !api.contains('/'));
        frontend_api.map(account_portal).is_some_and(|portal| {
            page.scheme() == "https" && page.port().is_none() && host == portal
        })
    };
    request.frontend_api_url().is_some_and(|api| api.host_str() == Some(host))
        || (request.is_development() && is_development_portal())
        || is_own_portal()
}
