//! Images that are uploaded.

use axum::extract::{
    FromRequest, Request,
    multipart::{Multipart, MultipartError},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::StatusCode;

use super::error::{ClerkError, Result};

/// How large a body with an image may be: the image itself may have 10 MB.
pub(super) const BODY_LIMIT: usize = IMAGE_LIMIT + 64 * 1024;

const IMAGE_LIMIT: usize = 10 * 1024 * 1024;

const IMAGE_TYPES: [&str; 4] = ["image/jpeg", "image/png", "image/gif", "image/webp"];

/// `multipart/form-data` with an image. The route needs [`BODY_LIMIT`].
pub(super) struct Image {
    /// The image itself, as a data URL.
    pub(super) url: String,
    pub(super) uploader_user_id: Option<String>,
}

impl<S: Send + Sync> FromRequest<S> for Image {
    type Rejection = ClerkError;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let mut form = Multipart::from_request(request, state).await.map_err(ClerkError::body_invalid)?;
        let (mut url, mut uploader_user_id) = (None, None);
        while let Some(field) = form.next_field().await.map_err(broken)? {
            match field.name().unwrap_or_default() {
                "file" => {
                    let image_type = field.content_type().unwrap_or_default().to_owned();
                    if !IMAGE_TYPES.contains(&image_type.as_str()) {
                        return Err(ClerkError::body_invalid(format!("{image_type} is no type of images")));
                    }
                    let image = field.bytes().await.map_err(broken)?;
                    if image.len() > IMAGE_LIMIT {
                        return Err(too_large());
                    }
                    url = Some(format!("data:{image_type};base64,{}", STANDARD.encode(image)));
                }
                "uploader_user_id" => uploader_user_id = Some(field.text().await.map_err(broken)?),
                name => return Err(ClerkError::unknown(name)),
            }
        }
        let url = url.ok_or_else(|| {
            ClerkError::new(StatusCode::BAD_REQUEST, "form_param_missing", "file must be given.")
        })?;
        Ok(Self { url, uploader_user_id })
    }
}

fn broken(error: MultipartError) -> ClerkError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => ClerkError::body_invalid(error),
    }
}

fn too_large() -> ClerkError {
    ClerkError::new(StatusCode::PAYLOAD_TOO_LARGE, "image_too_large", "The image has more than 10 MB.")
}
