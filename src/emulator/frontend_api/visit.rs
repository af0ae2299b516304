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

/// A visit of a browser, which wants to go back where it came from.
pub(super) struct Visit {
    pub(super) client: String,
    /// What the browser's user may sign up or in with.
    pub(super) ticket: Option<String>,
    back: Option<Url>,
    /// In development: the page of a satellite that asks who is signed in.
    satellite: Option<Url>,
}

#[derive(Deserialize)]
struct Return {
    __clerk_ticket: Option<String>,
    redirect_url: Option<String>,
    __clerk_redirect_url: Option<String>,
}

impl FromRequestParts<Arc<Instance>> for Visit {
    type Rejection = ClerkError;

    async fn from_request_parts(parts: &mut Parts, instance: &Arc<Instance>) -> Result<Self> {
        let browser = Browser::from_request_parts(parts, instance).await?;
        let Query(to) = Query::<Return>::from_request_parts(parts, instance).await?;
        let url = |url: Option<String>| url.map(|url| return_url(instance, &url)).transpose();
        let (back, satellite) = (url(to.redirect_url)?, url(to.__clerk_redirect_url)?);
        Ok(Self {
            client: browser.client_of_page(instance),
            ticket: to.__clerk_ticket,
            back,
            satellite,
        })
    }
}

impl Visit {
    pub(super) fn show(&self, instance: &Instance, page: impl IntoResponse) -> Response {
        (set_cookies([instance.client_cookie(&self.client)]), page).into_response()
    }

    /// Asks for one click of a user whose session is as it should be. Others have nothing to do here.
    pub(super) fn confirm(
        self,
        instance: &Instance,
        title: &str,
        button: &str,
        needs_confirmation: impl FnOnce(&Session) -> bool,
    ) -> Response {
        let found = instance.signed_in(&self.client, |session| {
            needs_confirmation(session).then(|| session.user_id.clone())
        });
        let page = found.flatten().and_then(|user_id| {
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
        if let Some(id) = instance.signed_in(&self.client, |session| session.id.clone()) {
            let mut store = instance.store();
            let now = store.now();
            if let Ok(session) = store.session_mut(&id) {
                change(session, now);
            }
        }
        self.redirect_back(instance)
    }

    /// Sends the browser back to the app, which finds that things have changed.
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

    /// Tells the satellite of a development instance which browser this is.
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
