//! Server-rendered pages with Clerk's browser library: its script tags, a Content Security Policy,
//! and data for scripts.
//!
//! [`script_tags`] loads clerk-js, which keeps the session token fresh, and the components that it
//! mounts. Nothing else is needed from npm. Create a [`Nonce`] for each response, and pass it to
//! the tags and to the [policy](content_security_policy):
//!
//! ```
//! use axum_clerk::{Clerk, pages};
//!
//! fn page(clerk: &Clerk, team: &str) -> (String, String) {
//!     let nonce = pages::Nonce::new();
//!     let policy = pages::content_security_policy(clerk).nonce(&nonce);
//!     let html = format!(
//!         "<!doctype html>
//!         <head>{scripts}</head>
//!         <body>
//!         <div id=\"user-button\"></div>
//!         <script nonce=\"{nonce}\">
//!             const team = {team};
//!             addEventListener('load', async () => {{
//!                 await Clerk.load({{ ui: {{ ClerkUI: window.__internal_ClerkUICtor }} }});
//!                 Clerk.mountUserButton(document.getElementById('user-button'));
//!             }});
//!         </script>
//!         </body>",
//!         scripts = pages::script_tags(clerk).nonce(&nonce),
//!         team = pages::json_for_script(&team).expect("a string is JSON"),
//!     );
//!     (policy.to_string(), html)
//! }
//! # let config = axum_clerk::ClerkConfig::builder().secret_key("sk_test_abc")
//! #     .publishable_key("pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk").build()?;
//! # let (policy, html) = page(&Clerk::new(config), "</script>");
//! # assert!(policy.contains("https://foo-bar-13.clerk.accounts.dev"));
//! # assert!(html.contains(r"\u003c\u002fscript\u003e"));
//! # Ok::<_, axum_clerk::ConfigError>(())
//! ```
//!
//! The example `pages` has a page that works this way.
//!
//! # Requests without a fresh token
//!
//! A session token lives a minute, and clerk-js renews the cookie in the background. After a
//! browser was suspended, it sends an expired one. The layer then redirects navigations to a
//! handshake. A `POST` or a `fetch` cannot follow it, and may be rejected. Before such a request,
//! renew the cookie with `await Clerk.session?.getToken()`, as the example does for htmx.

mod content_security_policy;
mod json_for_script;
mod nonce;
mod script_tags;

pub use self::{
    content_security_policy::{ContentSecurityPolicy, content_security_policy},
    json_for_script::json_for_script,
    nonce::Nonce,
    script_tags::{ScriptTags, script_tags},
};
