//! Browsers that follow the links of invitations and one-time sign-ins.

use std::time::Duration;

use axum_clerk::{
    InstanceType::Development,
    api::{
        Client, CreateActorToken, CreateInvitation, CreateOrganization,
        CreateOrganizationInvitation, CreateSignInToken, CreateUser, InvitationStatus,
        ListInvitations, ListOrganizationMemberships, ListSessions, ListUsers, Secret, Session,
    },
    emulator::ClerkEmulator,
};
use serde_json::{Value, json};
use url::Url;

use crate::{BOTH, ada, app, assert_signed_in, browser::Browser, emulator};

const NEW_USER: [(&str, &str); 3] =
    [("email_address", "somebody@else.example"), ("first_name", "Grace"), ("last_name", "Hopper")];

fn client(clerk: &ClerkEmulator) -> Client {
    Client::new(clerk.secret_key()).unwrap().with_base_url(clerk.url().parse().unwrap())
}

async fn invite(clerk: &ClerkEmulator, new: CreateInvitation) -> (String, String) {
    let made = client(clerk).invitations().create(&new).await.unwrap();
    (made.id, made.url.unwrap().expose().to_owned())
}

async fn sign_in_token(clerk: &ClerkEmulator, new: CreateSignInToken) -> (String, Secret) {
    let made = client(clerk).sign_in_tokens().create(&new).await.unwrap();
    (made.url.unwrap().expose().to_owned(), made.token.unwrap())
}

async fn sessions(clerk: &ClerkEmulator, user_id: &str) -> Vec<Session> {
    client(clerk).sessions().list(&ListSessions::default().user_id(user_id)).await.unwrap()
}

async fn status(clerk: &ClerkEmulator) -> InvitationStatus {
    client(clerk).invitations().list(&ListInvitations::default()).await.unwrap()[0].status.clone()
}

#[tokio::test]
async fn who_is_invited_signs_up_with_the_invited_address() {
    for instance_type in BOTH {
        let clerk = emulator(instance_type).start().await.unwrap();
        let new =
            CreateInvitation::new("grace@example.com").public_metadata(json!({ "plan": "pro" }));
        let (_, link) = invite(&clerk, new).await;
        let mut browser = Browser::new(clerk.clock());
        let page = browser.open(&link).await;
        assert_eq!((page.status.as_u16(), page.url.path()), (200, "/sign-up"), "{page:?}");
        assert!(page.body.contains("value=\"grace@example.com\" readonly"), "{}", page.body);
        assert_eq!(browser.submit(&page, &NEW_USER).await.status, 200);

        let users = client(&clerk).users().list(&Default::default()).await.unwrap();
        assert_eq!(users.len(), 1);
        let user = serde_json::to_value(&users[0]).unwrap();
        let email_address = &user["email_addresses"][0];
        assert_eq!(email_address["email_address"], "grace@example.com", "whatever the form said");
        assert_eq!(email_address["verification"]["strategy"], "ticket");
        assert_eq!(email_address["verification"]["status"], "verified");
        assert_eq!(
            (&user["public_metadata"], &user["first_name"]),
            (&json!({ "plan": "pro" }), &json!("Grace"))
        );
        assert_eq!(status(&clerk).await, InvitationStatus::Accepted);
        assert_eq!(sessions(&clerk, &users[0].id).await.len(), 1);

        let again = browser.submit(&page, &NEW_USER).await;
        assert_eq!(again.status, 400);
        assert!(again.body.contains("accepted already"), "{}", again.body);
        assert_eq!(browser.open(&link).await.status, 400);
        assert_eq!(sessions(&clerk, &users[0].id).await.len(), 1);
    }
}

