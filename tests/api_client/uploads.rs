//! File uploads.

use std::convert::Infallible;

use axum::{Json, response::IntoResponse};
use axum_clerk::api::{Error, RequestError, RetryPolicy, Upload, UploadLogo};
use futures_util::stream;
use http::{StatusCode, header};
use serde_json::json;

use super::server::{MockServer, RecordedRequest, api_error};

#[tokio::test]
async fn upload_is_sent_as_a_form_and_can_be_retried() {
    let server = MockServer::start(|n| match n {
        0 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        _ => Json(json!({ "id": "org_1" })).into_response(),
    })
    .await;
    let file = Upload::new("a\r\n\"b\".png", "image/png", "not a picture");
    let params = UploadLogo::default().uploader_user_id("user_1");
    let organization =
        server.client.organizations().upload_logo("org_1", file, &params).await.unwrap();
    assert_eq!(organization.id, "org_1");

    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for RecordedRequest { headers, body, .. } in requests {
        let content_type = headers[header::CONTENT_TYPE].to_str().unwrap();
        let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
        assert_eq!(
            body,
            format!(
                "--{boundary}\r\n\
                 Content-Disposition: form-data; name=\"uploader_user_id\"\r\n\r\n\
                 user_1\r\n\
                 --{boundary}\r\n\
                 Content-Disposition: form-data; name=\"file\"; filename=\"a__\\\"b\\\".png\"\r\n\
                 content-type: image/png\r\n\r\nnot a picture\r\n--{boundary}--\r\n"
            )
        );
        assert_eq!(headers[header::CONTENT_LENGTH], body.len().to_string());
    }
}

#[tokio::test]
async fn streamed_upload_is_sent_only_once() {
    let chunks = || stream::iter(["not a ", "picture"].map(Ok::<_, Infallible>));
    let server = MockServer::responding_with(json!({ "id": "user_1" })).await;
    let image = Upload::from_stream("ada.png", "image/png", chunks());
    server.client.users().set_profile_image("user_1", image).await.unwrap();
    assert!(server.only_request().body.contains("\r\n\r\nnot a picture\r\n--"));

    let server = MockServer::failing(StatusCode::SERVICE_UNAVAILABLE).await;
    let image = Upload::from_stream("ada.png", "image/png", chunks());
    let client = server.client.with_retry(RetryPolicy::default().all_methods(true));
    api_error(client.users().set_profile_image("user_1", image).await);
    server.only_request();
}

#[tokio::test]
async fn upload_with_an_invalid_content_type_is_not_sent() {
    let server = MockServer::responding_with(json!({ "id": "user_1" })).await;
    let image = Upload::new("ada.png", "image/png\r\nx-evil: 1", "");
    let error = server.client.users().set_profile_image("user_1", image).await.unwrap_err();
    assert!(matches!(error, Error::Request(RequestError::Parameters { .. })), "{error}");
    assert!(server.requests().is_empty());
}
