//! Documents with [utoipa](https://docs.rs/utoipa).
//!
//! ```
//! use axum_clerk::{AuthRejection, Clerk, SignedIn, openapi::utoipa::ClerkSecurity};
//! use utoipa::{Modify, OpenApi};
//!
//! #[utoipa::path(get, path = "/me", responses((status = 200, body = String), AuthRejection))]
//! async fn me(session: SignedIn) -> String {
//!     session.user_id().to_owned()
//! }
//!
//! #[derive(OpenApi)]
//! #[openapi(paths(me))]
//! struct Api;
//!
//! fn document(clerk: &Clerk) -> utoipa::openapi::OpenApi {
//!     let mut document = Api::openapi();
//!     ClerkSecurity::new(clerk).modify(&mut document);
//!     document
//! }
//! ```

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses, Modify,
    openapi::{
        Components, ContentBuilder, OpenApi, RefOr, Response, ResponseBuilder,
        path::{Operation, PathItem},
        schema::Schema,
        security::{
            ApiKey, ApiKeyValue, AuthorizationCode, Flow, HttpAuthScheme, HttpBuilder, OAuth2,
            Scopes, SecurityRequirement, SecurityScheme,
        },
    },
};

use super::description::{
    BEARER, BEARER_DESCRIPTION, COOKIE, COOKIE_DESCRIPTION, COOKIE_NAME, FORBIDDEN, OAUTH2,
    OAUTH2_DESCRIPTION, SCOPES, UNAUTHENTICATED, rejection_schema,
};
use crate::{clerk::Clerk, middleware::AuthRejection};

/// Adds the security schemes of an instance to a document, and requires one of [`BEARER`] and
/// [`COOKIE`] for the operations that respond with 401 and do not declare their security.
#[derive(Clone, Debug)]
pub struct ClerkSecurity {
    authorization_server: Option<String>,
}

impl ClerkSecurity {
    /// Creates a modifier. The scheme [`OAUTH2`] requires a publishable key or a proxy URL.
    #[must_use]
    pub fn new(clerk: &Clerk) -> Self {
        Self { authorization_server: clerk.config().public_frontend_api() }
    }
}

impl Modify for ClerkSecurity {
    fn modify(&self, openapi: &mut OpenApi) {
        let components = openapi.components.get_or_insert_with(Components::default);
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(BEARER_DESCRIPTION))
            .build();
        components.add_security_scheme(BEARER, SecurityScheme::Http(bearer));
        let cookie = ApiKeyValue::with_description(COOKIE_NAME, COOKIE_DESCRIPTION);
        components.add_security_scheme(COOKIE, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        if let Some(server) = &self.authorization_server {
            let flow = AuthorizationCode::new(
                format!("{server}/oauth/authorize"),
                format!("{server}/oauth/token"),
                Scopes::from_iter(SCOPES),
            );
            let oauth2 =
                OAuth2::with_description([Flow::AuthorizationCode(flow)], OAUTH2_DESCRIPTION);
            components.add_security_scheme(OAUTH2, SecurityScheme::OAuth2(oauth2));
        }
        for operation in openapi.paths.paths.values_mut().flat_map(operations) {
            if operation.security.is_none() && operation.responses.responses.contains_key("401") {
                let requirement = |scheme| SecurityRequirement::new(scheme, [""; 0]);
                operation.security = Some(vec![requirement(BEARER), requirement(COOKIE)]);
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, options, head, patch, trace, .. } = item;
    [get, put, post, delete, options, head, patch, trace].into_iter().flatten()
}

/// Documents the 401 and the 403.
impl IntoResponses for AuthRejection {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let schema: Schema =
            serde_json::from_value(rejection_schema()).expect("the schema of an object");
        [("401", UNAUTHENTICATED), ("403", FORBIDDEN)]
            .into_iter()
            .map(|(status, description)| {
                let content = ContentBuilder::new().schema(Some(schema.clone())).build();
                let response = ResponseBuilder::new()
                    .description(description)
                    .content("application/json", content)
                    .build();
                (status.to_owned(), response.into())
            })
            .collect()
    }
}
