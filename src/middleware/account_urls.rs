//! The URLs of the pages to sign in, sign up and sign out: the configured ones, or those of the
//! instance's account portal.

use url::Url;

use crate::{
    authenticate::set_query_parameter,
    config::{ClerkConfig, InstanceType, account_portal},
};

/// The configuration and the request that the URLs depend on.
#[derive(Debug)]
pub(super) struct AccountUrls<'a> {
    pub(super) config: &'a ClerkConfig,
    /// The URL of the request, to which users are redirected back.
    pub(super) request_url: Option<Url>,
    pub(super) dev_browser_token: Option<String>,
    /// Whether the session has pending tasks, with which signing in continues.
    pub(super) is_pending: bool,
}

impl AccountUrls<'_> {
    pub(super) fn sign_in(&self) -> Option<Url> {
        let target = match self.config.sign_in_url() {
            Some(url) => url.to_owned(),
            None => format!("{}/sign-in", self.account_portal()?),
        };
        self.build(&self.with_tasks(target))
    }

    pub(super) fn sign_up(&self) -> Option<Url> {
        let target = match (self.config.sign_up_url(), self.config.sign_in_url()) {
            (Some(url), _) => url.to_owned(),
            (None, Some(sign_in_url)) => {
                let mut url = self.resolve(sign_in_url)?;
                url.set_path(&format!("{}/create", url.path()));
                url.into()
            }
            (None, None) => format!("{}/sign-up", self.account_portal()?),
        };
        self.build(&self.with_tasks(target))
    }

    pub(super) fn sign_out(&self) -> Option<Url> {
        self.build(self.config.sign_out_url()?)
    }

    fn with_tasks(&self, target: String) -> String {
        if self.is_pending { format!("{target}/tasks") } else { target }
    }

    fn account_portal(&self) -> Option<String> {
        Some(format!("https://{}", account_portal(self.config.publishable_key()?.frontend_api())))
    }

    fn resolve(&self, target: &str) -> Option<Url> {
        match &self.request_url {
            Some(base) => base.join(target).ok(),
            None => Url::parse(target).ok(),
        }
    }

    fn build(&self, target: &str) -> Option<Url> {
        let mut url = self.resolve(target)?;
        let Some(request_url) = &self.request_url else { return Some(url) };
        let is_cross_origin =
            (url.host_str(), url.port()) != (request_url.host_str(), request_url.port());

        let mut back = request_url.clone();
        if is_cross_origin && self.config.is_satellite() {
            set_query_parameter(&mut back, "__clerk_synced", "false");
        }
        set_query_parameter(&mut url, "redirect_url", back.as_str());
        let in_development = self.config.instance_type() == Some(InstanceType::Development);
        if let (true, Some(token)) = (is_cross_origin && in_development, &self.dev_browser_token) {
            set_query_parameter(&mut url, "__clerk_db_jwt", token);
        }
        Some(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ClerkConfigBuilder;

    const DEVELOPMENT: &str = "pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk";
    const PRODUCTION: &str = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";

    fn urls(
        key: &str,
        with: impl FnOnce(ClerkConfigBuilder) -> ClerkConfigBuilder,
        test: impl FnOnce(&mut AccountUrls<'_>),
    ) {
        let secret = if key == DEVELOPMENT { "sk_test_a" } else { "sk_live_a" };
        let builder = ClerkConfig::builder().secret_key(secret).publishable_key(key);
        let config = with(builder).build().expect("a configuration");
        test(&mut AccountUrls {
            config: &config,
            request_url: Url::parse("https://app.example.com/a?b=c").ok(),
            dev_browser_token: Some("dvb_1".into()),
            is_pending: false,
        });
    }

    fn text(url: Option<Url>) -> String {
        url.map_or_else(String::new, Into::into)
    }

    #[test]
    fn account_portal_is_the_default() {
        urls(
            PRODUCTION,
            |b| b,
            |urls| {
                let back = "redirect_url=https%3A%2F%2Fapp.example.com%2Fa%3Fb%3Dc";
                assert_eq!(
                    text(urls.sign_in()),
                    format!("https://accounts.example.com/sign-in?{back}")
                );
                assert_eq!(
                    text(urls.sign_up()),
                    format!("https://accounts.example.com/sign-up?{back}")
                );
                assert_eq!(urls.sign_out(), None);
            },
        );
    }

    #[test]
    fn dev_browser_token_is_passed_across_origins() {
        urls(
            DEVELOPMENT,
            |b| b,
            |urls| {
                let url = text(urls.sign_in());
                assert!(url.starts_with("https://foo-bar-13.accounts.dev/sign-in?"), "{url}");
                assert!(url.ends_with("&__clerk_db_jwt=dvb_1"), "{url}");
            },
        );
        urls(
            DEVELOPMENT,
            |b| b.sign_in_url("/sign-in"),
            |urls| {
                let url = text(urls.sign_in());
                assert!(url.starts_with("https://app.example.com/sign-in?redirect_url="), "{url}");
                assert!(!url.contains("dvb_1"), "{url}");
            },
        );
    }

    #[test]
    fn sign_up_page_defaults_to_path_below_sign_in_page() {
        urls(
            PRODUCTION,
            |b| b.sign_in_url("/login"),
            |urls| {
                assert!(text(urls.sign_up()).starts_with("https://app.example.com/login/create?"));
            },
        );
        urls(
            PRODUCTION,
            |b| b.sign_in_url("/login").sign_up_url("/join").sign_out_url("/leave"),
            |urls| {
                assert!(text(urls.sign_up()).starts_with("https://app.example.com/join?"));
                assert!(text(urls.sign_out()).starts_with("https://app.example.com/leave?"));
            },
        );
    }

    #[test]
    fn pending_session_continues_with_its_tasks() {
        urls(
            PRODUCTION,
            |b| b,
            |urls| {
                urls.is_pending = true;
                assert!(
                    text(urls.sign_in()).starts_with("https://accounts.example.com/sign-in/tasks?")
                );
            },
        );
    }

    #[test]
    fn satellite_syncs_when_the_user_returns() {
        let satellite = |b: ClerkConfigBuilder| {
            b.satellite(true).domain("app.example.com").sign_in_url("https://example.com/sign-in")
        };
        urls(PRODUCTION, satellite, |urls| {
            assert!(
                text(urls.sign_in()).ends_with("%3Fb%3Dc%26__clerk_synced%3Dfalse"),
                "{}",
                text(urls.sign_in())
            );
        });
    }

    #[test]
    fn missing_host_omits_the_redirect_back() {
        urls(
            PRODUCTION,
            |b| b.sign_up_url("/join"),
            |urls| {
                urls.request_url = None;
                assert_eq!(text(urls.sign_in()), "https://accounts.example.com/sign-in");
                assert_eq!(urls.sign_up(), None);
            },
        );
    }
}
