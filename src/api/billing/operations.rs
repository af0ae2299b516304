//! The plans, prices, statements and subscription items of an instance.

use serde_json::json;

use super::{
    plans::{BillingPlan, BillingPrice, CreateBillingPrice, ListBillingPlans, ListBillingPrices},
    statements::{BillingStatement, PaymentAttempt},
    subscriptions::{
        CancelSubscriptionItem, DiscountRedemption, ListSubscriptionItems, PriceTransition,
        SubscriptionItem,
    },
};
use crate::{
    api::{
        client::Client,
        error::Result,
        transport::Items,
        types::{OptionalPaging, Page},
    },
    timestamp::Timestamp,
};

/// The plans of the instance, the subscriptions to them, and the payments. For the subscription of
/// a single user or organization, see
/// [`Users::billing_subscription`](crate::api::Users::billing_subscription) and
/// [`Organizations::billing_subscription`](crate::api::Organizations::billing_subscription).
///
/// ```no_run
/// use axum_clerk::api::{ListSubscriptionItems, SubscriptionItemStatus};
/// use futures_util::TryStreamExt;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let past_due = ListSubscriptionItems::default().status(SubscriptionItemStatus::PastDue);
/// let mut items = clerk.billing().stream_subscription_items(&past_due);
/// while let Some(item) = items.try_next().await? {
///     println!("{} {:?}", item.id, item.payer);
/// }
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/billing)
#[derive(Clone, Copy, Debug)]
pub struct Billing<'a>(pub(in crate::api) &'a Client);

