//! Machine credentials: API keys, M2M tokens and OAuth access tokens.

mod api_keys;
mod m2m_tokens;
mod machines;
mod oauth_access_tokens;
mod oauth_applications;

pub use self::{
    api_keys::{ApiKey, ApiKeySecret, ApiKeys, CreateApiKey, ListApiKeys, UpdateApiKey},
    m2m_tokens::{CreateM2mToken, ListM2mTokens, M2m, M2mToken, M2mTokenFormat},
    machines::{
        CreateMachine, DeletedMachineScope, ListMachines, Machine, MachineScope, MachineSecretKey,
        Machines, UpdateMachine,
    },
    oauth_access_tokens::{
        IssuedOAuthAccessToken, OAuthAccessTokenVerification, OAuthAccessTokens,
        VerifyOAuthAccessToken,
    },
    oauth_applications::{
        CreateOAuthApplication, ListOAuthApplications, OAuthApplication, OAuthApplications,
        UpdateOAuthApplication,
    },
};
