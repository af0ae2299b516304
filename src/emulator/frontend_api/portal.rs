//! The routes of the account portal.

use std::sync::Arc;

use axum::{Router, extract::State, response::Response, routing::get};

use super::{
    sign_in_page::{sign_in, sign_in_page, sign_up_page},
    visit::Visit,
};
use crate::emulator::store::{EmulatorState, Instance, SessionStatus};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/sign-in", get(sign_in_page).post(sign_in))
        .route("/sign-in/tasks", get(tasks_page).post(complete_tasks))
        .route("/sign-up", get(sign_up_page).post(sign_in))
        .route("/reverify", get(reverify_page).post(reverify))
        .route("/sign-out", get(sign_out_page).post(sign_out))
}

async fn tasks_page(State(instance): EmulatorState, visit: Visit) -> Response {
    visit.confirm(&instance, "Complete your tasks", "Complete tasks", |session| {
        session.status == SessionStatus::Pending
    })
}

async fn complete_tasks(State(instance): EmulatorState, visit: Visit) -> Response {
    visit.change_session(&instance, |session, _| session.status = SessionStatus::Active)
}

async fn reverify_page(State(instance): EmulatorState, visit: Visit) -> Response {
    visit.confirm(&instance, "Verify your identity", "Verify", |_| true)
}

async fn reverify(State(instance): EmulatorState, visit: Visit) -> Response {
    visit.change_session(&instance, |session, now| {
        let [_, second] = session.verified_at;
        session.verified_at = [Some(now), second.map(|_| now)];
    })
}

async fn sign_out_page(State(instance): EmulatorState, visit: Visit) -> Response {
    visit.confirm(&instance, "Sign out?", "Sign out", |_| true)
}

async fn sign_out(State(instance): EmulatorState, visit: Visit) -> Response {
    visit.change_session(&instance, |session, _| session.status = SessionStatus::Ended)
}
