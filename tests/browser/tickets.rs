//! Links of invitations, sign-in tokens and actor tokens, opened in a browser.

use std::time::Duration;

use axum_clerk::{
    InstanceType::Development,
    api::{
        Client, CreateActorToken, CreateInvitation, CreateOrganization,
        CreateOrganizationInvitation, CreateSignInToken, CreateUser, InvitationStatus,
        ListInvitations, ListOrganizationMemberships, ListSessions, ListUsers, Secret, Session,
        SessionStatus,
    },
    emulator::ClerkEmulator,
};
use serde_json::{Value, json};
use url::Url;

use crate::{
    app,
    browser::Browser,
    support::{INSTANCE_TYPES, assert_signed_in_to, create_ada, emulator},
};

const NEW_USER: [(&str, &str); 3] =
    [("email_address", "other@example.com"), ("first_name", "Grace"), ("last_name", "Hopper")];

/// Creates the typed Backend API client.
fn api(clerk: &ClerkEmulator) -> Client {
    Client::new(clerk.secret_key()).unwrap().with_base_url(clerk.url().parse().unwrap())
}

/// Creates an invitation and returns its ID and URL.
async fn invite(clerk: &ClerkEmulator, new: CreateInvitation) -> (String, String) {
    let invitation = api(clerk).invitations().create(&new).await.unwrap();
    (invitation.id, invitation.url.unwrap().expose().to_owned())
}

/// Creates a sign-in token and returns its URL and the ticket.
async fn sign_in_token(clerk: &ClerkEmulator, new: CreateSignInToken) -> (String, Secret) {
    let created = api(clerk).sign_in_tokens().create(&new).await.unwrap();
    (created.url.unwrap().expose().to_owned(), created.token.unwrap())
}

async fn sessions(clerk: &ClerkEmulator, user_id: &str) -> Vec<Session> {
    api(clerk).sessions().list(&ListSessions::default().user_id(user_id)).await.unwrap()
}

/// The status of the most recent invitation.
async fn invitation_status(clerk: &ClerkEmulator) -> InvitationStatus {
    api(clerk).invitations().list(&ListInvitations::default()).await.unwrap()[0].status.clone()
}

#[tokio::test]
async fn invited_user_signs_up_with_the_invited_address() {
    for instance_type in INSTANCE_TYPES {
        let clerk = emulator(instance_type).start().await.unwrap();
        let new =
            CreateInvitation::new("grace@example.com").public_metadata(json!({ "plan": "pro" }));
        let (_, link) = invite(&clerk, new).await;
        let mut browser = Browser::new(clerk.clock());
        let page = browser.open(&link).await;
        assert_eq!((page.status.as_u16(), page.url.path()), (200, "/sign-up"), "{page:?}");
        assert!(page.body.contains("value=\"grace@example.com\" readonly"), "{}", page.body);
        assert_eq!(browser.submit(&page, &NEW_USER).await.status, 200);

        let users = api(&clerk).users().list(&Default::default()).await.unwrap();
        assert_eq!(users.len(), 1);
        let user = serde_json::to_value(&users[0]).unwrap();
        let email_address = &user["email_addresses"][0];
        assert_eq!(
            email_address["email_address"], "grace@example.com",
            "the form's address is ignored"
        );
        assert_eq!(email_address["verification"]["strategy"], "ticket");
        assert_eq!(email_address["verification"]["status"], "verified");
        assert_eq!(
            (&user["public_metadata"], &user["first_name"]),
            (&json!({ "plan": "pro" }), &json!("Grace"))
        );
        assert_eq!(invitation_status(&clerk).await, InvitationStatus::Accepted);
        assert_eq!(sessions(&clerk, &users[0].id).await.len(), 1);

        let again = browser.submit(&page, &NEW_USER).await;
        assert_eq!(again.status, 400);
        assert!(again.body.contains("already accepted"), "{}", again.body);
        assert_eq!(browser.open(&link).await.status, 400);
        assert_eq!(sessions(&clerk, &users[0].id).await.len(), 1);
    }
}

