//! Identifications of users.

use serde_json::{Value, json};

use super::{
    records::{
        IdentificationKind, IdentificationStatus, PHONE_NUMBER, WEB3_WALLET, find_identification,
        find_identification_mut, identifications_of, is_identified, is_identifier, is_verified,
        new_identification, remove_identification, verified_by_admin, verified_id,
    },
    state::Store,
};
use crate::emulator::{
    http::{ClerkError, Params, Result, fields},
    tokens::new_id,
};

/// The requested changes to an identification.
struct IdentificationUpdate {
    verified: bool,
    primary: bool,
    second_factor: Option<bool>,
}

impl IdentificationUpdate {
    fn take(kind: &IdentificationKind, mut params: Params) -> Result<Self> {
        let update = Self {
            verified: fields::take_flag(&mut params, "verified")? == Some(true),
            primary: fields::take_flag(&mut params, "primary")? == Some(true),
            second_factor: match kind.name {
                "phone_number" => fields::take_flag(&mut params, "reserved_for_second_factor")?,
                _ => None,
            },
        };
        reject_unknown_except_notify(kind, params)?;
        Ok(update)
    }
}

/// Rejects all remaining parameters except the one about a notification, which the emulator does
/// not send.
fn reject_unknown_except_notify(kind: &IdentificationKind, mut params: Params) -> Result<()> {
    if kind.name == "email_address" {
        fields::take_flag(&mut params, "notify_primary_email_address_changed")?;
    }
    fields::reject_unknown(&params)
}

impl Store {
    pub(in crate::emulator) fn identification(
        &self,
        kind: &IdentificationKind,
        id: &str,
    ) -> Result<Value> {
        let found = find_identification(self.owner(kind, id)?, kind, id);
        found.cloned().ok_or_else(|| ClerkError::resource_not_found(kind.name, id))
    }

    /// Returns an identification, which must belong to the user.
    pub(in crate::emulator) fn own_identification(
        &self,
        user_id: &str,
        kind: &IdentificationKind,
        id: &str,
    ) -> Result<&Value> {
        let own = find_identification(self.user(user_id)?, kind, id);
        own.ok_or_else(|| ClerkError::resource_not_found(kind.name, id))
    }

    pub(in crate::emulator) fn create_identification(
        &mut self,
        kind: &IdentificationKind,
        mut params: Params,
    ) -> Result<Value> {
        let user_id = fields::take_required(&mut params, "user_id")?;
        let identifier = fields::take_required(&mut params, kind.name)?;
        let update = IdentificationUpdate::take(kind, params)?;
        let mut user = self.user(&user_id)?.clone();
        let id = self.identify(&mut user, kind, &identifier, IdentificationStatus::Unverified)?;
        if update.second_factor == Some(true) && !update.verified {
            let code = "identification_create_second_factor_unverified";
            return Err(ClerkError::bad_request(code, "A second factor must be verified."));
        }
        self.apply(user, kind, &id, &update)
    }

    pub(in crate::emulator) fn update_identification(
        &mut self,
        kind: &IdentificationKind,
        id: &str,
        params: Params,
    ) -> Result<Value> {
        let update = IdentificationUpdate::take(kind, params)?;
        let user = self.owner(kind, id)?.clone();
        self.apply(user, kind, id, &update)
    }

    pub(in crate::emulator) fn delete_identification(
        &mut self,
        kind: &IdentificationKind,
        id: &str,
    ) -> Result<Value> {
        let mut user = self.owner(kind, id)?.clone();
        remove_identification(&mut user, kind, id);
        if !is_identified(&user) {
            let message = "A user's last identification cannot be deleted.";
            return Err(ClerkError::bad_request("identification_deletion_failed", message));
        }
        self.replace_user(user);
        Ok(json!({ "object": kind.name, "id": id, "deleted": true }))
    }

    /// Deletes a wallet, which must belong to the user.
    pub(in crate::emulator) fn delete_web3_wallet(
        &mut self,
        user_id: &str,
        id: &str,
    ) -> Result<Value> {
        self.own_identification(user_id, &WEB3_WALLET, id)?;
        self.delete_identification(&WEB3_WALLET, id)
    }

