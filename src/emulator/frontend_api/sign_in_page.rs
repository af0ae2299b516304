//! Signing in and up at the account portal.

use axum::{
    extract::{Form, State},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::{pages, ticket_pages, visit::Visit};
use crate::emulator::{
    http::{Params, Result},
    store::{EmulatorState, Store},
};

pub(super) async fn sign_in_page(State(clerk): EmulatorState, visit: Visit) -> Response {
    match (visit.redirect_to_satellite(&clerk), &visit.ticket) {
        (Some(answer), _) => answer,
        (None, Some(ticket)) => visit.show(&clerk, ticket_pages::sign_in_page(&clerk, ticket)),
        (None, None) => visit.show(&clerk, pages::sign_in(&clerk.store().users, None)),
    }
}

pub(super) async fn sign_up_page(State(clerk): EmulatorState, visit: Visit) -> Response {
    match &visit.ticket {
        Some(ticket) => visit.show(&clerk, ticket_pages::sign_up_page(&clerk, ticket)),
        None => visit.show(&clerk, pages::sign_up(None)),
    }
}

/// Who is to be signed in: a user who is there, or a new one.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Choice {
    User { user_id: String },
    NewUser { email_address: String, first_name: String, last_name: String },
}

pub(super) async fn sign_in(
    State(clerk): EmulatorState,
    visit: Visit,
    Form(choice): Form<Choice>,
) -> Response {
    let Some(ticket) = &visit.ticket else {
        let mut store = clerk.store();
        if let Err(error) = sign_in_or_up(&mut store, &visit.client, choice) {
            let page = pages::sign_in(&store.users, Some(error.message()));
            drop(store);
            return (error.status(), visit.show(&clerk, page)).into_response();
        }
        drop(store);
        return visit.leave(&clerk);
    };
    // Whom the form names does not matter then.
    let done = clerk.read_ticket(ticket).and_then(|ticket| match choice {
        Choice::User { .. } => ticket_pages::sign_in(&mut clerk.store(), &ticket, &visit.client),
        Choice::NewUser { first_name, last_name, .. } => ticket_pages::sign_up(
            &mut clerk.store(),
            &ticket,
            &visit.client,
            name_params(&first_name, &last_name),
        ),
    });
    match done {
        Ok(()) => visit.leave(&clerk),
        Err(error) => visit.show(&clerk, ticket_pages::rejected(&error)),
    }
}

fn sign_in_or_up(store: &mut Store, client: &str, choice: Choice) -> Result<()> {
    let user_id = match choice {
        Choice::User { user_id } => {
            store.check_restrictions_on_sign_in(&user_id)?;
            user_id
        }
        Choice::NewUser { email_address, first_name, last_name } => {
            let email_address = email_address.trim();
            store.check_restrictions_on_sign_up(email_address)?;
            let mut user = name_params(&first_name, &last_name);
            user.insert("email_address".into(), json!([email_address]));
            let user = store.create_user(user)?;
            user["id"].as_str().unwrap_or_default().to_owned()
        }
    };
    store.start_browser_session(client, &user_id).map(drop)
}

fn name_params(first_name: &str, last_name: &str) -> Params {
    let names = [("first_name", first_name), ("last_name", last_name)];
    names.into_iter().map(|(field, name)| (field.to_owned(), json!(name.trim()))).collect()
}
