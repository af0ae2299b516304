//! Requests and responses as short text.

use std::fmt::Write;

use axum::Router;

use super::support::{TestResponse, get};

/// Sends a request such as `POST /a?b=c | document | cookie: d=e`. The item `document` stands for
/// the header of a browser that navigates to a page.
pub(crate) async fn send(app: &Router, text: &str) -> TestResponse {
    let mut items = text.split(" | ");
    let (method, uri) = items.next().unwrap().split_once(' ').unwrap();
    let request = get(uri).method(method.parse().unwrap());
    let request = items.fold(request, |request, item| match item.split_once(": ") {
        Some((name, value)) => request.header(name, value),
        None if item == "document" => request.header("sec-fetch-dest", "document"),
        None => panic!("`{item}` is not a header"),
    });
    request.send(app).await
}

/// Describes a response: `200 BODY`, `307 to ORIGIN/PATH`, or the status and the reason. Adds the
/// names of the cookies that are set.
pub(crate) fn outcome(response: &TestResponse) -> String {
    let mut text = response.status.as_str().to_owned();
    let location = response.header("location").split('?').next().unwrap();
    if !location.is_empty() {
        write!(text, " to {location}").unwrap();
    } else if response.status.is_success() {
        write!(text, " {}", response.body).unwrap();
    } else {
        write!(text, " {}", response.reason()).unwrap();
    }
    for cookie in response.headers.get_all("set-cookie") {
        let name = cookie.to_str().unwrap().split('=').next().unwrap();
        write!(text, ", sets {name}").unwrap();
    }
    text
}

/// Sends requests and compares their outcomes.
pub(crate) async fn check<R: AsRef<str>, O: AsRef<str>>(
    app: &Router,
    rows: impl IntoIterator<Item = (R, O)>,
) {
    for (request, expected) in rows {
        let response = send(app, request.as_ref()).await;
        assert_eq!(outcome(&response), expected.as_ref(), "{}", request.as_ref());
    }
}

/// Sends requests without credentials and compares the status codes of the responses.
pub(crate) async fn check_status<R: AsRef<str>>(
    app: &Router,
    rows: impl IntoIterator<Item = (R, u16)>,
) {
    for (request, status) in rows {
        assert_eq!(send(app, request.as_ref()).await.status, status, "{}", request.as_ref());
    }
}
