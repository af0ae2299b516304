//! Sign-ups in progress.

use serde_json::{Value, json};

use super::{
    records::{
        CodeVerification, EMAIL_ADDRESS, IdentificationKind, PHONE_NUMBER, Requirement, SignUp,
        SignUpMode, identifications_of, is_identifier, is_verified, not_prepared,
    },
    state::Store,
};
use crate::emulator::{
    http::{ClerkError, Params, Result, fields},
    tokens::Ticket,
};

impl Store {
    /// Returns the sign-up of a client with this ID.
    pub(in crate::emulator) fn sign_up(&self, client_token: &str, id: &str) -> Result<&SignUp> {
        let sign_up = self.client(client_token).and_then(|client| client.sign_up.as_ref());
        sign_up
            .filter(|sign_up| sign_up.id == id)
            .ok_or_else(|| ClerkError::resource_not_found("sign-up", id))
    }

    /// Starts a sign-up on a client, which replaces the previous one. With a ticket, the invited
    /// email address counts as verified.
    pub(in crate::emulator) fn start_sign_up(
        &mut self,
        client_token: &str,
        mut params: Params,
        ticket: Option<Ticket>,
    ) -> Result<SignUp> {
        let mut sign_up = SignUp::new(self.now());
        if let Some(ticket) = ticket {
            let (email_address, public_metadata) = self.ticket_sign_up(&ticket)?;
            params.insert(EMAIL_ADDRESS.name.into(), json!(email_address));
            params.insert("public_metadata".into(), public_metadata);
            sign_up.ticket = Some(ticket);
        } else {
            self.check_sign_up_mode()?;
        }
        self.fill_sign_up(client_token, sign_up, params)
    }

    /// Adds fields to a sign-up.
    pub(in crate::emulator) fn update_sign_up(
        &mut self,
        client_token: &str,
        id: &str,
        params: Params,
    ) -> Result<SignUp> {
        let sign_up = self.sign_up_in_progress(client_token, id)?;
        self.fill_sign_up(client_token, sign_up, params)
    }

    /// Sends a code to the email address or the phone number of a sign-up.
    pub(in crate::emulator) fn prepare_sign_up_verification(
        &mut self,
        client_token: &str,
        id: &str,
        strategy: &str,
    ) -> Result<SignUp> {
        let mut sign_up = self.sign_up_in_progress(client_token, id)?;
        let kind = kind_of(strategy)?;
        let to = sign_up.text(kind.name).ok_or_else(|| ClerkError::missing_param(kind.name))?;
        self.send_code(to);
        let verification = CodeVerification::new(kind, "", self.now());
        *code_mut(&mut sign_up, kind) = Some(verification);
        self.client_mut(client_token)?.sign_up = Some(sign_up.clone());
        Ok(sign_up)
    }

    /// Checks a code, and completes the sign-up if nothing else is missing.
    pub(in crate::emulator) fn attempt_sign_up_verification(
        &mut self,
        client_token: &str,
        id: &str,
        strategy: &str,
        code: &str,
    ) -> Result<SignUp> {
        let mut sign_up = self.sign_up_in_progress(client_token, id)?;
        let now = self.now();
        let sent = code_mut(&mut sign_up, kind_of(strategy)?);
        let verified = match sent {
            Some(sent) => sent.verify(code, now),
            None => Err(not_prepared(strategy)),
        };
        // A failed attempt counts as well.
        self.client_mut(client_token)?.sign_up = Some(sign_up.clone());
        verified?;
        self.complete_sign_up(client_token, sign_up)
    }

