//! API keys.

use serde_json::{Value, json};

use crate::{
    api::{
        client::Client,
        error::Result,
        transport::Items,
        types::{DeletedObject, Page, Patch, Revocation, Secret},
    },
    timestamp::Timestamp,
};

/// API keys, which programs use to call your application on behalf of a user or an organization.
///
/// ```no_run
/// use axum_clerk::api::CreateApiKey;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let key = CreateApiKey::new("nightly import", "user_1").scopes(["invoices:write"]);
/// let key = clerk.api_keys().create(&key).await?;
/// let secret = key.secret.expect("present when the key is created");
/// println!("store this secret: {}", secret.expose());
///
/// let key = clerk.api_keys().verify("ak_…").await?;
/// println!("called by {} with scopes {:?}", key.subject, key.scopes);
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/api-keys)
#[derive(Clone, Copy, Debug)]
pub struct ApiKeys<'a>(pub(in crate::api) &'a Client);

impl ApiKeys<'_> {
    /// Lists the API keys of a subject, newest first.
    ///
    /// `GET /api_keys`
    pub async fn list(self, params: &ListApiKeys) -> Result<Page<ApiKey>> {
        self.0.get("/api_keys", []).query(params).send().await
    }

    /// Streams the API keys of a subject from all pages.
    ///
    /// `GET /api_keys`
    pub fn stream(self, params: &ListApiKeys) -> Items<ApiKey> {
        self.0.get("/api_keys", []).query(params).stream()
    }

    /// Gets an API key.
    ///
    /// `GET /api_keys/{apiKeyID}`
    pub async fn get(self, api_key_id: &str) -> Result<ApiKey> {
        self.0.get("/api_keys/{apiKeyID}", [api_key_id]).send().await
    }

    /// Gets the secret of an API key, which is the string that a program sends.
    ///
    /// `GET /api_keys/{apiKeyID}/secret`
    pub async fn get_secret(self, api_key_id: &str) -> Result<ApiKeySecret> {
        self.0.get("/api_keys/{apiKeyID}/secret", [api_key_id]).send().await
    }

    /// Creates an API key. The [`secret`](ApiKey::secret) field is only present in this response.
    ///
    /// `POST /api_keys`
    pub async fn create(self, params: &CreateApiKey) -> Result<ApiKey> {
        self.0.post("/api_keys", []).json(params).send().await
    }

    /// Updates an API key.
    ///
    /// `PATCH /api_keys/{apiKeyID}`
    pub async fn update(self, api_key_id: &str, params: &UpdateApiKey) -> Result<ApiKey> {
        self.0.patch("/api_keys/{apiKeyID}", [api_key_id]).json(params).send().await
    }

    /// Revokes an API key. It can still be listed, but no longer passes verification.
    ///
    /// `POST /api_keys/{apiKeyID}/revoke`
    pub async fn revoke(self, api_key_id: &str, params: &Revocation) -> Result<ApiKey> {
        self.0.post("/api_keys/{apiKeyID}/revoke", [api_key_id]).json(params).send().await
    }

    /// Deletes an API key.
    ///
    /// `DELETE /api_keys/{apiKeyID}`
    pub async fn delete(self, api_key_id: &str) -> Result<DeletedObject> {
        self.0.delete("/api_keys/{apiKeyID}", [api_key_id]).send().await
    }

    /// Verifies the secret of an API key and returns the key. An unknown, revoked or expired key
    /// results in an [`ApiError`](crate::api::ApiError).
    ///
    /// `POST /api_keys/verify`
    pub async fn verify(self, secret: &str) -> Result<ApiKey> {
        self.0
            .post("/api_keys/verify", [])
            .json(&json!({ "secret": secret }))
            .idempotent()
            .send()
            .await
    }
}

params! {
    /// Parameters for [`ApiKeys::list`].
    pub struct ListApiKeys(
        /// The ID of the user, organization or machine that the keys belong to.
        subject: String,
    ) {
        /// The type of the keys, `api_key` by default.
        r#type: String,
        /// Whether to include revoked and expired keys.
        include_invalid: bool,
        /// The maximum number of results: 1 to 100, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
        /// Only keys whose name or ID contains this string.
        query: String,
    }
}

params! {
    /// Parameters for [`ApiKeys::create`].
    pub struct CreateApiKey(
        /// The key's name, at least 3 characters.
        name: String,
        /// The ID of the user or organization that the key belongs to.
        subject: String,
    ) {
        /// The type of the key, `api_key` by default.
        r#type: String,
        /// The key's description, at most 255 characters.
        description: String,
        /// Custom claims, as an object.
        claims: Value,
        /// The key's scopes.
        scopes: [String],
        /// The ID of the user who creates the key.
        created_by: String,
        /// The key's lifetime in seconds. By default, the key does not expire.
        seconds_until_expiration: u64,
    }
}

params! {
    /// Parameters for [`ApiKeys::update`]. Unset fields are left unchanged.
    pub struct UpdateApiKey {
        /// Custom claims, as an object.
        claims: Patch<Value>,
        /// The key's scopes.
        scopes: [String],
        /// The key's description, at most 255 characters.
        description: Patch<String>,
        /// The ID of the user or organization that the key belongs to.
        subject: String,
        /// The key's remaining lifetime in seconds. If cleared, the key does not expire.
        seconds_until_expiration: Patch<u64>,
    }
}

model! {
    /// An API key.
    #[serde(tag = "object", rename = "api_key")]
    pub struct ApiKey {
        /// The key's ID, `ak_…`.
        pub id: String,
        /// The type of the key, such as `api_key`.
        pub r#type: String,
        /// The ID of the user, organization or machine that the key belongs to.
        pub subject: String,
        /// The key's name.
        pub name: String,
        /// The key's description.
        pub description: Option<String>,
        /// The custom claims.
        pub claims: Value,
        /// The key's scopes.
        pub scopes: Vec<String>,
        /// The secret that a program sends. Only present when the key is created; use
        /// [`ApiKeys::get_secret`] to get it later.
        pub secret: Option<Secret>,
        /// Whether the key was revoked.
        pub revoked: bool,
        /// The reason why the key was revoked.
        pub revocation_reason: Option<String>,
        /// Whether the key has expired.
        pub expired: bool,
        /// The time when the key expires; `None` if it does not expire.
        pub expiration: Option<Timestamp>,
        /// The ID of the user who created the key.
        pub created_by: Option<String>,
        /// The time when the key was last used.
        pub last_used_at: Option<Timestamp>,
        /// The time when the key was created.
        pub created_at: Timestamp,
        /// The time when the key was last updated.
        pub updated_at: Timestamp,
    }
}

model! {
    /// The secret of an API key.
    pub struct ApiKeySecret {
        /// The secret that a program sends.
        pub secret: Secret,
    }
}
