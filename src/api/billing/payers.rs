//! Payers, their payment methods and their credits.

use super::money::Money;
use crate::{api::types::field_serde::rfc3339, timestamp::Timestamp};

params! {
    /// Parameters for [`Users::adjust_billing_credit_balance`] and
    /// [`Organizations::adjust_billing_credit_balance`].
    ///
    /// [`Users::adjust_billing_credit_balance`]: crate::api::Users::adjust_billing_credit_balance
    /// [`Organizations::adjust_billing_credit_balance`]:
    ///     crate::api::Organizations::adjust_billing_credit_balance
    pub struct AdjustCreditBalance(
        /// The amount in cents; must be greater than 0.
        amount: i64,
        /// Whether to increase or decrease the balance.
        action: CreditAction,
        /// A key that is unique to this adjustment. Requests that repeat the key do not adjust the
        /// balance again.
        idempotency_key: String,
    ) {
        /// The currency code, `USD` by default.
        currency: String,
        /// A note on the adjustment.
        note: String,
    }
}

open_enum! {
    /// The direction in which a credit balance is adjusted.
    pub enum CreditAction {
        /// Adds credits.
        Increase = "increase",
        /// Removes credits.
        Decrease = "decrease",
    }
}

model! {
    /// The credit balance of a payer.
    pub struct CreditBalance {
        /// The type of the object, as named by Clerk.
        pub object: String,
        /// The balance; `None` if the payer never had credits.
        pub balance: Option<Money>,
    }
}

model! {
    /// An adjustment of a payer's credit balance.
    pub struct CreditLedgerEntry {
        /// The entry's ID.
        pub id: String,
        /// The type of the object, as named by Clerk.
        pub object: String,
        /// The payer's ID.
        pub payer_id: String,
        /// The amount; negative if the balance was decreased.
        pub amount: Money,
        /// The type of the adjustment's source, such as `grant`.
        pub source_type: String,
        /// The ID of the adjustment's source.
        pub source_id: String,
        /// The note on the adjustment.
        pub note: Option<String>,
        /// The time when the entry was created.
        #[serde(serialize_with = "rfc3339")]
        pub created_at: Option<Timestamp>,
    }
}

open_enum! {
    /// The type of a payer.
    pub enum PayerType {
        /// A user.
        User = "user",
        /// An organization.
        Organization = "org",
    }
}

model! {
    /// A user or an organization that pays.
    #[serde(tag = "object", rename = "commerce_payer")]
    pub struct Payer {
        /// The payer's ID.
        pub id: String,
        /// The instance's ID.
        pub instance_id: String,
        /// The user's ID.
        pub user_id: Option<String>,
        /// The user's first name.
        pub first_name: Option<String>,
        /// The user's last name.
        pub last_name: Option<String>,
        /// The user's email address.
        pub email: Option<String>,
        /// The organization's ID.
        pub organization_id: Option<String>,
        /// The organization's name.
        pub organization_name: Option<String>,
        /// The URL of the payer's image.
        pub image_url: Option<String>,
        /// The payer's credit balance.
        pub credits_balance: Option<Money>,
        /// The time when the payer was created.
        pub created_at: Option<Timestamp>,
        /// The time when the payer was last updated.
        pub updated_at: Option<Timestamp>,
    }
}

model! {
    /// A payment method.
    pub struct PaymentMethod {
        /// The payment method's ID.
        pub id: String,
        /// `commerce_payment_method`, or `commerce_source` in the older form.
        pub object: String,
        /// The ID of the payer who owns the payment method.
        pub payer_id: String,
        /// The type of the payment method.
        pub payment_type: Option<PaymentMethodType>,
        /// The type of the payment method; the older form of [`payment_type`](Self::payment_type).
        pub payment_method: Option<PaymentMethodType>,
        /// Whether this is the payer's default payment method.
        pub is_default: Option<bool>,
        /// The payment provider, such as `stripe`.
        pub gateway: String,
        /// The payment provider's ID for the payment method.
        pub gateway_external_id: String,
        /// The payment provider's ID for the account that the payment method belongs to.
        pub gateway_external_account_id: Option<String>,
        /// The last 4 digits of the card number.
        pub last4: Option<String>,
        /// Whether the payment method can be used.
        pub status: PaymentMethodStatus,
        /// The type of the wallet that holds the card.
        pub wallet_type: Option<String>,
        /// The brand of the card.
        pub card_type: Option<String>,
        /// The year in which the card expires.
        pub expiry_year: Option<u64>,
        /// The month in which the card expires, starting at 1.
        pub expiry_month: Option<u64>,
        /// The time when the payment method was created.
        pub created_at: Option<Timestamp>,
        /// The time when the payment method was last updated.
        pub updated_at: Option<Timestamp>,
        /// Whether the payment method can be removed.
        pub is_removable: Option<bool>,
    }
}

open_enum! {
    /// The type of a payment method.
    pub enum PaymentMethodType {
        Card = "card",
        Link = "link",
        ApplePay = "apple_pay",
        GooglePay = "google_pay",
        /// The payer's credit balance.
        PayerCredits = "payer-credits",
    }
}

open_enum! {
    /// Whether a payment method can be used.
    pub enum PaymentMethodStatus {
        /// It can be used.
        Active = "active",
        /// It can no longer be used.
        Disconnected = "disconnected",
    }
}
