//! Moves a company in: its people, its organization, who may do what, and who is yet to come.
//!
//! ```sh
//! cargo run --example backend_api --features emulator
//! ```
//!
//! It can be run again over what is there already: nobody is created twice.

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
    for run in ["The company moves in.", "Once more: nothing is left to do."] {
        println!("{run}");
        let engines = move_in(&clerk).await?;
        report(&clerk, &engines).await?;
    }
    Ok(())
}

async fn move_in(clerk: &Client) -> Result<Organization> {
    let mut staff = Vec::new();
    for (name, address, role) in STAFF {
        staff.push((find_or_create_user(clerk, name, address).await?, role));
    }
    let engines = find_or_create_organization(clerk, "analytical-engines", &staff[0].0.id).await?;
    for (user, role) in &staff {
        let membership = CreateOrganizationMembership::new(&user.id, *role);
        let joined = clerk.organization_memberships().create(&engines.id, &membership).await;
        unless_done(joined, "already_a_member_in_organization")?;
    }
    for address in INVITED {
        let invitation = CreateOrganizationInvitation::new(address, "org:member")
            .inviter_user_id(&staff[0].0.id)
            .redirect_url("https://engines.example/welcome");
        let invited = clerk.organization_invitations().create(&engines.id, &invitation).await;
        unless_done(invited, "organization_invitation_not_unique")?;
    }
    let plan = UpdateOrganizationMetadata::default()
        .public_metadata(json!({ "plan": "pro", "seats": 10 }));
    clerk.organizations().update_metadata(&engines.id, &plan).await
}

async fn find_or_create_user(clerk: &Client, name: &str, address: &str) -> Result<User> {
    let users = clerk.users().list(&ListUsers::default().email_address([address])).await?;
    if let Some(user) = users.into_iter().next() {
        return Ok(user);
    }
    let user = CreateUser::default().first_name(name).email_address([address]);
    let user = clerk.users().create(&user).await?;
    let origin =
        UpdateUserMetadata::default().private_metadata(json!({ "moved_in_from": "paper" }));
    clerk.users().update_metadata(&user.id, &origin).await
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

/// That Clerk refuses what is there already is as good as its doing it.
fn unless_done<T>(result: Result<T>, code: &str) -> Result<()> {
    match result {
        Err(error) if error.api().is_some_and(|error| error.code() == Some(code)) => Ok(()),
        other => other.map(drop),
    }
}

async fn report(clerk: &Client, organization: &Organization) -> Result<()> {
    println!("  {}: {}", organization.name, *organization.public_metadata);

    let by_name = ListOrganizationMemberships::default().order_by("first_name");
    let mut members = clerk.organization_memberships().stream(&organization.id, &by_name);
    while let Some(member) = members.try_next().await? {
        let who = member.public_user_data.and_then(|user| user.identifier).unwrap_or_default();
        println!("  {who:<26} {:<12} {} permissions", member.role, member.permissions.len());
    }

    let pending = ListAllOrganizationInvitations::default().status(InvitationStatus::Pending);
    let pending = clerk.organization_invitations().stream_all(&pending);
    let addresses: Vec<_> =
        pending.map_ok(|invitation| invitation.email_address).try_collect().await?;
    println!("  yet to come: {}", addresses.join(", "));
    Ok(())
}
