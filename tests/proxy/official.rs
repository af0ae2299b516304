//! The same requests and responses through this proxy and through that of `@clerk/backend`.
//!
//! `accepted.json` lists the differences that are intended: a text that the description of a
//! difference contains, and the reason.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
    process::Stdio,
};

use axum::Router;
use serde::Deserialize;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::{
    message::Message,
    support::{App, config, proxy, request, send},
    upstream::Upstream,
};

/// Headers of responses that the two servers add for their connections.
const OF_THE_CONNECTION: [&str; 4] = ["connection", "date", "keep-alive", "transfer-encoding"];

#[derive(Deserialize)]
struct Accepted {
    differs: String,
    reason: String,
}

/// A request of a browser, and the response of the Frontend API.
struct Case {
    request: String,
    response: String,
}

impl Case {
    fn new(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Self {
        let mut all = vec![("Host", "app.example"), ("X-Real-IP", "203.0.113.9")];
        // An explicit header replaces the one that every request has.
        all.retain(|(name, _)| !headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)));
        all.extend(headers.iter().filter(|(_, value)| !value.is_empty()));
        let response = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok";
        Self { request: request(method, target, &all, body), response: response.into() }
    }

    fn get(target: &str) -> Self {
        Self::new("GET", target, &[], "")
    }

    fn with_headers(headers: &[(&str, &str)]) -> Self {
        Self::new("GET", "/__clerk/v1/client", headers, "")
    }

    fn with_response(status: &str, headers: &[(&str, &str)], body: &str) -> Self {
        let mut response = format!("HTTP/1.1 {status}\r\n");
        for (name, value) in headers {
            response += &format!("{name}: {value}\r\n");
        }
        if !headers.iter().any(|(name, _)| *name == "Transfer-Encoding")
            && !status.starts_with("204")
            && !status.starts_with("304")
        {
            response += &format!("Content-Length: {}\r\n", body.len());
        }
        Self { response: format!("{response}\r\n{body}"), ..Self::get("/__clerk/v1/client?a=b") }
    }
}

