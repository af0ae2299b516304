//! The Content Security Policy of pages with clerk-js.

use std::fmt;

use http::HeaderValue;
use url::Url;

use super::nonce::Nonce;
use crate::{
    clerk::Clerk,
    config::{ClerkConfig, InstanceType},
};

/// Cloudflare's protection against bots, in sign-up forms.
const CHALLENGES: &str = "https://challenges.cloudflare.com";

/// Returns a [Content Security Policy][clerk] under which clerk-js works, and which allows nothing
/// else but the application's own origin.
///
/// It allows Clerk's hosts: the Frontend API, `img.clerk.com`, Cloudflare's bot protection and, in
/// development, Clerk's telemetry. Inline styles are allowed, which Clerk's components need. Inline
/// scripts require the [nonce](ContentSecurityPolicy::nonce) of the response.
///
/// [clerk]: https://clerk.com/docs/guides/secure/best-practices/csp-headers
pub fn content_security_policy(clerk: &Clerk) -> ContentSecurityPolicy {
    let config = clerk.config();
    let frontend_api = frontend_api_origin(config);
    let mut policy = ContentSecurityPolicy { directives: Vec::new() };
    for (directive, sources) in [
        ("default-src", &["'self'"][..]),
        ("script-src", &["'self'", CHALLENGES]),
        ("connect-src", &["'self'"]),
        ("img-src", &["'self'", "https://img.clerk.com"]),
        ("style-src", &["'self'", "'unsafe-inline'"]),
        ("worker-src", &["'self'", "blob:"]),
        ("frame-src", &["'self'", CHALLENGES]),
        ("form-action", &["'self'"]),
        ("frame-ancestors", &["'self'"]),
        ("base-uri", &["'self'"]),
        ("object-src", &["'none'"]),
    ] {
        let sources = sources.iter().map(|&source| source.to_owned()).collect();
        policy.directives.push((directive.to_owned(), sources));
    }
    if let Some(origin) = frontend_api {
        policy = policy.allow("script-src", &origin).allow("connect-src", &origin);
    }
    if config.instance_type() == Some(InstanceType::Development) {
        policy = policy.allow("connect-src", "https://clerk-telemetry.com");
    }
    policy
}

/// A Content Security Policy, created by [`content_security_policy`]. `Display` writes the value of
/// the header.
///
/// ```
/// # let config = axum_clerk::ClerkConfig::builder().secret_key("sk_test_abc")
/// #     .publishable_key("pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk").build()?;
/// # let clerk = axum_clerk::Clerk::new(config);
/// use axum_clerk::pages;
///
/// let nonce = pages::Nonce::new();
/// let policy = pages::content_security_policy(&clerk)
///     .nonce(&nonce)
///     .allow("img-src", "https://images.example.com");
/// let header = [("content-security-policy", policy.header_value())];
/// # assert!(header[0].1.to_str().unwrap().contains(nonce.as_str()));
/// # Ok::<_, axum_clerk::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct ContentSecurityPolicy {
    directives: Vec<(String, Vec<String>)>,
}

impl ContentSecurityPolicy {
    /// Allows scripts with the nonce of the response.
    pub fn nonce(self, nonce: &Nonce) -> Self {
        self.allow("script-src", format!("'nonce-{nonce}'"))
    }

    /// Allows Stripe's hosts, which Clerk's checkout needs.
    pub fn billing(self) -> Self {
        const STRIPE_JS: [&str; 2] = ["https://js.stripe.com", "https://*.js.stripe.com"];
        let policy = STRIPE_JS.into_iter().fold(self, |policy, source| {
            policy.allow("script-src", source).allow("frame-src", source)
        });
        policy
            .allow("frame-src", "https://hooks.stripe.com")
            .allow("connect-src", "https://api.stripe.com")
            .allow("connect-src", "https://maps.googleapis.com")
            .allow("script-src", "https://maps.googleapis.com")
    }

