//! Errors in Clerk's format.

use std::fmt;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header::WWW_AUTHENTICATE};
use serde_json::{Value, json};

use crate::emulator::tokens::random_id;

/// The result of an operation that can fail with a Clerk error.
pub(in crate::emulator) type Result<T> = std::result::Result<T, ClerkError>;

/// The result of an operation that responds with a document.
pub(in crate::emulator) type JsonResult = Result<Json<Value>>;

/// An error: its status, code and message, and details such as the invalid parameter.
#[derive(Debug)]
pub(in crate::emulator) struct ClerkError {
    status: StatusCode,
    code: &'static str,
    message: String,
    meta: Value,
}

/// Errors with any of
/// [Clerk's codes](https://clerk.com/docs/guides/development/errors/backend-api).
impl ClerkError {
    pub(in crate::emulator) fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self { status, code, message: message.into(), meta: json!({}) }
    }

    /// Creates a 400 error.
    pub(in crate::emulator) fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// Creates a 403 error.
    pub(in crate::emulator) fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    /// Creates a 404 error.
    pub(in crate::emulator) fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    /// Creates a 409 error.
    pub(in crate::emulator) fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// Creates a 422 error.
    pub(in crate::emulator) fn unprocessable(
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }

    /// Creates a 422 error that names a parameter.
    pub(in crate::emulator) fn param(
        code: &'static str,
        param: &str,
        message: impl Into<String>,
    ) -> Self {
        Self { meta: json!({ "param_name": param }), ..Self::unprocessable(code, message) }
    }
}

/// Errors that several operations share.
impl ClerkError {
    /// 400: a duplicate of an existing record.
    pub(in crate::emulator) fn duplicate(message: impl Into<String>) -> Self {
        Self::bad_request("duplicate_record", message)
    }

    /// 400: the ticket is malformed or from another instance, or its source no longer exists.
    pub(in crate::emulator) fn ticket_invalid() -> Self {
        Self::bad_request("ticket_invalid_code", "The ticket is invalid.")
    }

    /// 400: the ticket has expired.
    pub(in crate::emulator) fn ticket_expired() -> Self {
        Self::bad_request("ticket_expired_code", "The ticket has expired.")
    }

    /// 400: the body is not a JSON object.
    pub(in crate::emulator) fn body_invalid(reason: impl fmt::Display) -> Self {
        let message = format!("The request body is not a JSON object: {reason}.");
        Self::bad_request("request_body_invalid", message)
    }

    /// 400: custom claims must not include this claim.
    pub(in crate::emulator) fn reserved_claim(code: &'static str, claim: &str) -> Self {
        let status = StatusCode::BAD_REQUEST;
        Self { status, ..Self::param(code, "claims", format!("The {claim} claim is reserved.")) }
    }

    /// 401: the secret key is missing, or belongs to another instance.
    pub(in crate::emulator) fn key_invalid() -> Self {
        let message = "The secret key is missing or does not belong to this instance.";
        Self::new(StatusCode::UNAUTHORIZED, "clerk_key_invalid", message)
    }

