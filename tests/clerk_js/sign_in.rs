//! Signing in with the methods of clerk-js.

use fantoccini::Client;
use serde_json::json;

use crate::{
    version::Version,
    visit::{EMAIL, PASSWORD, Visit},
};

flows!(password_signs_in);

async fn password_signs_in(version: Version, browser: Client) {
    let visit = Visit::start(version, browser).await;
    visit.open("/").await;
    visit.assert_signed_out().await;
    let script = "const signIn = await Clerk.client.signIn.create({
            identifier: args[0], password: args[1] });
        await Clerk.setActive({ session: signIn.createdSessionId });";
    visit.js(script, json!([EMAIL, PASSWORD])).await;
    visit.assert_signed_in(&visit.ada).await;
}
