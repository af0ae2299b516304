//! Tests of an app against an in-process Clerk emulator, with real tokens and without a network.
//!
//! ```sh
//! cargo test --example testing --features emulator
//! ```

use axum::{Router, routing::get};
use axum_clerk::{Clerk, ClerkLayer, SignedIn, guard};

/// Creates the app. Its [`Clerk`] is a parameter, so that tests can pass that of an emulator.
fn app(clerk: Clerk) -> Router {
    Router::new()
        .route(
            "/reports",
            get(reports).layer(guard::require(guard::permission("org:reports:read"))),
        )
        .layer(ClerkLayer::new(clerk))
}

async fn reports(session: SignedIn) -> String {
    format!("reports for {}", session.user_id())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let clerk = Clerk::new(axum_clerk::ClerkConfig::from_env()?);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, app(clerk)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use axum::{
        body::Body,
        http::{Request, StatusCode},
    };
    use axum_clerk::{
        Clock,
        api::{CreateOrganization, CreateUser, User},
        emulator::ClerkEmulator,
    };
    use tower::ServiceExt;

    use super::*;

    /// Starts an emulator with Ada, who may read the reports of her organization, and returns the
    /// organization's ID as well.
    async fn emulator_with_ada() -> (ClerkEmulator, User, String) {
        let clock = Clock::manual(SystemTime::now());
        let clerk = ClerkEmulator::builder().clock(clock).start().await.unwrap();
        let ada = clerk.create_user(
            CreateUser::default().first_name("Ada").email_address(["ada@example.com"]),
        );
        let acme = clerk.create_organization(CreateOrganization::new("Acme"));
        clerk.add_member(&acme.id, &ada.id, "org:member", ["org:reports:read"]);
        (clerk, ada, acme.id)
    }

    async fn status(app: &Router, token: &str) -> StatusCode {
        let request = Request::get("/reports").header("authorization", format!("Bearer {token}"));
        app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status()
    }

    #[tokio::test]
    async fn reports_require_the_permission() {
        let (clerk, ada, acme) = emulator_with_ada().await;
        let app = app(Clerk::new(clerk.config()));
        assert_eq!(
            status(&app, &clerk.sign_in(&ada.id).organization(&acme).token()).await,
            StatusCode::OK
        );
        assert_eq!(status(&app, &clerk.sign_in(&ada.id).token()).await, StatusCode::FORBIDDEN);
        assert_eq!(status(&app, "nonsense").await, StatusCode::UNAUTHORIZED);
    }

    #[tokio::test]
    async fn token_expires_after_a_minute() {
        let (clerk, ada, acme) = emulator_with_ada().await;
        let app = app(Clerk::new(clerk.config()));
        let token = clerk.sign_in(&ada.id).organization(&acme).token();
        clerk.clock().advance(Duration::from_secs(60));
        assert_eq!(
            status(&app, &token).await,
            StatusCode::OK,
            "a clock skew of 5 seconds is allowed"
        );
        clerk.clock().advance(Duration::from_secs(5));
        assert_eq!(status(&app, &token).await, StatusCode::UNAUTHORIZED);
    }
}
