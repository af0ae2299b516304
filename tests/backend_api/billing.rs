//! What there is to pay, who pays it, and what was paid.

use axum_clerk::{Timestamp, api::*};

use crate::contract::Contract;

pub(crate) async fn call_all(contract: &Contract) {
    plans_and_prices(contract).await;
    statements(contract).await;
    subscription_items(contract).await;
    payers(contract).await;
}

async fn plans_and_prices(contract: &Contract) {
    let billing = contract.clerk.billing();

    let least = ListBillingPlans::default();
    let most = least.clone().payer_type(PayerType::User).paginated(true).limit(500).offset(0);
    contract.check("GetCommercePlanList", billing.list_plans(&least)).await;
    contract.check("GetCommercePlanList", billing.list_plans(&most)).await;
    contract.stream("GetCommercePlanList", billing.stream_plans(&most)).await;

    let least = ListBillingPrices::default();
    let most = least.clone().plan_id("cplan_1").paginated(true).limit(500).offset(0);
    contract.check("GetBillingPriceList", billing.list_prices(&least)).await;
    contract.check("GetBillingPriceList", billing.list_prices(&most)).await;
    contract.stream("GetBillingPriceList", billing.stream_prices(&most)).await;

    let least = CreateBillingPrice::new("cplan_1", None);
    let most = CreateBillingPrice::new("cplan_1", 1000)
        .currency("usd")
        .annual_monthly_amount(800)
        .description("For old friends")
        .supported_billing_periods(BillingPeriod::Both);
    contract.check("CreateBillingPrice", billing.create_price(&least)).await;
    contract.check("CreateBillingPrice", billing.create_price(&most)).await;
}

async fn statements(contract: &Contract) {
    let billing = contract.clerk.billing();
    let least = OptionalPaging::default();
    let most = least.clone().paginated(true).limit(500).offset(0);

    contract.check("GetBillingStatementList", billing.list_statements(&least)).await;
    contract.check("GetBillingStatementList", billing.list_statements(&most)).await;
    contract.stream("GetBillingStatementList", billing.stream_statements(&most)).await;
    contract.check("GetBillingStatement", billing.get_statement("cst_1")).await;

    let operation = "GetBillingStatementPaymentAttempts";
    contract.check(operation, billing.list_statement_payment_attempts("cst_1", &least)).await;
    contract.check(operation, billing.list_statement_payment_attempts("cst_1", &most)).await;
    contract.stream(operation, billing.stream_statement_payment_attempts("cst_1", &most)).await;
}

async fn subscription_items(contract: &Contract) {
    let billing = contract.clerk.billing();

    let least = ListSubscriptionItems::default();
    let most = least
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
        .check("GetCommerceSubscriptionItemList", billing.list_subscription_items(&least))
        .await;
    contract.check("GetCommerceSubscriptionItemList", billing.list_subscription_items(&most)).await;
    contract
        .stream("GetCommerceSubscriptionItemList", billing.stream_subscription_items(&most))
        .await;

    let operation = "CancelCommerceSubscriptionItem";
    let least = CancelSubscriptionItem::default();
    contract.check(operation, billing.cancel_subscription_item("csi_1", &least)).await;
    contract
        .check(operation, billing.cancel_subscription_item("csi_1", &least.end_now(true)))
        .await;

    let then = Timestamp::from_millis(1_800_000_000_000);
    let trial = billing.extend_subscription_item_free_trial("csi_1", then);
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
    let least = AdjustCreditBalance::new(500, CreditAction::Increase, "once");
    let most = least.clone().currency("usd").note("sorry");

    contract.check("GetUserBillingSubscription", users.billing_subscription("user_1")).await;
    contract.check("GetUserBillingCreditBalance", users.billing_credit_balance("user_1")).await;
    let operation = "AdjustUserBillingCreditBalance";
    contract.check(operation, users.adjust_billing_credit_balance("user_1", &least)).await;
    contract.check(operation, users.adjust_billing_credit_balance("user_1", &most)).await;

    contract
        .check("GetOrganizationBillingSubscription", organizations.billing_subscription("org_1"))
        .await;
    contract
        .check("GetOrganizationBillingCreditBalance", organizations.billing_credit_balance("org_1"))
        .await;
    let operation = "AdjustOrganizationBillingCreditBalance";
    contract.check(operation, organizations.adjust_billing_credit_balance("org_1", &least)).await;
    contract.check(operation, organizations.adjust_billing_credit_balance("org_1", &most)).await;
}
