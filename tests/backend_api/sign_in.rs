//! Signing up and in: sessions, tokens, sign-ups, invitations, the waitlist and restrictions.

#![allow(deprecated, reason = "deprecated operations are part of the contract")]

use axum_clerk::api::*;
use serde_json::json;

use crate::{contract::Contract, samples::optional_paging};

pub(crate) async fn call_all(contract: &Contract) {
    clients(contract).await;
    sessions(contract).await;
    tokens(contract).await;
    sign_ups(contract).await;
    invitations(contract).await;
    waitlist_entries(contract).await;
    restrictions(contract).await;
}

async fn clients(contract: &Contract) {
    let clients = contract.clerk.clients();
    contract.check("GetClientList", clients.list(&OptionalPaging::default())).await;
    contract.check("GetClientList", clients.list(&optional_paging())).await;
    contract.stream("GetClientList", clients.stream(&optional_paging())).await;
    contract.check("GetClient", clients.get("client_1")).await;
    contract.check("VerifyClient", clients.verify("ey.client.jwt")).await;
}

async fn sessions(contract: &Contract) {
    let sessions = contract.clerk.sessions();

    let minimal = ListSessions::default();
    let full = minimal
        .clone()
        .client_id("client_1")
        .user_id("user_1")
        .status(SessionStatus::Active)
        .paginated(true)
        .limit(500)
        .offset(0);
    contract.check("GetSessionList", sessions.list(&minimal)).await;
    contract.check("GetSessionList", sessions.list(&full)).await;
    contract.stream("GetSessionList", sessions.stream(&full)).await;

    let minimal = CreateSession::new("user_1");
    contract.check("createSession", sessions.create(&minimal)).await;
    contract
        .check("createSession", sessions.create(&minimal.active_organization_id("org_1")))
        .await;

    let minimal = RefreshSession::new("ey.expired.jwt", "refresh", "https://example.com");
    let full = minimal
        .clone()
        .request_headers([("user-agent".to_owned(), vec!["Firefox".to_owned()])])
        .format(RefreshFormat::Cookie)
        .request_originating_ip("192.0.2.1");
    contract.check("RefreshSession", sessions.refresh("sess_1", &minimal)).await;
    contract.check("RefreshSession", sessions.refresh("sess_1", &full)).await;

    let minimal = CreateSessionToken::default();
    let full = minimal.clone().expires_in_seconds(60);
    let (token, from_template) = ("CreateSessionToken", "CreateSessionTokenFromTemplate");
    contract.check(token, sessions.create_token("sess_1", &minimal)).await;
    contract.check(token, sessions.create_token("sess_1", &full)).await;
    contract
        .check(from_template, sessions.create_token_from_template("sess_1", "hasura", &minimal))
        .await;
    contract
        .check(from_template, sessions.create_token_from_template("sess_1", "hasura", &full))
        .await;

    contract.check("GetSession", sessions.get("sess_1")).await;
    contract.check("RevokeSession", sessions.revoke("sess_1")).await;
    contract.check("GetJWKS", contract.clerk.jwks().get()).await;
}

async fn tokens(contract: &Contract) {
    let actor_tokens = contract.clerk.actor_tokens();
    let minimal = CreateActorToken::new("user_1", json!({ "sub": "user_2" }));
    let full = minimal.clone().expires_in_seconds(60).session_max_duration_in_seconds(600);
    contract.check("CreateActorToken", actor_tokens.create(&minimal)).await;
    contract.check("CreateActorToken", actor_tokens.create(&full)).await;
    contract.check("RevokeActorToken", actor_tokens.revoke("act_1")).await;

    let sign_in_tokens = contract.clerk.sign_in_tokens();
    let minimal = CreateSignInToken::new("user_1");
    let full = minimal.clone().org_id("org_1").expires_in_seconds(60);
    contract.check("CreateSignInToken", sign_in_tokens.create(&minimal)).await;
    contract.check("CreateSignInToken", sign_in_tokens.create(&full)).await;
    contract.check("RevokeSignInToken", sign_in_tokens.revoke("sit_1")).await;

    let access_tokens = contract.clerk.oauth_access_tokens();
    let minimal = VerifyOAuthAccessToken::new("oat_secret");
    let full = minimal.clone().secret("oat_secret");
    contract.check("verifyOAuthAccessToken", access_tokens.verify(&minimal)).await;
    contract.check("verifyOAuthAccessToken", access_tokens.verify(&full)).await;

    contract.check("CreateTestingToken", contract.clerk.testing_tokens().create()).await;
}

