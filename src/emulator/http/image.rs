//! Uploaded images.

use axum::extract::{
    DefaultBodyLimit, FromRequest, Request,
    multipart::{Multipart, MultipartError},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::StatusCode;

use super::error::{ClerkError, Result};

/// The size of the largest image, in bytes.
const MAX_SIZE: usize = 10 * 1024 * 1024;

/// An image from a `multipart/form-data` body.
pub(in crate::emulator) struct Image {
    /// The image as a `data:` URL.
    pub(in crate::emulator) url: String,
    pub(in crate::emulator) uploader_user_id: Option<String>,
}

impl<S: Send + Sync> FromRequest<S> for Image {
    type Rejection = ClerkError;

    async fn from_request(mut request: Request, state: &S) -> Result<Self> {
        // Allows reading images above the maximum size, to report the error in Clerk's format.
        DefaultBodyLimit::max(2 * MAX_SIZE).apply(&mut request);
        let mut form =
            Multipart::from_request(request, state).await.map_err(|e| invalid(&e.body_text()))?;
        let (mut url, mut uploader_user_id) = (None, None);
        while let Some(field) = form.next_field().await.map_err(multipart_error)? {
            match field.name().unwrap_or_default() {
                "file" => url = Some(data_url(&field.bytes().await.map_err(multipart_error)?)?),
                "uploader_user_id" => {
                    uploader_user_id = Some(field.text().await.map_err(multipart_error)?)
                }
                name => return Err(ClerkError::unknown_param(name)),
            }
        }
        let missing =
            || ClerkError::bad_request("form_param_missing", "The form must contain a file.");
        Ok(Self { url: url.ok_or_else(missing)?, uploader_user_id })
    }
}

fn data_url(image: &[u8]) -> Result<String> {
    if image.len() > MAX_SIZE {
        return Err(too_large());
    }
    match media_type(image) {
        Some(media_type) => Ok(format!("data:{media_type};base64,{}", STANDARD.encode(image))),
        None => Err(invalid("The image must be a JPEG, PNG, GIF or WebP image.")),
    }
}

/// Detects the media type of an image from its first bytes.
fn media_type(image: &[u8]) -> Option<&'static str> {
    match image {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` passes values")]
fn multipart_error(error: MultipartError) -> ClerkError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => invalid(&error.body_text()),
    }
}

fn too_large() -> ClerkError {
    ClerkError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "image_too_large",
        "The image must not be larger than 10 MB.",
    )
}

fn invalid(message: &str) -> ClerkError {
    ClerkError::bad_request("request_body_invalid", message)
}
