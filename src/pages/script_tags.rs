//! The script tags of clerk-js.

use std::fmt;

use super::nonce::Nonce;
use crate::{clerk::Clerk, config::ClerkConfig};

/// The major versions that are loaded from the Frontend API, which serves the latest of each.
const CLERK_JS: &str = "npm/@clerk/clerk-js@6/dist/clerk.browser.js";
const CLERK_UI: &str = "npm/@clerk/ui@1/dist/ui.browser.js";

/// Returns the tags that load clerk-js and Clerk's components from the Frontend API of the instance.
///
/// They are deferred: `window.Clerk` exists once the page's `load` event has fired, and is started
/// with `Clerk.load({ ui: { ClerkUI: window.__internal_ClerkUICtor } })`.
///
/// Without a publishable key, an error is logged and no tags are written.
pub fn script_tags(clerk: &Clerk) -> ScriptTags {
    let config = clerk.config();
    if config.publishable_key().is_none() {
        tracing::error!(
            "pages without a publishable key cannot load clerk-js; set CLERK_PUBLISHABLE_KEY"
        );
    }
    let base = config.page_frontend_api().unwrap_or_default();
    ScriptTags {
        attributes: attributes(config),
        clerk_js_url: format!("{base}/{CLERK_JS}"),
        clerk_ui_url: Some(format!("{base}/{CLERK_UI}")),
        nonce: None,
    }
}

/// The script tags of clerk-js, created by [`script_tags`]. `Display` writes them as HTML.
///
/// ```
/// # let config = axum_clerk::ClerkConfig::builder().secret_key("sk_test_abc")
/// #     .publishable_key("pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk").build()?;
/// # let clerk = axum_clerk::Clerk::new(config);
/// use axum_clerk::pages;
///
/// let nonce = pages::Nonce::new();
/// let tags = pages::script_tags(&clerk).clerk_js_url("/assets/clerk.js").without_ui().nonce(&nonce);
/// assert!(tags.to_string().contains(r#"src="/assets/clerk.js""#));
/// # Ok::<_, axum_clerk::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ScriptTags {
    attributes: Vec<(&'static str, String)>,
    clerk_js_url: String,
    clerk_ui_url: Option<String>,
    nonce: Option<Nonce>,
}

impl ScriptTags {
    /// Sets the nonce of the response.
    pub fn nonce(mut self, nonce: &Nonce) -> Self {
        self.nonce = Some(nonce.clone());
        self
    }

    /// Sets the URL of clerk-js, if it is not that of the Frontend API: a fixed version, or a copy
    /// that the application serves.
    pub fn clerk_js_url(mut self, url: impl Into<String>) -> Self {
        self.clerk_js_url = url.into();
        self
    }

    /// Sets the URL of `@clerk/ui`, Clerk's components.
    pub fn clerk_ui_url(mut self, url: impl Into<String>) -> Self {
        self.clerk_ui_url = Some(url.into());
        self
    }

    /// Leaves out `@clerk/ui`, for pages that mount no components.
    pub fn without_ui(mut self) -> Self {
        self.clerk_ui_url = None;
        self
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, marker: &str, url: &str) -> fmt::Result {
        write!(f, r#"<script defer crossorigin="anonymous" {marker}"#)?;
        for (name, value) in &self.attributes {
            write!(f, r#" {name}="{}""#, Escaped(value))?;
        }
        if let Some(nonce) = &self.nonce {
            write!(f, r#" nonce="{nonce}""#)?;
        }
        write!(f, r#" src="{}"></script>"#, Escaped(url))
    }
}

impl fmt::Display for ScriptTags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.attributes.is_empty() {
            return Ok(());
        }
        if let Some(url) = &self.clerk_ui_url {
            self.write(f, "data-clerk-ui-script", url)?;
        }
        self.write(f, "data-clerk-js-script", &self.clerk_js_url)
    }
}

/// Returns the attributes from which clerk-js takes its configuration.
fn attributes(config: &ClerkConfig) -> Vec<(&'static str, String)> {
    let Some(key) = config.publishable_key() else { return Vec::new() };
    let mut attributes = vec![("data-clerk-publishable-key", key.as_str().to_owned())];
    if let Some(proxy_url) = config.frontend_api().filter(|url| url.contains('/')) {
        attributes.push(("data-clerk-proxy-url", proxy_url.to_owned()));
    }
    if let Some(domain) = config.domain().filter(|_| config.is_satellite()) {
        attributes.push(("data-clerk-domain", domain.to_owned()));
    }
    attributes
}

/// Text in a quoted attribute.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '&' => f.write_str("&amp;"),
            '"' => f.write_str("&quot;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            other => write!(f, "{other}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ClerkConfigBuilder;

    const KEY: &str = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";

    fn tags(with: impl FnOnce(ClerkConfigBuilder) -> ClerkConfigBuilder) -> ScriptTags {
        let builder = ClerkConfig::builder().secret_key("sk_live_a").publishable_key(KEY);
        script_tags(&Clerk::new(with(builder).build().expect("a configuration")))
    }

    #[test]
    fn scripts_are_loaded_from_the_frontend_api() {
        for (proxy_url, base, attribute) in [
            (None, "https://clerk.example.com", ""),
            (Some("/__clerk"), "/__clerk", r#" data-clerk-proxy-url="/__clerk""#),
            (Some("/__clerk/"), "/__clerk", r#" data-clerk-proxy-url="/__clerk/""#),
            (
                Some("https://a.example/clerk"),
                "https://a.example/clerk",
                r#" data-clerk-proxy-url="https://a.example/clerk""#,
            ),
        ] {
            let tags = tags(|builder| match proxy_url {
                Some(url) => builder.proxy_url(url),
                None => builder,
            });
            let tag = |marker: &str, path: &str| {
                format!(
                    r#"<script defer crossorigin="anonymous" {marker} data-clerk-publishable-key="{KEY}"{attribute} src="{base}/{path}"></script>"#
                )
            };
            assert_eq!(
                tags.to_string(),
                tag("data-clerk-ui-script", CLERK_UI) + &tag("data-clerk-js-script", CLERK_JS)
            );
        }
    }

    #[test]
    fn satellites_name_their_domain() {
        let tags = tags(|b| b.satellite(true).domain("satellite.com")).to_string();
        assert!(tags.contains(r#"data-clerk-domain="satellite.com""#), "{tags}");
        assert!(tags.contains(r#"src="https://clerk.satellite.com/npm/"#), "{tags}");
    }

    #[test]
    fn attributes_are_escaped() {
        let nonce = Nonce::new();
        let tags = tags(|b| b).clerk_js_url("/a?b&c=\"><script>").without_ui().nonce(&nonce);
        let tags = tags.to_string();
        assert!(tags.contains("src=\"/a?b&amp;c=&quot;&gt;&lt;script&gt;\""), "{tags}");
        assert!(tags.contains(&format!("nonce=\"{nonce}\"")), "{tags}");
        assert!(!tags.contains("data-clerk-ui-script"), "{tags}");
    }

    #[test]
    fn no_tags_are_written_without_a_publishable_key() {
        let config =
            ClerkConfig::builder().secret_key("sk_test_a").build().expect("a configuration");
        assert_eq!(script_tags(&Clerk::new(config)).to_string(), "");
    }
}