fn cases(upstream: &Upstream) -> Vec<Case> {
    let mut cases = Vec::new();
    for target in [
        "/__clerk",
        "/__clerk/",
        "/__clerk?a=b",
        "/__clerk/v1/client",
        "/__clerk/v1/client/",
        "/__clerk/v1/client?_method=PATCH&_clerk_js_version=5",
        "/__clerk/v1/client?",
        "/__clerk/v1/client?a=%20&b=+&c=%C3%A9",
        "/__clerk/v1/client?a='b'",
        "/__clerk/v1/client?a=b?c&/../d",
        "/__clerk/v1/client?a[]=b&a[]=c",
        "/__clerk/v1/client?a|b^c`d{e}",
        "/__clerk/v1/a%20b",
        "/__clerk/v1/%C3%A9",
        "/__clerk/v1/caf%e9",
        "/__clerk/v1/a%2Fb",
        "/__clerk/v1/a;b=c,d:e@f!g$h&i'j(k)*+=~_-.",
        "/__clerk/v1/a|b",
        "/__clerk/v1/a^b",
        "/__clerk/v1/{a}",
        "/__clerk/v1//client",
        "/__clerk//v1/client",
        "/__clerk///",
        "/__clerk//evil.example/v1",
        "/__clerk/@evil.example/v1",
        "/__clerk/https://evil.example/v1",
        "/__clerk/%2F%2Fevil.example/v1",
        "/__clerk/%5C%5Cevil.example/v1",
        "/__clerk/\\evil.example/v1",
        "/__clerk/v1\\client",
        "/__clerk/..%2f..%2fv1",
        "/__clerk/.well-known/jwks.json",
        "/__clerk/...",
        "/__clerk/../v1/client",
        "/__clerk/v1/../client",
        "/__clerk/v1/./client",
        "/__clerk/v1/client/.",
        "/__clerk/v1/client/..",
        "/__clerk/%2e%2e/v1",
        "/__clerk/v1/%2E/client",
        "/__clerk/npm/@clerk/clerk-js@5/dist/clerk.browser.js",
        "/__clerk@evil.example/v1",
        "/__clerk.evil.example/v1",
        "/__clerk2/v1",
        "/__CLERK/v1",
        "/v1/client",
        "/",
    ] {
        cases.push(Case::get(target));
    }
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"] {
        let form = [("Content-Type", "application/x-www-form-urlencoded")];
        cases.push(Case::new(method, "/__clerk/v1/client", &form, "a=b&c=d"));
        cases.push(Case::new(method, "/__clerk/v1/client", &[], ""));
    }
    let chunked = [("Transfer-Encoding", "chunked")];
    let empty = [("Content-Length", "0")];
    for (method, headers, body) in [
        ("POST", &chunked[..], "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"),
        ("POST", &chunked, "2\r\nab\r\n0\r\nX-Trailer: a\r\n\r\n"),
        ("POST", &chunked, "0\r\n\r\n"),
        ("POST", &empty, ""),
        ("GET", &empty, ""),
        ("GET", &[], "a=b"),
        ("POST", &[("Expect", "100-continue")], "a=b"),
        ("HEAD", &[], ""),
        ("TRACE", &[], ""),
    ] {
        cases.push(Case::new(method, "/__clerk/v1/client", headers, body));
    }
    for headers in [
        &[("Accept", "application/json"), ("Accept-Language", "de, en;q=0.5")][..],
        &[("Accept-Encoding", "gzip, deflate, br")],
        &[("User-Agent", "Mozilla/5.0")],
        &[("Authorization", "Bearer abc")],
        &[("Cookie", "__client=a; __session=b")],
        &[("Cookie", "a=1"), ("Cookie", "b=2")],
        &[("Origin", "https://app.example"), ("Referer", "https://app.example/a?b")],
        &[
            ("Sec-Fetch-Site", "same-origin"),
            ("Sec-Fetch-Mode", "cors"),
            ("Sec-Fetch-Dest", "empty"),
        ],
        &[("If-None-Match", "\"abc\""), ("If-Modified-Since", "Tue, 12 May 2026 10:20:30 GMT")],
        &[("Range", "bytes=0-10")],
        &[("X-Custom", "a"), ("X-Custom", "b")],
        &[("X-Custom", "a, b;c=\"d\"")],
        &[("X-Requested-With", "XMLHttpRequest"), ("X-Mobile", "1")],
        &[("Clerk-Proxy-Url", "https://evil.example"), ("Clerk-Secret-Key", "sk_test_evil")],
        &[("Clerk-API-Version", "2025-11-10")],
        &[("Connection", "close, X-Secret"), ("X-Secret", "a"), ("X-Kept", "b")],
        &[("Connection", "close,X-One , x-two"), ("X-One", "a"), ("X-Two", "b")],
        &[("Connection", "close, Clerk-Secret-Key, X-Forwarded-For")],
        &[("Connection", "close, Upgrade"), ("Upgrade", "h2c")],
        &[("Keep-Alive", "timeout=5"), ("TE", "trailers"), ("Proxy-Authorization", "Basic a")],
        &[("Proxy-Connection", "keep-alive")],
        &[
            ("Via", "1.1 a"),
            ("Max-Forwards", "3"),
            ("Cache-Control", "no-cache"),
            ("Pragma", "no-cache"),
        ],
        &[("Host", "app.example:8080")],
        &[("Host", "APP.example")],
        &[("Host", "localhost:3000")],
        &[("Host", "[::1]:3000")],
        &[("X-Forwarded-Proto", "https")],
        &[("X-Forwarded-Host", "public.example")],
        &[("X-Forwarded-Host", "public.example"), ("X-Forwarded-Proto", "https")],
        &[("X-Forwarded-Host", "public.example:8443"), ("X-Forwarded-Proto", "https")],
        &[("X-Forwarded-Host", "public.example, inner"), ("X-Forwarded-Proto", "https, http")],
        &[("X-Forwarded-Host", "public.example/evil"), ("X-Forwarded-Proto", "https")],
        &[("X-Forwarded-Host", "public.example"), ("X-Forwarded-Proto", "javascript")],
        &[("X-Real-IP", "203.0.113.10")],
        &[("X-Real-IP", "2001:db8::1")],
        &[("X-Real-IP", "nonsense")],
        &[("X-Real-IP", "")],
        &[("CF-Connecting-IP", "192.0.2.1")],
        &[("X-Forwarded-For", "192.0.2.1, 198.51.100.7")],
        &[("X-Real-IP", ""), ("X-Forwarded-For", "192.0.2.1, 198.51.100.7")],
        &[("Forwarded", "for=192.0.2.1"), ("True-Client-IP", "192.0.2.1")],
    ] {
        cases.push(Case::with_headers(headers));
    }
    for (status, headers, body) in [
        ("200 OK", &[("Content-Type", "application/json")][..], "{\"a\":1}"),
        ("200 OK", &[], ""),
        ("200 Fine", &[], "a"),
        (
            "201 Created",
            &[("ETag", "\"a\""), ("Last-Modified", "Tue, 12 May 2026 10:20:30 GMT")],
            "a",
        ),
        ("204 No Content", &[], ""),
        ("304 Not Modified", &[("ETag", "\"a\"")], ""),
        ("400 Bad Request", &[("Content-Type", "application/json")], "{\"errors\":[]}"),
        ("401 Unauthorized", &[("WWW-Authenticate", "Bearer")], "a"),
        ("404 Not Found", &[], "a"),
        ("422 Unprocessable Content", &[], "a"),
        ("429 Too Many Requests", &[("Retry-After", "5")], "a"),
        ("500 Internal Server Error", &[], "a"),
        ("503 Service Unavailable", &[("Retry-After", "5")], ""),
        ("200 OK", &[("Set-Cookie", "a=1; Path=/")], ""),
        (
            "200 OK",
            &[
                ("Set-Cookie", "a=1; Expires=Wed, 12 May 2027 10:20:30 GMT; HttpOnly"),
                ("Set-Cookie", "b=2; Path=/; Secure; SameSite=Lax"),
                ("Set-Cookie", "c=; Max-Age=0"),
            ],
            "a",
        ),
        ("200 OK", &[("Vary", "Origin"), ("Vary", "Accept")], ""),
        ("200 OK", &[("Access-Control-Allow-Origin", "*"), ("Cache-Control", "no-store")], ""),
        ("200 OK", &[("Connection", "X-Internal"), ("X-Internal", "a"), ("X-Kept", "b")], "a"),
        ("200 OK", &[("Keep-Alive", "timeout=5"), ("Proxy-Authenticate", "Basic")], "a"),
        ("200 OK", &[("Transfer-Encoding", "chunked")], "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"),
        ("200 OK", &[("Transfer-Encoding", "chunked")], "2\r\nab\r\n0\r\nX-Trailer: a\r\n\r\n"),
        ("200 OK", &[("Content-Encoding", "identity")], "abc"),
        ("200 OK", &[("Content-Encoding", "unknown")], "abc"),
        (
            "200 OK",
            &[("Server", "a"), ("Date", "Tue, 12 May 2026 10:20:30 GMT"), ("CF-Ray", "b")],
            "a",
        ),
    ] {
        cases.push(Case::with_response(status, headers, body));
    }
    let own = upstream.url.as_str();
    for location in [
        "/v1/a?b=c#d",
        "/",
        "a/b",
        "../a",
        "?a=b",
        "#a",
        "//evil.example/a",
        "https://app.example/a?__clerk_handshake=b",
        "https://accounts.google.com/o/oauth2?redirect_uri=https%3A%2F%2Fa.example",
        "http://127.0.0.1/v1",
        "http://localhost/v1",
        "mailto:a@b.example",
        "https://",
        "",
    ] {
        cases.push(Case::with_response("302 Found", &[("Location", location)], ""));
    }
    for rest in ["", "/", "/v1/a?b=c#d", "//evil.example", "/a%2Fb?c=%20", "?a=b"] {
        let location = format!("{own}{rest}");
        cases.push(Case::with_response("307 Temporary Redirect", &[("Location", &location)], ""));
    }
    cases.push(Case::with_response("201 Created", &[("Location", "/v1/a")], "a"));
    cases.push(Case { response: "nonsense\r\n\r\n".into(), ..Case::get("/__clerk/v1") });
    cases
}

