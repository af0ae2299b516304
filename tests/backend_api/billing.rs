//! Billing: plans, prices, statements, subscriptions and credits.

use axum_clerk::{Timestamp, api::*};

use crate::{contract::Contract, samples::optional_paging};

pub(crate) async fn call_all(contract: &Contract) {
    plans_and_prices(contract).await;
    statements(contract).await;
    subscription_items(contract).await;
    payers(contract).await;
}

async fn plans_and_prices(contract: &Contract) {
    let billing = contract.clerk.billing();

    let minimal = ListBillingPlans::default();
    let full = minimal.clone().payer_type(PayerType::User).paginated(true).limit(500).offset(0);
    contract.check("GetCommercePlanList", billing.list_plans(&minimal)).await;
    contract.check("GetCommercePlanList", billing.list_plans(&full)).await;
    contract.stream("GetCommercePlanList", billing.stream_plans(&full)).await;

    let minimal = ListBillingPrices::default();
    let full = minimal.clone().plan_id("cplan_1").paginated(true).limit(500).offset(0);
    contract.check("GetBillingPriceList", billing.list_prices(&minimal)).await;
    contract.check("GetBillingPriceList", billing.list_prices(&full)).await;
    contract.stream("GetBillingPriceList", billing.stream_prices(&full)).await;

    let minimal = CreateBillingPrice::new("cplan_1", None);
    let full = CreateBillingPrice::new("cplan_1", 1000)
        .currency("usd")
        .annual_monthly_amount(800)
        .description("For old friends")
        .supported_billing_periods(BillingPeriod::Both);
    contract.check("CreateBillingPrice", billing.create_price(&minimal)).await;
    contract.check("CreateBillingPrice", billing.create_price(&full)).await;
}

async fn statements(contract: &Contract) {
    let billing = contract.clerk.billing();
    let (minimal, full) = (OptionalPaging::default(), optional_paging());

    contract.check("GetBillingStatementList", billing.list_statements(&minimal)).await;
    contract.check("GetBillingStatementList", billing.list_statements(&full)).await;
    contract.stream("GetBillingStatementList", billing.stream_statements(&full)).await;
    contract.check("GetBillingStatement", billing.get_statement("cst_1")).await;

    let operation = "GetBillingStatementPaymentAttempts";
    contract.check(operation, billing.list_statement_payment_attempts("cst_1", &minimal)).await;
    contract.check(operation, billing.list_statement_payment_attempts("cst_1", &full)).await;
    contract.stream(operation, billing.stream_statement_payment_attempts("cst_1", &full)).await;
}

async fn subscription_items(contract: &Contract) {
    let billing = contract.clerk.billing();

    let minimal = ListSubscriptionItems::default();
    let full = minimal
        .clone()
        .status(SubscriptionItemStatus::Active)
        .payer_type(PayerType::Organization)
        .plan_id("cplan_1")
        .include_free(true)
        .query("ada")
        .paginated(true)
        .limit(500)
        .offset(0);
    contract
        .check("GetCommerceSubscriptionItemList", billing.list_subscription_items(&minimal))
        .await;
    contract.check("GetCommerceSubscriptionItemList", billing.list_subscription_items(&full)).await;
    contract
        .stream("GetCommerceSubscriptionItemList", billing.stream_subscription_items(&full))
        .await;

    let operation = "CancelCommerceSubscriptionItem";
    let minimal = CancelSubscriptionItem::default();
    contract.check(operation, billing.cancel_subscription_item("csi_1", &minimal)).await;
    contract
        .check(operation, billing.cancel_subscription_item("csi_1", &minimal.end_now(true)))
        .await;

    let end = Timestamp::from_millis(1_800_000_000_000);
    let trial = billing.extend_subscription_item_free_trial("csi_1", end);
    contract.check("ExtendBillingSubscriptionItemFreeTrial", trial).await;

    let discount = billing.apply_subscription_item_discount("csi_1", "disc_1");
    contract.check("ApplyBillingSubscriptionItemDiscount", discount).await;
    let discount = billing.remove_subscription_item_discount("csi_1", "disc_1");
    contract.check("RemoveBillingSubscriptionItemDiscount", discount).await;

    let transition = billing.create_price_transition("csi_1", "cprice_1", "cprice_2");
    contract.check("CreateBillingPriceTransition", transition).await;
}

async fn payers(contract: &Contract) {
    let (users, organizations) = (contract.clerk.users(), contract.clerk.organizations());
    let minimal = AdjustCreditBalance::new(500, CreditAction::Increase, "once");
    let full = minimal.clone().currency("usd").note("sorry");

    contract.check("GetUserBillingSubscription", users.billing_subscription("user_1")).await;
    contract.check("GetUserBillingCreditBalance", users.billing_credit_balance("user_1")).await;
    let operation = "AdjustUserBillingCreditBalance";
    contract.check(operation, users.adjust_billing_credit_balance("user_1", &minimal)).await;
    contract.check(operation, users.adjust_billing_credit_balance("user_1", &full)).await;

    contract
        .check("GetOrganizationBillingSubscription", organizations.billing_subscription("org_1"))
        .await;
    contract
        .check("GetOrganizationBillingCreditBalance", organizations.billing_credit_balance("org_1"))
        .await;
    let operation = "AdjustOrganizationBillingCreditBalance";
    contract.check(operation, organizations.adjust_billing_credit_balance("org_1", &minimal)).await;
    contract.check(operation, organizations.adjust_billing_credit_balance("org_1", &full)).await;
}