#[tokio::test]
async fn an_invitation_leads_where_it_says() {
    let clerk = emulator(Development).start().await.unwrap();
    let app = app::serve("localhost", clerk.config()).await;
    let user = ada(&clerk);
    for (email_address, status) in
        [("grace@example.com", "sign_up"), ("ada@example.com", "sign_in")]
    {
        let new = CreateInvitation::new(email_address).redirect_url(format!("{app}/join?a=b"));
        let (_, link) = invite(&clerk, new.ignore_existing(true)).await;
        let ticket = link.split_once("ticket=").unwrap().1.to_owned();
        let page = Browser::new(clerk.clock()).open(&link).await;
        let arrived = page.trail.iter().find(|url| url.path() == "/join").unwrap();
        let query: Vec<_> = arrived.query_pairs().into_owned().collect();
        for pair in [("a", "b"), ("__clerk_ticket", &ticket), ("__clerk_status", status)] {
            assert!(query.contains(&(pair.0.to_owned(), pair.1.to_owned())), "{arrived}");
        }

        // The app's page may send the browser on to the portal, and have it back.
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
    let users = client(&clerk).users().list(&Default::default()).await.unwrap();
    assert_eq!(users.len(), 2);
}

#[tokio::test]
async fn who_follows_an_invitation_to_an_organization_becomes_a_member() {
    let clerk = emulator(Development).start().await.unwrap();
    let api = client(&clerk);
    let ada = ada(&clerk);
    let acme =
        clerk.create_organization(CreateOrganization::new("Acme").max_allowed_memberships(2u64));
    let invite = async |email_address: &str| {
        let new = CreateOrganizationInvitation::new(email_address, "org:member");
        let made = api.organization_invitations().create(&acme.id, &new).await.unwrap();
        made.url.unwrap().expose().to_owned()
    };
    let members = async || {
        let all = ListOrganizationMemberships::default().order_by("created_at");
        let all = api.organization_memberships().list(&acme.id, &all).await.unwrap();
        all.into_iter().map(|member| member.public_user_data.unwrap().user_id).collect::<Vec<_>>()
    };

    let mut browser = Browser::new(clerk.clock());
    let link = invite("ada@example.com").await;
    let page = browser.open(&link).await;
    assert_eq!((page.status.as_u16(), page.url.path()), (200, "/sign-in"), "{page:?}");
    assert!(members().await.is_empty(), "a visit alone makes nobody a member");
    assert_eq!(browser.submit(&page, &[("user_id", &ada.id)]).await.status, 200);
    assert_eq!(members().await, [ada.id.as_str()]);
    assert_eq!(browser.open(&link).await.status, 400, "once is enough");

    let page = browser.open(invite("grace@example.com").await).await;
    assert_eq!(page.url.path(), "/sign-up");
    // The last place is taken meanwhile.
    let alan = clerk.create_user(CreateUser::default());
    clerk.add_member(&acme.id, &alan.id, "org:member", [""; 0]);
    let full = browser.submit(&page, &NEW_USER).await;
    assert_eq!(full.status, 403, "{full:?}");
    let nobody = ListUsers::default().email_address(["grace@example.com"]);
    assert_eq!(
        api.users().count(&nobody).await.unwrap(),
        0,
        "nobody is created who cannot come in"
    );

    api.organization_memberships().delete(&acme.id, &alan.id).await.unwrap();
    assert_eq!(browser.submit(&page, &NEW_USER).await.status, 200);
    let grace = api.users().list(&nobody).await.unwrap().remove(0);
    assert_eq!(members().await, [ada.id, grace.id]);
}

#[tokio::test]
async fn an_expired_invitation_leads_to_signing_up_without_it() {
    let clerk = emulator(Development).start().await.unwrap();
    let (_, link) =
        invite(&clerk, CreateInvitation::new("grace@example.com").expires_in_days(1)).await;
    let mut browser = Browser::new(clerk.clock());
    let early = browser.open(&link).await;
    clerk.clock().advance(Duration::from_secs(24 * 60 * 60));
    let late = browser.submit(&early, &NEW_USER).await;
    assert_eq!(late.status, 400);
    assert!(late.body.contains("expired"), "{}", late.body);
    let page = browser.open(&link).await;
    assert_eq!((page.status.as_u16(), page.url.path(), page.url.query()), (200, "/sign-up", None));
    assert!(!page.body.contains("grace@example.com"));
    assert_eq!(status(&clerk).await, InvitationStatus::Expired);
}

#[tokio::test]
async fn a_sign_in_token_signs_its_user_in_once() {
    for instance_type in BOTH {
        let clerk = emulator(instance_type).start().await.unwrap();
        let app = app::serve("127.0.0.1", clerk.config()).await;
        let ada = ada(&clerk);
        let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
        let (link, ticket) =
            sign_in_token(&clerk, CreateSignInToken::new(&ada.id).org_id(&acme.id)).await;
        let mut browser = Browser::new(clerk.clock());
        let page = browser.open(&link).await;
        assert_eq!((page.status.as_u16(), page.url.path()), (200, "/sign-in"), "{page:?}");
        assert!(page.url.query().unwrap().contains("__clerk_status=sign_in"));
        assert_eq!(sessions(&clerk, &ada.id).await.len(), 0, "a visit alone signs nobody in");

        let page = format!(
            "{}/sign-in?__clerk_ticket={}&redirect_url={app}/",
            clerk.url(),
            ticket.expose()
        );
        let page = browser.open(&page).await;
        let home = browser.submit(&page, &[("user_id", "user_other")]).await;
        assert_signed_in(&home, &ada);
        assert!(home.body.contains("in acme"), "{}", home.body);

        for again in [
            browser.open(&link).await,
            browser.open(&page.url).await,
            browser.submit(&page, &[("user_id", &ada.id)]).await,
        ] {
            assert_eq!(again.status, 400, "{again:?}");
            assert!(again.body.contains("used already"), "{}", again.body);
        }
        assert_eq!(sessions(&clerk, &ada.id).await.len(), 1);
    }
}

#[tokio::test]
async fn an_actor_token_begins_a_short_session_of_the_actors() {
    let clerk = emulator(Development).start().await.unwrap();
    let (ada, alan) = (ada(&clerk), clerk.create_user(CreateUser::default().first_name("Alan")));
    let mut browser = Browser::new(clerk.clock());
    let portal = browser.open(format!("{}/sign-in", clerk.url())).await;
    browser.submit(&portal, &[("user_id", &alan.id)]).await;

    let actor = json!({ "sub": alan.id, "reason": "support" });
    let new =
        CreateActorToken::new(&ada.id, actor.clone()).session_max_duration_in_seconds(600_u32);
    let token = client(&clerk).actor_tokens().create(&new).await.unwrap();
    let page = browser.open(token.url.unwrap().expose()).await;
    browser.submit(&page, &[("user_id", &ada.id)]).await;

    let session = sessions(&clerk, &ada.id).await.remove(0);
    let session_id = session.id.clone();
    let session = serde_json::to_value(session).unwrap();
    assert_eq!((&session["actor"], &session["status"]), (&actor, &json!("active")));
    let lasts = session["expire_at"].as_i64().unwrap() - session["created_at"].as_i64().unwrap();
    assert_eq!(lasts, 600_000);
    assert_eq!(
        serde_json::to_value(&sessions(&clerk, &alan.id).await[0]).unwrap()["status"],
        "replaced"
    );
    let token = clerk.session(&session_id).token();
    let claims: Value = jsonwebtoken::dangerous::insecure_decode(&token).unwrap().claims;
    assert_eq!(claims["act"], actor);
    clerk.clock().advance(Duration::from_secs(600));
    assert_eq!(
        serde_json::to_value(&sessions(&clerk, &ada.id).await[0]).unwrap()["status"],
        "expired"
    );
}

#[tokio::test]
async fn a_ticket_that_is_good_no_more_is_refused() {
    let clerk = emulator(Development).start().await.unwrap();
    let (ada, api) = (ada(&clerk), client(&clerk));
    let mut browser = Browser::new(clerk.clock());
    let at = |path: &str, ticket: &str| format!("{}/{path}?__clerk_ticket={ticket}", clerk.url());

    let (id, link) = invite(&clerk, CreateInvitation::new("grace@example.com")).await;
    let invited = link.split_once("ticket=").unwrap().1.to_owned();
    assert_eq!(browser.open(at("sign-in", &invited)).await.status, 400, "nobody has the address");
    api.invitations().revoke(&id).await.unwrap();
    let new = CreateSignInToken::new(&ada.id).expires_in_seconds(60_u32);
    let (_, short) = sign_in_token(&clerk, new).await;
    assert_eq!(
        browser.open(at("sign-up", short.expose())).await.status,
        400,
        "it is for signing in"
    );
    clerk.clock().advance(Duration::from_secs(60));
    let revoked = api.sign_in_tokens().create(&CreateSignInToken::new(&ada.id)).await.unwrap();
    api.sign_in_tokens().revoke(&revoked.id).await.unwrap();
    let banned = clerk.create_user(CreateUser::default().banned(true));
    let (_, of_banned) = sign_in_token(&clerk, CreateSignInToken::new(&banned.id)).await;
    let gone = clerk.create_user(CreateUser::default());
    let new = CreateActorToken::new(&gone.id, json!({ "sub": ada.id }));
    let of_gone = api.actor_tokens().create(&new).await.unwrap().token.unwrap();
    api.users().delete(&gone.id).await.unwrap();

    for (path, ticket, status, sentence) in [
        ("sign-up", invited.as_str(), 400, "was revoked"),
        ("sign-in", short.expose(), 400, "has expired"),
        ("sign-in", revoked.token.as_ref().unwrap().expose(), 400, "was revoked"),
        ("sign-in", of_gone.expose(), 404, "no longer there"),
    ] {
        let page = browser.open(at(path, ticket)).await;
        assert_eq!(page.status.as_u16(), status, "{page:?}");
        assert!(page.body.contains(sentence) && page.body.contains("role=\"alert\""), "{page:?}");
        let link = format!("{}/v1/tickets/accept?ticket={ticket}", clerk.url());
        let answer = browser.open(link).await;
        assert_eq!(answer.status.as_u16(), status, "{answer:?}");
        assert!(answer.body.contains("clerk_trace_id"), "{answer:?}");
    }
    let page = browser.open(at("sign-in", of_banned.expose())).await;
    assert_eq!(browser.submit(&page, &[("user_id", &banned.id)]).await.status, 403);
    assert_eq!(
        api.sessions().list(&ListSessions::default().user_id(&ada.id)).await.unwrap().len(),
        0
    );
}

#[tokio::test]
async fn nothing_but_a_ticket_of_the_instance_is_one() {
    let clerk = emulator(Development).start().await.unwrap();
    let other = emulator(Development).start().await.unwrap();
    let ada = ada(&clerk);
    let (_, ticket) = sign_in_token(&clerk, CreateSignInToken::new(&ada.id)).await;
    let claims: Value = jsonwebtoken::dangerous::insecure_decode(ticket.expose()).unwrap().claims;
    let session = clerk.sign_in(&ada.id);
    let with_claims = ["st", "sid"]
        .into_iter()
        .fold(session, |session, name| session.claim(name, claims[name].clone()));
    let header = |typ: &str| json!({ "alg": "RS256", "typ": typ, "kid": clerk.key_id() });
    let [head, body, _] = ticket.expose().split('.').collect::<Vec<_>>()[..] else {
        panic!("no JWT")
    };
    let mut unknown = claims.clone();
    unknown["st"] = json!("password");
    let mut endless = claims.clone();
    endless.as_object_mut().unwrap().remove("exp");

    let mut browser = Browser::new(clerk.clock());
    for forged in [
        String::new(),
        "a.b.c".to_owned(),
        format!("{head}.{body}."),
        format!("{head}.{body}.AAAA"),
        other.sign_token(header("JWT"), claims.clone()),
        clerk.sign_token(header("at+jwt"), claims.clone()),
        clerk.sign_token(header("JWT"), unknown),
        clerk.sign_token(header("JWT"), endless),
        with_claims.token(),
    ] {
        for path in
            ["sign-in?__clerk_ticket=", "sign-up?__clerk_ticket=", "v1/tickets/accept?ticket="]
        {
            let page = browser.open(format!("{}/{path}{forged}", clerk.url())).await;
            assert_eq!(page.status, 400, "{page:?}");
        }
    }
    let rotated = {
        clerk.rotate_keys();
        browser.open(format!("{}/sign-in?__clerk_ticket={}", clerk.url(), ticket.expose())).await
    };
    assert_eq!(rotated.status, 200, "the key is published still");
    clerk.withdraw_old_keys();
    assert_eq!(browser.open(&rotated.url).await.status, 400);
}