#[tokio::test]
async fn proxy_matches_the_official_one() {
    let upstream = Upstream::start().await;
    let (_running, official) = match start_official(&upstream).await {
        Ok(started) => started,
        Err(missing) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{missing}");
            eprintln!("skipped: {missing}");
            return;
        }
    };
    let proxy = proxy(config(&upstream).client_ip_header("x-real-ip"));
    let ours = App::serve(Router::new().fallback_service(proxy)).await.host;
    let accepted: Vec<Accepted> = serde_json::from_str(include_str!("accepted.json")).unwrap();
    let mut unused: Vec<_> = accepted.iter().map(|accepted| accepted.differs.as_str()).collect();
    assert!(accepted.iter().all(|accepted| !accepted.reason.is_empty()));

    let cases = cases(&upstream);
    let mut unexpected = Vec::new();
    for case in &cases {
        upstream.respond(&case.response);
        let response = send(&official, &case.request).await;
        let expected = observe(&upstream, &response);
        let response = send(&ours, &case.request).await;
        let found = observe(&upstream, &response);
        for difference in differences(&expected, &found) {
            let line = case.request.split(" HTTP/1.1").next().unwrap();
            let difference = format!("{line}: {difference}");
            match accepted.iter().find(|accepted| difference.contains(&accepted.differs)) {
                Some(accepted) => unused.retain(|text| *text != accepted.differs),
                None => unexpected
                    .push(format!("{difference}\n  {:?}\n  {:?}", case.request, case.response)),
            }
        }
    }
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    assert_eq!(unused, [""; 0], "accepted differences that no longer exist");
    println!("{} requests compared", cases.len());
}