    /// Returns the fields that users must give, or may give, to sign up.
    pub(in crate::emulator) fn sign_up_fields(
        &self,
        requirement: Requirement,
    ) -> Vec<&'static str> {
        let settings = &self.user_settings;
        let attributes = settings.attributes().into_iter();
        let mut fields: Vec<_> =
            attributes.filter(|(_, own)| *own == requirement).map(|(name, _)| name).collect();
        if requirement == Requirement::Required && settings.legal_consent {
            fields.push("legal_accepted");
        }
        fields
    }

    /// Returns the required fields that a sign-up lacks.
    pub(in crate::emulator) fn missing_fields(&self, sign_up: &SignUp) -> Vec<&'static str> {
        let mut fields = self.sign_up_fields(Requirement::Required);
        fields.retain(|name| match *name {
            // An account at a provider replaces the password.
            "password" if sign_up.account.is_some() => false,
            "legal_accepted" => sign_up.field("legal_accepted_at").is_none(),
            name => sign_up.field(name).is_none(),
        });
        fields
    }

    /// Returns the identifiers of a sign-up that are yet to be verified.
    pub(in crate::emulator) fn unverified_fields(&self, sign_up: &SignUp) -> Vec<&'static str> {
        let now = self.now();
        let identifiers = [EMAIL_ADDRESS.name, PHONE_NUMBER.name].into_iter();
        identifiers
            .filter(|name| sign_up.field(name).is_some() && !sign_up.is_verified(name, now))
            .collect()
    }

    pub(in crate::emulator) fn sign_up_status(&self, sign_up: &SignUp) -> &'static str {
        if sign_up.created_user_id.is_some() {
            "complete"
        } else if self.now() >= sign_up.abandon_at() {
            "abandoned"
        } else {
            "missing_requirements"
        }
    }

    pub(super) fn fill_sign_up(
        &mut self,
        client_token: &str,
        mut sign_up: SignUp,
        params: Params,
    ) -> Result<SignUp> {
        for (name, value) in params {
            self.check_sign_up_field(&sign_up, &name, &value)?;
            let is_changed = sign_up.field(&name) != Some(&value);
            match name.as_str() {
                "email_address" if is_changed => sign_up.email_code = None,
                "phone_number" if is_changed => sign_up.phone_code = None,
                _ => {}
            }
            sign_up.fields.insert(name, value);
        }
        self.complete_sign_up(client_token, sign_up)
    }

    fn check_sign_up_field(&self, sign_up: &SignUp, name: &str, value: &Value) -> Result<()> {
        let requirement = self.user_settings.attributes().into_iter().find(|(own, _)| *own == name);
        if requirement.is_some_and(|(_, requirement)| requirement == Requirement::Off)
            && sign_up.ticket.is_none()
        {
            return Err(ClerkError::unknown_param(name));
        }
        let text = value.as_str().unwrap_or_default();
        match name {
            "email_address" => {
                let email_address = fields::email_address(name, text)?;
                let invited = sign_up.text(name).filter(|_| sign_up.ticket.is_some());
                if invited.is_some_and(|invited| !invited.eq_ignore_ascii_case(text)) {
                    return Err(ClerkError::invalid_value(name, "the invited email address"));
                }
                if sign_up.ticket.is_none() {
                    self.check_restrictions_on_sign_up(&email_address)?;
                }
                self.check_identifier_is_free(&EMAIL_ADDRESS, text)
            }
            "phone_number" if !(PHONE_NUMBER.is_valid)(text) => {
                Err(ClerkError::invalid_format(name, PHONE_NUMBER.expected))
            }
            "phone_number" => self.check_identifier_is_free(&PHONE_NUMBER, text),
            "username" => self.check_new_username(text),
            "password" => fields::password(name, text),
            _ => Ok(()),
        }
    }

    fn check_identifier_is_free(&self, kind: &IdentificationKind, identifier: &str) -> Result<()> {
        let is_taken = self.users.iter().any(|user| {
            identifications_of(user, kind)
                .any(|own| is_verified(own) && is_identifier(own, kind, identifier))
        });
        if is_taken { Err(ClerkError::identifier_taken(kind.name)) } else { Ok(()) }
    }

    /// Rejects users who were not invited, unless everyone may sign up.
    fn check_sign_up_mode(&self) -> Result<()> {
        match self.user_settings.sign_up_mode {
            SignUpMode::Public => Ok(()),
            SignUpMode::Restricted => Err(ClerkError::forbidden(
                "sign_up_mode_restricted",
                "Sign-ups are restricted to invited users.",
            )),
            SignUpMode::Waitlist => Err(ClerkError::forbidden(
                "sign_up_restricted_waitlist",
                "Sign-ups are unavailable. Join the waitlist to get access.",
            )),
        }
    }

    /// Creates the user and the session of a sign-up that lacks nothing.
    pub(super) fn complete_sign_up(
        &mut self,
        client_token: &str,
        mut sign_up: SignUp,
    ) -> Result<SignUp> {
        if self.missing_fields(&sign_up).is_empty() && self.unverified_fields(&sign_up).is_empty() {
            // The invitation may have been revoked in the meantime.
            if let Some(ticket) = &sign_up.ticket {
                self.ticket_sign_up(ticket)?;
            }
            let user_id = self.create_user_of_sign_up(&sign_up)?;
            let session_id = self.start_browser_session(client_token, &user_id)?;
            if let Some(ticket) = &sign_up.ticket {
                self.consume_ticket(ticket, &session_id)?;
            }
            sign_up.fields.remove("password");
            sign_up.created_user_id = Some(user_id);
            sign_up.created_session_id = Some(session_id);
        }
        self.client_mut(client_token)?.sign_up = Some(sign_up.clone());
        Ok(sign_up)
    }

    fn create_user_of_sign_up(&mut self, sign_up: &SignUp) -> Result<String> {
        let mut params = sign_up.fields.clone();
        for kind in [&EMAIL_ADDRESS, &PHONE_NUMBER] {
            if let Some(identifier) = params.remove(kind.name) {
                params.insert(kind.name.into(), json!([identifier]));
            }
        }
        let user = self.create_user(params)?;
        let user_id = user["id"].as_str().unwrap_or_default().to_owned();
        if sign_up.ticket.is_some() {
            self.verify_by_ticket(&user_id)?;
        }
        if let Some(account) = &sign_up.account {
            self.connect_account(&user_id, account)?;
        }
        self.record_sign_up_verifications(&user_id, sign_up)?;
        Ok(user_id)
    }

    /// Copies the verifications of a sign-up to its user.
    fn record_sign_up_verifications(&mut self, user_id: &str, sign_up: &SignUp) -> Result<()> {
        let (mut user, now) = (self.user(user_id)?.clone(), self.now());
        for (kind, code) in
            [(&EMAIL_ADDRESS, &sign_up.email_code), (&PHONE_NUMBER, &sign_up.phone_code)]
        {
            if let Some(code) = code {
                user[kind.list][0]["verification"] = code.inner_document(now);
            }
        }
        self.replace_user(user);
        Ok(())
    }

    pub(super) fn sign_up_in_progress(&self, client_token: &str, id: &str) -> Result<SignUp> {
        let sign_up = self.sign_up(client_token, id)?;
        match self.sign_up_status(sign_up) {
            "complete" => {
                let message = "The sign-up is already complete.";
                Err(ClerkError::bad_request("sign_up_already_complete", message))
            }
            "abandoned" => Err(ClerkError::resource_not_found("sign-up", id)),
            _ => Ok(sign_up.clone()),
        }
    }
}

fn kind_of(strategy: &str) -> Result<&'static IdentificationKind> {
    match strategy {
        "email_code" => Ok(&EMAIL_ADDRESS),
        "phone_code" => Ok(&PHONE_NUMBER),
        _ => Err(ClerkError::invalid_value("strategy", "email_code or phone_code")),
    }
}

fn code_mut<'a>(
    sign_up: &'a mut SignUp,
    kind: &IdentificationKind,
) -> &'a mut Option<CodeVerification> {
    if kind.name == EMAIL_ADDRESS.name { &mut sign_up.email_code } else { &mut sign_up.phone_code }
}
