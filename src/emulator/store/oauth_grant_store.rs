//! Grants of OAuth applications: codes, access tokens and refresh tokens.

use serde_json::{Map, Value, json};

use super::{
    records::{
        AuthorizationCode, Credential, CredentialKind, DAY, INSTANCE_ID, OAuthGrant, RefreshToken,
        is_verified,
    },
    state::Store,
};
use crate::emulator::{
    http::{OAuthError, OAuthResult},
    tokens::{code_challenge, new_id, random_id},
};

/// The lifetime of authorization codes, in milliseconds.
const CODE_LIFETIME: i64 = 10 * 60 * 1000;

/// The lifetime of access tokens and ID tokens, in milliseconds.
pub(in crate::emulator) const ACCESS_TOKEN_LIFETIME: i64 = DAY;

/// The lifetime of refresh tokens, in milliseconds.
const REFRESH_TOKEN_LIFETIME: i64 = 3652 * DAY;

/// An authorization that is about to be granted.
pub(in crate::emulator) struct NewGrant {
    pub(in crate::emulator) client_id: String,
    pub(in crate::emulator) user_id: String,
    pub(in crate::emulator) scopes: Vec<String>,
    pub(in crate::emulator) organization_id: Option<String>,
    pub(in crate::emulator) resources: Vec<String>,
    pub(in crate::emulator) nonce: Option<String>,
    pub(in crate::emulator) authenticated_at: i64,
    pub(in crate::emulator) redirect_uri: String,
    pub(in crate::emulator) is_redirect_uri_required: bool,
    pub(in crate::emulator) code_challenge: Option<String>,
}

/// A request to exchange an authorization code.
pub(in crate::emulator) struct CodeExchange<'a> {
    pub(in crate::emulator) code: &'a str,
    pub(in crate::emulator) redirect_uri: Option<&'a str>,
    pub(in crate::emulator) code_verifier: Option<&'a str>,
    pub(in crate::emulator) resources: Vec<String>,
}

/// The tokens that an application receives.
pub(in crate::emulator) struct IssuedTokens {
    pub(in crate::emulator) access_token: Credential,
    pub(in crate::emulator) refresh_token: String,
    pub(in crate::emulator) grant: OAuthGrant,
}

impl Store {
    pub(in crate::emulator) fn oauth_application_of_client(
        &self,
        client_id: &str,
    ) -> Option<&Value> {
        self.oauth_applications.find(|application| application["client_id"] == client_id)
    }

    /// Returns whether a user has already granted all of these scopes to an application.
    pub(in crate::emulator) fn has_consented(
        &self,
        user_id: &str,
        client_id: &str,
        scopes: &[String],
    ) -> bool {
        let has = |scope: &String| {
            self.oauth_grants.iter().any(|grant| {
                grant.user_id == user_id
                    && grant.client_id == client_id
                    && !grant.is_revoked
                    && grant.scopes.contains(scope)
            })
        };
        scopes.iter().all(has)
    }

    /// Grants an authorization and returns its code.
    pub(in crate::emulator) fn authorize_application(&mut self, new: NewGrant) -> String {
        let now = self.now();
        // Used codes are kept until they expire, to detect a second use.
        self.authorization_codes.retain(|_, code| code.expires_at > now);
        let grant_id = new_id("grant");
        self.oauth_grants.push(OAuthGrant {
            id: grant_id.clone(),
            client_id: new.client_id,
            user_id: new.user_id,
            scopes: new.scopes,
            organization_id: new.organization_id,
            resources: new.resources,
            nonce: new.nonce,
            authenticated_at: new.authenticated_at,
            is_revoked: false,
        });
        let code = random_id(42);
        self.authorization_codes.insert(
            code.clone(),
            AuthorizationCode {
                grant_id,
                redirect_uri: new.redirect_uri,
                is_redirect_uri_required: new.is_redirect_uri_required,
                code_challenge: new.code_challenge,
                expires_at: now + CODE_LIFETIME,
                is_used: false,
            },
        );
        code
    }

