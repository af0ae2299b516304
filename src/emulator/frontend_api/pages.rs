//! The HTML of the account portal: plain pages without scripts. Forms are submitted to the URL of
//! their page.

use axum::response::{Html, IntoResponse};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use maud::{DOCTYPE, Markup, html};
use serde_json::Value;

use crate::emulator::store::Table;

const STYLE: &str = "
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 24rem; margin: 4rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem }
button, input { box-sizing: border-box; width: 100%; margin: .25rem 0; padding: .6rem }
button, input { font: inherit }
label, small { display: block }
[role=alert] { color: #c33 }
";

pub(super) fn sign_in(users: &Table, error: Option<&str>) -> impl IntoResponse + use<> {
    page(
        "Sign in",
        &html! {
            @if let Some(error) = error {
                p role="alert" { (error) }
            }
            @if users.iter().len() > 0 {
                form method="post" {
                    @for user in users {
                        (user_button(user))
                    }
                }
                h2 { "Or create an account" }
            }
            (new_user(None))
        },
    )
}

/// Renders the sign-up page, with a fixed email address for an invited user.
pub(super) fn sign_up(invited_email_address: Option<&str>) -> impl IntoResponse + use<> {
    page("Sign up", &new_user(invited_email_address))
}

/// Renders a sign-in page for one specific user.
pub(super) fn sign_in_as(user: &Value) -> impl IntoResponse + use<> {
    page("Sign in", &html! { form method="post" { (user_button(user)) } })
}

/// Renders the page for a ticket that cannot be used.
pub(super) fn ticket_rejected(error: &str) -> impl IntoResponse + use<> {
    page(
        "This link cannot be used",
        &html! {
            p role="alert" { (error) }
            p {
                a href="/sign-up" { "Sign up" } " or " a href="/sign-in" { "sign in" }
                " without the link."
            }
        },
    )
}

/// Renders a page that asks the signed-in user to confirm an action.
pub(super) fn confirmation(title: &str, user: &Value, button: &str) -> impl IntoResponse + use<> {
    page(
        title,
        &html! {
            p { "You are signed in as " (name(user)) "." }
            form method="post" {
                button { (button) }
            }
        },
    )
}

/// Renders the page that is shown if there is no URL to return to.
pub(super) fn done() -> impl IntoResponse {
    page("Done", &html! { p { "You can now return to the app." } })
}

fn user_button(user: &Value) -> Markup {
    let is_disabled = user["banned"] == true || user["locked"] == true;
    html! {
        button name="user_id" value=(text(&user["id"])) disabled[is_disabled] {
            (name(user))
            small { (email_address(user)) }
        }
    }
}

fn new_user(invited_email_address: Option<&str>) -> Markup {
    html! {
        form method="post" {
            label {
                "Email address"
                input
                    type="email"
                    name="email_address"
                    value=[invited_email_address]
                    readonly[invited_email_address.is_some()]
                    required;
            }
            label { "First name" input name="first_name"; }
            label { "Last name" input name="last_name"; }
            button { "Sign up" }
        }
    }
}

fn page(title: &str, content: &Markup) -> impl IntoResponse + use<> {
    let html = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (title) }
                style { (STYLE) }
            }
            body {
                h1 { (title) }
                (content)
                p {
                    small { "This is an emulator, not Clerk. Nothing leaves this machine." }
                }
            }
        }
    };
    let headers = [
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"),
    ];
    (headers, Html(html.into_string()))
}

fn name(user: &Value) -> String {
    let words = ["first_name", "last_name"].map(|part| text(&user[part]));
    match words.join(" ").trim() {
        "" => [text(&user["username"]), email_address(user), text(&user["id"])]
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default()
            .to_owned(),
        name => name.to_owned(),
    }
}

fn email_address(user: &Value) -> &str {
    text(&user["email_addresses"][0]["email_address"])
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
