//! One call: built, sent, tried again, and its answer read.

use std::{error::Error as StdError, fmt, time::Duration};

use backon::Retryable;
use bytes::{Bytes, BytesMut};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, RETRY_AFTER, USER_AGENT},
};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_path_to_error::Track;
use time::{OffsetDateTime, format_description::well_known::Rfc2822};
use url::Url;

use super::{ApiError, Client, DecodeError, ErrorDetail, Page, RequestError, TransportError};
use crate::{Error, Result};

/// The most bytes that an answer may have: 16 MiB. A longer one is an error, as soon as it is known to be
/// longer.
pub const MAX_RESPONSE_BYTES: usize = 16 * 1024 * 1024;

/// The version of the Backend API that this crate speaks.
pub(crate) const API_VERSION: &str = "2026-05-12";
const CLERK_API_VERSION: HeaderName = HeaderName::from_static("clerk-api-version");

/// Everything but the characters that RFC 3986 leaves unreserved.
const SEGMENT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What URL parsers drop, or take for a slash.
const NOT_IN_PATH: AsciiSet = CONTROLS.add(b'\\');

/// A call that is being built. See [`Client::request`].
#[must_use = "a request does nothing until it is sent"]
pub struct Request<'a> {
    client: &'a Client,
    operation: String,
    parts: Result<Parts, RequestError>,
}

struct Parts {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Bytes,
}

impl<'a> Request<'a> {
    /// `{name}` in the path stands for the next parameter, which becomes one segment whatever it contains.
    pub(super) fn new<const N: usize>(
        client: &'a Client,
        method: Method,
        path: &str,
        parameters: [&str; N],
    ) -> Self {
        let operation = format!("{method} {path}");
        let parts = fill(path, &parameters)
            .map_err(|(name, value)| RequestError::Path { operation: operation.clone(), name, value })
            .and_then(|path| {
                let mut url = client.0.base_url.clone();
                url.set_path(&format!("{}{path}", url.path()));
                let headers = headers(client, &operation)?;
                Ok(Parts { method, url, headers, body: Bytes::new() })
            });
        Self { client, operation, parts }
    }

    /// Adds to the query; a list becomes one pair for each of its items.
    pub fn query(self, parameters: &(impl Serialize + ?Sized)) -> Self {
        self.change(|parts| {
            let mut query = parts.url.query().unwrap_or_default().to_owned();
            serde_html_form::push_to_string(&mut query, parameters)?;
            parts.url.set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
            Ok(())
        })
    }

    /// Sets the body, as JSON.
    pub fn json(self, body: &(impl Serialize + ?Sized)) -> Self {
        self.change(|parts| {
            parts.body = serde_json::to_vec(body)?.into();
            parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            Ok(())
        })
    }

    /// Sets a header, in place of the one of this name that there would be.
    pub fn header(self, name: HeaderName, value: HeaderValue) -> Self {
        self.change(|parts| {
            parts.headers.insert(name, value);
            Ok(())
        })
    }

    fn change(
        mut self,
        change: impl FnOnce(&mut Parts) -> Result<(), Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        let operation = &self.operation;
        self.parts = self.parts.and_then(|mut parts| match change(&mut parts) {
            Ok(()) => Ok(parts),
            Err(source) => Err(RequestError::Parameters { operation: operation.clone(), source }),
        });
        self
    }

    /// Sends the request, and reads a `T` from the answer. One without a body is read like `null`.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] where Clerk answers with an error, [`Error::Transport`] where it cannot be reached or
    /// its answer not be received, [`Error::Decode`] where the answer is not a `T`, [`Error::Request`] where
    /// there was nothing sensible to send.
    pub async fn send<T: DeserializeOwned>(self) -> Result<T> {
        let subject = format!("Clerk's answer to {}", self.operation);
        let body = self.send_raw().await?.into_body();
        let mut json = serde_json::Deserializer::from_slice(if body.is_empty() { b"null" } else { &body });
        let mut track = Track::new();
        let value = T::deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track))
            .and_then(|value| json.end().map(|()| value));
        value.map_err(|reason| DecodeError::new(subject, track.path().to_string(), reason).into())
    }

    /// Sends the request, and reads a list from the answer, whichever of the [two shapes](Page) it has.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn send_list<T: DeserializeOwned>(self) -> Result<Vec<T>> {
        self.send::<Page<T>>().await.map(|page| page.data)
    }

    /// Sends the request, and returns the answer as it is: status 2xx, headers, body.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), but for [`Error::Decode`].
    pub async fn send_raw(self) -> Result<Response<Bytes>> {
        let Self { client, operation, parts } = self;
        let parts = parts?;
        let policy = client.0.retry;
        (|| attempt(client, &operation, &parts))
            .retry(policy.backoff())
            .when(|error| policy.applies(&parts.method, error))
            .adjust(|error, backoff| policy.delay(error, backoff))
            .notify(|error, delay| tracing::debug!(operation, %error, ?delay, "asking Clerk again"))
            .await
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("operation", &self.operation).finish_non_exhaustive()
    }
}

