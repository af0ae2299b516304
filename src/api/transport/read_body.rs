//! Reads the bodies of responses.

use bytes::{Bytes, BytesMut};

/// Reads the body of a response, or returns `None` as soon as it is known to be larger than `limit`
/// bytes.
pub(crate) async fn read_body(
    mut response: reqwest::Response,
    limit: usize,
) -> reqwest::Result<Option<Bytes>> {
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Ok(None);
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body.freeze()))
}
