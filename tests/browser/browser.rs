//! A browser as far as cookies, redirects and forms go.

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

/// Where a browser would say that the page redirects in circles.
const MAX_REDIRECTS: usize = 12;

pub(crate) struct Browser {
    http: reqwest::Client,
    clock: Clock,
    /// By host, path and name, whatever the port: that is how browsers keep them.
    cookies: HashMap<(String, String, String), Kept>,
    page: Option<Url>,
}

struct Kept {
    value: String,
    until: Option<SystemTime>,
}

/// What a navigation ended at.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) url: Url,
    pub(crate) body: String,
    /// Every URL on the way, the page's own last.
    pub(crate) trail: Vec<Url>,
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let trail: Vec<&str> = self.trail.iter().map(Url::as_str).collect();
        writeln!(f, "{} {}\n{}", self.status, trail.join("\n-> "), self.body)
    }
}

impl Page {
    /// The target of the link with an `id`.
    #[track_caller]
    pub(crate) fn link(&self, id: &str) -> Url {
        let (_, rest) = self.body.split_once(&format!("id=\"{id}\" href=\"")).expect(&self.body);
        let href = rest.split('"').next().expect("an attribute ends").replace("&amp;", "&");
        self.url.join(&href).expect("a URL")
    }

    /// The paths that the navigation went through, without the last.
    pub(crate) fn way(&self) -> Vec<&str> {
        self.trail[..self.trail.len() - 1].iter().map(Url::path).collect()
    }
}

impl Browser {
    pub(crate) fn new(clock: &Clock) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
        Self {
            http: http.expect("a client"),
            clock: clock.clone(),
            cookies: HashMap::new(),
            page: None,
        }
    }

    /// Types a URL into the address bar.
    pub(crate) async fn open(&mut self, url: impl AsRef<str>) -> Page {
        self.page = None;
        self.navigate(Method::GET, Url::parse(url.as_ref()).expect("a URL"), None).await
    }

    /// Clicks a link of the page.
    pub(crate) async fn click(&mut self, page: &Page, id: &str) -> Page {
        self.page = Some(page.url.clone());
        self.navigate(Method::GET, page.link(id), None).await
    }

    /// Clicks a link to a URL on a page elsewhere.
    pub(crate) async fn follow_from(&mut self, page: &str, url: &str) -> Page {
        self.page = Some(Url::parse(page).expect("a URL"));
        self.navigate(Method::GET, Url::parse(url).expect("a URL"), None).await
    }

    /// Submits a form that leads to the URL of its own page.
    pub(crate) async fn submit(&mut self, page: &Page, fields: &[(&str, &str)]) -> Page {
        assert!(page.body.contains("<form method=\"post\">"), "{page:?}");
        self.page = Some(page.url.clone());
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.navigate(Method::POST, page.url.clone(), Some(body)).await
    }

    async fn navigate(
        &mut self,
        mut method: Method,
        mut url: Url,
        mut form: Option<String>,
    ) -> Page {
        // People take their time, so that one navigation's count of redirects is not the next one's.
        self.clock.advance(Duration::from_secs(3));
        let mut trail = Vec::new();
        loop {
            trail.push(url.clone());
            assert!(trail.len() <= MAX_REDIRECTS, "redirected in circles: {trail:?}");
            let mut request = self
                .http
                .request(method.clone(), url.clone())
                .header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
                .header("sec-fetch-dest", "document")
                .header(header::COOKIE, self.cookies_for(&url));
            if let Some(page) = &self.page {
                request = request.header(header::REFERER, referer(page, &url));
            }
            if let Some(form) = form.take() {
                request = request
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(form);
            }
            let response = request.send().await.expect("an answer");
            for header in response.headers().get_all(header::SET_COOKIE) {
                self.keep(&url, header.to_str().expect("text"));
            }
            let status = response.status();
            let Some(location) = response.headers().get(header::LOCATION) else {
                let body = response.text().await.expect("a body");
                return Page { status, url, body, trail };
            };
            assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store", "{url}");
            url = url.join(location.to_str().expect("text")).expect("a URL");
            method = Method::GET;
        }
    }

    fn keep(&mut self, url: &Url, directive: &str) {
        let cookie = Cookie::parse(directive).expect("a cookie");
        assert!(cookie.domain().is_none() && cookie.secure() != Some(true), "{directive}");
        let lifetime = cookie.max_age().map(|age| Duration::try_from(age).unwrap_or_default());
        let kept = Kept {
            value: cookie.value().to_owned(),
            until: lifetime.map(|lifetime| self.clock.now() + lifetime),
        };
        let path = cookie.path().map_or_else(|| default_path(url), str::to_owned);
        self.cookies.insert((host(url), path, cookie.name().to_owned()), kept);
    }

    /// What the `Cookie` header has: the cookies of longer paths first.
    fn cookies_for(&self, url: &Url) -> String {
        let (host, now) = (host(url), self.clock.now());
        let mut sent: Vec<_> = self
            .cookies
            .iter()
            .filter(|((of, path, _), kept)| {
                *of == host
                    && is_below(url.path(), path)
                    && kept.until.is_none_or(|until| until > now)
            })
            .map(|((_, path, name), kept)| (Reverse(path.len()), format!("{name}={}", kept.value)))
            .collect();
        sent.sort();
        sent.into_iter().map(|(_, pair)| pair).collect::<Vec<_>>().join("; ")
    }

    /// The value of a cookie that a URL would be sent.
    pub(crate) fn cookie(&self, url: &str, name: &str) -> Option<String> {
        let cookies = self.cookies_for(&Url::parse(url).expect("a URL"));
        cookies
            .split("; ")
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
    }

    pub(crate) fn forget_cookie(&mut self, name: &str) {
        self.cookies.retain(|(_, _, of), _| of != name);
    }
}

fn is_below(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || directory.ends_with('/'))
}

/// The directory of the URL's path (RFC 6265, 5.1.4).
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

/// The policy of browsers: all of the URL to its own origin, the origin to others.
fn referer(page: &Url, to: &Url) -> String {
    match page.origin() == to.origin() {
        true => page.to_string(),
        false => format!("{}/", page.origin().ascii_serialization()),
    }
}