/// The path with its parameters, or the name and the value of one that would lead elsewhere. Without its ID
/// an operation on one object is one on all of them, and URL parsers resolve `.` and `..` even where they are
/// encoded.
fn fill(path: &str, parameters: &[&str]) -> Result<String, (String, String)> {
    let mut parameters = parameters.iter();
    let mut filled = String::with_capacity(path.len() + 32);
    for segment in path.trim_start_matches('/').split('/') {
        filled.push('/');
        match segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}')) {
            Some(name) => match parameters.next().copied().unwrap_or_default() {
                value @ ("" | "." | "..") => return Err((name.to_owned(), value.to_owned())),
                value => filled.extend(utf8_percent_encode(value, &SEGMENT)),
            },
            None => match &*segment.to_lowercase().replace("%2e", ".") {
                "." | ".." => return Err(("a segment of the path".to_owned(), segment.to_owned())),
                _ => filled.extend(utf8_percent_encode(segment, &NOT_IN_PATH)),
            },
        }
    }
    Ok(filled)
}

fn headers(client: &Client, operation: &str) -> Result<HeaderMap, RequestError> {
    let unusable = |problem| RequestError::SecretKey { operation: operation.to_owned(), problem };
    let key = client.0.secret_key.as_ref().ok_or_else(|| unusable("there is no secret key"))?;
    let mut authorization = HeaderValue::try_from(format!("Bearer {}", key.expose_secret()))
        .map_err(|_| unusable("the secret key has characters that no header can carry"))?;
    authorization.set_sensitive(true);
    Ok(HeaderMap::from_iter([
        (AUTHORIZATION, authorization),
        (CLERK_API_VERSION, HeaderValue::from_static(API_VERSION)),
        (ACCEPT, HeaderValue::from_static("application/json")),
        (USER_AGENT, HeaderValue::from_static(concat!("axum-clerk/", env!("CARGO_PKG_VERSION")))),
    ]))
}

async fn attempt(client: &Client, operation: &str, parts: &Parts) -> Result<Response<Bytes>> {
    let mut request = reqwest::Request::new(parts.method.clone(), parts.url.clone());
    *request.headers_mut() = parts.headers.clone();
    *request.timeout_mut() = Some(client.0.timeout);
    if !parts.body.is_empty() {
        *request.body_mut() = Some(parts.body.clone().into());
    }

    let response = client.0.http.execute(request).await.map_err(|e| TransportError::new(operation, e))?;
    let (status, headers) = (response.status(), response.headers().clone());
    tracing::debug!(operation, status = status.as_u16(), "Clerk answered");
    if response.url() != &parts.url {
        return Err(TransportError::Redirected { operation: operation.to_owned() }.into());
    }
    let body = read(response, operation).await?;
    if !status.is_success() {
        return Err(Error::from(Box::new(api_error(operation, status, &headers, &body))));
    }
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

async fn read(mut response: reqwest::Response, operation: &str) -> Result<Bytes, TransportError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| TransportError::new(operation, e))? {
        if body.len() + chunk.len() > MAX_RESPONSE_BYTES {
            return Err(TransportError::TooLarge { operation: operation.to_owned() });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn api_error(operation: &str, status: http::StatusCode, headers: &HeaderMap, body: &[u8]) -> ApiError {
    #[derive(Default, Deserialize)]
    struct Body {
        #[serde(default)]
        errors: Vec<ErrorDetail>,
        clerk_trace_id: Option<String>,
    }
    let Body { errors, clerk_trace_id } = serde_json::from_slice(body).unwrap_or_default();
    ApiError {
        operation: operation.to_owned(),
        status,
        errors,
        // The ID that Clerk's edge gives to every response.
        trace_id: clerk_trace_id.or_else(|| Some(headers.get("cf-ray")?.to_str().ok()?.to_owned())),
        retry_after: retry_after(headers),
    }
}

/// `Retry-After`: seconds, or a date, which is held against the date of the answer itself, so that no clock
/// is needed.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let date = |text| OffsetDateTime::parse(text, &Rfc2822).ok();
    let value = text(RETRY_AFTER)?;
    match value.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => Some((date(value)? - date(text(DATE)?)?).try_into().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_becomes_one_segment_whatever_it_contains() {
        for (parameter, path) in [
            ("user_1", "/users/user_1/ban"),
            ("a/b?c#d", "/users/a%2Fb%3Fc%23d/ban"),
            (r"..\..", "/users/..%5C../ban"),
            ("%2e%2e", "/users/%252e%252e/ban"),
            ("a b\n", "/users/a%20b%0A/ban"),
            ("日本", "/users/%E6%97%A5%E6%9C%AC/ban"),
            ("...", "/users/.../ban"),
        ] {
            assert_eq!(fill("/users/{user_id}/ban", &[parameter]).as_deref(), Ok(path));
        }
    }

    #[test]
    fn a_path_that_would_lead_elsewhere_is_refused() {
        for parameter in ["", ".", ".."] {
            assert_eq!(fill("/users/{user_id}", &[parameter]), Err(("user_id".into(), parameter.into())));
        }
        assert!(fill("/users/{user_id}", &[]).is_err());
        for path in ["/users/../jwks", "/users/%2E%2e/jwks", "/users/.%2e/jwks", "/users/./jwks"] {
            assert!(fill(path, &[]).is_err(), "{path}");
        }
        assert_eq!(fill("/users/.\t./..\\jwks", &[]).as_deref(), Ok("/users/.%09./..%5Cjwks"));
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let date = "Tue, 12 May 2026 10:20:30 GMT";
        for (value, seconds) in [
            ("120", Some(120)),
            ("Tue, 12 May 2026 10:20:42 GMT", Some(12)),
            ("Tue, 12 May 2026 10:20:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            let headers = HeaderMap::from_iter([
                (RETRY_AFTER, HeaderValue::from_static(value)),
                (DATE, HeaderValue::from_static(date)),
            ]);
            assert_eq!(retry_after(&headers), seconds.map(Duration::from_secs), "{value}");
        }
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
