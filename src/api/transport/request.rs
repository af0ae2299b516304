//! The request builder.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Response, header::CONTENT_TYPE};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::SecretString;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    options::Options,
    paging::Items,
    retry::RetryPolicy,
    secret_key::SecretKey,
    send::{Body, Call},
    version::CLERK_API_VERSION,
};
use crate::api::{
    error::{RequestError, Result},
    types::Page,
};

/// All characters except those that RFC 3986 leaves unreserved.
const SEGMENT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The characters that URL parsers drop or treat as a slash.
const NOT_IN_PATH: AsciiSet = CONTROLS.add(b'\\');

/// A request builder. See [`Client::request`](crate::api::Client::request).
#[must_use = "a request does nothing until it is sent"]
pub struct Request(Result<Call, RequestError>);

impl Request {
    /// Each `{name}` in the path is replaced with the next parameter, encoded as a single segment.
    pub(in crate::api) fn new<const N: usize>(
        options: &Arc<Options>,
        method: Method,
        path: &str,
        parameters: [&str; N],
    ) -> Self {
        let operation = format!("{method} {path}");
        Self(match fill_path(path, &parameters) {
            Ok(path) => {
                let mut url = options.base_url.clone();
                url.set_path(&format!("{}{path}", url.path()));
                Ok(Call::new(Arc::clone(options), operation, method, url))
            }
            Err((name, value)) => Err(RequestError::Path { operation, name, value }),
        })
    }

    /// Adds parameters to the query. A list becomes one pair per item.
    pub fn query(self, parameters: &(impl Serialize + ?Sized)) -> Self {
        self.change(|call| {
            let mut query = call.url.query().unwrap_or_default().to_owned();
            serde_html_form::push_to_string(&mut query, parameters)?;
            call.url.set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
            Ok(())
        })
    }

    /// Sets the body to JSON.
    pub fn json(self, body: &(impl Serialize + ?Sized)) -> Self {
        self.change(|call| {
            call.body = Body::Bytes(serde_json::to_vec(body)?.into());
            call.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            Ok(())
        })
    }

