//! Resources that Clerk has replaced or removed.

mod commerce;
mod emails;
mod miscellaneous;
mod saml_connections;
mod scim_directories;
mod sms_messages;

pub use self::{
    commerce::Commerce,
    emails::{CreateEmail, Email, Emails},
    miscellaneous::{GetInterstitial, Miscellaneous},
    saml_connections::{
        CreateSamlConnection, ListSamlConnections, SamlConnection, SamlConnections,
        UpdateSamlConnection,
    },
    scim_directories::ScimDirectories,
    sms_messages::{CreateSmsMessage, SmsMessage, SmsMessages},
};
