//! The state of billing.

use std::{collections::HashMap, sync::Arc};

use super::{
    account::{Account, item_not_found},
    catalog::Catalog,
    plan::PayerKind,
};
use crate::emulator::http::Result;

/// The catalog and the accounts of all payers.
#[derive(Default)]
pub(in crate::emulator) struct Billing {
    pub(in crate::emulator) catalog: Catalog,
    /// In order of creation, and shared with the snapshot from which webhooks are derived.
    pub(in crate::emulator) accounts: Vec<Arc<Account>>,
    /// The position of each account, by the ID of its user or organization.
    positions: HashMap<String, usize>,
    /// The time of the next change, or an earlier one if accounts have changed in the meantime.
    due_at: Option<i64>,
    /// The positions of accounts that have changed since `due_at` was determined.
    touched: Vec<usize>,
}

impl Billing {
    /// Returns the account of a user or an organization.
    pub(in crate::emulator) fn account(&self, owner_id: &str) -> Option<&Account> {
        self.positions.get(owner_id).map(|&position| &*self.accounts[position])
    }

    /// Returns the account of a user or an organization for modification. It is created if it is
    /// missing.
    pub(in crate::emulator::store) fn account_mut(
        &mut self,
        kind: PayerKind,
        owner_id: &str,
        now: i64,
    ) -> (&Catalog, &mut Account) {
        let next = self.accounts.len();
        let position = *self.positions.entry(owner_id.to_owned()).or_insert(next);
        if position == next {
            self.accounts.push(Arc::new(Account::new(kind, owner_id.to_owned(), now)));
        }
        self.touched.push(position);
        (&self.catalog, Arc::make_mut(&mut self.accounts[position]))
    }

    /// Returns the account that a subscription item belongs to.
    pub(in crate::emulator) fn account_of_item(&self, item_id: &str) -> Result<&Account> {
        let mut accounts = self.accounts.iter();
        let account = accounts.find(|account| account.has_item(item_id));
        account.map(|account| &**account).ok_or_else(|| item_not_found(item_id))
    }

    /// Returns the account that a subscription item belongs to, for modification.
    pub(in crate::emulator::store) fn account_of_item_mut(
        &mut self,
        item_id: &str,
    ) -> Result<(&Catalog, &mut Account)> {
        let mut accounts = self.accounts.iter();
        let position = accounts.position(|account| account.has_item(item_id));
        let position = position.ok_or_else(|| item_not_found(item_id))?;
        self.touched.push(position);
        Ok((&self.catalog, Arc::make_mut(&mut self.accounts[position])))
    }

    /// Makes all changes that are due. Returns whether there were any.
    pub(in crate::emulator::store) fn advance(&mut self, now: i64) -> bool {
        for position in self.touched.drain(..) {
            let due_at = self.accounts[position].due_at();
            self.due_at = self.due_at.into_iter().chain(due_at).min();
        }
        if self.due_at.is_none_or(|due_at| now < due_at) {
            return false;
        }
        let mut is_changed = false;
        for account in &mut self.accounts {
            if account.due_at().is_some_and(|due_at| due_at <= now) {
                Arc::make_mut(account).advance(&self.catalog, now);
                is_changed = true;
            }
        }
        self.due_at = self.accounts.iter().filter_map(|account| account.due_at()).min();
        is_changed
    }
}
