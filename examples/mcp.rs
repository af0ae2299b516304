//! An MCP server behind OAuth, and an in-process Clerk emulator as its authorization server.
//!
//! ```sh
//! cargo run --example mcp --features emulator
//! ```
//!
//! Add the printed URL to an MCP client: it discovers the authorization server, registers itself,
//! and opens a browser to sign in and authorize it. The server listens on `PORT` (3000 by default).

use std::{env, error::Error, sync::Arc};

use axum::{Router, http::request::Parts};
use axum_clerk::{
    AuthRejection, Clerk, ClerkAuth, ClerkLayer, TokenType,
    api::{Client, CreateUser, UpdateOAuthApplicationSettings},
    emulator::ClerkEmulator,
    guard, resource_server,
};
use rmcp::{
    ErrorData, ServerHandler,
    handler::server::{router::tool::ToolRouter, tool::Extension},
    model::{ServerCapabilities, ServerConfig},
    tool, tool_handler, tool_router,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
    },
};
use tokio::net::TcpListener;

#[derive(Clone)]
struct Tools {
    tool_router: ToolRouter<Self>,
}

#[tool_router]
impl Tools {
    #[tool(description = "Says which user the client acts for")]
    async fn whoami(&self, Extension(parts): Extension<Parts>) -> Result<String, ErrorData> {
        let auth = parts.extensions.get::<ClerkAuth>();
        let user_id = auth.and_then(|auth| auth.machine_token()?.user_id());
        let user_id = user_id.ok_or_else(|| ErrorData::internal_error("not signed in", None))?;
        Ok(user_id.to_owned())
    }
}

#[tool_handler(router = self.tool_router)]
impl ServerHandler for Tools {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }
}

fn app(emulator: &ClerkEmulator, origin: &str) -> Result<Router, Box<dyn Error>> {
    let config = emulator
        .config_builder()
        .public_origin(origin)
        .accept_tokens([TokenType::OAuthToken])
        .build()?;
    let clerk = Clerk::new(config);
    let metadata = resource_server::metadata(&clerk, "/mcp")?.scopes(["profile"]);
    let challenge = || {
        let metadata = metadata.clone();
        move |rejection: &AuthRejection, _: &Parts| metadata.respond(rejection)
    };
    // Only tokens that were issued for this server.
    let guards = (
        guard::audience(metadata.resource()).on_rejection(challenge()),
        guard::require_scope("profile").on_rejection(challenge()),
    );
    // Each request authenticates itself, so there are no sessions that another user could take
    // over.
    let server = StreamableHttpService::new(
        || Ok(Tools { tool_router: Tools::tool_router() }),
        Arc::new(NeverSessionManager::default()),
        StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true),
    );
    Ok(Router::new()
        .route_service("/mcp", server)
        .layer(guards)
        .merge(metadata.router())
        .layer(ClerkLayer::new(clerk)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let origin = format!("http://{}", listener.local_addr()?);

    let clerk = ClerkEmulator::start().await?;
    clerk.create_user(CreateUser::default().first_name("Ada").email_address(["ada@example.com"]));
    // JWTs name the server that they are for; opaque tokens do not.
    let settings = UpdateOAuthApplicationSettings::default()
        .dynamic_oauth_client_registration(true)
        .oauth_jwt_access_tokens(true);
    let api = Client::new(clerk.secret_key())?.with_base_url(clerk.url().parse()?);
    api.instance_settings().update_oauth_application_settings(&settings).await?;

    let app = app(&clerk, &origin)?;
    println!("The MCP server listens at {origin}/mcp");
    axum::serve(listener, app).await?;
    Ok(())
}
