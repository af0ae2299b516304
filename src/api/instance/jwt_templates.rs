//! Templates of JWTs for other services.

use serde_json::Value;

use crate::{
    api::{
        client::Client,
        error::Result,
        transport::Items,
        types::{DeletedObject, OptionalPaging, Patch, Secret},
    },
    timestamp::Timestamp,
};

/// Templates of JWTs, which say what a session's token for another service contains.
///
/// ```no_run
/// use axum_clerk::api::{CreateSessionToken, DefineJwtTemplate};
/// use serde_json::json;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let claims = json!({ "aud": "reports", "plan": "{{user.public_metadata.plan}}" });
/// clerk.jwt_templates().create(&DefineJwtTemplate::new("reports", claims).lifetime(300u32)).await?;
///
/// let token = CreateSessionToken::default();
/// let token = clerk.sessions().create_token_from_template("sess_1", "reports", &token).await?;
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/jwt-templates)
#[derive(Clone, Copy, Debug)]
pub struct JwtTemplates<'a>(pub(in crate::api) &'a Client);

impl JwtTemplates<'_> {
    /// Lists JWT templates.
    ///
    /// `GET /jwt_templates`
    pub async fn list(self, params: &OptionalPaging) -> Result<Vec<JwtTemplate>> {
        self.0.get("/jwt_templates", []).query(params).send_list().await
    }

    /// Streams JWT templates, from all pages.
    ///
    /// `GET /jwt_templates`
    pub fn stream(self, params: &OptionalPaging) -> Items<JwtTemplate> {
        self.0.get("/jwt_templates", []).query(&params.clone().paginated(true)).stream()
    }

    /// Gets a JWT template.
    ///
    /// `GET /jwt_templates/{template_id}`
    pub async fn get(self, template_id: &str) -> Result<JwtTemplate> {
        self.0.get("/jwt_templates/{template_id}", [template_id]).send().await
    }

    /// Creates a JWT template.
    ///
    /// `POST /jwt_templates`
    pub async fn create(self, params: &DefineJwtTemplate) -> Result<JwtTemplate> {
        self.0.post("/jwt_templates", []).json(params).send().await
    }

    /// Changes a JWT template. Name and claims are always given.
    ///
    /// `PATCH /jwt_templates/{template_id}`
    pub async fn update(
        self,
        template_id: &str,
        params: &DefineJwtTemplate,
    ) -> Result<JwtTemplate> {
        self.0.patch("/jwt_templates/{template_id}", [template_id]).json(params).send().await
    }

    /// Deletes a JWT template.
    ///
    /// `DELETE /jwt_templates/{template_id}`
    pub async fn delete(self, template_id: &str) -> Result<DeletedObject> {
        self.0.delete("/jwt_templates/{template_id}", [template_id]).send().await
    }
}

params! {
    /// A JWT template, for [`JwtTemplates::create`] and [`JwtTemplates::update`].
    pub struct DefineJwtTemplate(
        /// Its name, by which a session asks for a token.
        name: String,
        /// The claims, as an object. A text may have placeholders such as `{{user.id}}`.
        claims: Value,
    ) {
        /// How long a token is valid, in seconds: 30 to 315,360,000.
        lifetime: Patch<u32>,
        /// How far clocks may be apart, in seconds: up to 300.
        allowed_clock_skew: Patch<u32>,
        /// Whether tokens are signed with `signing_key` rather than with the instance's key.
        custom_signing_key: bool,
        /// The algorithm of `signing_key`, such as `HS256`.
        signing_algorithm: Patch<String>,
        /// The private or shared key to sign with.
        signing_key: Patch<Secret>,
    }
}

model! {
    /// A JWT template.
    #[serde(tag = "object", rename = "jwt_template")]
    pub struct JwtTemplate {
        /// Its ID, `jtmp_…`.
        pub id: String,
        /// Its name, by which a session asks for a token.
        pub name: String,
        /// The claims, as an object. A text may have placeholders such as `{{user.id}}`.
        pub claims: Value,
        /// How long a token is valid, in seconds.
        pub lifetime: u64,
        /// How far clocks may be apart, in seconds.
        pub allowed_clock_skew: u64,
        /// Whether tokens are signed with a key of the template's own.
        pub custom_signing_key: bool,
        /// The algorithm that tokens are signed with.
        pub signing_algorithm: String,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}
