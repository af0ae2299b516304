//! Whatever patterns, routers and spellings of paths: what a guard covers is only reached through
//! the guard.
//!
//! A path is covered if a pattern matches its segments. This is checked on the path as the handler
//! saw it, or on that of the file, and without the code under test.

use std::{
    cell::Cell,
    fmt, fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use axum::{Router, body::Body};
use axum_clerk::{Clerk, ClerkLayer, guard::Guard, require_auth};
use http::{Request, Uri};
use percent_encoding::percent_decode_str;
use proptest::{prelude::*, sample::select, test_runner::TestRunner};
use tokio::runtime::Runtime;
use tower::ServiceBuilder;
use tower_http::services::ServeDir;

use super::support::{get, header_only, shared_emulator};

const CASES: u32 = 4_000;

/// Names of segments. Backslashes separate segments on some systems only.
const NAMES: &[&str] = if cfg!(unix) {
    &["admin", "public", "é", "a b", "a\\b"]
} else {
    &["admin", "public", "é", "a b", "a'b"]
};

/// The paths where routers are nested.
const NEST: &str = "/admin";
const CAPTURE: &str = "/public/{any}";

/// A directory tree of all paths with up to three names. Every directory has an index and a file
/// `file`, which contain their own path.
static FILES: LazyLock<PathBuf> = LazyLock::new(|| {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("adversary-tree");
    create_directory(&root, "", 3);
    root
});

fn create_directory(directory: &Path, path: &str, depth: usize) {
    fs::create_dir_all(directory).unwrap();
    for file in ["index.html", "file"] {
        fs::write(directory.join(file), format!("file {path}/{file}")).unwrap();
    }
    for name in NAMES.iter().filter(|_| depth > 0) {
        create_directory(&directory.join(name), &format!("{path}/{name}"), depth - 1);
    }
}

/// A pattern, as its segments and as text.
#[derive(Clone)]
struct Pattern {
    segments: Vec<Segment>,
    end: &'static str,
    text: String,
}

#[derive(Clone, Copy, Debug)]
enum Segment {
    Literal(&'static str),
    Parameter,
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Pattern {
    /// Returns whether the pattern matches the segments of a path. Some routers match parameters
    /// with empty segments.
    fn matches(&self, path: &[String], empty_parameters: bool) -> bool {
        let matches = |(segment, given): (&Segment, &String)| match segment {
            Segment::Literal(literal) => literal == given,
            Segment::Parameter => empty_parameters || !given.is_empty(),
        };
        let rest = path.len().checked_sub(self.segments.len());
        self.segments.iter().zip(path).all(matches)
            && rest.is_some_and(|rest| match self.end {
                "/*" => true,
                "/{*rest}" => rest > 0,
                _ => rest == 0,
            })
    }

    /// Returns whether a guard for `only` this pattern has to guard the path. The index of a
    /// directory is the directory itself, but then `/{file}` need not cover it.
    fn must_cover(&self, path: &[String]) -> bool {
        let directory = path.strip_suffix(&["index.html".to_owned()]);
        let directory = directory.unwrap_or(without_slash(path));
        let index = [directory, &["index.html".to_owned()]].concat();
        let is_index = self.text.ends_with("/index.html");
        self.matches(directory, false) || (is_index && self.matches(&index, false))
    }

    /// Returns whether a guard for all paths `except` this pattern may exempt the path.
    fn may_cover(&self, path: &[String]) -> bool {
        self.matches(without_slash(path), true)
    }
}

fn without_slash(path: &[String]) -> &[String] {
    path.strip_suffix(&[String::new()]).unwrap_or(path)
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let literal = select(&["admin", "public", "é", "a b", "index.html", "file"][..]);
    let segment = prop_oneof![
        3 => literal.prop_map(Segment::Literal),
        1 => Just(Segment::Parameter),
    ];
    let segments = prop::collection::vec((segment, any::<bool>()), 0..4);
    (segments, select(&["", "", "/", "/*", "/*", "/{*rest}"][..])).prop_map(|(segments, end)| {
        let mut text = String::new();
        for (n, (segment, encoded)) in segments.iter().enumerate() {
            text += &match segment {
                Segment::Literal("é") if *encoded => "/%C3%A9".to_owned(),
                Segment::Literal("a b") if *encoded => "/a%20b".to_owned(),
                Segment::Literal(literal) => format!("/{literal}"),
                Segment::Parameter => format!("/{{p{n}}}"),
            };
        }
        // A file has no trailing slash.
        let end = if text.ends_with("/index.html") && end == "/" { "" } else { end };
        text += end;
        if text.is_empty() {
            text.push('/');
        }
        Pattern { segments: segments.into_iter().map(|(segment, _)| segment).collect(), end, text }
    })
}

/// Generates paths: segments of the tree in various encodings, between various separators.
fn path() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        4 => select(NAMES).prop_map(str::to_owned),
        1 => select(&["index.html", "file", "", ".", "..", "x"][..]).prop_map(str::to_owned),
    ];
    let segment = (name, any::<u64>()).prop_map(|(name, encoded)| spell(&name, encoded));
    let separator = prop_oneof![
        6 => Just("/"),
        1 => select(&["//", "/./", "%2F", "/%2e/", "\\", "/x/../"][..]),
    ];
    let pairs = prop::collection::vec((separator.clone(), segment), 0..5);
    (pairs, prop_oneof![Just(""), separator]).prop_map(|(pairs, end)| {
        let path: String =
            pairs.into_iter().map(|(separator, name)| separator.to_owned() + &name).collect();
        let path = path + end;
        if path.starts_with('/') { path } else { format!("/{path}") }
    })
}

/// Percent-encodes the characters whose bits are set, and those that a URI cannot contain.
fn spell(name: &str, encoded: u64) -> String {
    let spell = |(n, character): (usize, char)| {
        // Most characters stay.
        let is_encoded = encoded >> (3 * n) & 7 == 0;
        if !is_encoded && character != ' ' {
            return character.to_string();
        }
        character
            .to_string()
            .bytes()
            .map(|byte| match encoded >> 63 {
                0 => format!("%{byte:02X}"),
                _ => format!("%{byte:02x}"),
            })
            .collect()
    };
    name.chars().enumerate().map(spell).collect()
}

/// What serves the requests that pass the guard.
#[derive(Clone, Copy, Debug)]
enum Target {
    /// A handler that responds with the path it sees.
    Handler,
    Files,
}

/// The way to the guard and the target.
#[derive(Clone, Copy, Debug)]
enum Route {
    Direct,
    /// In a nested router, behind a guard inside or outside of it.
    Nested {
        nest: &'static str,
        guarded_inside: bool,
    },
    /// Behind middleware that rewrites the URI, in an outer router.
    Rewritten(Rewrite),
    /// In a nested router, behind middleware that rewrites the URI.
    RewrittenInNest(Rewrite),
    /// In a nested router, whose outer router is behind middleware that rewrites the URI.
    NestedInRewritten(Rewrite),
}

#[derive(Clone, Copy, Debug)]
enum Rewrite {
    StripFirstSegment,
    Prepend(&'static str),
    Replace(&'static str),
    CollapseSlashes,
    Decode,
}

impl Rewrite {
    fn apply(self, mut request: Request<Body>) -> Request<Body> {
        let path = request.uri().path();
        let rewritten = match self {
            Self::StripFirstSegment => {
                path[1..].find('/').map_or("/", |at| &path[at + 1..]).to_owned()
            }
            Self::Prepend(prefix) => format!("{prefix}{path}"),
            Self::Replace(path) => path.to_owned(),
            Self::CollapseSlashes => path
                .split('/')
                .filter(|part| !part.is_empty())
                .map(|part| format!("/{part}"))
                .collect(),
            Self::Decode => percent_decode_str(path).decode_utf8_lossy().into_owned(),
        };
        if let Ok(uri) = rewritten.parse::<Uri>() {
            *request.uri_mut() = uri;
        }
        request
    }
}

fn route() -> impl Strategy<Value = Route> {
    let rewrite = || {
        prop_oneof![
            Just(Rewrite::StripFirstSegment),
            select(&["/admin", "/public", "/x"][..]).prop_map(Rewrite::Prepend),
            select(&["/admin/file", "/public/admin/", "/admin"][..]).prop_map(Rewrite::Replace),
            Just(Rewrite::CollapseSlashes),
            Just(Rewrite::Decode),
        ]
    };
    prop_oneof![
        2 => Just(Route::Direct),
        1 => (select(&[NEST, CAPTURE][..]), any::<bool>())
            .prop_map(|(nest, guarded_inside)| Route::Nested { nest, guarded_inside }),
        1 => rewrite().prop_map(Route::Rewritten),
        1 => rewrite().prop_map(Route::RewrittenInNest),
        1 => rewrite().prop_map(Route::NestedInRewritten),
    ]
}

fn app(route: Route, target: Target, guard: Guard, clerk: &Clerk) -> Router {
    let target = match target {
        Target::Handler => Router::new().fallback(async |uri: Uri| format!("path {}", uri.path())),
        Target::Files => Router::new().fallback_service(ServeDir::new(&*FILES)),
    };
    let rewritten = |rewrite: Rewrite, inner: Router| {
        ServiceBuilder::new().map_request(move |request| rewrite.apply(request)).service(inner)
    };
    let app = match route {
        Route::Direct => target.layer(guard),
        Route::Nested { nest, guarded_inside: true } => {
            Router::new().nest(nest, target.layer(guard))
        }
        Route::Nested { nest, guarded_inside: false } => {
            Router::new().nest(nest, target).layer(guard)
        }
        Route::Rewritten(rewrite) => {
            Router::new().fallback_service(rewritten(rewrite, target.layer(guard)))
        }
        Route::RewrittenInNest(rewrite) => {
            Router::new().nest_service(NEST, rewritten(rewrite, target.layer(guard)))
        }
        Route::NestedInRewritten(rewrite) => {
            let nested = Router::new().nest(NEST, target.layer(guard));
            Router::new().fallback_service(rewritten(rewrite, nested))
        }
    };
    app.layer(ClerkLayer::new(clerk.clone()))
}

/// The paths of a request that reached its target, as decoded segments.
struct Reached {
    /// As sent.
    original: Vec<String>,
    /// As the guard's service sees it: without the path where its router is nested.
    current: Vec<String>,
    /// As the target interpreted it, with the path where its router is nested.
    target: Vec<String>,
    is_file: bool,
}

impl Reached {
    /// Reads a target's response. Returns `None` if the response is not that of the target.
    fn new(route: Route, sent: &str, body: &str) -> Option<Self> {
        let split = |path: &str| -> Vec<String> {
            path.strip_prefix('/').unwrap_or(path).split('/').map(str::to_owned).collect()
        };
        let decode = |text: String| percent_decode_str(&text).decode_utf8_lossy().into_owned();
        let decoded = |path| split(path).into_iter().map(decode).collect::<Vec<_>>();
        let original = decoded(sent);
        let (is_file, seen) = match body.split_once(' ')? {
            ("path", path) => (false, decoded(path)),
            ("file", path) => (true, split(path)),
            _ => return None,
        };
        let below = |nest: &str| match nest {
            CAPTURE => [&original[..2], &seen].concat(),
            nest => [split(nest), seen.clone()].concat(),
        };
        let (current, target) = match route {
            Route::Direct | Route::Rewritten(_) => (seen.clone(), seen),
            Route::Nested { nest, guarded_inside: false } => (below(nest), below(nest)),
            Route::Nested { nest, .. } => (seen.clone(), below(nest)),
            Route::RewrittenInNest(_) | Route::NestedInRewritten(_) => (seen.clone(), below(NEST)),
        };
        Some(Self { original, current, target, is_file })
    }

    fn must_be_guarded(&self, pattern: &Pattern) -> bool {
        [&self.original, &self.current, &self.target]
            .into_iter()
            .any(|path| pattern.must_cover(path))
    }

    fn may_be_exempt(&self, patterns: &[Pattern]) -> bool {
        let may_cover = |path: &[String]| patterns.iter().any(|pattern| pattern.may_cover(path));
        let directory = self.target.strip_suffix(&["index.html".to_owned()]);
        let is_exempt_index = self.is_file && directory.is_some_and(may_cover);
        may_cover(&self.original) && (may_cover(&self.target) || is_exempt_index)
    }
}

/// Sends requests without credentials to apps behind random guards. Fails if one reaches its target
/// without permission.
fn check(guard: fn(&[Pattern]) -> Guard, may_reach: fn(&[Pattern], &Reached) -> bool) {
    let runtime = Runtime::new().unwrap();
    let clerk = runtime.block_on(shared_emulator());
    let clerk = Clerk::new(header_only(clerk).build().unwrap());
    let (reached, rejected) = (Cell::new(0), Cell::new(0));
    let count = |counter: &Cell<u32>| counter.set(counter.get() + 1);
    let patterns = prop::collection::vec(pattern(), 1..4);
    let target = select(&[Target::Handler, Target::Files][..]);
    let config =
        ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
    let property = |(patterns, path, route, target): (Vec<Pattern>, String, Route, Target)| {
        let Ok(uri) = path.parse::<Uri>() else { return Ok(()) };
        let app = app(route, target, guard(&patterns), &clerk);
        let response = runtime.block_on(get(&path).send(&app));
        if response.status == 401 {
            count(&rejected);
        } else if let Some(paths) = Reached::new(route, uri.path(), &response.body) {
            count(&reached);
            prop_assert!(may_reach(&patterns, &paths), "{}", response.body);
        }
        Ok(())
    };
    TestRunner::new(config).run(&(patterns, path(), route(), target), property).unwrap();
    let (reached, rejected) = (reached.get(), rejected.get());
    assert!(reached.min(rejected) > CASES / 20, "{reached} reached, {rejected} rejected");
}

fn texts(patterns: &[Pattern]) -> impl Iterator<Item = &str> {
    patterns.iter().map(|pattern| &*pattern.text)
}

#[test]
fn only_guards_everything_that_its_patterns_cover() {
    check(
        |patterns| require_auth().only(texts(patterns)),
        |patterns, reached| !patterns.iter().any(|pattern| reached.must_be_guarded(pattern)),
    );
}

#[test]
fn except_exempts_nothing_that_its_patterns_do_not_cover() {
    check(
        |patterns| require_auth().except(texts(patterns)),
        |patterns, reached| reached.may_be_exempt(patterns),
    );
}

#[test]
fn guards_agree_on_plain_paths() {
    let runtime = Runtime::new().unwrap();
    let clerk = runtime.block_on(shared_emulator());
    let clerk = Clerk::new(header_only(clerk).build().unwrap());
    let names = prop::collection::vec(select(&["admin", "public", "file", "x"][..]), 0..4);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let property = |(patterns, names): (Vec<Pattern>, Vec<&str>)| {
        let path = format!("/{}", names.join("/"));
        let is_rejected = |guard| {
            let app = app(Route::Direct, Target::Handler, guard, &clerk);
            runtime.block_on(get(&path).send(&app)).status == 401
        };
        let segments: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let must_cover = patterns.iter().any(|pattern| pattern.must_cover(&segments));
        let only = is_rejected(require_auth().only(texts(&patterns)));
        prop_assert_eq!(only, must_cover, "{}", path);
        // Such patterns also cover paths that differ from them.
        let is_special = |text: &str| text.ends_with('/') || text.ends_with("/index.html");
        let except = is_rejected(require_auth().except(texts(&patterns)));
        prop_assert!(except != must_cover || texts(&patterns).any(is_special), "{}", path);
        Ok(())
    };
    let patterns = prop::collection::vec(pattern(), 1..4);
    TestRunner::new(config).run(&(patterns, names), property).unwrap();
}
