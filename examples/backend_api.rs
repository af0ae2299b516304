//! Sets up a company with the Backend API: users, an organization, members with roles, invitations
//! and metadata.
//!
//! ```sh
//! cargo run --example backend_api --features emulator
//! ```
//!
//! The setup can be repeated: what already exists is not created twice.

use std::error::Error;

use axum_clerk::{
    api::{
        Client, CreateOrganization, CreateOrganizationInvitation, CreateOrganizationMembership,
        CreateUser, GetOrganization, InvitationStatus, ListAllOrganizationInvitations,
        ListOrganizationMemberships, ListUsers, Organization, Result, UpdateOrganizationMetadata,
        UpdateUserMetadata, User,
    },
    emulator::ClerkEmulator,
};
use futures_util::TryStreamExt;
use serde_json::json;

const STAFF: [(&str, &str, &str); 4] = [
    ("Ada", "ada@engines.example", "org:admin"),
    ("Charles", "charles@engines.example", "org:admin"),
    ("Joan", "joan@engines.example", "org:member"),
    ("Joseph", "joseph@engines.example", "org:member"),
];
const INVITED: [&str; 2] = ["luigi@engines.example", "mary@engines.example"];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let emulator = ClerkEmulator::start().await?;
    let clerk = Client::new(emulator.secret_key())?.with_base_url(emulator.url().parse()?);
    for run in ["First run: everything is created.", "Second run: nothing is created again."] {
        println!("{run}");
        let organization = set_up(&clerk).await?;
        print_summary(&clerk, &organization).await?;
    }
    Ok(())
}

async fn set_up(clerk: &Client) -> Result<Organization> {
    let mut staff = Vec::new();
    for (first_name, email_address, role) in STAFF {
        staff.push((find_or_create_user(clerk, first_name, email_address).await?, role));
    }
    let founder = &staff[0].0.id;
    let organization = find_or_create_organization(clerk, "analytical-engines", founder).await?;
    for (user, role) in &staff {
        let membership = CreateOrganizationMembership::new(&user.id, *role);
        let result = clerk.organization_memberships().create(&organization.id, &membership).await;
        ignore_error(result, "already_a_member_in_organization")?;
    }
    for email_address in INVITED {
        let invitation = CreateOrganizationInvitation::new(email_address, "org:member")
            .inviter_user_id(founder)
            .redirect_url("https://engines.example/welcome");
        let result = clerk.organization_invitations().create(&organization.id, &invitation).await;
        ignore_error(result, "organization_invitation_not_unique")?;
    }
    let metadata = UpdateOrganizationMetadata::default()
        .public_metadata(json!({ "plan": "pro", "seats": 10 }));
    clerk.organizations().update_metadata(&organization.id, &metadata).await
}

async fn find_or_create_user(
    clerk: &Client,
    first_name: &str,
    email_address: &str,
) -> Result<User> {
    let users = clerk.users().list(&ListUsers::default().email_address([email_address])).await?;
    if let Some(user) = users.into_iter().next() {
        return Ok(user);
    }
    let user = CreateUser::default().first_name(first_name).email_address([email_address]);
    let user = clerk.users().create(&user).await?;
    let metadata =
        UpdateUserMetadata::default().private_metadata(json!({ "imported_from": "paper" }));
    clerk.users().update_metadata(&user.id, &metadata).await
}

async fn find_or_create_organization(
    clerk: &Client,
    slug: &str,
    creator: &str,
) -> Result<Organization> {
    match clerk.organizations().get(slug, &GetOrganization::default()).await {
        Err(error) if error.api().is_some_and(|error| error.is_not_found()) => {
            let organization =
                CreateOrganization::new("Analytical Engines").slug(slug).created_by(creator);
            clerk.organizations().create(&organization).await
        }
        found => found,
    }
}

/// Treats the API error with this code as a success: Clerk rejects what already exists.
fn ignore_error<T>(result: Result<T>, code: &str) -> Result<()> {
    match result {
        Err(error) if error.api().is_some_and(|error| error.code() == Some(code)) => Ok(()),
        other => other.map(drop),
    }
}

async fn print_summary(clerk: &Client, organization: &Organization) -> Result<()> {
    println!("  {}: {}", organization.name, *organization.public_metadata);

    let by_name = ListOrganizationMemberships::default().order_by("first_name");
    let mut members = clerk.organization_memberships().stream(&organization.id, &by_name);
    while let Some(member) = members.try_next().await? {
        let email_address =
            member.public_user_data.and_then(|user| user.identifier).unwrap_or_default();
        println!(
            "  {email_address:<26} {:<12} {} permissions",
            member.role,
            member.permissions.len()
        );
    }

    let params = ListAllOrganizationInvitations::default().status(InvitationStatus::Pending);
    let pending = clerk.organization_invitations().stream_all(&params);
    let addresses: Vec<_> =
        pending.map_ok(|invitation| invitation.email_address).try_collect().await?;
    println!("  invited: {}", addresses.join(", "));
    Ok(())
}
