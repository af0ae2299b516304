//! Sends and retries calls, and reads their responses.

use std::{sync::Arc, time::Duration};

use backon::Retryable;
use bytes::Bytes;
use http::{
    HeaderMap, Method, Response,
    header::{AUTHORIZATION, DATE, RETRY_AFTER},
};
use serde::{Deserialize, de::DeserializeOwned};
use time::{OffsetDateTime, format_description::well_known::Rfc2822};
use url::Url;

use super::{error_path::path_of, options::Options, read_body::read_body};
use crate::{
    api::error::{ApiError, DecodeError, Error, ErrorDetail, Result, TransportError},
    metrics::CallTimer,
};

/// The maximum size of a response: 16 MiB. Reading fails as soon as a response is known to be
/// larger.
pub const MAX_RESPONSE_BYTES: usize = 16 * 1024 * 1024;

/// A request that is ready to send.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) options: Arc<Options>,
    pub(super) operation: String,
    method: Method,
    /// Whether sending the request twice has the same effect as sending it once.
    pub(super) is_idempotent: bool,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
}

#[derive(Clone)]
pub(super) enum Body {
    Bytes(Bytes),
    #[cfg(feature = "api")]
    Form(Arc<super::upload::Form>),
}

impl Call {
    pub(super) fn new(options: Arc<Options>, operation: String, method: Method, url: Url) -> Self {
        let headers = options.headers.clone();
        let is_idempotent = method.is_idempotent();
        Self {
            options,
            operation,
            method,
            is_idempotent,
            url,
            headers,
            body: Body::Bytes(Bytes::new()),
        }
    }

    pub(super) async fn fetch<T: DeserializeOwned>(&self) -> Result<T> {
        let body = self.send().await?.into_body();
        let json: &[u8] = if body.is_empty() { b"null" } else { &body };
        serde_json::from_slice(json).map_err(|reason| {
            let subject = format!("Clerk's response to {}", self.operation);
            DecodeError::new(subject, &path_of(&reason, json), reason).into()
        })
    }

    pub(super) async fn send(&self) -> Result<Response<Bytes>> {
        let policy = match &self.body {
            #[cfg(feature = "api")]
            Body::Form(form) if form.is_single_use() => super::retry::RetryPolicy::none(),
            _ => self.options.retry,
        };
        let operation = &self.operation;
        let result = (|| self.attempt())
            .retry(policy.backoff())
            .when(|error| policy.should_retry(self.is_idempotent, error))
            .adjust(|error, backoff| policy.delay(error, backoff))
            .notify(|error, delay| tracing::debug!(operation, %error, ?delay, "retrying"))
            .await;
        // Even a call that failed, such as one that timed out, may have had an effect.
        if let (false, Some(on_change)) = (self.method.is_safe(), &self.options.on_change) {
            on_change(self.url.path()).await;
        }
        result
    }

    async fn attempt(&self) -> Result<Response<Bytes>> {
        let Self { options, operation, .. } = self;
        let transport_error = |error| TransportError::new(operation, error);
        let request = self.request().await?.build().map_err(transport_error)?;
        let timer = CallTimer::start();
        let sent = options.http.execute(request).await;
        timer.stop(operation, sent.as_ref().ok().map(reqwest::Response::status));
        let response = sent.map_err(transport_error)?;
        let (status, headers) = (response.status(), response.headers().clone());
        tracing::debug!(operation, status = status.as_u16(), "received a response from Clerk");
        let body = read_body(response, MAX_RESPONSE_BYTES).await.map_err(transport_error)?;
        let body = body.ok_or_else(|| TransportError::TooLarge {
            operation: operation.clone(),
            limit: MAX_RESPONSE_BYTES,
        })?;
        if !status.is_success() {
            return Err(Error::from(Box::new(api_error(operation, status, &headers, &body))));
        }
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }

    async fn request(&self) -> Result<reqwest::RequestBuilder> {
        let Self { options, operation, method, url, headers, body, .. } = self;
        let mut request = options
            .http
            .request(method.clone(), url.clone())
            .headers(headers.clone())
            .timeout(options.timeout);
        if !headers.contains_key(AUTHORIZATION) {
            request =
                request.header(AUTHORIZATION, options.secret_key.authorization(operation).await?);
        }
        Ok(match body {
            Body::Bytes(bytes) if bytes.is_empty() => request,
            Body::Bytes(bytes) => request.body(bytes.clone()),
            #[cfg(feature = "api")]
            Body::Form(form) => request.multipart(form.encode()),
        })
    }
}

fn api_error(
    operation: &str,
    status: http::StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> ApiError {
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
        // Clerk's edge adds this ID to every response.
        trace_id: clerk_trace_id.or_else(|| Some(headers.get("cf-ray")?.to_str().ok()?.to_owned())),
        retry_after: retry_after(headers),
    }
}

/// Parses `Retry-After`: seconds, or a date, which is compared with the response's own date so that
/// no clock is needed.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let date = |text| OffsetDateTime::parse(text, &Rfc2822).ok();
    let value = header(RETRY_AFTER)?;
    match value.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => Some((date(value)? - date(header(DATE)?)?).try_into().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn retry_after_accepts_seconds_and_dates() {
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