#[tokio::test]
async fn invitation_redirects_to_its_redirect_url() {
    let clerk = emulator(Development).start().await.unwrap();
    let app = app::serve("localhost", clerk.config()).await;
    let user = create_ada(&clerk);
    for (email_address, status) in
        [("grace@example.com", "sign_up"), ("ada@example.com", "sign_in")]
    {
        let new = CreateInvitation::new(email_address).redirect_url(format!("{app}/join?a=b"));
        let (_, link) = invite(&clerk, new.ignore_existing(true)).await;
        let ticket = link.split_once("ticket=").unwrap().1.to_owned();
        let page = Browser::new(clerk.clock()).open(&link).await;
        let target = page.visited.iter().find(|url| url.path() == "/join").unwrap();
        let query: Vec<_> = target.query_pairs().into_owned().collect();
        for pair in [("a", "b"), ("__clerk_ticket", &ticket), ("__clerk_status", status)] {
            assert!(query.contains(&(pair.0.to_owned(), pair.1.to_owned())), "{target}");
        }

        // The app's page can redirect to the portal, which redirects back.
        let path = status.replace('_', "-");
        let portal = Url::parse_with_params(
            &format!("{}/{path}", clerk.url()),
            [("__clerk_ticket", ticket.as_str()), ("redirect_url", &app)],
        );
        let mut browser = Browser::new(clerk.clock());
        let portal = browser.open(portal.unwrap()).await;
        let fields = if status == "sign_up" {
            NEW_USER.to_vec()
        } else {
            vec![("user_id", user.id.as_str())]
        };
        let home = browser.submit(&portal, &fields).await;
        assert!(home.body.contains("id=\"sign-out\""), "{home:?}");
    }
    let users = api(&clerk).users().list(&Default::default()).await.unwrap();
    assert_eq!(users.len(), 2);
}

#[tokio::test]
async fn organization_invitation_link_creates_a_membership() {
    let clerk = emulator(Development).start().await.unwrap();
    let api = api(&clerk);
    let ada = create_ada(&clerk);
    let acme =
        clerk.create_organization(CreateOrganization::new("Acme").max_allowed_memberships(2u64));
    let invite = async |email_address: &str| {
        let new = CreateOrganizationInvitation::new(email_address, "org:member");
        let invitation = api.organization_invitations().create(&acme.id, &new).await.unwrap();
        invitation.url.unwrap().expose().to_owned()
    };
    let members = async || {
        let by_age = ListOrganizationMemberships::default().order_by("created_at");
        let members = api.organization_memberships().list(&acme.id, &by_age).await.unwrap();
        members
            .into_iter()
            .map(|member| member.public_user_data.unwrap().user_id)
            .collect::<Vec<_>>()
    };

    let mut browser = Browser::new(clerk.clock());
    let link = invite("ada@example.com").await;
    let page = browser.open(&link).await;
    assert_eq!((page.status.as_u16(), page.url.path()), (200, "/sign-in"), "{page:?}");
    assert!(members().await.is_empty(), "opening the link alone creates no membership");
    assert_eq!(browser.submit(&page, &[("user_id", &ada.id)]).await.status, 200);
    assert_eq!(members().await, [ada.id.as_str()]);
    assert_eq!(browser.open(&link).await.status, 400, "the link can be used once");

    let page = browser.open(invite("grace@example.com").await).await;
    assert_eq!(page.url.path(), "/sign-up");
    // Another user takes the last membership in the meantime.
    let alan = clerk.create_user(CreateUser::default());
    clerk.add_member(&acme.id, &alan.id, "org:member", []);
    let rejected = browser.submit(&page, &NEW_USER).await;
    assert_eq!(rejected.status, 403, "{rejected:?}");
    let with_address = ListUsers::default().email_address(["grace@example.com"]);
    assert_eq!(
        api.users().count(&with_address).await.unwrap(),
        0,
        "no user is created without a membership"
    );

    api.organization_memberships().delete(&acme.id, &alan.id).await.unwrap();
    assert_eq!(browser.submit(&page, &NEW_USER).await.status, 200);
    let grace = api.users().list(&with_address).await.unwrap().remove(0);
    assert_eq!(members().await, [ada.id, grace.id]);
}

#[tokio::test]
async fn expired_invitation_redirects_to_plain_sign_up() {
    let clerk = emulator(Development).start().await.unwrap();
    let (_, link) =
        invite(&clerk, CreateInvitation::new("grace@example.com").expires_in_days(1)).await;
    let mut browser = Browser::new(clerk.clock());
    let page = browser.open(&link).await;
    clerk.clock().advance(Duration::from_secs(24 * 60 * 60));
    let rejected = browser.submit(&page, &NEW_USER).await;
    assert_eq!(rejected.status, 400);
    assert!(rejected.body.contains("expired"), "{}", rejected.body);
    let page = browser.open(&link).await;
    assert_eq!((page.status.as_u16(), page.url.path(), page.url.query()), (200, "/sign-up", None));
    assert!(!page.body.contains("grace@example.com"));
    assert_eq!(invitation_status(&clerk).await, InvitationStatus::Expired);
}