    /// Exchanges an authorization code for tokens. The second use of a code revokes the tokens that
    /// were issued for the first one.
    pub(in crate::emulator) fn exchange_code(
        &mut self,
        client_id: &str,
        exchange: CodeExchange<'_>,
    ) -> OAuthResult<IssuedTokens> {
        let invalid = || OAuthError::invalid_grant("The authorization code is invalid or expired.");
        let code = self.authorization_codes.get(exchange.code).ok_or_else(invalid)?;
        let grant = self.oauth_grant(&code.grant_id).ok_or_else(invalid)?.clone();
        if grant.client_id != client_id || code.expires_at <= self.now() {
            return Err(invalid());
        }
        if code.is_used {
            self.revoke_grant(&grant.id);
            return Err(OAuthError::invalid_grant("The authorization code was already used."));
        }
        let is_redirect_uri_valid = exchange
            .redirect_uri
            .map_or(!code.is_redirect_uri_required, |uri| uri == code.redirect_uri);
        if !is_redirect_uri_valid {
            return Err(OAuthError::invalid_grant(
                "redirect_uri is not that of the authorization request.",
            ));
        }
        if code.code_challenge != exchange.code_verifier.map(code_challenge) {
            return Err(OAuthError::invalid_grant("code_verifier is missing or invalid."));
        }
        let resources = narrow(&grant.resources, exchange.resources)?;
        self.check_can_receive_tokens(&grant)?;
        if let Some(code) = self.authorization_codes.get_mut(exchange.code) {
            code.is_used = true;
        }
        let scopes = grant.scopes.clone();
        self.issue_tokens(grant, scopes, resources)
    }

    /// Exchanges a refresh token for new tokens. The second use of a refresh token revokes its
    /// grant, because the token must have been stolen.
    pub(in crate::emulator) fn refresh_access_token(
        &mut self,
        client_id: &str,
        token: &str,
        scopes: Vec<String>,
        resources: Vec<String>,
    ) -> OAuthResult<IssuedTokens> {
        let invalid = || OAuthError::invalid_grant("The refresh token is invalid or expired.");
        let found = self.refresh_tokens.get(token).ok_or_else(invalid)?;
        let grant = self.oauth_grant(&found.grant_id).ok_or_else(invalid)?.clone();
        if grant.client_id != client_id || grant.is_revoked || found.expires_at <= self.now() {
            return Err(invalid());
        }
        if found.is_used {
            self.revoke_grant(&grant.id);
            return Err(OAuthError::invalid_grant("The refresh token was already used."));
        }
        if scopes.iter().any(|scope| !grant.scopes.contains(scope)) {
            return Err(OAuthError::invalid_scope("The scope exceeds what was granted."));
        }
        let scopes = if scopes.is_empty() { grant.scopes.clone() } else { scopes };
        let resources = narrow(&grant.resources, resources)?;
        self.check_can_receive_tokens(&grant)?;
        if let Some(token) = self.refresh_tokens.get_mut(token) {
            token.is_used = true;
        }
        self.issue_tokens(grant, scopes, resources)
    }

    /// Returns the grant of a valid refresh token, and when the token was issued.
    pub(in crate::emulator) fn refresh_token_grant(
        &self,
        token: &str,
    ) -> Option<(&OAuthGrant, i64)> {
        let found = self.refresh_tokens.get(token)?;
        let grant = self.oauth_grant(&found.grant_id)?;
        let is_valid = !found.is_used && !grant.is_revoked && found.expires_at > self.now();
        is_valid.then_some((grant, found.created_at))
    }

    pub(in crate::emulator) fn oauth_grant(&self, id: &str) -> Option<&OAuthGrant> {
        self.oauth_grants.iter().find(|grant| grant.id == id)
    }

    /// Revokes a grant along with its access and refresh tokens.
    pub(in crate::emulator) fn revoke_grant(&mut self, id: &str) {
        for grant in self.oauth_grants.iter_mut().filter(|grant| grant.id == id) {
            grant.is_revoked = true;
        }
        self.revoke_credentials(|credential| credential.grant_id.as_deref() == Some(id));
    }