impl Billing<'_> {
    /// Lists plans, newest first.
    ///
    /// `GET /billing/plans`
    pub async fn list_plans(self, params: &ListBillingPlans) -> Result<Page<BillingPlan>> {
        self.0.get("/billing/plans", []).query(params).send().await
    }

    /// Streams plans from all pages.
    ///
    /// `GET /billing/plans`
    pub fn stream_plans(self, params: &ListBillingPlans) -> Items<BillingPlan> {
        self.0.get("/billing/plans", []).query(&params.clone().paginated(true)).stream()
    }

    /// Lists prices, lowest amount first.
    ///
    /// `GET /billing/prices`
    pub async fn list_prices(self, params: &ListBillingPrices) -> Result<Page<BillingPrice>> {
        self.0.get("/billing/prices", []).query(params).send().await
    }

    /// Streams prices from all pages.
    ///
    /// `GET /billing/prices`
    pub fn stream_prices(self, params: &ListBillingPrices) -> Items<BillingPrice> {
        self.0.get("/billing/prices", []).query(&params.clone().paginated(true)).stream()
    }

    /// Creates a custom price for some of a plan's subscribers.
    ///
    /// `POST /billing/prices`
    pub async fn create_price(self, params: &CreateBillingPrice) -> Result<BillingPrice> {
        self.0.post("/billing/prices", []).json(params).send().await
    }

    /// Lists statements, newest first.
    ///
    /// `GET /billing/statements`
    pub async fn list_statements(self, params: &OptionalPaging) -> Result<Page<BillingStatement>> {
        self.0.get("/billing/statements", []).query(params).send().await
    }

    /// Streams statements from all pages.
    ///
    /// `GET /billing/statements`
    pub fn stream_statements(self, params: &OptionalPaging) -> Items<BillingStatement> {
        self.0.get("/billing/statements", []).query(&params.clone().paginated(true)).stream()
    }

    /// Gets a statement.
    ///
    /// `GET /billing/statements/{statementID}`
    pub async fn get_statement(self, statement_id: &str) -> Result<BillingStatement> {
        self.0.get("/billing/statements/{statementID}", [statement_id]).send().await
    }

    /// Lists the payment attempts for a statement, newest first.
    ///
    /// `GET /billing/statements/{statementID}/payment_attempts`
    pub async fn list_statement_payment_attempts(
        self,
        statement_id: &str,
        params: &OptionalPaging,
    ) -> Result<Page<PaymentAttempt>> {
        let path = "/billing/statements/{statementID}/payment_attempts";
        self.0.get(path, [statement_id]).query(params).send().await
    }

    /// Streams the payment attempts for a statement from all pages.
    ///
    /// `GET /billing/statements/{statementID}/payment_attempts`
    pub fn stream_statement_payment_attempts(
        self,
        statement_id: &str,
        params: &OptionalPaging,
    ) -> Items<PaymentAttempt> {
        let path = "/billing/statements/{statementID}/payment_attempts";
        self.0.get(path, [statement_id]).query(&params.clone().paginated(true)).stream()
    }

    /// Lists the subscription items of users and organizations, newest first.
    ///
    /// `GET /billing/subscription_items`
    pub async fn list_subscription_items(
        self,
        params: &ListSubscriptionItems,
    ) -> Result<Page<SubscriptionItem>> {
        self.0.get("/billing/subscription_items", []).query(params).send().await
    }

    /// Streams the subscription items of users and organizations from all pages.
    ///
    /// `GET /billing/subscription_items`
    pub fn stream_subscription_items(
        self,
        params: &ListSubscriptionItems,
    ) -> Items<SubscriptionItem> {
        self.0
            .get("/billing/subscription_items", [])
            .query(&params.clone().paginated(true))
            .stream()
    }

    /// Cancels a subscription item, by default at the end of its billing period.
    ///
    /// `DELETE /billing/subscription_items/{subscription_item_id}`
    pub async fn cancel_subscription_item(
        self,
        subscription_item_id: &str,
        params: &CancelSubscriptionItem,
    ) -> Result<SubscriptionItem> {
        let path = "/billing/subscription_items/{subscription_item_id}";
        self.0.delete(path, [subscription_item_id]).query(params).send().await
    }

    /// Extends a free trial to a time in the future, at most 365 days after its current end.
    ///
    /// `POST /billing/subscription_items/{subscription_item_id}/extend_free_trial`
    pub async fn extend_subscription_item_free_trial(
        self,
        subscription_item_id: &str,
        extend_to: impl Into<Timestamp>,
    ) -> Result<SubscriptionItem> {
        let path = "/billing/subscription_items/{subscription_item_id}/extend_free_trial";
        let body = json!({ "extend_to": extend_to.into().to_string() });
        self.0.post(path, [subscription_item_id]).json(&body).send().await
    }

    /// Applies a discount to a subscription item, replacing its active discount, if any.
    ///
    /// `POST /billing/subscription_items/{subscription_item_id}/discounts`
    pub async fn apply_subscription_item_discount(
        self,
        subscription_item_id: &str,
        discount_id: &str,
    ) -> Result<DiscountRedemption> {
        let path = "/billing/subscription_items/{subscription_item_id}/discounts";
        self.0
            .post(path, [subscription_item_id])
            .json(&json!({ "discount_id": discount_id }))
            .send()
            .await
    }

    /// Removes the active discount from a subscription item.
    ///
    /// `DELETE /billing/subscription_items/{subscription_item_id}/discounts/{discount_id}`
    pub async fn remove_subscription_item_discount(
        self,
        subscription_item_id: &str,
        discount_id: &str,
    ) -> Result<DiscountRedemption> {
        let path = "/billing/subscription_items/{subscription_item_id}/discounts/{discount_id}";
        self.0.delete(path, [subscription_item_id, discount_id]).send().await
    }

    /// Moves a subscription item from one price to another, either immediately or at the end of its
    /// billing period.
    ///
    /// `POST /billing/subscription_items/{subscription_item_id}/price_transition`
    pub async fn create_price_transition(
        self,
        subscription_item_id: &str,
        from_price_id: &str,
        to_price_id: &str,
    ) -> Result<PriceTransition> {
        let path = "/billing/subscription_items/{subscription_item_id}/price_transition";
        let body = json!({ "from_price_id": from_price_id, "to_price_id": to_price_id });
        self.0.post(path, [subscription_item_id]).json(&body).send().await
    }
}