    /// Replaces all of the user's identifications of a kind by a single one.
    pub(in crate::emulator) fn replace_identifications(
        &mut self,
        kind: &IdentificationKind,
        user_id: &str,
        mut params: Params,
    ) -> Result<Value> {
        let identifier = fields::take_required(&mut params, kind.name)?;
        let status = match fields::take_string(&mut params, "identification_status")? {
            Some(status) => IdentificationStatus::parse("identification_status", &status)?,
            None => IdentificationStatus::Verified,
        };
        reject_unknown_except_notify(kind, params)?;
        let mut user = self.user(user_id)?.clone();
        user[kind.list] = json!([]);
        let id = self.identify(&mut user, kind, &identifier, status)?;
        user[kind.primary] = json!(id);
        self.replace_user(user);
        self.identification(kind, &id)
    }

    /// Adds an identification to a user who is not stored yet and returns its ID. The first
    /// verified or reserved one becomes the primary one.
    pub(super) fn identify(
        &self,
        user: &mut Value,
        kind: &IdentificationKind,
        identifier: &str,
        status: IdentificationStatus,
    ) -> Result<String> {
        if !(kind.is_valid)(identifier) {
            return Err(ClerkError::invalid_format(kind.name, kind.expected));
        }
        let is_own = identifications_of(user, kind).any(|own| is_identifier(own, kind, identifier));
        if is_own || self.is_claimed(user, kind, identifier) {
            return Err(ClerkError::identifier_taken(kind.name));
        }
        let id = new_id("idn");
        let document = new_identification(kind, &id, identifier, status, self.now());
        if status != IdentificationStatus::Unverified && user[kind.primary].is_null() {
            user[kind.primary] = json!(id);
        }
        if let Some(list) = user[kind.list].as_array_mut() {
            list.push(document);
        }
        Ok(id)
    }

    /// Marks an identification of a user who is not stored yet as verified, unless another user has
    /// already claimed it.
    pub(super) fn verify_identification(
        &self,
        user: &mut Value,
        kind: &IdentificationKind,
        id: &str,
        verification: Value,
    ) -> Result<()> {
        let identifier = find_identification(user, kind, id)
            .map(|own| own[kind.name].clone())
            .unwrap_or_default();
        if self.is_claimed(user, kind, identifier.as_str().unwrap_or_default()) {
            let message =
                format!("Another user has already verified that {}.", kind.name.replace('_', " "));
            return Err(ClerkError::bad_request("identification_claimed", &message));
        }
        if user[kind.primary].is_null() {
            user[kind.primary] = json!(id);
        }
        if let Some(own) = find_identification_mut(user, kind, id) {
            own["verification"] = verification;
            own["reserved"] = json!(false);
            own["updated_at"] = json!(self.now());
        }
        Ok(())
    }

    /// Returns the user who has an identification.
    pub(super) fn owner(&self, kind: &IdentificationKind, id: &str) -> Result<&Value> {
        let owner = self.users.find(|user| find_identification(user, kind, id).is_some());
        owner.ok_or_else(|| ClerkError::resource_not_found(kind.name, id))
    }

    fn apply(
        &mut self,
        mut user: Value,
        kind: &IdentificationKind,
        id: &str,
        update: &IdentificationUpdate,
    ) -> Result<Value> {
        if update.verified && !find_identification(&user, kind, id).is_some_and(is_verified) {
            self.verify_identification(&mut user, kind, id, verified_by_admin())?;
        }
        if update.primary {
            user[kind.primary] = verified_id(&user, kind, "primary", json!(id))?;
        }
        if let Some(second_factor) = update.second_factor {
            self.reserve_for_second_factor(&mut user, id, second_factor)?;
        }
        self.replace_user(user);
        self.identification(kind, id)
    }

    fn reserve_for_second_factor(&self, user: &mut Value, id: &str, reserved: bool) -> Result<()> {
        if let Some(own) = find_identification_mut(user, &PHONE_NUMBER, id) {
            if reserved && !is_verified(own) {
                let code = "identification_update_second_factor_unverified";
                return Err(ClerkError::bad_request(code, "A second factor must be verified."));
            }
            own["reserved_for_second_factor"] = json!(reserved);
            own["updated_at"] = json!(self.now());
        }
        if reserved && !is_identified(user) {
            let message = "A user's last identification cannot be a second factor.";
            return Err(ClerkError::bad_request("identification_update_failed", message));
        }
        Ok(())
    }

    /// Returns whether another user has verified or reserved an identifier.
    fn is_claimed(&self, user: &Value, kind: &IdentificationKind, identifier: &str) -> bool {
        let others = self.users.iter().filter(|other| other["id"] != user["id"]);
        others.flat_map(|other| identifications_of(other, kind)).any(|theirs| {
            is_identifier(theirs, kind, identifier)
                && (is_verified(theirs) || theirs["reserved"] == true)
        })
    }
}
