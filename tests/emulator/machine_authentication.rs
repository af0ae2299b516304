//! Authentication with API keys, machine-to-machine tokens and OAuth access tokens.

use std::time::Duration;

use axum_clerk::{
    TokenType,
    api::{CreateOrganization, CreateUser},
};
use serde_json::json;

use crate::support::{authenticate, emulator, post_as};

#[tokio::test]
async fn api_key_authenticates_a_user_or_an_organization() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));

    let key = clerk
        .create_api_key(&ada.id)
        .name("export")
        .scopes(["read:a", "write:a"])
        .claims(json!({ "x": 1 }));
    let found = authenticate(&clerk, &key.token()).await.unwrap();
    assert_eq!((found.token_type, found.id.as_str()), (TokenType::ApiKey, key.id()));
    assert_eq!((found.user_id(), found.organization_id()), (Some(ada.id.as_str()), None));
    assert_eq!(
        (found.name.as_deref(), found.claims.clone()),
        (Some("export"), Some(json!({ "x": 1 })))
    );
    assert!(found.has_scope("write:a") && !found.has_scope("write:b"));

    let key = clerk.create_api_key(&acme.id);
    let found = authenticate(&clerk, &key.token()).await.unwrap();
    assert_eq!((found.user_id(), found.organization_id()), (None, Some(acme.id.as_str())));
}

#[tokio::test]
async fn m2m_token_is_valid_only_for_machines_in_scope() {
    let clerk = emulator().await;
    let (alpha, beta) = (clerk.create_machine("alpha"), clerk.create_machine("beta"));
    let gamma = clerk.create_machine("gamma").scoped_to(&alpha);
    let token = clerk.create_m2m_token(&gamma).claims(json!({ "tenant": 7 }));

    for token_string in [token.token(), token.jwt()] {
        let found = authenticate(&clerk, &token_string).await.unwrap();
        assert_eq!((found.token_type, found.id.as_str()), (TokenType::M2mToken, token.id()));
        assert_eq!(
            (found.machine_id(), found.scopes.as_slice()),
            (Some(gamma.id()), &[alpha.id().to_owned()][..])
        );
        assert_eq!(found.claims.unwrap()["tenant"], 7);
    }
    let verify = json!({ "token": token.token() });
    assert_eq!(post_as(&alpha, &clerk, "/m2m_tokens/verify", verify.clone()).await.0, 200);
    assert_eq!(post_as(&beta, &clerk, "/m2m_tokens/verify", verify).await.0, 404);
}

#[tokio::test]
async fn oauth_access_token_authenticates_its_user() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let token =
        clerk.create_oauth_access_token(&ada.id).client_id("app_1").scopes(["profile", "email"]);
    for token_string in [token.token(), token.jwt()] {
        let found = authenticate(&clerk, &token_string).await.unwrap();
        assert_eq!((found.token_type, found.id.as_str()), (TokenType::OAuthToken, token.id()));
        assert_eq!(
            (found.user_id(), found.client_id.as_deref()),
            (Some(ada.id.as_str()), Some("app_1"))
        );
        assert_eq!(found.scopes, ["profile", "email"]);
    }
}

#[tokio::test]
async fn revoked_expired_or_unknown_tokens_are_invalid() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let machine = clerk.create_machine("worker");
    let credentials = [
        clerk.create_api_key(&ada.id),
        clerk.create_m2m_token(&machine),
        clerk.create_oauth_access_token(&ada.id),
    ];
    for credential in credentials {
        let credential = credential.expires_in(Duration::from_secs(60));
        assert!(authenticate(&clerk, &credential.token()).await.is_some());
        clerk.clock().advance(Duration::from_secs(61));
        assert!(
            authenticate(&clerk, &credential.token()).await.is_none(),
            "{credential:?} has expired"
        );

        let credential = credential.expires_in(Duration::from_secs(60));
        assert!(authenticate(&clerk, &credential.token()).await.is_some());
        credential.revoke();
        assert!(
            authenticate(&clerk, &credential.token()).await.is_none(),
            "{credential:?} is revoked"
        );
    }
    for token in ["ak_none", "mt_none", "oat_none"] {
        assert!(authenticate(&clerk, token).await.is_none());
    }
}
