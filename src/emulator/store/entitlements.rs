//! The plans and features of a user and the active organization, for session tokens.

use super::{records::Session, state::Store};

/// The plans and features of a session, each as `SCOPE:NAME`.
#[derive(Default)]
pub(super) struct Entitlements {
    pub(super) plans: Vec<String>,
    pub(super) features: Vec<String>,
}

impl Store {
    /// Returns the plans that the user and the active organization have, and the features of these
    /// plans. A feature of both has the scope `uo`. The lists that were set for the session itself
    /// have priority.
    pub(super) fn entitlements(
        &self,
        session: &Session,
        organization_id: Option<&str>,
    ) -> Entitlements {
        let mut entitlements = Entitlements::default();
        let payers = [("u", Some(session.user_id.as_str())), ("o", organization_id)];
        for (scope, owner_id) in payers {
            let account = owner_id.and_then(|id| self.billing.account(id));
            let item = account.and_then(|account| account.current());
            let plan = item.and_then(|item| self.billing.catalog.plan(&item.plan_id).ok());
            let Some(plan) = plan else { continue };
            entitlements.plans.push(format!("{scope}:{}", plan.slug));
            for feature in &plan.features {
                let of_user = format!("u:{feature}");
                match entitlements.features.iter_mut().find(|known| **known == of_user) {
                    Some(shared) => *shared = format!("uo:{feature}"),
                    None => entitlements.features.push(format!("{scope}:{feature}")),
                }
            }
        }
        if !session.plans.is_empty() {
            entitlements.plans.clone_from(&session.plans);
        }
        if !session.features.is_empty() {
            entitlements.features.clone_from(&session.features);
        }
        entitlements
    }
}
