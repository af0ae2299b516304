//! Runs a Clerk emulator on `PORT` (4010 by default), with a user and an organization.
//!
//! It prints the environment variables for an app, and `curl` lines with valid tokens.
//!
//! ```sh
//! cargo run --example emulator --features emulator
//! ```

use std::{env, error::Error, time::Duration};

use axum_clerk::{
    api::{CreateOrganization, CreateUser},
    emulator::ClerkEmulator,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = env::var("PORT").map_or(Ok(4010), |port| port.parse())?;
    let clerk = ClerkEmulator::builder().port(port).start().await?;

    let ada = clerk
        .create_user(CreateUser::default().first_name("Ada").email_address(["ada@example.com"]));
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    clerk.add_member(&acme.id, &ada.id, "org:admin", ["org:billing:read", "org:billing:manage"]);
    let session =
        clerk.sign_in(&ada.id).organization(&acme.id).expires_in(Duration::from_secs(60 * 60));

    let (url, secret_key) = (clerk.url(), clerk.secret_key());
    println!("The emulator runs at {url} and keeps everything in memory. Press Ctrl-C to stop.\n");
    println!("# Environment of the app:");
    println!("export CLERK_API_URL={url}");
    println!("export CLERK_SECRET_KEY={secret_key}");
    println!("export CLERK_PUBLISHABLE_KEY='{}'", clerk.publishable_key());
    println!("export CLERK_PROXY_URL={url}");
    println!("export CLERK_SIGN_IN_URL={url}/sign-in");
    println!("export CLERK_SIGN_UP_URL={url}/sign-up");
    println!("export CLERK_SIGN_OUT_URL={url}/sign-out\n");
    println!("# Optional, to verify tokens without network access:");
    println!("export CLERK_JWT_KEY='{}'\n", clerk.jwt_key().trim_end());
    println!("# List the users with the Backend API:");
    println!("curl -H 'Authorization: Bearer {secret_key}' {url}/v1/users\n");
    println!(
        "# Call the app as Ada ({}), an admin of Acme ({}), with a token valid for an hour:",
        ada.id, acme.id
    );
    println!("curl -H 'Authorization: Bearer {}' http://127.0.0.1:3000/\n", session.token());
    println!("# The same request with cookies, like a browser:");
    println!("curl -H 'Cookie: {}' http://127.0.0.1:3000/\n", session.cookies());
    let key = clerk.create_api_key(&ada.id).name("export").scopes(["read:invoices"]);
    println!("# Call the app with an API key of Ada's, if the app has CLERK_ACCEPTS_TOKEN=any:");
    println!("curl -H 'Authorization: Bearer {}' http://127.0.0.1:3000/", key.token());

    tokio::signal::ctrl_c().await?;
    println!("\nStopped.");
    Ok(())
}
