//! `<APIKeys/>`.

use fantoccini::Client;
use serde_json::json;

use crate::{version::Version, visit::Visit};

flows!(new_api_key_authenticates_until_it_is_revoked);

const AUTHENTICATE: &str = "
    const headers = { authorization: `Bearer ${args[0]}` };
    const response = await fetch('/api/caller', { headers, credentials: 'omit' });
    return [response.status, await response.text()]";

async fn new_api_key_authenticates_until_it_is_revoked(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.sign_in().await;
    visit.mount("APIKeys").await;
    visit.press("Add new key").await;
    visit.fill("name", "Laptop").await;
    visit.press("Create key").await;
    let secret = "[...document.querySelectorAll('input')].map(({ value }) => value)
        .find((value) => value.startsWith('ak_'))";
    visit.wait_until(secret).await;
    let secret = visit.js(&format!("return {secret}"), json!([])).await;
    let response = visit.js(AUTHENTICATE, json!([secret])).await;
    assert_eq!(response, json!([200, visit.ada.id]));

    let script = "
        const { data } = await Clerk.apiKeys.getAll();
        await Clerk.apiKeys.revoke({ apiKeyID: data[0].id });";
    visit.js(script, json!([])).await;
    visit.wait(async || visit.js(AUTHENTICATE, json!([secret])).await[0] == 401).await;
}
