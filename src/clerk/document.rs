//! Documents that the Frontend API publishes.

use std::time::Duration;

use bytes::Bytes;

use crate::{api::read_body, metrics::CallTimer};

/// The maximum size of a document in bytes. Clerk's are about 2 KiB.
const MAX_BYTES: usize = 256 * 1024;

/// Fetches a document, without credentials.
///
/// # Errors
///
/// A description for the log.
pub(crate) async fn fetch_document(
    http: &reqwest::Client,
    operation: &str,
    url: &str,
    timeout: Duration,
) -> Result<Bytes, String> {
    let timer = CallTimer::start();
    let sent = http.get(url).timeout(timeout).send().await;
    timer.stop(operation, sent.as_ref().ok().map(reqwest::Response::status));
    let response = sent.map_err(|error| error.to_string())?;
    if !response.status().is_success() {
        return Err(format!("unexpected status {}", response.status()));
    }
    let body = read_body(response, MAX_BYTES).await.map_err(|error| error.to_string())?;
    body.ok_or_else(|| "the document is too large".to_owned())
}
