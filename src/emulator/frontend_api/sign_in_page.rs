//! Signing in and up at the account portal.

use axum::{
    extract::{Form, State},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    super::{
        error::{ClerkError, Result},
        store::{Params, SessionStatus, Store},
    },
    Clerk, pages,
    portal::Visit,
    tickets,
};

pub(super) async fn sign_in_page(State(clerk): Clerk, visit: Visit) -> Response {
    match (visit.answer_satellite(&clerk), &visit.ticket) {
        (Some(answer), _) => answer,
        (None, Some(ticket)) => visit.show(&clerk, tickets::sign_in_page(&clerk, ticket)),
        (None, None) => visit.show(&clerk, pages::sign_in(&clerk.store().users, None)),
    }
}

pub(super) async fn sign_up_page(State(clerk): Clerk, visit: Visit) -> Response {
    match &visit.ticket {
        Some(ticket) => visit.show(&clerk, tickets::sign_up_page(&clerk, ticket)),
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
    State(clerk): Clerk,
    visit: Visit,
    Form(choice): Form<Choice>,
) -> Response {
    let Some(ticket) = &visit.ticket else {
        let mut store = clerk.store();
        if let Err(error) = choose(&mut store, &visit.client, choice) {
            let page = pages::sign_in(&store.users, Some(error.message()));
            drop(store);
            return (error.status(), visit.show(&clerk, page)).into_response();
        }
        drop(store);
        return visit.leave(&clerk);
    };
    // Whom the form names does not matter then.
    let done = clerk.read_ticket(ticket).and_then(|ticket| match choice {
        Choice::User { .. } => tickets::sign_in(&mut clerk.store(), &ticket, &visit.client),
        Choice::NewUser { first_name, last_name, .. } => tickets::sign_up(
            &mut clerk.store(),
            &ticket,
            &visit.client,
            named(&first_name, &last_name),
        ),
    });
    match done {
        Ok(()) => visit.leave(&clerk),
        Err(error) => visit.show(&clerk, tickets::refused(&error)),
    }
}

fn choose(store: &mut Store, client: &str, choice: Choice) -> Result<()> {
    let user_id = match choice {
        Choice::User { user_id } => {
            store.check_restrictions_on_sign_in(&user_id)?;
            user_id
        }
        Choice::NewUser { email_address, first_name, last_name } => {
            let email_address = email_address.trim();
            store.check_restrictions_on_sign_up(email_address)?;
            let mut user = named(&first_name, &last_name);
            user.insert("email_address".into(), json!([email_address]));
            let user = store.create_user(user)?;
            user["id"].as_str().unwrap_or_default().to_owned()
        }
    };
    begin_session(store, client, &user_id).map(drop)
}

fn named(first_name: &str, last_name: &str) -> Params {
    let names = [("first_name", first_name), ("last_name", last_name)];
    names.into_iter().map(|(field, name)| (field.to_owned(), json!(name.trim()))).collect()
}

/// Signs a user in in a browser, and out whoever was signed in there.
pub(super) fn begin_session(store: &mut Store, client: &str, user_id: &str) -> Result<String> {
    store.check_may_sign_in(user_id)?;
    let client = store.client(client).ok_or_else(|| ClerkError::token_unknown("client"))?;
    let client_id = client.id.clone();
    store.end_sessions(SessionStatus::Replaced, |session| session.client_id == client_id);
    Ok(store.open_session(client_id, user_id)?.id.clone())
}
