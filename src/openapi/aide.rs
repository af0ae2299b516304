//! Documents with [aide](https://docs.rs/aide).
//!
//! ```
//! use aide::{axum::{ApiRouter, routing::get}, openapi::OpenApi, transform::TransformOpenApi};
//! use axum_clerk::{Clerk, ClerkLayer, SignedIn, openapi::aide::security_schemes};
//!
//! async fn me(session: SignedIn) -> String {
//!     session.user_id().to_owned()
//! }
//!
//! fn document(clerk: &Clerk) -> OpenApi {
//!     let mut document = OpenApi::default();
//!     let app: axum::Router = ApiRouter::new()
//!         .api_route("/me", get(me))
//!         .finish_api_with(&mut document, |api| security_schemes(api, clerk))
//!         .layer(ClerkLayer::new(clerk.clone()));
//!     document
//! }
//! ```

use aide::{
    OperationInput,
    generate::GenContext,
    openapi::{
        ApiKeyLocation, MediaType, OAuth2Flow, OAuth2Flows, Operation, Response, SchemaObject,
        SecurityScheme,
    },
    transform::TransformOpenApi,
};

use super::description::{
    BEARER, BEARER_DESCRIPTION, COOKIE, COOKIE_DESCRIPTION, COOKIE_NAME, FORBIDDEN, OAUTH2,
    OAUTH2_DESCRIPTION, SCOPES, UNAUTHENTICATED, rejection_schema,
};
use crate::{
    authenticate::MachineToken,
    clerk::Clerk,
    middleware::{ClerkAuth, SignedIn, VerifiedApiKey, VerifiedM2mToken, VerifiedOAuthToken},
};

/// Adds the security schemes of an instance to a document. The OAuth scheme requires a publishable
/// key or a proxy URL.
pub fn security_schemes<'t>(api: TransformOpenApi<'t>, clerk: &Clerk) -> TransformOpenApi<'t> {
    let bearer = SecurityScheme::Http {
        scheme: "bearer".into(),
        bearer_format: None,
        description: Some(BEARER_DESCRIPTION.into()),
        extensions: Default::default(),
    };
    let cookie = SecurityScheme::ApiKey {
        location: ApiKeyLocation::Cookie,
        name: COOKIE_NAME.into(),
        description: Some(COOKIE_DESCRIPTION.into()),
        extensions: Default::default(),
    };
    let api = api.security_scheme(BEARER, bearer).security_scheme(COOKIE, cookie);
    let Some(server) = clerk.config().public_frontend_api() else { return api };
    let flow = OAuth2Flow::AuthorizationCode {
        authorization_url: format!("{server}/oauth/authorize"),
        token_url: format!("{server}/oauth/token"),
        refresh_url: None,
        scopes: SCOPES.into_iter().map(|(name, text)| (name.into(), text.into())).collect(),
    };
    let oauth2 = SecurityScheme::OAuth2 {
        flows: OAuth2Flows { authorization_code: Some(flow), ..OAuth2Flows::default() },
        description: Some(OAUTH2_DESCRIPTION.into()),
        extensions: Default::default(),
    };
    api.security_scheme(OAUTH2, oauth2)
}

/// Declares alternative security requirements, each unless the operation has it already.
fn require(operation: &mut Operation, schemes: &[&str]) {
    for &scheme in schemes {
        if !operation.security.iter().any(|requirement| requirement.contains_key(scheme)) {
            operation.security.push([(scheme.to_owned(), Vec::new())].into_iter().collect());
        }
    }
}

fn rejections() -> Vec<(Option<u16>, Response)> {
    [(401, UNAUTHENTICATED), (403, FORBIDDEN)]
        .into_iter()
        .map(|(status, description)| {
            let json_schema = rejection_schema().try_into().expect("an object is a JSON schema");
            let schema = SchemaObject { json_schema, external_docs: None, example: None };
            let media_type = MediaType { schema: Some(schema), ..MediaType::default() };
            let response = Response {
                description: description.into(),
                content: [("application/json".to_owned(), media_type)].into_iter().collect(),
                ..Response::default()
            };
            (Some(status), response)
        })
        .collect()
}

/// Documents the security and the rejections of extractors.
macro_rules! rejecting_input {
    ($($extractor:ty: [$($scheme:expr),+];)+) => {$(
        impl OperationInput for $extractor {
            fn operation_input(_: &mut GenContext, operation: &mut Operation) {
                require(operation, &[$($scheme),+]);
            }

            fn inferred_early_responses(
                _: &mut GenContext,
                _: &mut Operation,
            ) -> Vec<(Option<u16>, Response)> {
                rejections()
            }
        }
    )+};
}

rejecting_input! {
    SignedIn: [BEARER, COOKIE];
    MachineToken: [BEARER, OAUTH2];
    VerifiedApiKey: [BEARER];
    VerifiedM2mToken: [BEARER];
    VerifiedOAuthToken: [BEARER, OAUTH2];
}

/// Documents that authentication is possible, but not required.
impl OperationInput for ClerkAuth {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        if operation.security.is_empty() {
            operation.security.push(Default::default());
            require(operation, &[BEARER, COOKIE]);
        }
    }
}

impl OperationInput for Clerk {}
