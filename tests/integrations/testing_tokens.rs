//! Testing tokens for tests in a browser.

use axum_clerk::{Clerk, testing::BrowserTest};
use url::Url;

use super::support::emulator;

#[tokio::test]
async fn testing_token_is_added_to_frontend_api_requests_only() {
    let emulator = emulator().await;
    let test = BrowserTest::start(&Clerk::new(emulator.config())).await.unwrap();
    let token = test.token().expose().to_owned();
    let added = |url: String| test.with_token(Url::parse(&url).unwrap());
    let base = emulator.url();
    let url = added(format!("{base}/v1/client?a=b&__clerk_testing_token=old"));
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    assert_eq!(
        pairs,
        [("a".to_owned(), "b".to_owned()), ("__clerk_testing_token".to_owned(), token.clone())]
    );
    for other in [
        format!("{base}/npm/clerk.js"),
        format!("http://evil.example/?{base}/v1/client"),
        format!("{base}/v1x/client"),
        "https://evil.example/v1/client".to_owned(),
    ] {
        assert!(!added(other.clone()).as_str().contains(&token), "{other}");
    }
    let script = test.script();
    assert!(script.contains(&format!("{base}/v1/")) && script.contains(&token));
    assert!(!format!("{test:?}").contains(&token));
}
