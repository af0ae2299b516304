//! Links in emails that verify an email address.

use super::{
    records::{
        CodeVerification, EMAIL_ADDRESS, EmailLink, EmailLinkTarget, FactorVerification,
        not_prepared,
    },
    sign_in_store::identifier_missing,
    state::Store,
};
use crate::emulator::{
    http::{ClerkError, Result},
    tokens::random_id,
};

impl Store {
    /// Sends the link that verifies the first factor of a sign-in. `page` returns its URL from the
    /// token.
    pub(in crate::emulator) fn send_sign_in_link(
        &mut self,
        client_token: &str,
        id: &str,
        redirect_url: &str,
        page: impl Fn(&str) -> String,
    ) -> Result<()> {
        let mut sign_in = self.sign_in_in_progress(client_token, id)?;
        let user_id = sign_in.user_id.as_deref().ok_or_else(identifier_missing)?;
        let user = self.user(user_id)?;
        let primary = user["primary_email_address_id"].as_str().unwrap_or_default().to_owned();
        let own = self.own_identification(user_id, &EMAIL_ADDRESS, &primary)?;
        let to = own["email_address"].as_str().unwrap_or_default().to_owned();
        let target = EmailLinkTarget::SignIn { id: id.to_owned() };
        self.send_email_link(client_token, target, redirect_url, &to, page);
        let verification = FactorVerification::by_code("email_link", &primary, self.now());
        sign_in.first_factor = Some(verification);
        self.client_mut(client_token)?.sign_in = Some(sign_in);
        Ok(())
    }

    /// Sends the link that verifies the email address of a sign-up.
    pub(in crate::emulator) fn send_sign_up_link(
        &mut self,
        client_token: &str,
        id: &str,
        redirect_url: &str,
        page: impl Fn(&str) -> String,
    ) -> Result<()> {
        let mut sign_up = self.sign_up_in_progress(client_token, id)?;
        let to = sign_up.text("email_address");
        let to = to.ok_or_else(|| ClerkError::missing_param("email_address"))?.to_owned();
        let target = EmailLinkTarget::SignUp { id: id.to_owned() };
        self.send_email_link(client_token, target, redirect_url, &to, page);
        sign_up.email_code = Some(CodeVerification::new(&EMAIL_ADDRESS, "", self.now()));
        sign_up.uses_email_link = true;
        self.client_mut(client_token)?.sign_up = Some(sign_up);
        Ok(())
    }

    /// Sends the link that verifies the email address of a user.
    pub(in crate::emulator) fn send_verification_link(
        &mut self,
        client_token: &str,
        id: &str,
        redirect_url: &str,
        page: impl Fn(&str) -> String,
    ) -> Result<()> {
        let identification = self.identification(&EMAIL_ADDRESS, id)?;
        let to = identification["email_address"].as_str().unwrap_or_default().to_owned();
        let target = EmailLinkTarget::EmailAddress { id: id.to_owned() };
        self.send_email_link(client_token, target, redirect_url, &to, page);
        let verification = CodeVerification::new(&EMAIL_ADDRESS, id, self.now());
        self.verifications.push(verification);
        Ok(())
    }

    /// Verifies what a link is for, and returns the link. Links can be opened once.
    pub(in crate::emulator) fn open_email_link(&mut self, token: &str) -> Result<EmailLink> {
        let link = self.email_links.remove(token);
        let link = link.ok_or_else(|| ClerkError::unknown_token("link"))?;
        let (client, now) = (link.client_token.as_str(), self.now());
        match &link.target {
            EmailLinkTarget::SignIn { id } => {
                let mut sign_in = self.sign_in_in_progress(client, id)?;
                let factor = sign_in.first_factor.as_mut();
                factor.ok_or_else(|| not_prepared("email_link"))?.confirm(now)?;
                self.complete_sign_in(client, sign_in)?;
            }
            EmailLinkTarget::SignUp { id } => {
                let mut sign_up = self.sign_up_in_progress(client, id)?;
                let sent = sign_up.email_code.as_mut();
                sent.ok_or_else(|| not_prepared("email_link"))?.confirm(now)?;
                self.complete_sign_up(client, sign_up)?;
            }
            EmailLinkTarget::EmailAddress { id } => {
                self.verify_by_link(&EMAIL_ADDRESS, id)?;
            }
        }
        Ok(link)
    }

    fn send_email_link(
        &mut self,
        client_token: &str,
        target: EmailLinkTarget,
        redirect_url: &str,
        to: &str,
        page: impl Fn(&str) -> String,
    ) {
        let token = random_id(40);
        self.send_link(to, &page(&token));
        let (client_token, redirect_url) = (client_token.to_owned(), redirect_url.to_owned());
        self.email_links.insert(token, EmailLink { client_token, target, redirect_url });
    }
}
