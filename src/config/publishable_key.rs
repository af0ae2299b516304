//! Clerk's keys, and the instance they belong to.

use std::fmt;

use aws_lc_rs::digest;
use base64::{
    Engine, alphabet,
    engine::{
        DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig,
        general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
    },
};
use url::{Host, Url};

/// The base64 of publishable keys, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The type of a Clerk [instance](https://clerk.com/docs/deployments/environments).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InstanceType {
    /// A development instance. Its keys start with `pk_test_` and `sk_test_`.
    Development,
    /// A production instance. Its keys start with `pk_live_` and `sk_live_`.
    Production,
}

/// A publishable key: `pk_test_` or `pk_live_`, followed by the host of the Frontend API in base64.
#[derive(Clone, PartialEq, Eq)]
pub struct PublishableKey {
    text: String,
    frontend_api: String,
    cookie_suffix: String,
    instance_type: InstanceType,
}

impl PublishableKey {
    /// Parses a key. The error says why the text is not one.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let (instance_type, encoded) = if let Some(encoded) = text.strip_prefix("pk_test_") {
            (InstanceType::Development, encoded)
        } else if let Some(encoded) = text.strip_prefix("pk_live_") {
            (InstanceType::Production, encoded)
        } else {
            return Err("it starts with neither `pk_test_` nor `pk_live_`");
        };
        let host = BASE64
            .decode(encoded)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .and_then(|decoded| decoded.strip_suffix('$').map(str::to_owned))
            .filter(|host| host.contains('.') && !host.contains('$'))
            .ok_or("the part after its prefix is not a base64-encoded host")?;
        Ok(Self {
            text: text.to_owned(),
            frontend_api: host,
            cookie_suffix: cookie_suffix(text),
            instance_type,
        })
    }

    /// Creates the key of a production instance from the host of the application, such as
    /// `example.com`: its Frontend API is `clerk.example.com`. A port is ignored. Returns `None` if
    /// the host is not a domain name with at least two labels, such as `localhost` or an IP address.
    ///
    /// Use it for applications with several domains, each with its own instance; see
    /// [`ClerkLayer::resolve`](crate::ClerkLayer::resolve). Call it at startup for hosts that you
    /// configure, not with the host that a request carries: clients choose that one, and with it the
    /// keys that would verify their tokens.
    ///
    /// ```
    /// use axum_clerk::PublishableKey;
    ///
    /// let key = PublishableKey::from_host("example.com").expect("a domain");
    /// assert_eq!(key.frontend_api(), "clerk.example.com");
    /// assert_eq!(key.as_str(), "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k");
    /// ```
    #[must_use]
    pub fn from_host(host: &str) -> Option<Self> {
        let url = Url::parse(&format!("https://{host}")).ok()?;
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let Some(Host::Domain(domain)) = url.host() else { return None };
        let domain = domain.trim_end_matches('.');
        if !is_bare || host.contains(['@', '/', '\\', '$']) || !domain.contains('.') {
            return None;
        }
        Self::parse(&format!("pk_live_{}", STANDARD_NO_PAD.encode(format!("clerk.{domain}$")))).ok()
    }

    /// Returns the key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the host of the instance's Frontend API, such as `foo-bar-13.clerk.accounts.dev`.
    #[must_use]
    pub fn frontend_api(&self) -> &str {
        &self.frontend_api
    }

    /// Returns the suffix of the instance's cookie names, which follows an underscore.
    #[must_use]
    pub fn cookie_suffix(&self) -> &str {
        &self.cookie_suffix
    }

    /// Returns the type of the instance.
    #[must_use]
    pub fn instance_type(&self) -> InstanceType {
        self.instance_type
    }
}

impl fmt::Debug for PublishableKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PublishableKey").field(&self.text).finish()
    }
}

/// Returns the first eight characters of base64url(SHA-1(publishable key)).
fn cookie_suffix(publishable_key: &str) -> String {
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, publishable_key.as_bytes());
    let mut suffix = URL_SAFE_NO_PAD.encode(hash);
    suffix.truncate(8);
    suffix
}

/// Returns the type of the instance that a secret key belongs to, or why the key is invalid.
pub(crate) fn secret_key_instance(text: &str) -> Result<InstanceType, &'static str> {
    match text {
        _ if text.starts_with("sk_test_") => Ok(InstanceType::Development),
        _ if text.starts_with("sk_live_") => Ok(InstanceType::Production),
        _ if text.starts_with("pk_") => Err("it is a publishable key, which starts with `pk_`"),
        _ => Err("it starts with neither `sk_test_` nor `sk_live_`"),
    }
}

/// Returns the host of the account portal that belongs to a Frontend API.
pub(crate) fn account_portal(frontend_api: &str) -> String {
    let host = frontend_api.replacen("clerk.accountsstage.", "accountsstage.", 1);
    match host.find("clerk.") {
        None => host,
        Some(at) => {
            let rest = &host[at + "clerk.".len()..];
            format!("{}accounts.{}", &host[..at], rest.strip_prefix("accounts.").unwrap_or(rest))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(prefix: &str, content: &str) -> String {
        format!("{prefix}{}", BASE64.encode(content))
    }

    #[test]
    fn publishable_key_identifies_its_instance() {
        let key = PublishableKey::parse("pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk")
            .expect("a key");
        assert_eq!(key.frontend_api(), "foo-bar-13.clerk.accounts.dev");
        assert_eq!(key.instance_type(), InstanceType::Development);
        assert_eq!(key.cookie_suffix().len(), 8);
    }

    #[test]
    fn publishable_key_is_derived_from_a_domain_only() {
        for (host, frontend_api) in [
            ("example.com", Some("clerk.example.com")),
            ("App.Example.COM:8443", Some("clerk.app.example.com")),
            ("example.com.", Some("clerk.example.com")),
            ("localhost:3000", None),
            ("127.0.0.1", None),
            ("[::1]:3000", None),
            ("", None),
            ("a.example/x", None),
            ("a.example?", None),
            ("user@a.example", None),
            ("a.example$b", None),
            ("a b.example", None),
        ] {
            let key = PublishableKey::from_host(host);
            assert_eq!(key.as_ref().map(PublishableKey::frontend_api), frontend_api, "{host}");
            assert!(key.is_none_or(|key| key.instance_type() == InstanceType::Production));
        }
    }

    #[test]
    fn publishable_key_padding_is_optional() {
        let padded = key("pk_live_", "clerk.a.example$");
        let bare = padded.trim_end_matches('=');
        assert!(padded.len() > bare.len());
        for text in [&padded, bare] {
            assert_eq!(
                PublishableKey::parse(text).expect("a key").frontend_api(),
                "clerk.a.example"
            );
        }
    }

    #[test]
    fn invalid_publishable_keys_are_rejected() {
        let cases = [
            String::new(),
            "sk_test_abc".into(),
            "pk_test_".into(),
            "pk_test_%%%".into(),
            key("pk_test_", "clerk.example.com"),
            key("pk_test_", "localhost$"),
            key("pk_test_", "clerk.example.com$$"),
            key("pk_prod_", "clerk.example.com$"),
        ];
        for text in cases {
            assert!(PublishableKey::parse(&text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn publishable_key_is_rejected_as_secret_key() {
        assert_eq!(secret_key_instance("sk_live_x"), Ok(InstanceType::Production));
        assert!(secret_key_instance("pk_test_x").is_err());
        assert!(secret_key_instance("").is_err());
    }
}
