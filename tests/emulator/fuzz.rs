//! Requests with arbitrary bodies and query strings.

use axum_clerk::api::{CreateOrganization, CreateUser};
use http::Method;
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
    sample::select,
    strategy::ValueTree,
    test_runner::TestRunner,
};
use serde_json::{Value, json};

use crate::support::{call, emulator};

const ROUTES: &str = "
    POST /users
    PATCH /users/USER
    PATCH /users/USER/metadata
    PUT /users/USER/email_address
    POST /users/ban
    POST /users/USER/verify_password
    POST /users/USER/verify_totp
    POST /email_addresses
    POST /phone_numbers
    POST /organizations
    PATCH /organizations/ORG
    PUT /organizations/ORG/metadata
    POST /organizations/ORG/memberships
    PATCH /organizations/ORG/memberships/USER
    PATCH /organizations/ORG/memberships/USER/metadata
    POST /organizations/ORG/invitations
    POST /organizations/ORG/invitations/bulk
    POST /organizations/ORG/domains
    POST /organization_roles
    POST /organization_permissions
    POST /invitations
    POST /invitations/bulk
    POST /sessions
    POST /sessions/SESSION/refresh
    POST /sessions/SESSION/tokens
    POST /sign_in_tokens
    POST /actor_tokens
    POST /jwt_templates
    POST /api_keys
    POST /api_keys/verify
    POST /machines
    POST /m2m_tokens/verify
    POST /oauth_applications
    POST /oauth_applications/access_tokens/verify
    POST /domains
    POST /redirect_urls
    POST /allowlist_identifiers
    POST /blocklist_identifiers
    PATCH /instance
    PATCH /instance/communication
    PATCH /instance/oauth_application_settings
    PATCH /instance/restrictions
    PATCH /instance/protect
    PATCH /beta_features/instance_settings
    POST /clients/verify
    POST /waitlist_entries
    POST /waitlist_entries/bulk
    POST /webhooks/svix_url
    POST /billing/prices
    POST /users/USER/billing/credits
    POST /billing/subscription_items/ITEM/discounts
    POST /billing/subscription_items/ITEM/extend_free_trial
    POST /billing/subscription_items/ITEM/price_transition
";

const LISTS: &str = "
    /users
    /users/count
    /organizations
    /organizations/ORG/memberships
    /organizations/ORG/invitations
    /organizations/ORG/domains
    /organization_roles
    /organization_domains
    /invitations
    /sessions
    /api_keys
    /machines
    /oauth_applications
    /jwt_templates
    /waitlist_entries
    /billing/plans
    /billing/prices
    /billing/statements
    /billing/subscription_items
";

const PARAMS: &str = "
    name slug key role user_id email_address phone_number password totp_secret backup_codes
    created_at created_by public_metadata permissions expires_in_days expires_in_seconds
    seconds_until_expiration actor claims lifetime signing_key signing_algorithm custom_signing_key
    subject scopes redirect_uris redirect_url url identifier token secret access_token code
    enrollment_mode verified is_satellite allowed_origins blocked_country_codes default_scopes
    user_ids max_allowed_memberships limit offset order_by query status starting_after nonsense
    plan_id amount annual_monthly_amount currency action idempotency_key note extend_to
    from_price_id to_price_id discount_id include_free
";

const STRINGS: &[&str] = &[
    "",
    "a",
    "USER",
    "ORG",
    "org:member",
    "ada@example.com",
    "+15555550100",
    "https://example.com/",
    "javascript:alert(1)",
    "PLAN",
    "PRICE",
    "increase",
    "2026-01-01T00:00:00Z",
    "2027-02-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "{{user.id}}",
    "{{",
    "HS256",
    "RS256",
    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
    "verified",
    "-created_at",
    "é\u{0}\u{202e}",
    "*@example.com",
    "..",
    "AAAAAAAA",
    "a.b.c",
];

