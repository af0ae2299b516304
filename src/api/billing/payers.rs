//! Who pays, with what, and what they have left.

use super::money::Money;
use crate::{api::types::field_serde::rfc3339, timestamp::Timestamp};

params! {
    /// A change of a payer's credits, for [`Users::adjust_billing_credit_balance`](crate::api::Users::adjust_billing_credit_balance) and
    /// [`Organizations::adjust_billing_credit_balance`](crate::api::Organizations::adjust_billing_credit_balance).
    pub struct AdjustCreditBalance(
        /// How much, in cents: more than 0.
        amount: i64,
        /// Which way.
        action: CreditAction,
        /// A key of the change's own: sent again with the same key, it is made once.
        idempotency_key: String,
    ) {
        /// The currency's code: by default `USD`.
        currency: String,
        /// What it is for.
        note: String,
    }
}

open_enum! {
    /// Which way credits change.
    pub enum CreditAction {
        /// There will be more.
        Increase = "increase",
        /// There will be less.
        Decrease = "decrease",
    }
}

model! {
    /// The credits that a payer has left.
    pub struct CreditBalance {
        /// What Clerk calls such an object.
        pub object: String,
        /// How much; `None` where there never were any.
        pub balance: Option<Money>,
    }
}

model! {
    /// A change of a payer's credits.
    pub struct CreditLedgerEntry {
        /// Its ID.
        pub id: String,
        /// What Clerk calls such an object.
        pub object: String,
        /// The ID of the payer.
        pub payer_id: String,
        /// How much: less than 0 for a decrease.
        pub amount: Money,
        /// The kind of thing that it came of, such as `grant`.
        pub source_type: String,
        /// The ID of that.
        pub source_id: String,
        /// What it is for.
        pub note: Option<String>,
        /// When it was made.
        #[serde(serialize_with = "rfc3339")]
        pub created_at: Option<Timestamp>,
    }
}

open_enum! {
    /// What a payer is.
    pub enum PayerType {
        /// A user.
        User = "user",
        /// An organization.
        Organization = "org",
    }
}

model! {
    /// Who pays: a user or an organization.
    #[serde(tag = "object", rename = "commerce_payer")]
    pub struct Payer {
        /// Its ID.
        pub id: String,
        /// The ID of the instance.
        pub instance_id: String,
        /// The ID of the user.
        pub user_id: Option<String>,
        /// The user's first name.
        pub first_name: Option<String>,
        /// The user's last name.
        pub last_name: Option<String>,
        /// The user's email address.
        pub email: Option<String>,
        /// The ID of the organization.
        pub organization_id: Option<String>,
        /// The organization's name.
        pub organization_name: Option<String>,
        /// The image to show.
        pub image_url: Option<String>,
        /// The credits that are left.
        pub credits_balance: Option<Money>,
        /// When it was created.
        pub created_at: Option<Timestamp>,
        /// When it last changed.
        pub updated_at: Option<Timestamp>,
    }
}

model! {
    /// What is paid with.
    pub struct PaymentMethod {
        /// Its ID.
        pub id: String,
        /// `commerce_payment_method`, or the older `commerce_source`.
        pub object: String,
        /// The ID of who pays with it.
        pub payer_id: String,
        /// What it is.
        pub payment_type: Option<PaymentMethodType>,
        /// What it is: the older form of [`payment_type`](Self::payment_type).
        pub payment_method: Option<PaymentMethodType>,
        /// Whether it is what the payer pays with unless asked.
        pub is_default: Option<bool>,
        /// The payment provider, such as `stripe`.
        pub gateway: String,
        /// The payment provider's ID of it.
        pub gateway_external_id: String,
        /// The payment provider's ID of the account that it belongs to.
        pub gateway_external_account_id: Option<String>,
        /// The last 4 digits of the card.
        pub last4: Option<String>,
        /// Whether it can be used.
        pub status: PaymentMethodStatus,
        /// The wallet that the card is in.
        pub wallet_type: Option<String>,
        /// The card's brand.
        pub card_type: Option<String>,
        /// The year in which the card expires.
        pub expiry_year: Option<u64>,
        /// The month in which the card expires, from 1.
        pub expiry_month: Option<u64>,
        /// When it was created.
        pub created_at: Option<Timestamp>,
        /// When it last changed.
        pub updated_at: Option<Timestamp>,
        /// Whether it can be removed.
        pub is_removable: Option<bool>,
    }
}

open_enum! {
    /// What is paid with.
    pub enum PaymentMethodType {
        Card = "card",
        Link = "link",
        ApplePay = "apple_pay",
        GooglePay = "google_pay",
        /// What the payer has left from before.
        PayerCredits = "payer-credits",
    }
}

open_enum! {
    /// Whether something can be paid with.
    pub enum PaymentMethodStatus {
        /// It can.
        Active = "active",
        /// It can not any more.
        Disconnected = "disconnected",
    }
}
