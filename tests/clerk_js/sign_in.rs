//! Signing in with the methods of clerk-js.

use std::time::Instant;

use axum_clerk::api::{CreateSignInToken, CreateUser};
use fantoccini::Client;
use serde_json::json;

use crate::{
    version::Version,
    visit::{BACKUP_CODE, EMAIL, PASSWORD, SIGN_IN, Visit},
};

flows!(
    password_signs_in,
    wrong_password_does_not_sign_in,
    email_code_signs_in,
    authenticator_app_completes_the_sign_in,
    backup_code_completes_the_sign_in_once,
    password_reset_signs_in_with_the_new_password,
    ticket_signs_in,
);

/// Starts a second factor, after which the browser is not signed in yet.
const NEEDS_SECOND_FACTOR: &str = "
    const signIn = await Clerk.client.signIn.create({ identifier: args[0], password: args[1] });
    return signIn.status";

const SECOND_FACTOR: &str = "
    const [strategy, code] = args;
    const signIn = await Clerk.client.signIn.attemptSecondFactor({ strategy, code });
    await Clerk.setActive({ session: signIn.createdSessionId });";

async fn password_signs_in(version: Version, browser: Client) {
    let start = Instant::now();
    let visit = Visit::start(version, browser).await;
    visit.open("/").await;
    visit.assert_signed_out().await;
    visit.js(SIGN_IN, json!([EMAIL, PASSWORD])).await;
    visit.assert_signed_in(&visit.ada).await;
    let elapsed = start.elapsed();
    let requests = "return performance.getEntriesByType('resource').map(({ name }) => name)
        .filter((name) => name.startsWith(args[0]))
        .map((name) => name.slice(args[0].length).split('?')[0])";
    let requests = visit.js(requests, json!([visit.clerk.url()])).await;
    let requests = requests.as_array().unwrap();
    let scripts = requests.iter().filter(|path| path.as_str().unwrap().starts_with("/npm/"));
    let scripts = scripts.count();
    println!(
        "{version:?}: signed in after {elapsed:.1?}, with {} requests for scripts and {} others",
        scripts,
        requests.len() - scripts
    );
}

async fn wrong_password_does_not_sign_in(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.open("/").await;
    let error = visit.try_js(SIGN_IN, json!([EMAIL, "wrong password"])).await.unwrap_err();
    assert!(error.contains("form_password_incorrect"), "{error}");
    let error = visit.try_js(SIGN_IN, json!(["grace@example.com", PASSWORD])).await.unwrap_err();
    assert!(error.contains("form_identifier_not_found"), "{error}");
    visit.assert_signed_out().await;
}

async fn email_code_signs_in(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.open("/").await;
    let script = "
        const signIn = await Clerk.client.signIn.create({ identifier: args[0] });
        const { emailAddressId } =
            signIn.supportedFirstFactors.find(({ strategy }) => strategy === 'email_code');
        await signIn.prepareFirstFactor({ strategy: 'email_code', emailAddressId });";
    visit.js(script, json!([EMAIL])).await;
    let script = "
        const strategy = 'email_code';
        const signIn = await Clerk.client.signIn.attemptFirstFactor({ strategy, code: args[0] });
        await Clerk.setActive({ session: signIn.createdSessionId });";
    let error = visit.try_js(script, json!(["000000"])).await.unwrap_err();
    assert!(error.contains("form_code_incorrect"), "{error}");
    visit.assert_signed_out().await;
    visit.js(script, json!([visit.sent_code(EMAIL)])).await;
    visit.assert_signed_in(&visit.ada).await;
}

async fn authenticator_app_completes_the_sign_in(version: Version, browser: Client) {
    let mut visit = Visit::start(version, browser).await;
    visit.ada = visit.create_user_with_second_factors("grace@example.com");
    visit.open("/").await;
    let status = visit.js(NEEDS_SECOND_FACTOR, json!(["grace@example.com", PASSWORD])).await;
    assert_eq!(status, "needs_second_factor");
    visit.assert_signed_out().await;
    let error = visit.try_js(SECOND_FACTOR, json!(["totp", "000000"])).await.unwrap_err();
    assert!(error.contains("form_code_incorrect"), "{error}");
    visit.js(SECOND_FACTOR, json!(["totp", visit.totp()])).await;
    let me = visit.assert_signed_in(&visit.ada).await;
    assert_eq!(me["factor_ages"], json!([0, 0]));
}

async fn backup_code_completes_the_sign_in_once(version: Version, browser: Client) {
    let mut visit = Visit::start(version, browser).await;
    visit.ada = visit.create_user_with_second_factors("grace@example.com");
    visit.open("/").await;
    visit.js(NEEDS_SECOND_FACTOR, json!(["grace@example.com", PASSWORD])).await;
    visit.js(SECOND_FACTOR, json!(["backup_code", BACKUP_CODE])).await;
    visit.assert_signed_in(&visit.ada).await;

    visit.js("await Clerk.signOut({ redirectUrl: '/' })", json!([])).await;
    visit.open("/").await;
    visit.js(NEEDS_SECOND_FACTOR, json!(["grace@example.com", PASSWORD])).await;
    visit.try_js(SECOND_FACTOR, json!(["backup_code", BACKUP_CODE])).await.unwrap_err();
    visit.assert_signed_out().await;
}

async fn password_reset_signs_in_with_the_new_password(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.open("/").await;
    let script = "
        const strategy = 'reset_password_email_code';
        await Clerk.client.signIn.create({ strategy, identifier: args[0] });";
    visit.js(script, json!([EMAIL])).await;
    let script = "
        const [code, password] = args;
        const strategy = 'reset_password_email_code';
        let signIn = await Clerk.client.signIn.attemptFirstFactor({ strategy, code });
        if (signIn.status !== 'needs_new_password') throw signIn.status;
        signIn = await signIn.resetPassword({ password });
        await Clerk.setActive({ session: signIn.createdSessionId });";
    visit.js(script, json!([visit.sent_code(EMAIL), "another password"])).await;
    visit.assert_signed_in(&visit.ada).await;

    visit.js("await Clerk.signOut({ redirectUrl: '/' })", json!([])).await;
    visit.open("/").await;
    visit.try_js(SIGN_IN, json!([EMAIL, PASSWORD])).await.unwrap_err();
    visit.assert_signed_out().await;
    visit.js(SIGN_IN, json!([EMAIL, "another password"])).await;
    visit.assert_signed_in(&visit.ada).await;
}

async fn ticket_signs_in(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    let grace = visit.clerk.create_user(CreateUser::default().first_name("Grace"));
    let token = CreateSignInToken::new(&grace.id);
    let ticket = visit.api().sign_in_tokens().create(&token).await.unwrap().token;
    visit.open("/").await;
    let script = "
        const signIn = await Clerk.client.signIn.create({ strategy: 'ticket', ticket: args[0] });
        await Clerk.setActive({ session: signIn.createdSessionId });";
    visit.js(script, json!([ticket])).await;
    visit.assert_signed_in(&grace).await;
}
