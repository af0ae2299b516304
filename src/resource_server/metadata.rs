//! The metadata of a protected resource (RFC 9728).

use serde_json::{Map, Value, json};
use url::Url;

use crate::{clerk::Clerk, config::ConfigError};

/// The path before that of the resource.
pub(super) const PROTECTED_RESOURCE: &str = "/.well-known/oauth-protected-resource";

/// Returns the metadata of the resource at a path of the application's public origin. An empty path
/// means the origin itself.
///
/// # Errors
///
/// If the configuration has no [`public_origin`](crate::ClerkConfigBuilder::public_origin), or
/// neither a publishable key nor a proxy URL, which determine the authorization server, or if the
/// path is invalid: it must start with `/`, without a query, a fragment, parameters or dot
/// segments.
pub fn metadata(clerk: &Clerk, path: &str) -> Result<Metadata, ConfigError> {
    let config = clerk.config();
    let mut problems = Vec::new();
    let Some(origin) = config.public_origin() else {
        problems.push("the metadata of a protected resource requires the public origin of the application; set CLERK_PUBLIC_ORIGIN".into());
        return Err(ConfigError::new(problems));
    };
    let authorization_server = config.public_frontend_api();
    if authorization_server.is_none() {
        problems.push("the metadata of a protected resource requires the Frontend API; set CLERK_PUBLISHABLE_KEY".into());
    }
    let origin = origin.origin().ascii_serialization();
    let resource = format!("{origin}{path}");
    // Clients compare the resource with the URL that they call, character by character.
    let is_path = path.is_empty()
        || (path.starts_with('/')
            && path != "/"
            && !path.contains(['{', '}', '*'])
            && Url::parse(&resource).is_ok_and(|url| url.as_str() == resource)
            && !resource.contains(['?', '#']));
    if !is_path {
        problems.push(format!(
            "`{path}` is not the path of a protected resource; it is empty, or starts with `/` and names a path as a URL spells it"
        ));
    }
    let (Some(authorization_server), true) = (authorization_server, problems.is_empty()) else {
        return Err(ConfigError::new(problems));
    };
    Ok(Metadata {
        #[cfg(feature = "axum")]
        clerk: clerk.clone(),
        #[cfg(feature = "axum")]
        path: path.to_owned(),
        resource,
        url: format!("{origin}{PROTECTED_RESOURCE}{path}"),
        authorization_server,
        fields: Map::new(),
    })
}

/// The metadata of a protected resource, created by [`metadata`].
///
/// [`router`](Self::router) serves it, and [`respond`](Self::respond) refers clients to it.
#[derive(Clone, Debug)]
#[must_use]
pub struct Metadata {
    #[cfg(feature = "axum")]
    pub(super) clerk: Clerk,
    #[cfg(feature = "axum")]
    pub(super) path: String,
    resource: String,
    url: String,
    pub(super) authorization_server: String,
    /// The fields that the application added.
    fields: Map<String, Value>,
}

impl Metadata {
    /// Sets the scopes that the resource uses.
    pub fn scopes<S: Into<String>>(self, scopes: impl IntoIterator<Item = S>) -> Self {
        let scopes: Vec<String> = scopes.into_iter().map(Into::into).collect();
        self.field("scopes_supported", scopes)
    }

    /// Sets the name of the resource that is shown to users.
    pub fn name(self, name: impl Into<String>) -> Self {
        self.field("resource_name", name.into())
    }

    /// Sets the URL of the documentation for developers.
    pub fn documentation(self, url: impl Into<String>) -> Self {
        self.field("resource_documentation", url.into())
    }

    /// Adds a field, such as `resource_policy_uri`. It cannot replace the fields that are derived
    /// from the configuration.
    pub fn field(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.fields.insert(name.into(), value.into());
        self
    }

    /// The identifier of the resource, such as `https://api.example.com/mcp`: the audience that its
    /// tokens must have.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The URL of the metadata, such as
    /// `https://api.example.com/.well-known/oauth-protected-resource/mcp`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the document.
    #[must_use]
    pub fn document(&self) -> Value {
        let server = &self.authorization_server;
        let mut document = self.fields.clone();
        document.insert("resource".into(), json!(self.resource));
        document.insert("authorization_servers".into(), json!([server]));
        document.insert("jwks_uri".into(), json!(format!("{server}/.well-known/jwks.json")));
        document.insert("bearer_methods_supported".into(), json!(["header"]));
        Value::Object(document)
    }
}
