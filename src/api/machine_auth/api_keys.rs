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

/// API keys, with which programs call the application for a user or an organization.
///
/// ```no_run
/// use axum_clerk::api::CreateApiKey;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let key = CreateApiKey::new("nightly import", "user_1").scopes(["invoices:write"]);
/// let key = clerk.api_keys().create(&key).await?;
/// println!("keep this: {}", key.secret.expect("a new key has its secret").expose());
///
/// let key = clerk.api_keys().verify("ak_…").await?;
/// println!("{} calls, and may {:?}", key.subject, key.scopes);
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/api-keys)
#[derive(Clone, Copy, Debug)]
pub struct ApiKeys<'a>(pub(in crate::api) &'a Client);

impl ApiKeys<'_> {
    /// Lists the API keys of a subject, the newest first.
    ///
    /// `GET /api_keys`
    pub async fn list(self, params: &ListApiKeys) -> Result<Page<ApiKey>> {
        self.0.get("/api_keys", []).query(params).send().await
    }

    /// Streams the API keys of a subject, from all pages.
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

    /// Gets the secret of an API key: the text that a program sends.
    ///
    /// `GET /api_keys/{apiKeyID}/secret`
    pub async fn get_secret(self, api_key_id: &str) -> Result<ApiKeySecret> {
        self.0.get("/api_keys/{apiKeyID}/secret", [api_key_id]).send().await
    }

    /// Creates an API key. Only here does it come with its [`secret`](ApiKey::secret).
    ///
    /// `POST /api_keys`
    pub async fn create(self, params: &CreateApiKey) -> Result<ApiKey> {
        self.0.post("/api_keys", []).json(params).send().await
    }

    /// Changes an API key.
    ///
    /// `PATCH /api_keys/{apiKeyID}`
    pub async fn update(self, api_key_id: &str, params: &UpdateApiKey) -> Result<ApiKey> {
        self.0.patch("/api_keys/{apiKeyID}", [api_key_id]).json(params).send().await
    }

    /// Revokes an API key: it stays in the list, and verifies no more.
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

    /// Finds the API key with this secret. One that is unknown, revoked or expired is an
    /// [`ApiError`](crate::api::ApiError).
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
    /// Which API keys [`ApiKeys::list`] returns.
    pub struct ListApiKeys(
        /// The ID of the user, organization or machine that they belong to.
        subject: String,
    ) {
        /// The type: `api_key` by default.
        r#type: String,
        /// Whether those that were revoked or have expired are among them.
        include_invalid: bool,
        /// How many to return: 1 to 100, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
        /// Whose name or ID contains this text.
        query: String,
    }
}

params! {
    /// A new API key, for [`ApiKeys::create`].
    pub struct CreateApiKey(
        /// Its name, at least 3 characters.
        name: String,
        /// The ID of the user or organization that it belongs to.
        subject: String,
    ) {
        /// The type: `api_key` by default.
        r#type: String,
        /// What it is for, at most 255 characters.
        description: String,
        /// Claims of the application's own, as an object.
        claims: Value,
        /// What it may be used for.
        scopes: [String],
        /// The ID of the user who creates it.
        created_by: String,
        /// How long it is valid, in seconds: by default without end.
        seconds_until_expiration: u64,
    }
}

params! {
    /// What [`ApiKeys::update`] changes.
    pub struct UpdateApiKey {
        /// Claims of the application's own, as an object.
        claims: Patch<Value>,
        /// What it may be used for.
        scopes: [String],
        /// What it is for, at most 255 characters.
        description: Patch<String>,
        /// The ID of the user or organization that it belongs to.
        subject: String,
        /// How long it is valid from now on, in seconds; cleared, it is so without end.
        seconds_until_expiration: Patch<u64>,
    }
}

model! {
    /// An API key.
    #[serde(tag = "object", rename = "api_key")]
    pub struct ApiKey {
        /// Its ID, `ak_…`.
        pub id: String,
        /// The type, such as `api_key`.
        pub r#type: String,
        /// The ID of the user, organization or machine that it belongs to.
        pub subject: String,
        /// Its name.
        pub name: String,
        /// What it is for.
        pub description: Option<String>,
        /// Claims of the application's own.
        pub claims: Value,
        /// What it may be used for.
        pub scopes: Vec<String>,
        /// What a program sends; only when the key is created. [`ApiKeys::get_secret`] gets it later.
        pub secret: Option<Secret>,
        /// Whether it was revoked.
        pub revoked: bool,
        /// Why it was revoked.
        pub revocation_reason: Option<String>,
        /// Whether it is past its end.
        pub expired: bool,
        /// When it expires; `None` for one without end.
        pub expiration: Option<Timestamp>,
        /// The ID of the user who created it.
        pub created_by: Option<String>,
        /// When it was last used.
        pub last_used_at: Option<Timestamp>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

model! {
    /// The secret of an API key.
    pub struct ApiKeySecret {
        /// What a program sends.
        pub secret: Secret,
    }
}
