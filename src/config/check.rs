//! Validation of the options.

use std::fmt;

use http::HeaderValue;
use secrecy::ExposeSecret;
use url::Url;

use super::{
    options::Options,
    publishable_key::{InstanceType, PublishableKey, secret_key_instance},
};

/// All problems of a configuration.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigError {
    pub(super) problems: Vec<String>,
}

impl ConfigError {
    /// The problems, each a sentence that says what to set.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid Clerk configuration")?;
        for problem in &self.problems {
            write!(f, "\n- {problem}")?;
        }
        Ok(())
    }
}

/// Like `Display`, because this is what is printed if `main` returns the error.
impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ConfigError {}

pub(super) fn secret_keys(
    options: &Options,
    publishable_key: Option<&PublishableKey>,
    problems: &mut Vec<String>,
) {
    let Some(secret_key) = &options.secret_key else {
        if options.jwt_key.is_none() && options.machine_secret_key.is_none() {
            problems.push("no secret key is set; set CLERK_SECRET_KEY, or set CLERK_JWT_KEY to verify session tokens without the network".into());
        }
        return;
    };
    match secret_key_instance(secret_key.expose_secret()) {
        Err(why) => problems.push(format!(
            "CLERK_SECRET_KEY is not a secret key: {why}; copy it from the API keys page of the Clerk Dashboard"
        )),
        Ok(instance) if publishable_key.is_some_and(|key| key.instance_type() != instance) => problems.push(
            "CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY belong to different instances, one to a development (`test`) and one to a production (`live`) instance; set both to keys of the same instance".into(),
        ),
        Ok(_) => {}
    }
    for (name, key) in [
        ("CLERK_SECRET_KEY", Some(secret_key)),
        ("CLERK_MACHINE_SECRET_KEY", options.machine_secret_key.as_ref()),
    ] {
        if key.is_some_and(|key| HeaderValue::from_str(key.expose_secret()).is_err()) {
            problems.push(format!(
                "{name} contains invalid characters; copy it again from the Clerk Dashboard"
            ));
        }
    }
}

pub(super) fn lists(options: &Options, problems: &mut Vec<String>) {
    for party in &options.authorized_parties {
        if party.is_empty() || party.ends_with('/') {
            problems.push(format!(
                "CLERK_AUTHORIZED_PARTIES contains `{party}`; list origins such as https://example.com, without a path or a trailing slash"
            ));
        }
    }
    if options.audiences.iter().any(String::is_empty) {
        problems.push("CLERK_AUDIENCE contains an empty audience; remove it".into());
    }
    if options.accepted_tokens.is_empty() {
        problems.push("no token type is accepted; set CLERK_ACCEPTS_TOKEN to at least one".into());
    }
}

pub(super) fn urls(options: &Options, problems: &mut Vec<String>) {
    for (name, url) in [
        ("CLERK_PROXY_URL", &options.proxy_url),
        ("CLERK_SIGN_IN_URL", &options.sign_in_url),
        ("CLERK_SIGN_UP_URL", &options.sign_up_url),
        ("CLERK_SIGN_OUT_URL", &options.sign_out_url),
    ] {
        if url.as_deref().is_some_and(|url| !is_path(url) && !is_url(url)) {
            problems.push(format!(
                "{name} is neither a URL nor a path; set it to a value such as https://example.com/path or /path"
            ));
        }
    }
    if let Some(domain) = &options.domain {
        let host = Url::parse(&format!("https://{domain}"));
        if !host.is_ok_and(|url| {
            url.path() == "/" && url.query().is_none() && !domain.contains(['/', '@', '\\'])
        }) {
            problems.push(format!(
                "CLERK_DOMAIN is `{domain}`; set it to a host such as satellite.com, without https:// and without a path"
            ));
        }
    }
}

pub(super) fn satellite(
    options: &Options,
    publishable_key: Option<&PublishableKey>,
    problems: &mut Vec<String>,
) {
    if !options.is_satellite {
        return;
    }
    if options.domain.is_none() && options.proxy_url.is_none() {
        problems.push(
            "a satellite requires a domain or a proxy URL; set CLERK_DOMAIN or CLERK_PROXY_URL"
                .into(),
        );
    }
    let in_development =
        publishable_key.is_some_and(|key| key.instance_type() == InstanceType::Development);
    if in_development && !options.sign_in_url.as_deref().is_some_and(is_url) {
        problems.push("a satellite of a development instance requires the sign-in page of the primary application; set CLERK_SIGN_IN_URL to its full URL".into());
    }
}

/// Returns whether the text is a path on the application's own domain. Two leading slashes would
/// name another host.
fn is_path(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with("//") && !text.starts_with("/\\")
}

fn is_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| is_web(&url))
}

pub(super) fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}
