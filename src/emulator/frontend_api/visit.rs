//! A browser's visit to the account portal.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::{StatusCode, request::Parts};
use serde::Deserialize;
use url::Url;

use super::{
    browser::{Browser, return_url, with_dev_browser},
    pages,
    responses::{redirect, set_cookies},
};
use crate::authenticate::set_query_parameter;
use crate::config::InstanceType;
use crate::emulator::{
    http::{ClerkError, Query, Result},
    store::{Instance, Session},
};

/// A request from a browser, with the URL to return to.
pub(super) struct Visit {
    pub(super) client: String,
    /// The ticket to sign in or up with.
    pub(super) ticket: Option<String>,
    back: Option<Url>,
    /// In development: the page of a satellite that is syncing with the primary domain.
    satellite: Option<Url>,
}

#[derive(Deserialize)]
struct VisitQuery {
    __clerk_ticket: Option<String>,
    redirect_url: Option<String>,
    __clerk_redirect_url: Option<String>,
}

impl FromRequestParts<Arc<Instance>> for Visit {
    type Rejection = ClerkError;

    async fn from_request_parts(parts: &mut Parts, instance: &Arc<Instance>) -> Result<Self> {
        let browser = Browser::from_request_parts(parts, instance).await?;
        let Query(query) = Query::<VisitQuery>::from_request_parts(parts, instance).await?;
        let url = |url: Option<String>| url.map(|url| return_url(instance, &url)).transpose();
        let (back, satellite) = (url(query.redirect_url)?, url(query.__clerk_redirect_url)?);
        Ok(Self {
            client: browser.page_client(instance),
            ticket: query.__clerk_ticket,
            back,
            satellite,
        })
    }
}

impl Visit {
    pub(super) fn show(&self, instance: &Instance, page: impl IntoResponse) -> Response {
        (set_cookies([instance.client_cookie(&self.client)]), page).into_response()
    }

    /// Shows a page that asks the user to confirm an action. Redirects back if nobody is signed in
    /// or the session needs no confirmation.
    pub(super) fn confirm(
        self,
        instance: &Instance,
        title: &str,
        button: &str,
        needs_confirmation: impl FnOnce(&Session) -> bool,
    ) -> Response {
        let user_id = instance.with_current_session(&self.client, |session| {
            needs_confirmation(session).then(|| session.user_id.clone())
        });
        let page = user_id.flatten().and_then(|user_id| {
            let store = instance.store();
            let user = store.user(&user_id).ok()?;
            Some(pages::confirmation(title, user, button))
        });
        match page {
            Some(page) => self.show(instance, page),
            None => self.redirect_back(instance),
        }
    }

    pub(super) fn change_session(
        self,
        instance: &Instance,
        change: impl FnOnce(&mut Session, i64),
    ) -> Response {
        if let Some(id) = instance.with_current_session(&self.client, |session| session.id.clone())
        {
            let mut store = instance.store();
            let now = store.now();
            if let Ok(session) = store.session_mut(&id) {
                change(session, now);
            }
        }
        self.redirect_back(instance)
    }

    /// Redirects the browser back to the app, with cookies that make the app notice the change.
    pub(super) fn redirect_back(self, instance: &Instance) -> Response {
        let mut cookies = vec![instance.client_cookie(&self.client)];
        if instance.instance_type() == InstanceType::Production {
            cookies.extend(instance.client_uat_cookies(&self.client));
            cookies.extend(instance.no_session_cookies());
        }
        match self.back {
            Some(url) => {
                let url = with_dev_browser(instance, url, &self.client);
                redirect(StatusCode::SEE_OTHER, &url, cookies)
            }
            None => (set_cookies(cookies), pages::done()).into_response(),
        }
    }

    /// Redirects back to a syncing satellite of a development instance, along with the client's
    /// token.
    pub(super) fn redirect_to_satellite(&self, instance: &Instance) -> Option<Response> {
        let url = self
            .satellite
            .clone()
            .filter(|_| instance.instance_type() == InstanceType::Development)?;
        let mut url = with_dev_browser(instance, url, &self.client);
        set_query_parameter(&mut url, "__clerk_synced", "true");
        let cookies = [instance.client_cookie(&self.client)];
        Some(redirect(StatusCode::TEMPORARY_REDIRECT, &url, cookies))
    }
}
