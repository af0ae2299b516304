//! The payer that a request is about.

use std::{collections::HashMap, sync::Arc};

use axum::extract::{FromRequestParts, Path};
use http::{Method, request::Parts};

use crate::emulator::{
    frontend_api::current_client::CurrentSession,
    http::{ClerkError, Result},
    store::{Instance, PayerKind, system_permission},
};

/// The signed-in user or, if the path names one, an organization whose billing the user may read
/// or, unless the request is a `GET`, manage.
pub(super) struct Payer {
    pub(super) kind: PayerKind,
    /// The ID of the user or the organization.
    pub(super) id: String,
}

impl FromRequestParts<Arc<Instance>> for Payer {
    type Rejection = ClerkError;

    async fn from_request_parts(parts: &mut Parts, instance: &Arc<Instance>) -> Result<Self> {
        let session = CurrentSession::from_request_parts(parts, instance).await?;
        let path = Path::<HashMap<String, String>>::from_request_parts(parts, instance).await;
        let organization = path.ok().and_then(|Path(mut path)| path.remove("organization_id"));
        let user = Self { kind: PayerKind::User, id: session.user_id };
        let permission = if parts.method == Method::GET {
            system_permission::READ_BILLING
        } else {
            system_permission::MANAGE_BILLING
        };
        user.or_organization(instance, organization, permission)
    }
}

impl Payer {
    /// Returns an organization whose billing the user may manage, if a parameter of the request
    /// names one.
    pub(super) fn or_named(
        self,
        instance: &Instance,
        organization: Option<String>,
    ) -> Result<Self> {
        let organization = organization.filter(|id| !id.is_empty());
        match self.kind {
            PayerKind::Organization => Ok(self),
            PayerKind::User => {
                self.or_organization(instance, organization, system_permission::MANAGE_BILLING)
            }
        }
    }

    fn or_organization(
        self,
        instance: &Instance,
        organization: Option<String>,
        permission: &str,
    ) -> Result<Self> {
        let Some(id) = organization else { return Ok(self) };
        instance.store().require_permission(&id, &self.id, permission)?;
        Ok(Self { kind: PayerKind::Organization, id })
    }
}
