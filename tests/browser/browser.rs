//! A simulated browser with cookies, redirects and forms.

use std::{
    cmp::Reverse,
    collections::HashMap,
    fmt,
    time::{Duration, SystemTime},
};

use axum_clerk::Clock;
use cookie::Cookie;
use http::{Method, StatusCode, header};
use url::{Url, form_urlencoded};

/// The number of requests after which a navigation counts as a redirect loop.
const MAX_REQUESTS: usize = 12;

pub(crate) struct Browser {
    http: reqwest::Client,
    clock: Clock,
    /// By host, path and name. Like in real browsers, cookies are shared between ports.
    cookies: HashMap<(String, String, String), StoredCookie>,
    /// The page on which the current navigation started, if any.
    referrer: Option<Url>,
}

struct StoredCookie {
    value: String,
    expires_at: Option<SystemTime>,
}

/// The page on which a navigation ended.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) url: Url,
    pub(crate) body: String,
    /// All requested URLs, ending with the page's own.
    pub(crate) visited: Vec<Url>,
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let visited: Vec<&str> = self.visited.iter().map(Url::as_str).collect();
        writeln!(f, "{} {}\n{}", self.status, visited.join("\n-> "), self.body)
    }
}

impl Page {
    /// The target of the link with the given `id`.
    #[track_caller]
    pub(crate) fn link(&self, id: &str) -> Url {
        let (_, rest) = self.body.split_once(&format!("id=\"{id}\" href=\"")).expect(&self.body);
        let href = rest.split('"').next().expect("an attribute ends").replace("&amp;", "&");
        self.url.join(&href).expect("a URL")
    }

    /// The paths that responded with a redirect, in order.
    pub(crate) fn redirects(&self) -> Vec<&str> {
        self.visited[..self.visited.len() - 1].iter().map(Url::path).collect()
    }
}

impl Browser {
    pub(crate) fn new(clock: &Clock) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
        Self {
            http: http.expect("a client"),
            clock: clock.clone(),
            cookies: HashMap::new(),
            referrer: None,
        }
    }

    /// Opens a URL as if typed into the address bar.
    pub(crate) async fn open(&mut self, url: impl AsRef<str>) -> Page {
        self.referrer = None;
        self.navigate(Method::GET, Url::parse(url.as_ref()).expect("a URL"), None).await
    }

    /// Clicks a link on a page.
    pub(crate) async fn click(&mut self, page: &Page, id: &str) -> Page {
        self.referrer = Some(page.url.clone());
        self.navigate(Method::GET, page.link(id), None).await
    }

    /// Follows a link from one URL to another.
    pub(crate) async fn follow_link(&mut self, from: &str, to: &str) -> Page {
        self.referrer = Some(Url::parse(from).expect("a URL"));
        self.navigate(Method::GET, Url::parse(to).expect("a URL"), None).await
    }

    /// Submits the form of a page, which must post to the URL of the page.
    pub(crate) async fn submit(&mut self, page: &Page, fields: &[(&str, &str)]) -> Page {
        assert!(page.body.contains("<form method=\"post\">"), "{page:?}");
        self.referrer = Some(page.url.clone());
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.navigate(Method::POST, page.url.clone(), Some(body)).await
    }

    async fn navigate(
        &mut self,
        mut method: Method,
        mut url: Url,
        mut form: Option<String>,
    ) -> Page {
        // The cookie that counts redirects must expire between navigations.
        self.clock.advance(Duration::from_secs(3));
        let mut visited = Vec::new();
        loop {
            visited.push(url.clone());
            assert!(visited.len() <= MAX_REQUESTS, "redirect loop: {visited:?}");
            let mut request = self
                .http
                .request(method.clone(), url.clone())
                .header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
                .header("sec-fetch-dest", "document")
                .header(header::COOKIE, self.cookies_for(&url));
            if let Some(referrer) = &self.referrer {
                request = request.header(header::REFERER, referer(referrer, &url));
            }
            if let Some(form) = form.take() {
                request = request
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(form);
            }
            let response = request.send().await.expect("a response");
            for header in response.headers().get_all(header::SET_COOKIE) {
                self.store_cookie(&url, header.to_str().expect("text"));
            }
            let status = response.status();
            let Some(location) = response.headers().get(header::LOCATION) else {
                let body = response.text().await.expect("a body");
                return Page { status, url, body, visited };
            };
            assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store", "{url}");
            url = url.join(location.to_str().expect("text")).expect("a URL");
            method = Method::GET;
        }
    }

    fn store_cookie(&mut self, url: &Url, directive: &str) {
        let cookie = Cookie::parse(directive).expect("a cookie");
        assert!(cookie.domain().is_none() && cookie.secure() != Some(true), "{directive}");
        let lifetime = cookie.max_age().map(|age| Duration::try_from(age).unwrap_or_default());
        let stored = StoredCookie {
            value: cookie.value().to_owned(),
            expires_at: lifetime.map(|lifetime| self.clock.now() + lifetime),
        };
        let path = cookie.path().map_or_else(|| default_path(url), str::to_owned);
        self.cookies.insert((host(url), path, cookie.name().to_owned()), stored);
    }

    /// The `Cookie` header for a URL. Cookies with longer paths come first.
    fn cookies_for(&self, url: &Url) -> String {
        let (host, now) = (host(url), self.clock.now());
        let mut sent: Vec<_> = self
            .cookies
            .iter()
            .filter(|((cookie_host, path, _), stored)| {
                *cookie_host == host
                    && path_matches(url.path(), path)
                    && stored.expires_at.is_none_or(|expires_at| expires_at > now)
            })
            .map(|((_, path, name), stored)| {
                (Reverse(path.len()), format!("{name}={}", stored.value))
            })
            .collect();
        sent.sort();
        sent.into_iter().map(|(_, pair)| pair).collect::<Vec<_>>().join("; ")
    }

    /// The value of a cookie that is sent to a URL.
    pub(crate) fn cookie(&self, url: &str, name: &str) -> Option<String> {
        let cookies = self.cookies_for(&Url::parse(url).expect("a URL"));
        cookies
            .split("; ")
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
    }

    pub(crate) fn delete_cookie(&mut self, name: &str) {
        self.cookies.retain(|(_, _, cookie_name), _| cookie_name != name);
    }
}

/// Whether a request path matches the path of a cookie (RFC 6265, 5.1.4).
fn path_matches(path: &str, cookie_path: &str) -> bool {
    path.strip_prefix(cookie_path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || cookie_path.ends_with('/'))
}

/// The path of a cookie without a `Path` attribute (RFC 6265, 5.1.4).
fn default_path(url: &Url) -> String {
    let path = url.path();
    match path.rfind('/') {
        None | Some(0) => "/".to_owned(),
        Some(end) => path[..end].to_owned(),
    }
}

fn host(url: &Url) -> String {
    url.host_str().expect("a host").to_owned()
}

/// The default referrer policy: the full URL for the same origin, only the origin for others.
fn referer(referrer: &Url, target: &Url) -> String {
    if referrer.origin() == target.origin() {
        referrer.to_string()
    } else {
        format!("{}/", referrer.origin().ascii_serialization())
    }
}
