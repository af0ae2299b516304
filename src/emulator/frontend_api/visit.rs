//! The account portal: its pages, and the visits that browsers pay them.

use std::sync::Arc;

use axum::{
    Router,
    extract::{FromRequestParts, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{StatusCode, request::Parts};
use serde::Deserialize;
use url::Url;

use super::{
    super::{
        error::{ClerkError, Result},
        instance::Instance,
        params::Query,
        store::{Session, SessionStatus},
    },
    Clerk,
    browser::{Browser, return_url, with_dev_browser},
    pages, redirect, set_cookies,
    sign_in::{sign_in, sign_in_page, sign_up_page},
};
use crate::{InstanceType, account_urls::set_query};

pub(in super::super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/sign-in", get(sign_in_page).post(sign_in))
        .route("/sign-in/tasks", get(tasks_page).post(complete_tasks))
        .route("/sign-up", get(sign_up_page).post(sign_in))
        .route("/reverify", get(reverify_page).post(reverify))
        .route("/sign-out", get(sign_out_page).post(sign_out))
}

async fn tasks_page(State(clerk): Clerk, visit: Visit) -> Response {
    visit.ask(&clerk, "Complete your tasks", "Complete them", |session| {
        session.status == SessionStatus::Pending
    })
}

async fn complete_tasks(State(clerk): Clerk, visit: Visit) -> Response {
    visit.change_session(&clerk, |session, _| session.status = SessionStatus::Active)
}

async fn reverify_page(State(clerk): Clerk, visit: Visit) -> Response {
    visit.ask(&clerk, "Verify that it is you", "It is me", |_| true)
}

async fn reverify(State(clerk): Clerk, visit: Visit) -> Response {
    visit.change_session(&clerk, |session, now| {
        let [_, second] = session.verified_at;
        session.verified_at = [Some(now), second.map(|_| now)];
    })
}

async fn sign_out_page(State(clerk): Clerk, visit: Visit) -> Response {
    visit.ask(&clerk, "Sign out?", "Sign out", |_| true)
}

async fn sign_out(State(clerk): Clerk, visit: Visit) -> Response {
    visit.change_session(&clerk, |session, _| session.status = SessionStatus::Ended)
}

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

    async fn from_request_parts(parts: &mut Parts, clerk: &Arc<Instance>) -> Result<Self> {
        let browser = Browser::from_request_parts(parts, clerk).await?;
        let Query(to) = Query::<Return>::from_request_parts(parts, clerk).await?;
        let url = |url: Option<String>| url.map(|url| return_url(clerk, &url)).transpose();
        let (back, satellite) = (url(to.redirect_url)?, url(to.__clerk_redirect_url)?);
        Ok(Self {
            client: browser.client_of_page(clerk),
            ticket: to.__clerk_ticket,
            back,
            satellite,
        })
    }
}

impl Visit {
    pub(super) fn show(&self, clerk: &Instance, page: impl IntoResponse) -> Response {
        (set_cookies([clerk.client_cookie(&self.client)]), page).into_response()
    }

    /// Asks for one click of a user whose session is as it should be. Others have nothing to do here.
    fn ask(
        self,
        clerk: &Instance,
        title: &str,
        button: &str,
        is_meant: impl FnOnce(&Session) -> bool,
    ) -> Response {
        let found = clerk
            .signed_in(&self.client, |session| is_meant(session).then(|| session.user_id.clone()));
        let page = found.flatten().and_then(|user_id| {
            let store = clerk.store();
            let user = store.user(&user_id).ok()?;
            Some(pages::question(title, user, button))
        });
        match page {
            Some(page) => self.show(clerk, page),
            None => self.leave(clerk),
        }
    }

    fn change_session(self, clerk: &Instance, change: impl FnOnce(&mut Session, i64)) -> Response {
        if let Some(id) = clerk.signed_in(&self.client, |session| session.id.clone()) {
            let mut store = clerk.store();
            let now = store.now();
            if let Ok(session) = store.session_mut(&id) {
                change(session, now);
            }
        }
        self.leave(clerk)
    }

    /// Sends the browser back to the app, which finds that things have changed.
    pub(super) fn leave(self, clerk: &Instance) -> Response {
        let mut cookies = vec![clerk.client_cookie(&self.client)];
        if clerk.instance_type() == InstanceType::Production {
            cookies.extend(clerk.client_uat_cookies(&self.client));
            cookies.extend(clerk.no_session_cookies());
        }
        match self.back {
            Some(url) => {
                let url = with_dev_browser(clerk, url, &self.client);
                redirect(StatusCode::SEE_OTHER, &url, cookies)
            }
            None => (set_cookies(cookies), pages::done()).into_response(),
        }
    }

    /// Tells the satellite of a development instance which browser this is.
    pub(super) fn answer_satellite(&self, clerk: &Instance) -> Option<Response> {
        let url = self
            .satellite
            .clone()
            .filter(|_| clerk.instance_type() == InstanceType::Development)?;
        let mut url = with_dev_browser(clerk, url, &self.client);
        set_query(&mut url, "__clerk_synced", "true");
        let cookies = [clerk.client_cookie(&self.client)];
        Some(redirect(StatusCode::TEMPORARY_REDIRECT, &url, cookies))
    }
}
