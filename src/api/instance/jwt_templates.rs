//! JWT templates.

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

/// The JWT templates of the instance, which define the claims of custom session tokens for other
/// services.
///
/// ```no_run
/// use axum_clerk::api::{CreateSessionToken, DefineJwtTemplate};
/// use serde_json::json;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let claims = json!({ "aud": "reports", "plan": "{{user.public_metadata.plan}}" });
/// let template = DefineJwtTemplate::new("reports", claims).lifetime(300);
/// clerk.jwt_templates().create(&template).await?;
///
/// let params = CreateSessionToken::default();
/// let token = clerk.sessions().create_token_from_template("sess_1", "reports", &params).await?;
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

    /// Streams JWT templates from all pages.
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

    /// Updates a JWT template. The name and the claims are required.
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
    /// Parameters for [`JwtTemplates::create`] and [`JwtTemplates::update`].
    pub struct DefineJwtTemplate(
        /// The name by which sessions request tokens from the template.
        name: String,
        /// The claims, as a JSON object. Strings can contain shortcodes such as `{{user.id}}`.
        claims: Value,
    ) {
        /// The lifetime of tokens in seconds: 30 to 315,360,000.
        lifetime: Patch<u32>,
        /// The allowed clock skew in seconds: 300 at most.
        allowed_clock_skew: Patch<u32>,
        /// Whether tokens are signed with `signing_key` instead of the instance's key.
        custom_signing_key: bool,
        /// The algorithm of `signing_key`, such as `HS256`. Required with a custom signing key.
        signing_algorithm: Patch<String>,
        /// The private or shared key to sign tokens with. Required with a custom signing key.
        signing_key: Patch<Secret>,
    }
}

model! {
    /// A JWT template.
    #[serde(tag = "object", rename = "jwt_template")]
    pub struct JwtTemplate {
        /// The template's ID, `jtmp_…`.
        pub id: String,
        /// The name by which sessions request tokens from the template.
        pub name: String,
        /// The claims, as a JSON object. Strings can contain shortcodes such as `{{user.id}}`.
        pub claims: Value,
        /// The lifetime of tokens in seconds.
        pub lifetime: u64,
        /// The allowed clock skew in seconds.
        pub allowed_clock_skew: u64,
        /// Whether tokens are signed with a custom key instead of the instance's key.
        pub custom_signing_key: bool,
        /// The algorithm with which tokens are signed.
        pub signing_algorithm: String,
        /// The time when the template was created.
        pub created_at: Timestamp,
        /// The time when the template was last updated.
        pub updated_at: Timestamp,
    }
}
