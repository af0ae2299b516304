//! The accounts of users at social providers, and the providers' access tokens, which the emulator
//! issues in their place.

use std::collections::hash_map::Entry;

use serde_json::Value;

use super::{
    records::{ProviderToken, SocialAccount, provider_of},
    state::Store,
};
use crate::emulator::http::{ClerkError, Result};

impl Store {
    /// Connects an account at a provider, such as `google`, to a user, and enables the provider.
    pub(in crate::emulator) fn connect_external_account(
        &mut self,
        user_id: &str,
        provider: &str,
        email_address: &str,
    ) -> Result<Value> {
        let user = self.user(user_id)?;
        let text = |name: &str| user[name].as_str().unwrap_or_default().to_owned();
        let provider = provider_of(provider);
        let account = SocialAccount {
            strategy: format!("oauth_{provider}"),
            email_address: email_address.to_owned(),
            first_name: text("first_name"),
            last_name: text("last_name"),
        };
        let enabled = &mut self.user_settings.social_providers;
        if !enabled.iter().any(|name| name == provider) {
            enabled.push(provider.to_owned());
        }
        self.connect_account(user_id, &account)?;
        let mut own = external_accounts(self.user(user_id)?);
        Ok(own.find(|own| account.is(own)).cloned().unwrap_or_default())
    }

    /// Returns the access tokens of a user at a provider, as the Backend API represents them.
    /// Expired ones are renewed.
    pub(in crate::emulator) fn provider_tokens_of(
        &mut self,
        user_id: &str,
        provider: &str,
    ) -> Result<Vec<Value>> {
        let user = self.user(user_id)?.clone();
        let provider = provider_of(provider);
        if !self.user_settings.social_providers.iter().any(|name| name == provider) {
            let message = "The OAuth provider is not enabled for this instance.";
            return Err(ClerkError::not_found("oauth_token_provider_not_enabled", message));
        }
        let strategy = format!("oauth_{provider}");
        let now = self.now();
        let mut documents = Vec::new();
        for account in external_accounts(&user).filter(|own| own["provider"] == strategy) {
            let id = account["id"].as_str().unwrap_or_default().to_owned();
            let token = match self.provider_tokens.entry(id) {
                Entry::Vacant(vacant) => vacant.insert(Some(ProviderToken::new(now))),
                Entry::Occupied(occupied) => occupied.into_mut(),
            };
            if let Some(token) = token {
                if token.is_expired(now) {
                    *token = ProviderToken::new(now);
                }
                documents.push(token.document(account));
            }
        }
        Ok(documents)
    }

    /// Forgets the access tokens of an account until it is connected again.
    pub(in crate::emulator) fn forget_provider_tokens(&mut self, account_id: &str) {
        self.provider_tokens.insert(account_id.to_owned(), None);
    }
}

fn external_accounts(user: &Value) -> impl Iterator<Item = &Value> {
    user["external_accounts"].as_array().into_iter().flatten()
}
