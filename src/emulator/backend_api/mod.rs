//! The endpoints of the Backend API that the emulator supports.

mod admin_portal_link_tokens;
mod agent_tasks;
mod allowlist_identifiers;
mod api_keys;
mod billing;
mod blocklist_identifiers;
mod caller;
mod clients;
mod directories;
mod domains;
mod enterprise_connections;
mod identifications;
mod instance_settings;
mod interstitial;
mod invitations;
mod jwks;
mod jwt_templates;
mod m2m_tokens;
mod machines;
mod oauth_access_tokens;
mod oauth_applications;
mod organization_domains;
mod organization_invitations;
mod organization_memberships;
mod organization_permissions;
mod organization_roles;
mod organization_settings;
mod organizations;
mod payers;
mod proxy_checks;
mod redirect_urls;
mod role_sets;
mod saml_connections;
mod sessions;
mod sign_in_tokens;
mod sign_ups;
mod subscription_items;
mod templates;
mod testing_tokens;
mod user_credentials;
mod user_filter;
mod users;
mod waitlist_entries;
mod webhooks;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next, map_response},
    response::Response,
};
use http::StatusCode;

pub(super) use self::caller::limit_rate;
use self::caller::require_secret_key;
use crate::emulator::{
    http::{ClerkError, Result},
    store::{EmulatorState, Instance},
};

pub(super) fn routes(instance: &Arc<Instance>) -> Router<Arc<Instance>> {
    let organization_routes = Router::new()
        .merge(organization_domains::routes())
        .merge(organization_invitations::routes())
        .merge(organization_memberships::routes())
        .merge(organization_permissions::routes())
        .merge(organization_roles::routes())
        .merge(organizations::routes())
        .merge(payers::organization_routes())
        .merge(role_sets::routes())
        .route_layer(middleware::from_fn_with_state(instance.clone(), require_organizations));
    Router::new()
        .merge(organization_routes)
        .merge(agent_tasks::routes())
        .merge(allowlist_identifiers::routes())
        .merge(billing::routes())
        .merge(blocklist_identifiers::routes())
        .merge(clients::routes())
        .merge(directories::routes())
        .merge(domains::routes())
        .merge(enterprise_connections::routes())
        .merge(identifications::routes())
        .merge(instance_settings::routes())
        .merge(invitations::routes())
        .merge(jwks::routes())
        .merge(jwt_templates::routes())
        .merge(machines::routes())
        .merge(oauth_applications::routes())
        .merge(organization_settings::routes())
        .merge(payers::user_routes())
        .merge(redirect_urls::routes())
        .merge(saml_connections::routes())
        .merge(sessions::routes())
        .merge(sign_in_tokens::routes())
        .merge(sign_ups::routes())
        .merge(subscription_items::routes())
        .merge(proxy_checks::routes())
        .merge(templates::routes())
        .merge(testing_tokens::routes())
        .merge(user_credentials::routes())
        .merge(users::routes())
        .merge(waitlist_entries::routes())
        .merge(webhooks::routes())
        .merge(
            admin_portal_link_tokens::routes()
                .route_layer(map_response(unprocessable_to_bad_request)),
        )
        .route_layer(middleware::from_fn_with_state(instance.clone(), require_secret_key))
        .merge(interstitial::routes())
        .merge(machine_routes(instance))
}

/// Builds the routes for machine credentials, which Clerk serves with and without `/v1`.
pub(super) fn machine_routes(instance: &Arc<Instance>) -> Router<Arc<Instance>> {
    Router::new()
        .merge(api_keys::routes())
        .merge(oauth_access_tokens::routes())
        .route_layer(middleware::from_fn_with_state(instance.clone(), require_secret_key))
        .merge(m2m_tokens::routes())
        .route_layer(map_response(unprocessable_to_bad_request))
}

async fn require_organizations(
    State(instance): EmulatorState,
    request: Request,
    next: Next,
) -> Result<Response> {
    if instance.store().settings.organizations["enabled"] == false {
        let message = "Organizations are not enabled for this instance.";
        return Err(ClerkError::forbidden("organization_not_enabled_in_instance", message));
    }
    Ok(next.run(request).await)
}

/// The endpoints for machine credentials and admin portal links return 400 where the rest of the API returns 422.
async fn unprocessable_to_bad_request(mut response: Response) -> Response {
    if response.status() == StatusCode::UNPROCESSABLE_ENTITY {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    response
}
