//! MCP servers: OAuth protected resources for clients that are not known in advance.
//!
//! An MCP client starts with nothing but the URL of the server, and learns the rest from its
//! responses. Clerk is the authorization server, and the application is the protected resource:
//!
//! | request of the client | response | by |
//! |---|---|---|
//! | `POST /mcp` without a token | 401 with `WWW-Authenticate: Bearer resource_metadata="…"` | [`Metadata::respond`](crate::resource_server::Metadata::respond) |
//! | `GET /.well-known/oauth-protected-resource/mcp` | the resource, its scopes, and Clerk as its authorization server | [`Metadata::router`](crate::resource_server::Metadata::router) |
//! | registration, authorization, token | a client ID, the consent of the user, an access token | Clerk |
//! | `POST /mcp` with the token | the result | your tools |
//! | with an invalid token, or one for another resource | 401 with `error="invalid_token"` | `Metadata::respond` |
//! | with a token that lacks a scope | 403 with `error="insufficient_scope"` and the scope | `Metadata::respond` |
//!
//! The module [`resource_server`](crate::resource_server) shows how to put this together, and the
//! example `mcp` is a complete server, with the emulator as its Clerk:
//!
//! ```sh
//! cargo run --example mcp --features emulator
//! ```
//!
//! # Set up Clerk
//!
//! On the OAuth applications page of the Clerk Dashboard, or with
//! [`update_oauth_application_settings`](crate::api::InstanceSettings::update_oauth_application_settings),
//! enable
//!
//! - [dynamic client registration](https://clerk.com/docs/guides/ai/mcp/build-mcp-server), which
//!   most clients need,
//! - access tokens that are JWTs: they are verified without a call to Clerk, and can name the
//!   resource that they are for.
//!
//! Set `CLERK_PUBLIC_ORIGIN`, and `CLERK_ACCEPTS_TOKEN=oauth_token`. If the application also has
//! pages, accept session tokens as well: they do not pass the guard below, because they name no
//! audience.
//!
//! # Serve tools
//!
//! The guards run before the MCP server. With `rmcp`, a tool finds the caller in the extensions of
//! the HTTP request:
//!
//! ```
//! use std::sync::Arc;
//!
//! use axum::{Router, http::request::Parts};
//! use axum_clerk::{
//!     AuthRejection, Clerk, ClerkAuth, ClerkLayer, ConfigError, guard, resource_server,
//! };
//! use rmcp::{
//!     ErrorData, ServerHandler,
//!     handler::server::{router::tool::ToolRouter, tool::Extension},
//!     model::{ServerCapabilities, ServerConfig},
//!     tool, tool_handler, tool_router,
//!     transport::streamable_http_server::{
//!         StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
//!     },
//! };
//!
//! #[derive(Clone)]
//! struct Notes {
//!     tool_router: ToolRouter<Self>,
//! }
//!
//! #[tool_router]
//! impl Notes {
//!     #[tool(description = "Lists the user's notes")]
//!     async fn notes(&self, Extension(parts): Extension<Parts>) -> Result<String, ErrorData> {
//!         let user_id = parts.extensions.get::<ClerkAuth>().and_then(ClerkAuth::user_id);
//!         let user_id = user_id.ok_or_else(|| ErrorData::internal_error("not signed in", None))?;
//!         Ok(format!("the notes of {user_id}"))
//!     }
//! }
//!
//! # #[tool_handler(router = self.tool_router)]
//! # impl ServerHandler for Notes {
//! #     fn get_info(&self) -> ServerConfig {
//! #         ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
//! #     }
//! # }
//! #
//! fn app(clerk: Clerk) -> Result<Router, ConfigError> {
//!     let metadata = resource_server::metadata(&clerk, "/mcp")?.scopes(["profile"]);
//!     let respond = metadata.clone();
//!     let only_for_us = guard::audience(metadata.resource())
//!         .on_rejection(move |rejection: &AuthRejection, _: &Parts| respond.respond(rejection));
//!     let server = StreamableHttpService::new(
//!         || Ok(Notes { tool_router: Notes::tool_router() }),
//!         Arc::new(NeverSessionManager::default()),
//!         StreamableHttpServerConfig::default()
//!             .with_legacy_session_mode(false)
//!             .with_json_response(true),
//!     );
//!     Ok(Router::new()
//!         .route_service("/mcp", server)
//!         .layer(only_for_us)
//!         .merge(metadata.router())
//!         .layer(ClerkLayer::new(clerk)))
//! }
//! # fn main() {}
//! ```
//!
//! Add [`guard::require_scope`](crate::guard::require_scope) in the same way. Each request carries
//! its token and is authenticated by itself. A server with sessions must check that each request of
//! a session comes from the user who started it.
//!
//! Guards of the whole application must leave the metadata open, with
//! [`except`](crate::guard::Guard::except)`(["/.well-known/*"])`. Clients that run in a browser
//! need CORS for `/mcp`; the metadata has it.
//!
//! # Audiences
//!
//! A token that another server received must not work here, or that server could act as its users.
//! [`guard::audience`](crate::guard::audience) therefore rejects tokens that do not name exactly
//! this resource, and those that name none:
//!
//! - Clients request the audience with the parameter `resource` ([RFC
//!   8707](https://www.rfc-editor.org/rfc/rfc8707)). The emulator writes it into JWTs. Check that
//!   your clients send it, and that the tokens of your instance have it.
//! - Opaque tokens are always rejected: the Backend API (version 2026-05-12) does not report their
//!   audience.
//!
//! If the tokens of your instance have no audience, use
//! [`guard::accept`](crate::guard::accept)`([TokenType::OAuthToken])` instead, with a scope that
//! users grant for this server alone. Every token of the instance with that scope is then accepted.
//!
//! # Users and organizations
//!
//! [`user_id`](crate::ClerkAuth::user_id) is the user who authorized the client, and
//! [`MachineToken::client_id`](crate::MachineToken::client_id) the client. There is no
//! organization, and there are no roles and permissions; the scopes are what the user granted. JWTs
//! cannot be [revoked](super::machines#what-verification-costs) before they expire.
