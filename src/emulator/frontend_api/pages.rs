//! The HTML of the account portal: plain pages, with a script only where it is unavoidable. Forms
//! are submitted to the URL of their page.

use axum::response::{Html, IntoResponse};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;

use crate::emulator::{
    store::{SocialAccount, Table, provider_of},
    tokens::script_source,
};

const STYLE: &str = "
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 24rem; margin: 4rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem }
button, input, select { box-sizing: border-box; width: 100%; margin: .25rem 0; padding: .6rem }
button, input, select { font: inherit }
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

/// Renders the page of a social provider, which asks for an account.
pub(super) fn provider(
    strategy: &str,
    accounts: &[SocialAccount],
    error: Option<&str>,
) -> impl IntoResponse + use<> {
    let name = provider_of(strategy);
    page(
        &format!("Sign in with {name}"),
        &html! {
            @if let Some(error) = error {
                p role="alert" { (error) }
            }
            p { "The emulator plays the provider. Any account will do." }
            @for account in accounts {
                form method="post" {
                    input type="hidden" name="email_address" value=(account.email_address);
                    input type="hidden" name="first_name" value=(account.first_name);
                    input type="hidden" name="last_name" value=(account.last_name);
                    button {
                        (account.first_name) " " (account.last_name)
                        small { (account.email_address) }
                    }
                }
            }
            h2 { "Use an account" }
            form method="post" {
                label { "Email address" input type="email" name="email_address" required; }
                label { "First name" input name="first_name"; }
                label { "Last name" input name="last_name"; }
                button { "Continue" }
            }
        },
    )
}

/// Renders the page for an OAuth request without a valid redirect URI.
pub(super) fn authorization_rejected(error: &str) -> impl IntoResponse + use<> {
    page("This app cannot be authorized", &html! { p role="alert" { (error) } })
}

/// The contents of the consent page.
pub(super) struct Consent<'a> {
    pub(super) application: &'a Value,
    pub(super) user: &'a Value,
    /// The host that receives the authorization.
    pub(super) host: &'a str,
    pub(super) scopes: &'a [String],
    /// The organizations of the user, if the application asks for one, and the active one.
    pub(super) organizations: Vec<&'a Value>,
    pub(super) active_organization: Option<&'a str>,
    /// The URL that the form is submitted to, and its hidden fields.
    pub(super) action: &'a str,
    pub(super) fields: Vec<(&'a str, &'a str)>,
    /// The URL of the sign-in page that leads back to this page.
    pub(super) sign_in_url: &'a str,
}

/// Renders the page that asks the user to authorize an OAuth application.
pub(super) fn consent(consent: &Consent<'_>) -> impl IntoResponse + use<> {
    let application = text(&consent.application["name"]);
    page(
        &format!("Authorize {application}"),
        &html! {
            p {
                (application) " asks to access your account. You are signed in as "
                (name(consent.user)) "."
            }
            ul {
                @for scope in consent.scopes {
                    li { (scope_description(scope).unwrap_or(scope)) }
                }
            }
            form method="post" action=(consent.action) {
                @for (name, value) in &consent.fields {
                    input type="hidden" name=(name) value=(value);
                }
                @if !consent.organizations.is_empty() {
                    label {
                        "Organization"
                        select name="organization_id" {
                            @for organization in &consent.organizations {
                                @let id = text(&organization["id"]);
                                option value=(id) selected[consent.active_organization == Some(id)] {
                                    (text(&organization["name"]))
                                }
                            }
                        }
                    }
                }
                button name="consented" value="true" { "Allow" }
                button name="consented" value="false" { "Deny" }
            }
            p { "You will be redirected to " (consent.host) "." }
            p { a href=(consent.sign_in_url) { "Use another account" } }
        },
    )
}

/// Describes a scope to users; `None` for custom scopes.
pub(super) fn scope_description(scope: &str) -> Option<&'static str> {
    Some(match scope {
        "email" => "See your email address",
        "profile" => "See your name, username and picture",
        "openid" => "Sign you in",
        "offline_access" => "Keep access while you are away",
        "public_metadata" => "See your public metadata",
        "private_metadata" => "See your private metadata",
        "user:org:read" => "See one of your organizations",
        _ => return None,
    })
}

const SUBMIT: &str = "document.forms[0].submit()";

/// Renders a form that the browser submits immediately.
pub(super) fn form_post(action: &str, fields: &[(&str, &str)]) -> impl IntoResponse + use<> {
    let html = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { "Redirecting" }
            }
            body {
                form method="post" action=(action) {
                    @for (name, value) in fields {
                        input type="hidden" name=(name) value=(value);
                    }
                    noscript { button { "Continue" } }
                }
                script { (PreEscaped(SUBMIT)) }
            }
        }
    };
    let policy = format!("default-src 'none'; script-src {}", script_source(SUBMIT));
    let headers = [(CACHE_CONTROL, "no-store".to_owned()), (CONTENT_SECURITY_POLICY, policy)];
    (headers, Html(html.into_string()))
}

/// Renders the page that is shown if there is no URL to return to.
pub(super) fn done() -> impl IntoResponse {
    page("Done", &html! { p { "You can now return to the app." } })
}

/// Renders the result of a test run of an enterprise connection.
pub(super) fn test_run(is_success: bool) -> impl IntoResponse {
    let result = if is_success {
        "The test run has succeeded."
    } else {
        "The test run has failed. The connection's identity provider is not set up."
    };
    page("Test run", &html! { p { (result) } })
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
