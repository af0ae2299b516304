//! The subscription and the credit balance of a user or an organization.

use super::{
    payers::{AdjustCreditBalance, CreditBalance, CreditLedgerEntry},
    subscriptions::BillingSubscription,
};
use crate::api::{error::Result, organizations::Organizations, users::Users};

impl Users<'_> {
    /// Gets a user's subscription.
    ///
    /// `GET /users/{user_id}/billing/subscription`
    pub async fn billing_subscription(self, user_id: &str) -> Result<BillingSubscription> {
        self.0.get("/users/{user_id}/billing/subscription", [user_id]).send().await
    }

    /// Gets a user's credit balance.
    ///
    /// `GET /users/{user_id}/billing/credits`
    pub async fn billing_credit_balance(self, user_id: &str) -> Result<CreditBalance> {
        self.0.get("/users/{user_id}/billing/credits", [user_id]).send().await
    }

    /// Increases or decreases a user's credit balance.
    ///
    /// `POST /users/{user_id}/billing/credits`
    pub async fn adjust_billing_credit_balance(
        self,
        user_id: &str,
        params: &AdjustCreditBalance,
    ) -> Result<CreditLedgerEntry> {
        self.0.post("/users/{user_id}/billing/credits", [user_id]).json(params).send().await
    }
}

impl Organizations<'_> {
    /// Gets an organization's subscription.
    ///
    /// `GET /organizations/{organization_id}/billing/subscription`
    pub async fn billing_subscription(self, organization_id: &str) -> Result<BillingSubscription> {
        self.0
            .get("/organizations/{organization_id}/billing/subscription", [organization_id])
            .send()
            .await
    }

    /// Gets an organization's credit balance.
    ///
    /// `GET /organizations/{organization_id}/billing/credits`
    pub async fn billing_credit_balance(self, organization_id: &str) -> Result<CreditBalance> {
        self.0
            .get("/organizations/{organization_id}/billing/credits", [organization_id])
            .send()
            .await
    }

    /// Increases or decreases an organization's credit balance.
    ///
    /// `POST /organizations/{organization_id}/billing/credits`
    pub async fn adjust_billing_credit_balance(
        self,
        organization_id: &str,
        params: &AdjustCreditBalance,
    ) -> Result<CreditLedgerEntry> {
        let path = "/organizations/{organization_id}/billing/credits";
        self.0.post(path, [organization_id]).json(params).send().await
    }
}
