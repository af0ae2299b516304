//! Billing under its former name.

use crate::api::{
    billing::{
        BillingPlan, CancelSubscriptionItem, ListBillingPlans, ListSubscriptionItems,
        SubscriptionItem,
    },
    client::Client,
    error::Result,
    transport::{FIRST_API_VERSION, Items},
    types::Page,
};

/// [`Billing`](crate::api::Billing) under its former name.
///
/// ```no_run
/// use axum_clerk::api::ListBillingPlans;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// # #[allow(deprecated)]
/// for plan in clerk.commerce().list_plans(&ListBillingPlans::default()).await?.data {
///     println!("{}", plan.name);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Commerce<'a>(pub(in crate::api) &'a Client);

impl Commerce<'_> {
    /// Lists plans, newest first.
    ///
    /// `GET /commerce/plans`, in version 2021-02-05
    #[deprecated = "use `billing().list_plans`"]
    pub async fn list_plans(self, params: &ListBillingPlans) -> Result<Page<BillingPlan>> {
        self.0.get("/commerce/plans", []).api_version(FIRST_API_VERSION).query(params).send().await
    }

    /// Streams plans from all pages.
    ///
    /// `GET /commerce/plans`, in version 2021-02-05
    #[deprecated = "use `billing().stream_plans`"]
    pub fn stream_plans(self, params: &ListBillingPlans) -> Items<BillingPlan> {
        let params = params.clone().paginated(true);
        self.0.get("/commerce/plans", []).api_version(FIRST_API_VERSION).query(&params).stream()
    }

    /// Lists the subscription items of users and organizations, newest first.
    ///
    /// `GET /commerce/subscription_items`, in version 2021-02-05
    #[deprecated = "use `billing().list_subscription_items`"]
    pub async fn list_subscription_items(
        self,
        params: &ListSubscriptionItems,
    ) -> Result<Page<SubscriptionItem>> {
        let request = self.0.get("/commerce/subscription_items", []).api_version(FIRST_API_VERSION);
        request.query(params).send().await
    }

    /// Streams the subscription items of users and organizations from all pages.
    ///
    /// `GET /commerce/subscription_items`, in version 2021-02-05
    #[deprecated = "use `billing().stream_subscription_items`"]
    pub fn stream_subscription_items(
        self,
        params: &ListSubscriptionItems,
    ) -> Items<SubscriptionItem> {
        let request = self.0.get("/commerce/subscription_items", []).api_version(FIRST_API_VERSION);
        request.query(&params.clone().paginated(true)).stream()
    }

    /// Cancels a subscription item, by default at the end of its billing period.
    ///
    /// `DELETE /commerce/subscription_items/{subscription_item_id}`, in version 2021-02-05
    #[deprecated = "use `billing().cancel_subscription_item`"]
    pub async fn cancel_subscription_item(
        self,
        subscription_item_id: &str,
        params: &CancelSubscriptionItem,
    ) -> Result<SubscriptionItem> {
        let path = "/commerce/subscription_items/{subscription_item_id}";
        let request = self.0.delete(path, [subscription_item_id]).api_version(FIRST_API_VERSION);
        request.query(params).send().await
    }
}
