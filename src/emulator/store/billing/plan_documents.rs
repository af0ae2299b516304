//! Plans as the Backend API represents them.

use serde_json::{Value, json};

use super::{
    catalog::Catalog,
    money::{CURRENCY, CURRENCY_SYMBOL, format_amount, money},
    period::Period,
    plan::{Feature, Plan, name_of},
};
use crate::emulator::store::records::NO_IMAGE;

/// The product that all plans belong to.
const PRODUCT_ID: &str = "cprod_emulator";

impl Catalog {
    /// Returns a plan with its features.
    pub(in crate::emulator) fn plan_document(&self, plan: &Plan) -> Value {
        let [month, annual_month, annual] = self.fees(plan);
        json!({
            "object": "commerce_plan",
            "id": plan.id,
            "name": plan.name,
            "fee": month.map(money),
            "annual_monthly_fee": annual_month.map(money),
            "annual_fee": annual.map(money),
            "description": plan.description,
            "product_id": PRODUCT_ID,
            "is_default": plan.is_default,
            "is_recurring": true,
            "publicly_visible": true,
            "has_base_fee": has_fee(month, annual),
            "for_payer_type": plan.payer,
            "slug": plan.slug,
            "avatar_url": null,
            "features": self.feature_documents(plan),
            "free_trial_enabled": plan.free_trial_days.is_some(),
            "free_trial_days": plan.free_trial_days,
        })
    }

    /// Returns a plan as the older models represent it: amounts are numbers, and there is no null
    /// where a string is expected.
    pub(in crate::emulator::store) fn legacy_plan_document(&self, plan: &Plan) -> Value {
        let mut document = self.plan_document(plan);
        let [month, annual_month, annual] = self.fees(plan).map(Option::unwrap_or_default);
        for (name, amount) in
            [("amount", month), ("annual_monthly_amount", annual_month), ("annual_amount", annual)]
        {
            document[name] = json!(amount);
            document[format!("{name}_formatted")] = json!(format_amount(amount));
        }
        document["currency"] = json!(CURRENCY);
        document["currency_symbol"] = json!(CURRENCY_SYMBOL);
        document["payer_type"] = json!([plan.payer]);
        document["description"] = json!(plan.description.as_deref().unwrap_or_default());
        document["avatar_url"] = json!(NO_IMAGE);
        for feature in document["features"].as_array_mut().into_iter().flatten() {
            feature["description"] = json!("");
            feature["avatar_url"] = json!(NO_IMAGE);
        }
        document
    }

    /// Returns the monthly fee, the monthly fee if billed annually, and the annual fee.
    fn fees(&self, plan: &Plan) -> [Option<i64>; 3] {
        let Ok(price) = self.default_price(&plan.id) else { return [None; 3] };
        [price.fee(Period::Month), price.annual_monthly_amount, price.fee(Period::Annual)]
    }

    fn feature_documents(&self, plan: &Plan) -> Vec<Value> {
        let features = self.features.iter();
        features.filter(|feature| plan.features.contains(&feature.slug)).map(document).collect()
    }
}

fn has_fee(month: Option<i64>, annual: Option<i64>) -> bool {
    [month, annual].into_iter().flatten().any(|fee| fee > 0)
}

fn document(feature: &Feature) -> Value {
    json!({
        "object": "feature",
        "id": feature.id,
        "name": name_of(&feature.slug),
        "description": null,
        "slug": feature.slug,
        "avatar_url": null,
    })
}
