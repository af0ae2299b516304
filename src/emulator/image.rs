//! Pictures that are uploaded.

use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, multipart::MultipartError};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::StatusCode;

use super::error::{ClerkError, Result};

const MAX_SIZE: usize = 10 * 1024 * 1024;
/// What a form adds to its picture.
const MAX_FORM: usize = MAX_SIZE + 64 * 1024;

/// The picture in a form, under the name `file`.
pub(super) struct Image {
    /// A URL that is the picture, so that it needs no server.
    pub(super) url: String,
    pub(super) uploader_user_id: Option<String>,
}

impl<S: Send + Sync> FromRequest<S> for Image {
    type Rejection = ClerkError;

    async fn from_request(mut request: Request, state: &S) -> Result<Self> {
        DefaultBodyLimit::max(MAX_FORM).apply(&mut request);
        let form = Multipart::from_request(request, state).await;
        let mut form =
            form.map_err(|error| ClerkError::bad_request("form_param_missing", error.body_text()))?;
        let (mut url, mut uploader_user_id) = (None, None);
        while let Some(field) = form.next_field().await.map_err(unreadable)? {
            match field.name() {
                Some("uploader_user_id") => uploader_user_id = Some(field.text().await.map_err(unreadable)?),
                Some("file") => {
                    let media_type = field.content_type().unwrap_or_default().to_owned();
                    let bytes = field.bytes().await.map_err(unreadable)?;
                    url = Some(data_url(&media_type, &bytes)?);
                }
                other => return Err(ClerkError::unknown(other.unwrap_or_default())),
            }
        }
        match url {
            Some(url) => Ok(Self { url, uploader_user_id }),
            None => Err(ClerkError::bad_request("form_param_missing", "file must be given.")),
        }
    }
}

fn data_url(media_type: &str, bytes: &[u8]) -> Result<String> {
    if bytes.len() > MAX_SIZE {
        return Err(too_large());
    }
    match media_type {
        "image/jpeg" | "image/png" | "image/gif" | "image/webp" => {
            Ok(format!("data:{media_type};base64,{}", STANDARD.encode(bytes)))
        }
        _ => {
            let message = format!("{media_type:?} is no picture in JPEG, PNG, GIF or WebP.");
            Err(ClerkError::bad_request("request_body_invalid", message))
        }
    }
}

fn unreadable(error: MultipartError) -> ClerkError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => ClerkError::bad_request("request_body_invalid", error.body_text()),
    }
}

fn too_large() -> ClerkError {
    let message = "The picture has more than 10 MB.";
    ClerkError::new(StatusCode::PAYLOAD_TOO_LARGE, "image_too_large", message)
}
