//! Errors, in the shape of Clerk's own.

use std::fmt;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header::WWW_AUTHENTICATE};
use serde_json::{Value, json};

use crate::emulator::tokens::random_id;

/// The results of what a client may get wrong.
pub(in crate::emulator) type Result<T> = std::result::Result<T, ClerkError>;

/// The result of an operation that responds with a document.
pub(in crate::emulator) type JsonResult = Result<Json<Value>>;

/// One error: a status, a code, a sentence, and the parameter at fault.
#[derive(Debug)]
pub(in crate::emulator) struct ClerkError {
    status: StatusCode,
    code: &'static str,
    message: String,
    meta: Value,
}

/// Refusals for reasons of [Clerk's codes](https://clerk.com/docs/guides/development/errors/backend-api).
impl ClerkError {
    pub(in crate::emulator) fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self { status, code, message: message.into(), meta: json!({}) }
    }

    /// 400.
    pub(in crate::emulator) fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 403.
    pub(in crate::emulator) fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    /// 404.
    pub(in crate::emulator) fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    /// 409.
    pub(in crate::emulator) fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// 422.
    pub(in crate::emulator) fn unprocessable(
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }

    /// 422, for what a parameter is.
    pub(in crate::emulator) fn param(
        code: &'static str,
        param: &str,
        message: impl Into<String>,
    ) -> Self {
        Self { meta: json!({ "param_name": param }), ..Self::unprocessable(code, message) }
    }
}

/// Refusals that ids operations have.
impl ClerkError {
    /// 400: there is one of that kind already.
    pub(in crate::emulator) fn duplicate(message: impl Into<String>) -> Self {
        Self::bad_request("duplicate_record", message)
    }

    /// 400: the ticket is none of the instance's, or what it was for is gone.
    pub(in crate::emulator) fn ticket_invalid() -> Self {
        Self::bad_request("ticket_invalid_code", "That is no ticket of this instance.")
    }

    /// 400: the ticket's time is over.
    pub(in crate::emulator) fn ticket_expired() -> Self {
        Self::bad_request("ticket_expired_code", "The ticket has expired.")
    }

    /// 400: the body is no JSON object.
    pub(in crate::emulator) fn body_invalid(why: impl fmt::Display) -> Self {
        let message = format!("The request's body is not a JSON object: {why}.");
        Self::bad_request("request_body_invalid", message)
    }

    /// 400: a token of the application's own must not have that claim.
    pub(in crate::emulator) fn reserved_claim(code: &'static str, claim: &str) -> Self {
        let status = StatusCode::BAD_REQUEST;
        Self { status, ..Self::param(code, "claims", format!("The claim {claim} is reserved.")) }
    }

    /// 401: no secret key, or one of another instance.
    pub(in crate::emulator) fn key_invalid() -> Self {
        let message = "The secret key is missing, or not that of this instance.";
        Self::new(StatusCode::UNAUTHORIZED, "clerk_key_invalid", message)
    }

    /// 401: a session is not refreshed; the app's server starts a handshake then.
    pub(in crate::emulator) fn not_refreshed(code: &'static str, message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, message)
    }

    /// 403: the user may not sign in.
    pub(in crate::emulator) fn banned() -> Self {
        Self::forbidden("user_banned", "The user is banned.")
    }

    /// 403: the user may not sign in for now.
    pub(in crate::emulator) fn locked() -> Self {
        Self::forbidden("user_locked", "The user is locked.")
    }

    /// 403: a member may not do this.
    pub(in crate::emulator) fn permission_missing(permission: &str) -> Self {
        let message = format!("The user lacks {permission} in the organization.");
        let error = Self::forbidden("missing_organization_permission", message);
        Self { meta: json!({ "permissions": [permission] }), ..error }
    }

    /// 404: nothing has that id.
    pub(in crate::emulator) fn resource_not_found(what: &str, id: &str) -> Self {
        Self::not_found("resource_not_found", format!("There is no {what} {id}."))
    }

