//! Documents that the Frontend API publishes.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::metrics::CallTimer;

/// The maximum size of a document. Clerk's have some 2 KiB.
const MAX_BYTES: usize = 256 * 1024;

/// Fetches a document, without credentials.
///
/// # Errors
///
/// A description for the log.
pub(crate) async fn fetch_document(
    http: &reqwest::Client,
    operation: &'static str,
    url: &str,
    timeout: Duration,
) -> Result<Bytes, String> {
    let timer = CallTimer::start();
    let sent = http.get(url).timeout(timeout).send().await;
    timer.stop(operation, sent.as_ref().ok().map(reqwest::Response::status));
    let mut response = sent.map_err(|error| error.to_string())?;
    if !response.status().is_success() {
        return Err(format!("unexpected status {}", response.status()));
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| error.to_string())? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_BYTES {
            return Err("the document is too large".to_owned());
        }
    }
    Ok(body.freeze())
}