    /// 401: no user is signed in in the browser.
    pub(in crate::emulator) fn signed_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "signed_out", "You are signed out.")
    }

    /// 401: the session cannot be refreshed. The app's server then starts a handshake.
    pub(in crate::emulator) fn not_refreshed(code: &'static str, message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, message)
    }

    /// 403: the user is banned from signing in.
    pub(in crate::emulator) fn banned() -> Self {
        Self::forbidden("user_banned", "The user is banned.")
    }

    /// 403: the user is temporarily locked out.
    pub(in crate::emulator) fn locked() -> Self {
        Self::forbidden("user_locked", "The user is locked.")
    }

    /// 403: the member lacks a permission.
    pub(in crate::emulator) fn permission_missing(permission: &str) -> Self {
        let message =
            format!("The user does not have the permission {permission} in the organization.");
        let error = Self::forbidden("missing_organization_permission", message);
        Self { meta: json!({ "permissions": [permission] }), ..error }
    }

    /// 404: no resource has this ID.
    pub(in crate::emulator) fn resource_not_found(what: &str, id: &str) -> Self {
        Self::not_found("resource_not_found", format!("The {what} {id} was not found."))
    }

    /// 404: a parameter refers to a resource that does not exist.
    pub(in crate::emulator) fn named_resource_not_found(
        what: &str,
        param: &str,
        name: &str,
    ) -> Self {
        Self { meta: json!({ "param_name": param }), ..Self::resource_not_found(what, name) }
    }

    /// 404: no resource has this token. The message does not repeat the token.
    pub(in crate::emulator) fn unknown_token(what: &str) -> Self {
        Self::not_found("resource_not_found", format!("The {what} was not found."))
    }

    /// 404: the image does not exist.
    pub(in crate::emulator) fn image_not_found() -> Self {
        Self::not_found("image_not_found", "The image was not found.")
    }

    /// 410: the operation is no longer available.
    pub(in crate::emulator) fn gone(message: &str) -> Self {
        Self::new(StatusCode::GONE, "gone", message)
    }

    /// 422: a required parameter is missing.
    pub(in crate::emulator) fn missing_param(param: &str) -> Self {
        Self::param("form_param_missing", param, format!("{param} is required."))
    }

    /// 422: a parameter is missing that another one requires.
    pub(in crate::emulator) fn missing_conditional_param(param: &str, other: &str) -> Self {
        let message = format!("{param} is required when {other} is given.");
        Self::param("form_conditional_param_missing", param, message)
    }

    /// 422: the operation does not have this parameter.
    pub(in crate::emulator) fn unknown_param(param: &str) -> Self {
        Self::param(
            "form_param_unknown",
            param,
            format!("{param} is not a parameter of this request."),
        )
    }

    /// 422: a parameter has an invalid format; `expected` completes "must be …".
    pub(in crate::emulator) fn invalid_format(param: &str, expected: &str) -> Self {
        Self::param("form_param_format_invalid", param, format!("{param} must be {expected}."))
    }

    /// 422: a parameter has an invalid value; `expected` completes "must be …".
    pub(in crate::emulator) fn invalid_value(param: &str, expected: &str) -> Self {
        Self::param("form_param_value_invalid", param, format!("{param} must be {expected}."))
    }

    /// 422: a string is too long.
    pub(in crate::emulator) fn too_long(param: &str, max: usize) -> Self {
        let message = format!("{param} must have at most {max} characters.");
        Self::param("form_param_max_length_exceeded", param, message)
    }

    /// 422: a list has too many items.
    pub(in crate::emulator) fn too_many(param: &str, max: usize) -> Self {
        let message = format!("{param} must have at most {max} items.");
        Self::param("form_param_array_size_exceeded", param, message)
    }

    /// 422: the role lacks permissions that organization creators require.
    pub(in crate::emulator) fn creator_role_ineligible() -> Self {
        Self::unprocessable(
            "organization_missing_creator_role_permissions",
            "The creator role must be able to read and manage members and delete the organization.",
        )
    }

    /// 422: another resource already has this identifier.
    pub(in crate::emulator) fn identifier_taken(param: &str) -> Self {
        Self::param(
            "form_identifier_exists",
            param,
            format!("That {} is already taken.", param.replace('_', " ")),
        )
    }

    /// 422: a parameter refers to a resource that does not exist.
    pub(in crate::emulator) fn referenced_not_found(param: &str) -> Self {
        Self::param(
            "form_resource_not_found",
            param,
            format!("The resource that {param} refers to was not found."),
        )
    }

    /// 429: the requests exceed a rate limit.
    pub(in crate::emulator) fn too_many_requests() -> Self {
        let message = "Too many requests. Please try again later.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", message)
    }

    /// 404: the emulator does not implement the endpoint. A 501 would make clients retry.
    pub(in crate::emulator) fn not_emulated(method: &http::Method, path: &str) -> Self {
        let message = format!("The emulator does not support {method} {path}.");
        Self::not_found("operation_not_emulated", message)
    }
}

impl ClerkError {
    /// Replaces the machine-readable details.
    pub(in crate::emulator) fn with_meta(self, meta: Value) -> Self {
        Self { meta, ..self }
    }

    /// The message without the code.
    pub(in crate::emulator) fn code(&self) -> &'static str {
        self.code
    }

    pub(in crate::emulator) fn message(&self) -> &str {
        &self.message
    }

    pub(in crate::emulator) fn status(&self) -> StatusCode {
        self.status
    }
}

impl fmt::Display for ClerkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl IntoResponse for ClerkError {
    fn into_response(self) -> Response {
        let body = json!({
            "errors": [{
                "code": self.code,
                "message": self.message,
                "long_message": self.message,
                "meta": self.meta,
            }],
            "clerk_trace_id": random_id(32),
        });
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