/// What happened to a request.
struct Observed {
    /// The request line that arrived at the Frontend API, if any, and the status or the error code.
    outcome: String,
    /// Everything else, by a description.
    details: BTreeMap<String, String>,
}

fn observe(upstream: &Upstream, response: &Message) -> Observed {
    let mut details = BTreeMap::new();
    let mut arrived = Vec::new();
    for request in upstream.take_requests() {
        details.insert("request body".into(), request.text());
        add_headers(&mut details, "request header", &request.headers);
        add_headers(&mut details, "request trailer", &request.trailers);
        arrived.push(request.start);
    }
    let code = response.code();
    let end = if code.starts_with("proxy_") {
        for name in ["content-type", "cache-control"] {
            details.insert(format!("error header {name}"), response.header(name));
        }
        format!("{} {code}", response.status())
    } else {
        details.insert("response body".into(), response.text());
        add_headers(&mut details, "response header", &response.headers);
        add_headers(&mut details, "response trailer", &response.trailers);
        response.start.clone()
    };
    arrived.push(end);
    Observed { outcome: arrived.join(" -> "), details }
}

/// Adds headers, of which those with the same name form a list, except for cookies.
fn add_headers(details: &mut BTreeMap<String, String>, kind: &str, headers: &[(String, String)]) {
    for (name, value) in headers {
        if kind == "response header" && OF_THE_CONNECTION.contains(&name.as_str()) {
            continue;
        }
        let separator = if name == "set-cookie" { " | " } else { ", " };
        details
            .entry(format!("{kind} {name}"))
            .and_modify(|list| *list = format!("{list}{separator}{value}"))
            .or_insert_with(|| value.clone());
    }
}

/// Describes what differs, as `WHAT: official "…", ours "…"`. If the outcome differs, details do not
/// matter.
fn differences(official: &Observed, ours: &Observed) -> Vec<String> {
    if official.outcome != ours.outcome {
        return vec![format!("official \"{}\", ours \"{}\"", official.outcome, ours.outcome)];
    }
    let shown =
        |value: Option<&String>| value.map_or("none".into(), |value| format!("\"{value}\""));
    let (official, ours) = (&official.details, &ours.details);
    let names: BTreeSet<_> = official.keys().chain(ours.keys()).collect();
    let names = names.into_iter().filter(|name| official.get(*name) != ours.get(*name));
    names
        .map(|name| {
            let (official, ours) = (shown(official.get(name)), shown(ours.get(name)));
            format!("{name}: official {official}, ours {ours}")
        })
        .collect()
}

/// Starts the official proxy. Returns the process and its `127.0.0.1:PORT`, or what is missing.
async fn start_official(upstream: &Upstream) -> Result<(Child, String), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/oracle");
    if !folder.join("node_modules/@clerk/backend/proxy").exists() {
        return Err("@clerk/backend is not installed in target/oracle; see tests/oracle".into());
    }
    let mut server = Command::new("node");
    server.arg(root.join("tests/proxy/official.mjs")).arg(&folder).arg(&upstream.url);
    // The server ends with its standard input.
    server.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut server = match server.spawn() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err("Node.js is not installed".into());
        }
        server => server.unwrap(),
    };
    let mut output = BufReader::new(server.stdout.take().unwrap()).lines();
    let port = output.next_line().await.unwrap().expect("the official proxy starts");
    Ok((server, format!("127.0.0.1:{port}")))
}
