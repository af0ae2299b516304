//! Path patterns, against the routers whose handlers they guard.

use std::{convert::Infallible, future::ready};

use axum::{
    Router,
    body::Body,
    response::Response,
    routing::{self, MethodRouter},
};
use axum_clerk::{Clerk, ClerkConfig, ClerkLayer, guard::Guard, require_auth};
use http::{Request, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use tower::{Layer, Service, ServiceExt, service_fn};

use super::{MALFORMED, world::World};

/// The maximum number of patterns, and of paths: routers are built for each of them.
const MAX_LINES: usize = 4;

/// The status of the handler that the patterns guard.
const SECRET: StatusCode = StatusCode::IM_A_TEAPOT;

pub(super) fn run(input: &[u8]) -> &'static str {
    let Ok(text) = std::str::from_utf8(input) else { return MALFORMED };
    let (patterns, paths) = text.split_once("\n\n").unwrap_or((text, "/"));
    let patterns: Vec<_> = patterns.split('\n').take(MAX_LINES).collect();
    let paths = paths.split('\n').filter_map(|path| path.parse::<Uri>().ok());
    let paths: Vec<_> = paths.filter(|uri| uri.path().starts_with('/')).take(MAX_LINES).collect();

    let builder = ClerkConfig::builder().secret_key("sk_test_fuzz");
    let builder = builder.api_url("http://127.0.0.1:9").exclude(patterns.iter().copied());
    let Ok(excluding) = builder.build().map(Clerk::new) else { return "invalid" };
    // Whatever `exclude` accepts, guards accept too.
    let (only, except) = (require_auth().only(&patterns), require_auth().except(&patterns));

    let mut outcome = "guarded";
    for path in &paths {
        let is_covered = patterns.iter().any(|pattern| reaches_handler(pattern, path, &only));
        assert!(!is_covered, "{path} reaches a handler behind a guard of {patterns:?}");

        // A path is exempt if every router interprets it as one that matches.
        let passes = |guard: &Guard, clerk: &Clerk| {
            let service = service_fn(async |_| Ok::<_, Infallible>(respond(SECRET)));
            call(guard, clerk, service, path) == SECRET
        };
        let is_exempt = passes(&except, World::get().app(b'b'));
        let is_excluded = passes(&require_auth(), &excluding);
        assert_eq!(is_exempt, is_excluded, "`except` and `exclude` agree about {path}");
        if is_exempt {
            outcome = "exempt";
            for spelling in spellings(path.path()) {
                let is_match = patterns.iter().any(|pattern| spelling.matches(pattern));
                assert!(is_match, "{path} is exempt from {patterns:?}, but may be {spelling:?}");
            }
        }
    }
    outcome
}

/// Returns whether a request without a session reaches the handler of a pattern, in any router.
fn reaches_handler(pattern: &str, path: &Uri, guard: &Guard) -> bool {
    let clerk = World::get().app(b'b');
    let is_secret = |router: Router| call(guard, clerk, router, path) == SECRET;
    let mut probe = matchit::Router::new();
    let mut router = Router::new();
    for route in routes(pattern) {
        // Axum panics if a route is invalid or conflicts with another one.
        if probe.insert(&route, ()).is_ok() {
            router = router.route(&route, secret());
        }
        // The same route in a nested router, whose requests have another path.
        if let Some((prefix, rest)) = split_prefix(&route)
            && matchit::Router::new().insert(rest, ()).is_ok()
            && is_secret(Router::new().nest(prefix, Router::new().route(rest, secret())))
        {
            return true;
        }
    }
    // A file server treats a path with and without a trailing slash alike.
    let pattern = pattern.to_owned();
    let file_server = service_fn(move |request: Request<Body>| {
        let path = request.uri().path();
        let spellings = [path, path.trim_end_matches('/')].map(spellings);
        let found = spellings.iter().flatten().any(|path| path.matches(&pattern));
        let status = if found { SECRET } else { StatusCode::NOT_FOUND };
        ready(Ok::<_, Infallible>(respond(status)))
    });
    is_secret(router) || call(guard, clerk, file_server, path) == SECRET
}

fn secret() -> MethodRouter {
    routing::any(async || SECRET)
}

fn call<S>(guard: &Guard, clerk: &Clerk, service: S, path: &Uri) -> StatusCode
where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let service = ClerkLayer::new(clerk.clone()).layer(guard.layer(service));
    let request = Request::get(path.clone()).body(Body::empty()).expect("a request");
    let Ok(response) = World::get().block_on(service.oneshot(request));
    response.status()
}

fn respond(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Returns the routes, in the syntax of Axum, that a pattern stands for.
fn routes(pattern: &str) -> Vec<String> {
    match pattern.strip_suffix("/*") {
        None => vec![pattern.to_owned()],
        Some("") => vec!["/".to_owned(), "/{*rest}".to_owned()],
        Some(base) => vec![base.to_owned(), format!("{base}/"), format!("{base}/{{*rest}}")],
    }
}

/// Splits the first segment from a route, if a router can be nested there.
fn split_prefix(route: &str) -> Option<(&str, &str)> {
    let (prefix, rest) = route.split_at(route.get(1..)?.find('/')? + 1);
    let is_literal = prefix.len() > 1 && !prefix.contains(['{', '}']);
    (is_literal && rest.len() > 1).then_some((prefix, rest))
}

/// A way in which a server may spell the path of a request.
#[derive(Debug)]
enum Spelling {
    /// As received, like Axum.
    Raw(String),
    /// Decoded, like a file server, which also ignores empty and dot segments.
    Decoded(String),
}

impl Spelling {
    fn matches(&self, pattern: &str) -> bool {
        let decoded = decode(&pattern.replace("%2F", "%252F").replace("%2f", "%252F"));
        let is_match = |pattern: &str, path: &str| {
            routes(pattern).into_iter().any(|route| {
                let mut router = matchit::Router::new();
                router.insert(route, ()).is_ok() && router.at(path).is_ok()
            })
        };
        match self {
            // The pattern may be written either way.
            Self::Raw(path) => is_match(pattern, path) || is_match(&decoded, &decode(path)),
            Self::Decoded(path) => is_match(&decoded, path),
        }
    }
}

fn spellings(path: &str) -> [Spelling; 3] {
    let decoded = decode(path);
    let mut segments = Vec::new();
    for segment in decoded.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(segment),
        }
    }
    let mut resolved = format!("/{}", segments.join("/"));
    if resolved.len() > 1 && decoded.ends_with('/') {
        resolved.push('/');
    }
    [Spelling::Raw(path.to_owned()), Spelling::Decoded(resolved), Spelling::Decoded(decoded)]
}

fn decode(path: &str) -> String {
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}