async fn sign_ups(contract: &Contract) {
    let sign_ups = contract.clerk.sign_ups();
    let minimal = UpdateSignUp::default();
    let full = minimal.clone().external_id("1").custom_action(true);
    contract.check("UpdateSignUp", sign_ups.update("sua_1", &minimal)).await;
    contract.check("UpdateSignUp", sign_ups.update("sua_1", &full)).await;
    contract.check("UpdateSignUp", sign_ups.update("sua_1", &minimal.external_id(None))).await;
    contract.check("GetSignUp", sign_ups.get("sua_1")).await;
}

async fn invitations(contract: &Contract) {
    let invitations = contract.clerk.invitations();

    let minimal = ListInvitations::default();
    let full = minimal
        .clone()
        .status(InvitationStatus::Pending)
        .query("ada")
        .order_by("-created_at")
        .paginated(true)
        .limit(500)
        .offset(0);
    contract.check("ListInvitations", invitations.list(&minimal)).await;
    contract.check("ListInvitations", invitations.list(&full)).await;
    contract.stream("ListInvitations", invitations.stream(&full)).await;

    let minimal = CreateInvitation::new("ada@example.com");
    let full = minimal
        .clone()
        .public_metadata(json!({ "plan": "free" }))
        .redirect_url("https://example.com/welcome")
        .notify(true)
        .ignore_existing(true)
        .expires_in_days(7)
        .template_slug(InvitationTemplate::Invitation);
    contract.check("CreateInvitation", invitations.create(&minimal)).await;
    contract.check("CreateInvitation", invitations.create(&full)).await;
    contract.check("CreateBulkInvitations", invitations.bulk_create(&[minimal, full])).await;
    contract.check("RevokeInvitation", invitations.revoke("inv_1")).await;
}

async fn waitlist_entries(contract: &Contract) {
    let entries = contract.clerk.waitlist_entries();

    let minimal = ListWaitlistEntries::default();
    let full = minimal
        .clone()
        .query("ada")
        .status(WaitlistEntryStatus::Pending)
        .order_by("-created_at")
        .limit(500)
        .offset(0);
    contract.check("ListWaitlistEntries", entries.list(&minimal)).await;
    contract.check("ListWaitlistEntries", entries.list(&full)).await;
    contract.stream("ListWaitlistEntries", entries.stream(&full)).await;

    let minimal = CreateWaitlistEntry::new("ada@example.com");
    let full = minimal.clone().notify(true);
    contract.check("CreateWaitlistEntry", entries.create(&minimal)).await;
    contract.check("CreateWaitlistEntry", entries.create(&full)).await;
    contract.check("CreateBulkWaitlistEntries", entries.bulk_create(&[minimal, full])).await;

    let minimal = InviteWaitlistEntry::default();
    contract.check("InviteWaitlistEntry", entries.invite("wle_1", &minimal)).await;
    contract
        .check("InviteWaitlistEntry", entries.invite("wle_1", &minimal.ignore_existing(true)))
        .await;
    contract.check("RejectWaitlistEntry", entries.reject("wle_1")).await;
    contract.check("DeleteWaitlistEntry", entries.delete("wle_1")).await;
}

async fn restrictions(contract: &Contract) {
    let allowlist = contract.clerk.allowlist_identifiers();
    contract.check("ListAllowlistIdentifiers", allowlist.list(&OptionalPaging::default())).await;
    contract.check("ListAllowlistIdentifiers", allowlist.list(&optional_paging())).await;
    contract.stream("ListAllowlistIdentifiers", allowlist.stream(&optional_paging())).await;
    let minimal = CreateAllowlistIdentifier::new("*@example.com");
    contract.check("CreateAllowlistIdentifier", allowlist.create(&minimal)).await;
    contract.check("CreateAllowlistIdentifier", allowlist.create(&minimal.notify(true))).await;
    contract.check("DeleteAllowlistIdentifier", allowlist.delete("alid_1")).await;

    let blocklist = contract.clerk.blocklist_identifiers();
    contract.check("ListBlocklistIdentifiers", blocklist.list()).await;
    contract.check("CreateBlocklistIdentifier", blocklist.create("*@example.com")).await;
    contract.check("DeleteBlocklistIdentifier", blocklist.delete("blid_1")).await;
}
