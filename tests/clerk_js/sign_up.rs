//! Signing up with the methods of clerk-js.

use axum_clerk::{
    api::{CreateInvitation, ListUsers},
    emulator::{Requirement, SignUpMode},
};
use fantoccini::Client;
use serde_json::json;

use crate::{
    version::Version,
    visit::{EMAIL, PASSWORD, Visit},
};

flows!(
    email_code_completes_the_sign_up,
    sign_up_collects_missing_fields_first,
    taken_email_address_cannot_sign_up,
    invitation_signs_up_in_restricted_mode,
);

const GRACE: &str = "grace@example.com";

const START: &str = "
    const signUp = await Clerk.client.signUp.create(args[0]);
    await signUp.prepareEmailAddressVerification({ strategy: 'email_code' });
    return signUp.status";

const VERIFY: &str = "
    const signUp = await Clerk.client.signUp.attemptEmailAddressVerification({ code: args[0] });
    if (signUp.status !== 'complete') return signUp.missingFields;
    await Clerk.setActive({ session: signUp.createdSessionId });
    return signUp.createdUserId";

async fn email_code_completes_the_sign_up(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.open("/").await;
    let fields = json!({
        "emailAddress": GRACE, "password": PASSWORD, "firstName": "Grace",
        "unsafeMetadata": { "plan": "free" },
    });
    assert_eq!(visit.js(START, json!([fields])).await, "missing_requirements");
    visit.try_js(VERIFY, json!(["000000"])).await.unwrap_err();
    visit.assert_signed_out().await;
    let id = visit.js(VERIFY, json!([visit.sent_code(GRACE)])).await;
    let me = visit.me().await.unwrap();
    assert_eq!(me["user"], id);

    let grace = visit.clerk.user(id.as_str().unwrap());
    assert_eq!(grace.first_name.as_deref(), Some("Grace"));
    assert_eq!(grace.unsafe_metadata["plan"], "free");
}

async fn sign_up_collects_missing_fields_first(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.clerk.update_user_settings(|settings| settings.username = Requirement::Required);
    visit.open("/").await;
    visit.js(START, json!([{ "emailAddress": GRACE, "password": PASSWORD }])).await;
    let missing = visit.js(VERIFY, json!([visit.sent_code(GRACE)])).await;
    assert_eq!(missing, json!(["username"]));
    visit.assert_signed_out().await;
    let script = "
        const signUp = await Clerk.client.signUp.update({ username: 'grace' });
        await Clerk.setActive({ session: signUp.createdSessionId });";
    visit.js(script, json!([])).await;
    let me = visit.me().await.unwrap();
    let grace = visit.clerk.user(me["user"].as_str().unwrap());
    assert_eq!(grace.username.as_deref(), Some("grace"));
}

async fn taken_email_address_cannot_sign_up(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.open("/").await;
    let fields = json!({ "emailAddress": EMAIL, "password": PASSWORD });
    let error = visit.try_js(START, json!([fields])).await.unwrap_err();
    assert!(error.contains("form_identifier_exists"), "{error}");
    visit.assert_signed_out().await;
}

async fn invitation_signs_up_in_restricted_mode(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.clerk.update_user_settings(|settings| settings.sign_up_mode = SignUpMode::Restricted);
    visit.open("/").await;
    let fields = json!({ "emailAddress": GRACE, "password": PASSWORD });
    visit.try_js(START, json!([fields])).await.unwrap_err();

    visit.api().invitations().create(&CreateInvitation::new(GRACE)).await.unwrap();
    let ticket = visit.sent_ticket(GRACE);
    let script = "
        const [ticket, password] = args;
        const signUp = await Clerk.client.signUp.create({ strategy: 'ticket', ticket, password });
        await Clerk.setActive({ session: signUp.createdSessionId });";
    visit.js(script, json!([ticket, PASSWORD])).await;
    let me = visit.me().await.unwrap();
    let grace = ListUsers::default().email_address([GRACE]);
    assert_eq!(me["user"], visit.api().users().list(&grace).await.unwrap()[0].id);
}
