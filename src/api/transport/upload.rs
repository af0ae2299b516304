//! Files to upload.

use std::{
    error::Error as StdError,
    fmt,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt};
use http::{
    HeaderMap, HeaderValue,
    header::{CONTENT_TYPE, InvalidHeaderValue},
};
use reqwest::multipart::Part;

/// A file to upload: the image of a user, or the logo of an organization or an OAuth application.
///
/// Clerk accepts images of type `image/jpeg`, `image/png`, `image/gif` or `image/webp`, up to 10
/// MB.
pub struct Upload {
    file_name: String,
    content_type: String,
    content: Content,
}

enum Content {
    Bytes(Bytes),
    /// `None` once the stream has been sent.
    Stream(Mutex<Option<reqwest::Body>>),
}

impl Upload {
    /// Creates an upload from a file name, a media type and the content.
    pub fn new(
        file_name: impl Into<String>,
        content_type: impl Into<String>,
        content: impl Into<Bytes>,
    ) -> Self {
        let content = Content::Bytes(content.into());
        Self { file_name: file_name.into(), content_type: content_type.into(), content }
    }

    /// Creates an upload whose content is read from a stream. The upload is not retried, because
    /// the stream can be read only once.
    pub fn from_stream<B, E>(
        file_name: impl Into<String>,
        content_type: impl Into<String>,
        content: impl Stream<Item = Result<B, E>> + Send + 'static,
    ) -> Self
    where
        B: Into<Bytes> + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        let body = reqwest::Body::wrap_stream(content.map_ok(Into::<Bytes>::into));
        let content = Content::Stream(Mutex::new(Some(body)));
        Self { file_name: file_name.into(), content_type: content_type.into(), content }
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("file_name", &self.file_name)
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}

/// A `multipart/form-data` body with one file, in the field `file`.
pub(super) struct Form {
    fields: Vec<(String, String)>,
    file: Upload,
    file_headers: HeaderMap,
}

impl Form {
    pub(super) fn new<'a>(
        file: Upload,
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, InvalidHeaderValue> {
        let file_headers =
            HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::try_from(&file.content_type)?)]);
        let fields =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(Self { fields, file, file_headers })
    }

    pub(super) fn is_single_use(&self) -> bool {
        matches!(self.file.content, Content::Stream(_))
    }

    pub(super) fn encode(&self) -> reqwest::multipart::Form {
        let file = match &self.file.content {
            Content::Bytes(bytes) => Part::stream_with_length(bytes.clone(), bytes.len() as u64),
            Content::Stream(body) => Part::stream(
                body.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default(),
            ),
        };
        // The file name must not be able to inject headers into the form.
        let file_name = self.file.file_name.replace(char::is_control, "_");
        let file = file.file_name(file_name).headers(self.file_headers.clone());
        let form = self
            .fields
            .iter()
            .cloned()
            .fold(reqwest::multipart::Form::new(), |form, (name, value)| form.text(name, value));
        form.part("file", file)
    }
}