    /// Sets the body to a form (RFC 7578) with the given text fields, and the file in the field
    /// `file`.
    #[cfg(feature = "api")]
    pub fn upload<'f>(
        self,
        file: super::upload::Upload,
        fields: impl IntoIterator<Item = (&'f str, &'f str)>,
    ) -> Self {
        self.change(|call| {
            call.body = Body::Form(super::upload::Form::new(file, fields)?.into());
            Ok(())
        })
    }

    /// Sets a header, replacing any default header of that name.
    pub fn header(self, name: HeaderName, value: HeaderValue) -> Self {
        self.change(|call| {
            call.headers.insert(name, value);
            Ok(())
        })
    }

    /// Overrides the version of the API.
    pub fn api_version(self, version: HeaderValue) -> Self {
        self.header(CLERK_API_VERSION, version)
    }

    /// Overrides the client's secret key, for instance with that of a machine.
    pub fn secret_key(self, secret_key: impl Into<SecretString>) -> Self {
        self.change(|call| {
            Arc::make_mut(&mut call.options).secret_key = SecretKey::Fixed(secret_key.into());
            Ok(())
        })
    }

    /// Sets the timeout of an attempt. See
    /// [`Client::with_timeout`](crate::api::Client::with_timeout).
    pub fn timeout(self, timeout: Duration) -> Self {
        self.change(|call| {
            Arc::make_mut(&mut call.options).timeout = timeout;
            Ok(())
        })
    }

    /// Sets when the call is retried.
    pub fn retry(self, retry: RetryPolicy) -> Self {
        self.change(|call| {
            Arc::make_mut(&mut call.options).retry = retry;
            Ok(())
        })
    }

    /// Marks the call as idempotent whatever its method, so that it is retried like any idempotent
    /// call.
    pub fn idempotent(self) -> Self {
        self.change(|call| {
            call.is_idempotent = true;
            Ok(())
        })
    }

    fn change(
        self,
        change: impl FnOnce(&mut Call) -> Result<(), Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self(self.0.and_then(|mut call| match change(&mut call) {
            Ok(()) => Ok(call),
            Err(source) => Err(RequestError::Parameters { operation: call.operation, source }),
        }))
    }

    /// Sends the request and deserializes the response. An empty body is read as `null`.
    ///
    /// # Errors
    ///
    /// [`Error::Api`](crate::api::Error::Api) if Clerk returns an error,
    /// [`Error::Transport`](crate::api::Error::Transport) if Clerk cannot be reached or its
    /// response cannot be received, [`Error::Decode`](crate::api::Error::Decode) if the response is
    /// not a `T`, and [`Error::Request`](crate::api::Error::Request) if the request is invalid.
    pub async fn send<T: DeserializeOwned>(self) -> Result<T> {
        self.0?.fetch().await
    }

    /// Sends the request and deserializes a list, in either of its [two forms](Page).
    ///
    /// # Errors
    ///
    /// Same as [`send`](Self::send).
    pub async fn send_list<T: DeserializeOwned>(self) -> Result<Vec<T>> {
        self.send::<Page<T>>().await.map(|page| page.data)
    }

    /// Sends the request and returns the response: its status, which is 2xx, its headers and its
    /// body.
    ///
    /// # Errors
    ///
    /// Same as [`send`](Self::send), except for [`Error::Decode`](crate::api::Error::Decode).
    pub async fn send_raw(self) -> Result<Response<Bytes>> {
        self.0?.send().await
    }

    /// Returns a stream of the items of the requested list, over all of its pages. It starts at the
    /// query's `offset`, 0 by default, and fetches `limit` items at a time, 100 by default.
    pub fn stream<T: DeserializeOwned + Send + 'static>(self) -> Items<T> {
        Items::new(self.0)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Request");
        match &self.0 {
            Ok(call) => debug.field("operation", &call.operation),
            Err(error) => debug.field("error", error),
        };
        debug.finish_non_exhaustive()
    }
}

/// Fills in the parameters of a path. Returns the name and the value of a parameter that would
/// change the operation: without its ID, an operation on one object becomes one on all of them, and
/// URL parsers resolve `.` and `..` even if they are encoded.
fn fill_path(path: &str, parameters: &[&str]) -> Result<String, (String, String)> {
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
                "." | ".." => return Err(("segment".to_owned(), segment.to_owned())),
                _ => filled.extend(utf8_percent_encode(segment, &NOT_IN_PATH)),
            },
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_parameters_are_encoded_as_one_segment() {
        for (parameter, path) in [
            ("user_1", "/users/user_1/ban"),
            ("a/b?c#d", "/users/a%2Fb%3Fc%23d/ban"),
            (r"..\..", "/users/..%5C../ban"),
            ("%2e%2e", "/users/%252e%252e/ban"),
            ("a b\n", "/users/a%20b%0A/ban"),
            ("日本", "/users/%E6%97%A5%E6%9C%AC/ban"),
            ("...", "/users/.../ban"),
        ] {
            assert_eq!(fill_path("/users/{user_id}/ban", &[parameter]).as_deref(), Ok(path));
        }
    }

    #[test]
    fn paths_that_change_the_operation_are_rejected() {
        for parameter in ["", ".", ".."] {
            assert_eq!(
                fill_path("/users/{user_id}", &[parameter]),
                Err(("user_id".into(), parameter.into()))
            );
        }
        assert!(fill_path("/users/{user_id}", &[]).is_err());
        for path in ["/users/../jwks", "/users/%2E%2e/jwks", "/users/.%2e/jwks", "/users/./jwks"] {
            assert!(fill_path(path, &[]).is_err(), "{path}");
        }
        assert_eq!(fill_path("/users/.\t./..\\jwks", &[]).as_deref(), Ok("/users/.%09./..%5Cjwks"));
    }
}
