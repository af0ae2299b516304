//! The domains that the instance works on.

use crate::api::{
    client::Client,
    error::Result,
    types::{DeletedObject, Page, Patch},
};

/// The domains that the instance works on: the primary one, and its satellites.
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

    /// Changes a domain.
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
    /// A new domain, for [`Domains::add`].
    pub struct AddDomain(
        /// Its name, in development with the port if need be: `localhost:3000`.
        name: String,
        /// Whether it is a satellite: Clerk takes `true` alone.
        is_satellite: bool,
    ) {
        /// The URL of a proxy in front of the Frontend API, in production.
        proxy_url: String,
    }
}

params! {
    /// What [`Domains::update`] changes.
    pub struct UpdateDomain {
        /// Its name, without a scheme; in development with the port if need be.
        name: String,
        /// The URL of a proxy in front of the Frontend API, in production; cleared, Clerk is reached by DNS.
        proxy_url: Patch<String>,
        /// Whether it is the domain of one more application on the same root domain, so that its subdomain
        /// counts.
        is_secondary: bool,
    }
}

model! {
    /// A domain that the instance works on.
    #[serde(tag = "object", rename = "domain")]
    pub struct Domain {
        /// Its ID, `dmn_…`.
        pub id: String,
        /// Its name.
        pub name: String,
        /// Whether it is a satellite.
        pub is_satellite: bool,
        /// The URL of its Frontend API.
        pub frontend_api_url: String,
        /// The URL of its account portal; `None` for a satellite.
        pub accounts_portal_url: Option<String>,
        /// The URL of the proxy in front of its Frontend API.
        pub proxy_url: Option<String>,
        /// The origin of the application in development.
        pub development_origin: String,
        /// The DNS records that it needs.
        pub cname_targets: Option<Vec<CnameTarget>>,
    }
}

model! {
    /// A `CNAME` record that a domain needs.
    pub struct CnameTarget {
        /// The record's name.
        pub host: String,
        /// What it points to.
        pub value: String,
        /// Whether the domain cannot do without.
        pub required: bool,
    }
}
