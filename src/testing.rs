//! Helpers for end-to-end tests of applications in a real browser, against a real Clerk instance.
//!
//! Clerk protects sign-in and sign-up forms from bots. A [testing
//! token](https://clerk.com/docs/guides/development/testing/overview#testing-tokens) allows tests
//! to pass this check. It must be added to every request that clerk-js sends to the Frontend API;
//! [`BrowserTest::script`] does so in any browser that is driven through WebDriver, such as with
//! fantoccini or thirtyfour:
//!
//! ```no_run
//! use axum_clerk::{Clerk, testing::BrowserTest};
//! use fantoccini::{ClientBuilder, wd::WebDriverCompatibleCommand};
//! use hyper_util::client::legacy::connect::HttpConnector;
//! use serde_json::json;
//!
//! /// `Page.addScriptToEvaluateOnNewDocument` of chromedriver. With thirtyfour, call
//! /// `ChromeDevTools::execute_cdp_with_params`.
//! #[derive(Debug)]
//! struct AddScript(String);
//!
//! impl WebDriverCompatibleCommand for AddScript {
//!     fn endpoint(
//!         &self,
//!         base_url: &url::Url,
//!         session_id: Option<&str>,
//!     ) -> Result<url::Url, url::ParseError> {
//!         let session_id = session_id.expect("a session");
//!         base_url.join(&format!("session/{session_id}/goog/cdp/execute"))
//!     }
//!
//!     fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
//!         let body = json!({
//!             "cmd": "Page.addScriptToEvaluateOnNewDocument",
//!             "params": { "source": self.0 },
//!         });
//!         (http::Method::POST, Some(body.to_string()))
//!     }
//! }
//!
//! # async fn test(clerk: &Clerk) -> Result<(), Box<dyn std::error::Error>> {
//! let browser =
//!     ClientBuilder::new(HttpConnector::new()).connect("http://localhost:9515").await?;
//! let test = BrowserTest::start(clerk).await?;
//! browser.issue_cmd(AddScript(test.script())).await?;
//! browser.goto("http://localhost:3000/sign-in").await?;
//! # Ok(()) }
//! ```
//!
//! Tests that need no real instance should use the [emulator](crate::emulator), which has no such
//! protection.

use std::fmt;

use serde_json::json;
use url::Url;

use crate::{
    api::{self, Secret, TestingToken},
    clerk::Clerk,
};

/// The query parameter that carries the token.
const PARAMETER: &str = "__clerk_testing_token";

/// A testing token, and the Frontend API that accepts it.
#[derive(Clone)]
pub struct BrowserTest {
    token: TestingToken,
    /// Without a trailing slash; `None` if there is no publishable key.
    frontend_api: Option<String>,
}

impl BrowserTest {
    /// Creates a testing token for the instance. It expires, so create one for each run.
    ///
    /// `POST /testing_tokens`
    ///
    /// # Errors
    ///
    /// If the token cannot be created.
    pub async fn start(clerk: &Clerk) -> Result<Self, api::Error> {
        let token = clerk.testing_tokens().create().await?;
        Ok(Self { token, frontend_api: clerk.config().public_frontend_api() })
    }

    /// The token.
    #[must_use]
    pub fn token(&self) -> &Secret {
        &self.token.token
    }

    /// Adds the token to the URL of a request to the Frontend API; other URLs are unchanged. Use it
    /// where requests can be intercepted.
    #[must_use]
    pub fn with_token(&self, mut url: Url) -> Url {
        let is_frontend_api = self
            .frontend_api
            .as_ref()
            .and_then(|base| url.as_str().strip_prefix(base.as_str()))
            .is_some_and(|path| path.starts_with("/v1/"));
        if is_frontend_api {
            let others: Vec<(String, String)> = url
                .query_pairs()
                .filter(|(name, _)| name != PARAMETER)
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect();
            url.query_pairs_mut()
                .clear()
                .extend_pairs(others)
                .append_pair(PARAMETER, self.token.token.expose());
        }
        url
    }

    /// Returns a script that adds the token to the requests of clerk-js and disables its bot
    /// protection. The browser must run it before the scripts of each page.
    #[must_use]
    pub fn script(&self) -> String {
        let settings = json!({
            "base": self.frontend_api.as_ref().map(|base| format!("{base}/v1/")),
            "parameter": PARAMETER,
            "token": self.token.token.expose(),
        });
        SCRIPT.replace("SETTINGS", &settings.to_string())
    }
}

/// Wraps `fetch`, which clerk-js uses for all of its requests.
const SCRIPT: &str = r"(() => {
  const { base, parameter, token } = SETTINGS;
  const send = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    if (!base || !url.href.startsWith(base)) return send(input, init);
    url.searchParams.set(parameter, token);
    const request = input instanceof Request ? new Request(url, input) : url;
    const response = await send(request, init);
    let body;
    try { body = await response.clone().json(); } catch { return response; }
    for (const client of [body?.response, body?.client]) {
      if (client?.captcha_bypass === false) client.captcha_bypass = true;
    }
    const { status, statusText, headers } = response;
    return new Response(JSON.stringify(body), { status, statusText, headers });
  };
})();";

/// Omits the token.
impl fmt::Debug for BrowserTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserTest")
            .field("frontend_api", &self.frontend_api)
            .finish_non_exhaustive()
    }
}