fn param() -> impl Strategy<Value = String> {
    select(PARAMS.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => select(STRINGS).prop_map(|string| json!(string)),
        1 => any::<i64>().prop_map(|number| json!(number)),
        1 => any::<f64>().prop_map(|number| json!(number)),
        1 => any::<bool>().prop_map(|flag| json!(flag)),
        1 => Just(Value::Null),
        1 => Just(json!("x".repeat(2000))),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(param(), inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn body() -> impl Strategy<Value = Value> {
    let object = btree_map(param(), json_value(), 0..6)
        .prop_map(|fields| Value::Object(fields.into_iter().collect()))
        .boxed();
    let array = vec(object.clone(), 0..12).prop_map(Value::from);
    prop_oneof![6 => object, 2 => array, 1 => json_value()]
}

/// No request may cause a 5xx response or break the connection, and every error must have a code
/// and a message.
#[tokio::test]
async fn arbitrary_requests_get_well_formed_responses() {
    let clerk = emulator().await;
    let ada = clerk.create_user(
        CreateUser::default().email_address(["ada@example.com"]).password("correct horse"),
    );
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let session = clerk.sign_in(&ada.id);
    let pro = clerk.user_plan("pro").monthly_fee(1_000).free_trial_days(7);
    let item = clerk.subscribe(&ada.id, &pro);
    let ids = [
        ("USER", ada.id.as_str()),
        ("ORG", &acme.id),
        ("SESSION", session.id()),
        ("PLAN", pro.id()),
        ("PRICE", item.price_id.as_deref().unwrap()),
        ("ITEM", &item.id),
    ];
    let with_ids =
        |text: &str| ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id));
    let mut runner = TestRunner::deterministic();
    let (mut accepted, mut rejected) = (0, 0);
    let mut requests = Vec::new();
    for route in ROUTES.trim().lines() {
        let (method, path) = route.trim().split_once(' ').unwrap();
        for _ in 0..15 {
            let body = body().new_tree(&mut runner).unwrap().current();
            requests.push((
                method,
                with_ids(path),
                serde_json::from_str(&with_ids(&body.to_string())).unwrap(),
            ));
        }
    }
    for path in LISTS.split_whitespace() {
        for _ in 0..10 {
            let pairs =
                vec((param(), select(STRINGS)), 0..5).new_tree(&mut runner).unwrap().current();
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(pairs.into_iter().map(|(name, string)| (name, with_ids(string))));
            requests.push(("GET", format!("{}?{}", with_ids(path), query.finish()), Value::Null));
        }
    }
    for (method, path, body) in requests {
        let method: Method = method.parse().unwrap();
        let (status, response) = call(&clerk, method, &path, body.clone()).await;
        if status.is_success() {
            accepted += 1;
        } else {
            assert!(status.is_client_error(), "{path} {body}: {status} {response}");
            let error = &response["errors"][0];
            let has = |name: &str| error[name].as_str().is_some_and(|text| !text.is_empty());
            assert!(has("code") && has("message"), "{path} {body}: {response}");
            rejected += 1;
        }
    }
    assert!(
        accepted > 50 && rejected > 50,
        "too few of either kind: {accepted} accepted, {rejected} rejected"
    );
}

#[tokio::test]
async fn extreme_timestamps_in_tokens_are_accepted() {
    let clerk = emulator().await;
    let verify = async |id: Value| {
        let header = json!({ "alg": "RS256", "kid": clerk.key_id(), "typ": "at+jwt" });
        let claims = json!({
            "jti": id,
            "client_id": "a",
            "scope": "",
            "sub": "user_1",
            "iat": i64::MIN,
            "exp": i64::MAX,
        });
        let body = json!({ "access_token": clerk.sign_token(header, claims) });
        call(&clerk, Method::POST, "/oauth_applications/access_tokens/verify", body).await
    };
    let (status, response) = verify(json!("oat_1")).await;
    assert_eq!((status.as_u16(), &response["expiration"]), (200, &json!(i64::MAX)), "{response}");
    assert_eq!(verify(Value::Null).await.0, 404, "a token without an ID is invalid");
}
