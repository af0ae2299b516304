//! The domains of the instance.

use crate::api::{
    client::Client,
    error::Result,
    types::{DeletedObject, Page, Patch},
};

/// The domains of the instance: its primary domain and its satellite domains.
///
/// ```no_run
/// use axum_clerk::api::AddDomain;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let shop = clerk.domains().add(&AddDomain::new("shop.example.com", true)).await?;
/// for record in shop.cname_targets.unwrap_or_default() {
///     println!("{} CNAME {}", record.host, record.value);
/// }
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/domains)
#[derive(Clone, Copy, Debug)]
pub struct Domains<'a>(pub(in crate::api) &'a Client);

impl Domains<'_> {
    /// Lists all domains.
    ///
    /// `GET /domains`
    pub async fn list(self) -> Result<Page<Domain>> {
        self.0.get("/domains", []).send().await
    }

    /// Adds a satellite domain.
    ///
    /// `POST /domains`
    pub async fn add(self, params: &AddDomain) -> Result<Domain> {
        self.0.post("/domains", []).json(params).send().await
    }

    /// Updates a domain.
    ///
    /// `PATCH /domains/{domain_id}`
    pub async fn update(self, domain_id: &str, params: &UpdateDomain) -> Result<Domain> {
        self.0.patch("/domains/{domain_id}", [domain_id]).json(params).send().await
    }

    /// Deletes a satellite domain.
    ///
    /// `DELETE /domains/{domain_id}`
    pub async fn delete(self, domain_id: &str) -> Result<DeletedObject> {
        self.0.delete("/domains/{domain_id}", [domain_id]).send().await
    }
}

params! {
    /// Parameters for [`Domains::add`].
    pub struct AddDomain(
        /// The domain's name. It can contain a port in development, such as `localhost:3000`.
        name: String,
        /// Whether the domain is a satellite. Clerk only accepts `true`.
        is_satellite: bool,
    ) {
        /// The URL of a proxy in front of the Frontend API. Only for production instances.
        proxy_url: String,
    }
}

params! {
    /// Parameters for [`Domains::update`].
    pub struct UpdateDomain {
        /// The domain's name, without a scheme. It can contain a port in development.
        name: String,
        /// The URL of a proxy in front of the Frontend API. Only for production instances. Clear it
        /// to switch back to DNS.
        proxy_url: Patch<String>,
        /// Whether the domain belongs to a secondary application on the same root domain, which
        /// makes its subdomain significant.
        is_secondary: bool,
    }
}

model! {
    /// A domain of the instance.
    #[serde(tag = "object", rename = "domain")]
    pub struct Domain {
        /// The domain's ID, `dmn_…`.
        pub id: String,
        /// The domain's name.
        pub name: String,
        /// Whether the domain is a satellite.
        pub is_satellite: bool,
        /// The URL of the domain's Frontend API.
        pub frontend_api_url: String,
        /// The URL of the domain's account portal; `None` for a satellite.
        pub accounts_portal_url: Option<String>,
        /// The URL of the proxy in front of the domain's Frontend API.
        pub proxy_url: Option<String>,
        /// The origin of the application in development.
        pub development_origin: String,
        /// The DNS records that the domain requires.
        pub cname_targets: Option<Vec<CnameTarget>>,
    }
}

model! {
    /// A `CNAME` record of a domain.
    pub struct CnameTarget {
        /// The name of the record.
        pub host: String,
        /// The target of the record.
        pub value: String,
        /// Whether the record must be set for the domain to be deployed.
        pub required: bool,
    }
}