    /// Allows a source, such as `https://images.example.com` or `'strict-dynamic'`, in a directive,
    /// such as `img-src`. A directive that the policy lacks is added. `'none'` is replaced.
    ///
    /// # Panics
    ///
    /// If either is empty or contains whitespace, a control character, `;`, `,` or a character that
    /// is not ASCII: it would change the meaning of the policy.
    pub fn allow(mut self, directive: &str, source: impl Into<String>) -> Self {
        let source = source.into();
        assert!(is_one_word(directive), "invalid directive in ContentSecurityPolicy::allow");
        assert!(is_one_word(&source), "invalid source in ContentSecurityPolicy::allow");
        match self.directives.iter_mut().find(|(name, _)| name == directive) {
            None => self.directives.push((directive.to_owned(), vec![source])),
            Some((_, sources)) => {
                sources.retain(|held| held != "'none'" && *held != source);
                sources.push(source);
            }
        }
        self
    }

    /// Returns the value of the header `content-security-policy`, or of
    /// `content-security-policy-report-only`.
    ///
    /// # Panics
    ///
    /// Never: a policy consists of visible ASCII and spaces.
    #[must_use]
    pub fn header_value(&self) -> HeaderValue {
        HeaderValue::try_from(self.to_string()).expect("visible ASCII and spaces")
    }
}

impl fmt::Display for ContentSecurityPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (directive, sources)) in self.directives.iter().enumerate() {
            let separator = if at == 0 { "" } else { "; " };
            write!(f, "{separator}{directive} {}", sources.join(" "))?;
        }
        Ok(())
    }
}

fn is_one_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !b";,".contains(&byte))
}

/// Returns the origin of the Frontend API, or `None` if it is a path on the application's own.
fn frontend_api_origin(config: &ClerkConfig) -> Option<String> {
    let url = Url::parse(&config.page_frontend_api()?).ok()?;
    Some(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(key: &str, secret: &str, proxy_url: Option<&str>) -> ContentSecurityPolicy {
        let builder = ClerkConfig::builder().secret_key(secret).publishable_key(key);
        let builder = match proxy_url {
            Some(url) => builder.proxy_url(url),
            None => builder,
        };
        content_security_policy(&Clerk::new(builder.build().expect("a configuration")))
    }

    fn live(proxy_url: Option<&str>) -> ContentSecurityPolicy {
        policy("pk_live_Y2xlcmsuZXhhbXBsZS5jb20k", "sk_live_a", proxy_url)
    }

    #[test]
    fn policy_allows_clerk_s_hosts_and_nothing_else() {
        let nonce = Nonce::new();
        assert_eq!(
            live(None).nonce(&nonce).to_string(),
            format!(
                "default-src 'self'; \
                 script-src 'self' https://challenges.cloudflare.com https://clerk.example.com 'nonce-{nonce}'; \
                 connect-src 'self' https://clerk.example.com; \
                 img-src 'self' https://img.clerk.com; \
                 style-src 'self' 'unsafe-inline'; \
                 worker-src 'self' blob:; \
                 frame-src 'self' https://challenges.cloudflare.com; \
                 form-action 'self'; frame-ancestors 'self'; base-uri 'self'; object-src 'none'"
            )
        );
    }

    #[test]
    fn proxy_replaces_the_host_of_the_frontend_api() {
        for (proxy_url, source) in [
            ("/__clerk", "connect-src 'self';"),
            ("https://a.example:8443/clerk", "connect-src 'self' https://a.example:8443;"),
        ] {
            let policy = live(Some(proxy_url)).to_string();
            assert!(policy.contains(source), "{policy}");
            assert!(!policy.contains("clerk.example.com"), "{policy}");
        }
    }

    #[test]
    fn development_allows_telemetry() {
        let key = "pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk";
        let policy = policy(key, "sk_test_a", None).to_string();
        assert!(policy.contains("https://clerk-telemetry.com"), "{policy}");
        assert!(!live(None).to_string().contains("telemetry"));
    }

    #[test]
    fn directives_are_extended_once_and_none_is_replaced() {
        let policy = live(None)
            .allow("object-src", "'self'")
            .allow("object-src", "'self'")
            .allow("manifest-src", "'self'")
            .billing();
        let text = policy.to_string();
        assert!(text.contains("object-src 'self'; manifest-src 'self'"), "{text}");
        assert!(text.contains("https://api.stripe.com"), "{text}");
        assert_eq!(policy.header_value(), text.as_str());
    }

    #[test]
    #[should_panic(expected = "invalid source")]
    fn sources_cannot_add_directives() {
        let _ = live(None).allow("img-src", "https://a.example; script-src *");
    }
}