#[tokio::test]
async fn sign_in_token_signs_its_user_in_once() {
    for instance_type in INSTANCE_TYPES {
        let clerk = emulator(instance_type).start().await.unwrap();
        let app = app::serve("127.0.0.1", clerk.config()).await;
        let ada = create_ada(&clerk);
        let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
        let (link, ticket) =
            sign_in_token(&clerk, CreateSignInToken::new(&ada.id).org_id(&acme.id)).await;
        let mut browser = Browser::new(clerk.clock());
        let page = browser.open(&link).await;
        assert_eq!((page.status.as_u16(), page.url.path()), (200, "/sign-in"), "{page:?}");
        assert!(page.url.query().unwrap().contains("__clerk_status=sign_in"));
        assert_eq!(
            sessions(&clerk, &ada.id).await.len(),
            0,
            "opening the link alone creates no session"
        );

        let page = format!(
            "{}/sign-in?__clerk_ticket={}&redirect_url={app}/",
            clerk.url(),
            ticket.expose()
        );
        let page = browser.open(&page).await;
        let home = browser.submit(&page, &[("user_id", "user_other")]).await;
        assert_signed_in_to(&home, &ada, "acme");

        for again in [
            browser.open(&link).await,
            browser.open(&page.url).await,
            browser.submit(&page, &[("user_id", &ada.id)]).await,
        ] {
            assert_eq!(again.status, 400, "{again:?}");
            assert!(again.body.contains("already used"), "{}", again.body);
        }
        assert_eq!(sessions(&clerk, &ada.id).await.len(), 1);
    }
}

#[tokio::test]
async fn actor_token_creates_a_short_session_with_an_actor() {
    let clerk = emulator(Development).start().await.unwrap();
    let (ada, alan) =
        (create_ada(&clerk), clerk.create_user(CreateUser::default().first_name("Alan")));
    let mut browser = Browser::new(clerk.clock());
    let portal = browser.open(format!("{}/sign-in", clerk.url())).await;
    browser.submit(&portal, &[("user_id", &alan.id)]).await;

    let actor = json!({ "sub": alan.id, "reason": "support" });
    let new =
        CreateActorToken::new(&ada.id, actor.clone()).session_max_duration_in_seconds(600_u32);
    let token = api(&clerk).actor_tokens().create(&new).await.unwrap();
    let page = browser.open(token.url.unwrap().expose()).await;
    browser.submit(&page, &[("user_id", &ada.id)]).await;

    let session = sessions(&clerk, &ada.id).await.remove(0);
    assert_eq!((session.actor.as_ref(), &session.status), (Some(&actor), &SessionStatus::Active));
    assert_eq!(session.expire_at.as_millis() - session.created_at.as_millis(), 600_000);
    assert_eq!(sessions(&clerk, &alan.id).await[0].status, SessionStatus::Replaced);
    let token = clerk.session(&session.id).token();
    let claims: Value = jsonwebtoken::dangerous::insecure_decode(&token).unwrap().claims;
    assert_eq!(claims["act"], actor);
    clerk.clock().advance(Duration::from_secs(600));
    assert_eq!(sessions(&clerk, &ada.id).await[0].status, SessionStatus::Expired);
}