    /// Returns the user's data that an application with these scopes may access: the claims of ID
    /// tokens and of `/oauth/userinfo`.
    pub(in crate::emulator) fn user_info(
        &self,
        user_id: &str,
        scopes: &[String],
        organization_id: Option<&str>,
    ) -> Option<Map<String, Value>> {
        let user = self.user(user_id).ok()?;
        let has = |scope: &str| scopes.iter().any(|granted| granted == scope);
        let mut info = json!({});
        if has("email") {
            let primary = user["email_addresses"].as_array().into_iter().flatten();
            let primary = primary.filter(|one| one["id"] == user["primary_email_address_id"]);
            let email = primary.into_iter().next();
            info["email"] = email.map_or(Value::Null, |email| email["email_address"].clone());
            info["email_verified"] = json!(email.is_some_and(is_verified));
        }
        if has("profile") {
            let names = ["first_name", "last_name"].map(|name| user[name].as_str());
            let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
            info["name"] = json!(Some(name).filter(|name| !name.is_empty()));
            info["given_name"] = user["first_name"].clone();
            info["family_name"] = user["last_name"].clone();
            info["picture"] = user["image_url"].clone();
            info["preferred_username"] = user["username"].clone();
        }
        for kind in ["public_metadata", "private_metadata"] {
            if has(kind) {
                info[kind] = user[kind].clone();
            }
        }
        let organization = organization_id.filter(|_| has("user:org:read"));
        // Only as long as the user is a member.
        let organization = organization
            .filter(|id| self.membership(id, user_id).is_some())
            .and_then(|id| self.organization(id).ok());
        if let Some(organization) = organization {
            info["org_id"] = organization["id"].clone();
            info["org_name"] = organization["name"].clone();
            info["org_slug"] = organization["slug"].clone();
        }
        info["instance_id"] = json!(INSTANCE_ID);
        match info {
            Value::Object(info) => Some(info),
            _ => None,
        }
    }

    fn check_can_receive_tokens(&self, grant: &OAuthGrant) -> OAuthResult<()> {
        match self.user(&grant.user_id) {
            Ok(user) if user["banned"] == false && user["locked"] == false => Ok(()),
            _ => Err(OAuthError::invalid_grant("The user can no longer sign in.")),
        }
    }

    fn issue_tokens(
        &mut self,
        grant: OAuthGrant,
        scopes: Vec<String>,
        resources: Vec<String>,
    ) -> OAuthResult<IssuedTokens> {
        let now = self.now();
        let mut access_token = self
            .new_credential(CredentialKind::OAuthToken, &grant.user_id)
            .map_err(|error| OAuthError::invalid_grant(error.message()))?;
        access_token.client_id.clone_from(&grant.client_id);
        access_token.scopes = scopes;
        access_token.resources = resources;
        access_token.grant_id = Some(grant.id.clone());
        access_token.expires_at = Some(now + ACCESS_TOKEN_LIFETIME);
        self.credentials.push(access_token.clone());
        let refresh_token = random_id(42);
        self.refresh_tokens.insert(
            refresh_token.clone(),
            RefreshToken {
                grant_id: grant.id.clone(),
                created_at: now,
                expires_at: now + REFRESH_TOKEN_LIFETIME,
                is_used: false,
            },
        );
        Ok(IssuedTokens { access_token, refresh_token, grant })
    }
}

/// Returns the requested resources, which must be among the granted ones, or else all granted ones.
fn narrow(granted: &[String], requested: Vec<String>) -> OAuthResult<Vec<String>> {
    match requested.iter().find(|resource| !granted.contains(resource)) {
        Some(resource) => Err(OAuthError::invalid_target(format!("{resource} was not granted."))),
        None if requested.is_empty() => Ok(granted.to_vec()),
        None => Ok(requested),
    }
}
