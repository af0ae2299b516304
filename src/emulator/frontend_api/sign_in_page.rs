//! Handlers of the sign-in and sign-up pages.

use axum::{
    extract::{Form, State, rejection::FormRejection},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::{pages, ticket_pages, visit::Visit};
use crate::emulator::{
    http::{ClerkError, Params},
    store::{EmulatorState, Store},
};

pub(super) async fn sign_in_page(State(instance): EmulatorState, visit: Visit) -> Response {
    match (visit.redirect_to_satellite(&instance), &visit.ticket) {
        (Some(redirect), _) => redirect,
        (None, Some(ticket)) => {
            visit.show(&instance, ticket_pages::sign_in_page(&instance, ticket))
        }
        (None, None) => visit.show(&instance, pages::sign_in(&instance.store().users, None)),
    }
}

pub(super) async fn sign_up_page(State(instance): EmulatorState, visit: Visit) -> Response {
    match &visit.ticket {
        Some(ticket) => visit.show(&instance, ticket_pages::sign_up_page(&instance, ticket)),
        None => visit.show(&instance, pages::sign_up(None)),
    }
}

/// The choice on the sign-in page: an existing user, or a new one.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Choice {
    User { user_id: String },
    NewUser { email_address: String, first_name: String, last_name: String },
}

pub(super) async fn sign_in(
    State(instance): EmulatorState,
    visit: Visit,
    form: Result<Form<Choice>, FormRejection>,
) -> Response {
    let choice = match form {
        Ok(Form(choice)) => choice,
        Err(rejection) => {
            let error = "The form is invalid. Choose a user, or enter an email address.";
            let page = pages::sign_in(&instance.store().users, Some(error));
            return (rejection.status(), visit.show(&instance, page)).into_response();
        }
    };
    let Some(ticket) = &visit.ticket else {
        let mut store = instance.store();
        if let Err(error) = sign_in_or_up(&mut store, &visit.client, choice) {
            let page = pages::sign_in(&store.users, Some(error.message()));
            drop(store);
            return (error.status(), visit.show(&instance, page)).into_response();
        }
        drop(store);
        return visit.redirect_back(&instance);
    };
    // The ticket determines the user, whichever user the form contains.
    let result = instance.read_ticket(ticket).and_then(|ticket| match choice {
        Choice::User { .. } => ticket_pages::sign_in(&mut instance.store(), &ticket, &visit.client),
        Choice::NewUser { first_name, last_name, .. } => ticket_pages::sign_up(
            &mut instance.store(),
            &ticket,
            &visit.client,
            name_params(&first_name, &last_name),
        ),
    });
    match result {
        Ok(()) => visit.redirect_back(&instance),
        Err(error) => visit.show(&instance, ticket_pages::rejected(&error)),
    }
}

fn sign_in_or_up(store: &mut Store, client: &str, choice: Choice) -> Result<(), ClerkError> {
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