#[tokio::test]
async fn revoked_expired_or_orphaned_tickets_are_rejected() {
    let clerk = emulator(Development).start().await.unwrap();
    let (ada, api) = (create_ada(&clerk), api(&clerk));
    let mut browser = Browser::new(clerk.clock());
    let page_url =
        |path: &str, ticket: &str| format!("{}/{path}?__clerk_ticket={ticket}", clerk.url());

    let (id, link) = invite(&clerk, CreateInvitation::new("grace@example.com")).await;
    let invited = link.split_once("ticket=").unwrap().1.to_owned();
    assert_eq!(
        browser.open(page_url("sign-in", &invited)).await.status,
        400,
        "no user has the address"
    );
    api.invitations().revoke(&id).await.unwrap();
    let new = CreateSignInToken::new(&ada.id).expires_in_seconds(60_u32);
    let (_, short) = sign_in_token(&clerk, new).await;
    assert_eq!(
        browser.open(page_url("sign-up", short.expose())).await.status,
        400,
        "sign-in tokens cannot be used to sign up"
    );
    clerk.clock().advance(Duration::from_secs(60));
    let revoked = api.sign_in_tokens().create(&CreateSignInToken::new(&ada.id)).await.unwrap();
    api.sign_in_tokens().revoke(&revoked.id).await.unwrap();
    let banned = clerk.create_user(CreateUser::default().banned(true));
    let (_, banned_ticket) = sign_in_token(&clerk, CreateSignInToken::new(&banned.id)).await;
    let deleted = clerk.create_user(CreateUser::default());
    let new = CreateActorToken::new(&deleted.id, json!({ "sub": ada.id }));
    let deleted_ticket = api.actor_tokens().create(&new).await.unwrap().token.unwrap();
    api.users().delete(&deleted.id).await.unwrap();

    for (path, ticket, status, message) in [
        ("sign-up", invited.as_str(), 400, "was revoked"),
        ("sign-in", short.expose(), 400, "has expired"),
        ("sign-in", revoked.token.as_ref().unwrap().expose(), 400, "was revoked"),
        ("sign-in", deleted_ticket.expose(), 404, "no longer exists"),
    ] {
        let page = browser.open(page_url(path, ticket)).await;
        assert_eq!(page.status.as_u16(), status, "{page:?}");
        assert!(page.body.contains(message) && page.body.contains("role=\"alert\""), "{page:?}");
        let link = format!("{}/v1/tickets/accept?ticket={ticket}", clerk.url());
        let response = browser.open(link).await;
        assert_eq!(response.status.as_u16(), status, "{response:?}");
        assert!(response.body.contains("clerk_trace_id"), "{response:?}");
    }
    let page = browser.open(page_url("sign-in", banned_ticket.expose())).await;
    assert_eq!(browser.submit(&page, &[("user_id", &banned.id)]).await.status, 403);
    assert_eq!(sessions(&clerk, &ada.id).await.len(), 0);
}

#[tokio::test]
async fn forged_tickets_are_rejected() {
    let clerk = emulator(Development).start().await.unwrap();
    let other = emulator(Development).start().await.unwrap();
    let ada = create_ada(&clerk);
    let (_, ticket) = sign_in_token(&clerk, CreateSignInToken::new(&ada.id)).await;
    let claims: Value = jsonwebtoken::dangerous::insecure_decode(ticket.expose()).unwrap().claims;
    let session = clerk.sign_in(&ada.id);
    let with_claims = ["st", "sid"]
        .into_iter()
        .fold(session, |session, name| session.claim(name, claims[name].clone()));
    let header = |typ: &str| json!({ "alg": "RS256", "typ": typ, "kid": clerk.key_id() });
    let [head, body, _] = ticket.expose().split('.').collect::<Vec<_>>()[..] else {
        panic!("not a JWT")
    };
    let mut unknown_type = claims.clone();
    unknown_type["st"] = json!("password");
    let mut without_expiry = claims.clone();
    without_expiry.as_object_mut().unwrap().remove("exp");

    let mut browser = Browser::new(clerk.clock());
    for forged in [
        String::new(),
        "a.b.c".to_owned(),
        format!("{head}.{body}."),
        format!("{head}.{body}.AAAA"),
        other.sign_token(header("JWT"), claims.clone()),
        clerk.sign_token(header("at+jwt"), claims.clone()),
        clerk.sign_token(header("JWT"), unknown_type),
        clerk.sign_token(header("JWT"), without_expiry),
        with_claims.token(),
    ] {
        for path in
            ["sign-in?__clerk_ticket=", "sign-up?__clerk_ticket=", "v1/tickets/accept?ticket="]
        {
            let page = browser.open(format!("{}/{path}{forged}", clerk.url())).await;
            assert_eq!(page.status, 400, "{page:?}");
        }
    }
    clerk.rotate_keys();
    let page = format!("{}/sign-in?__clerk_ticket={}", clerk.url(), ticket.expose());
    assert_eq!(browser.open(&page).await.status, 200, "the old key is still published");
    clerk.withdraw_old_keys();
    assert_eq!(browser.open(&page).await.status, 400);
}