    /// 404: nothing is what a parameter names.
    pub(in crate::emulator) fn named_resource_not_found(
        what: &str,
        param: &str,
        name: &str,
    ) -> Self {
        Self { meta: json!({ "param_name": param }), ..Self::resource_not_found(what, name) }
    }

    /// 404: no credential has that token, which is not repeated.
    pub(in crate::emulator) fn token_unknown(what: &str) -> Self {
        Self::not_found("resource_not_found", format!("There is no such {what}."))
    }

    /// 404: there is no such image, or none to delete.
    pub(in crate::emulator) fn image_not_found() -> Self {
        Self::not_found("image_not_found", "There is no such image.")
    }

    /// 410: there is no such operation any more.
    pub(in crate::emulator) fn gone(message: &str) -> Self {
        Self::new(StatusCode::GONE, "gone", message)
    }

    /// 422: a parameter that must be there is not.
    pub(in crate::emulator) fn missing_param(param: &str) -> Self {
        Self::param("form_param_missing", param, format!("{param} must be given."))
    }

    /// 422: a parameter must be given because another one is.
    pub(in crate::emulator) fn missing_conditional_param(param: &str, other: &str) -> Self {
        let message = format!("{param} must be given beside {other}.");
        Self::param("form_conditional_param_missing", param, message)
    }

    /// 422: the operation has no such parameter.
    pub(in crate::emulator) fn unknown_param(param: &str) -> Self {
        Self::param(
            "form_param_unknown",
            param,
            format!("{param} is not a parameter of this request."),
        )
    }

    /// 422: a parameter's form is wrong; `expected` completes "must be …".
    pub(in crate::emulator) fn invalid_format(param: &str, expected: &str) -> Self {
        Self::param("form_param_format_invalid", param, format!("{param} must be {expected}."))
    }

    /// 422: a parameter's value is out of the question; `expected` completes "must be …".
    pub(in crate::emulator) fn invalid_value(param: &str, expected: &str) -> Self {
        Self::param("form_param_value_invalid", param, format!("{param} must be {expected}."))
    }

    /// 422: a text has more characters than it may have.
    pub(in crate::emulator) fn too_long(param: &str, most: usize) -> Self {
        let message = format!("{param} must have {most} characters or fewer.");
        Self::param("form_param_max_length_exceeded", param, message)
    }

    /// 422: a list has more items than it may have.
    pub(in crate::emulator) fn too_many(param: &str, most: usize) -> Self {
        let message = format!("{param} must have {most} items or fewer.");
        Self::param("form_param_array_size_exceeded", param, message)
    }

    /// 422: a role does not suffice for whoever creates an organization.
    pub(in crate::emulator) fn creator_role_ineligible() -> Self {
        Self::unprocessable(
            "organization_missing_creator_role_permissions",
            "The role of creators must permit to read and manage members and to delete the organization.",
        )
    }

    /// 422: another user or organization has this identifier.
    pub(in crate::emulator) fn identifier_taken(param: &str) -> Self {
        Self::param("form_identifier_exists", param, format!("That {param} is taken."))
    }

    /// 422: a parameter names something that is not there.
    pub(in crate::emulator) fn referenced_not_found(param: &str) -> Self {
        Self::param(
            "form_resource_not_found",
            param,
            format!("There is nothing that {param} names."),
        )
    }

    /// 501: Clerk could tell, the emulator cannot.
    pub(in crate::emulator) fn not_implemented(message: &str) -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, "not_implemented", message)
    }

    /// 501: Clerk may well do this, the emulator does not.
    pub(in crate::emulator) fn not_emulated(method: &http::Method, path: &str) -> Self {
        Self::not_implemented(&format!("The emulator lacks {method} {path}."))
    }
}

impl ClerkError {
    /// The same with details for programs.
    pub(in crate::emulator) fn with_meta(self, meta: Value) -> Self {
        Self { meta, ..self }
    }

    /// The sentence alone, for people.
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
