//! Images that are uploaded.

use axum::{
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request},
    http::StatusCode,
};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::error::{ClerkError, Result};

/// The size of the largest image, in bytes.
const MAX_SIZE: usize = 10 * 1024 * 1024;

/// The image in a form's `file`, as a URL that needs no server.
pub(super) struct ImageUrl(pub(super) String);

impl ImageUrl {
    /// Lets a form with an image pass, and one that is too large be read far enough to say so.
    pub(super) fn body_limit() -> DefaultBodyLimit {
        DefaultBodyLimit::max(2 * MAX_SIZE)
    }
}

impl<S: Send + Sync> FromRequest<S> for ImageUrl {
    type Rejection = ClerkError;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let invalid = |why: String| ClerkError::bad_request("request_body_invalid", &why);
        let mut form = Multipart::from_request(request, state).await.map_err(|e| invalid(e.body_text()))?;
        while let Some(field) = form.next_field().await.map_err(|e| invalid(e.body_text()))? {
            if field.name() != Some("file") {
                continue;
            }
            let image = match field.bytes().await {
                Ok(image) if image.len() <= MAX_SIZE => image,
                Err(error) if error.status() != StatusCode::PAYLOAD_TOO_LARGE => {
                    return Err(invalid(error.body_text()));
                }
                _ => {
                    let message = "The image has more than 10 MB.";
                    return Err(ClerkError::new(StatusCode::PAYLOAD_TOO_LARGE, "image_too_large", message));
                }
            };
            let Some(media_type) = media_type(&image) else {
                return Err(invalid("The image must be a JPEG, PNG, GIF or WebP.".to_owned()));
            };
            return Ok(Self(format!("data:{media_type};base64,{}", STANDARD.encode(image))));
        }
        Err(ClerkError::bad_request("form_param_missing", "There is no file in the form."))
    }
}

/// What an image is, by its first bytes.
fn media_type(image: &[u8]) -> Option<&'static str> {
    match image {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}
