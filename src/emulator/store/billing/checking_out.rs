//! Creates and confirms the checkouts of a payer.

use super::{
    account::Account,
    catalog::Catalog,
    checkout::{Checkout, CheckoutStatus},
    period::Period,
    quote::Quote,
};
use crate::emulator::{
    http::{ClerkError, Result},
    tokens::new_id,
};

/// The card to pay with when a checkout is confirmed.
pub(in crate::emulator) enum CheckoutCard {
    /// The card that the checkout was created with, or else the default one.
    Current,
    /// Another card of the payer, by its ID.
    Known(String),
    /// A new test card.
    New,
}

impl Account {
    /// Returns the change that a checkout has made, or the one that its confirmation makes now.
    pub(in crate::emulator::store) fn quote_of(
        &self,
        checkout: &Checkout,
        catalog: &Catalog,
        now: i64,
    ) -> Result<Quote> {
        match &checkout.completed {
            Some(quote) => Ok(quote.clone()),
            None => self.quote(catalog, &checkout.price_id, checkout.period, now),
        }
    }

    /// Creates a checkout and returns its ID.
    pub(in crate::emulator::store) fn create_checkout(
        &mut self,
        catalog: &Catalog,
        price_id: &str,
        period: Period,
        card_id: Option<String>,
        now: i64,
    ) -> Result<String> {
        self.quote(catalog, price_id, period, now)?;
        if let Some(card_id) = &card_id {
            self.check_card(card_id)?;
        }
        let id = new_id("cchk");
        let price_id = price_id.to_owned();
        let checkout = Checkout { id: id.clone(), price_id, period, card_id, completed: None };
        self.checkouts.push(checkout);
        Ok(id)
    }

    pub(in crate::emulator::store) fn checkout(&self, id: &str) -> Result<&Checkout> {
        let checkout = self.checkouts.iter().find(|checkout| checkout.id == id);
        checkout.ok_or_else(|| ClerkError::resource_not_found("checkout", id))
    }

    /// Returns a checkout that can still be changed.
    pub(in crate::emulator::store) fn open_checkout(&self, id: &str) -> Result<&Checkout> {
        let checkout = self.checkout(id)?;
        if checkout.status() == CheckoutStatus::Completed {
            let message = "The checkout has already been completed.";
            return Err(ClerkError::conflict("checkout_already_completed", message));
        }
        Ok(checkout)
    }

    /// Makes the change of a checkout. The card that it is paid for with becomes the default, so
    /// that renewals are paid for with it, too.
    pub(in crate::emulator::store) fn confirm_checkout(
        &mut self,
        catalog: &Catalog,
        id: &str,
        card: CheckoutCard,
        now: i64,
    ) -> Result<()> {
        let checkout = self.open_checkout(id)?;
        let (price_id, period) = (checkout.price_id.clone(), checkout.period);
        let current = checkout.card_id.clone();
        let quote = self.quote(catalog, &price_id, period, now)?;
        let wallet = self.wallet.clone();
        let switched = self.choose_card(card, current, now).and_then(|()| {
            if needs_card(catalog, &quote) && self.wallet.default_card().is_none() {
                return Err(ClerkError::missing_param("payment_method_id"));
            }
            self.switch(quote.clone(), now)
        });
        if let Err(error) = switched {
            self.wallet = wallet;
            return Err(error);
        }
        if let Some(checkout) = self.checkouts.iter_mut().find(|checkout| checkout.id == id) {
            checkout.completed = Some(quote);
        }
        Ok(())
    }

    fn choose_card(&mut self, card: CheckoutCard, current: Option<String>, now: i64) -> Result<()> {
        let id = match card {
            CheckoutCard::Current => current,
            CheckoutCard::Known(id) => Some(id),
            CheckoutCard::New => Some(self.wallet.add_test_card(now)),
        };
        let Some(id) = id else { return Ok(()) };
        self.check_card(&id)?;
        self.wallet.make_default(&id)
    }

    fn check_card(&self, id: &str) -> Result<()> {
        let card = self.wallet.card(id);
        card.map(drop).map_err(|_| ClerkError::referenced_not_found("payment_method_id"))
    }
}

/// Returns whether a change requires a card: all paid plans do, even if credits cover the first payment.
pub(in crate::emulator::store) fn needs_card(catalog: &Catalog, quote: &Quote) -> bool {
    catalog.fee(&quote.item.price_id, quote.item.period) > 0
}
