//! The same in Chromium, which has the last word on cookies and redirects.

use std::{
    future::Future,
    io::{self, BufRead, BufReader, Write as _},
    process::{Child, Command, Stdio},
    time::{Duration, SystemTime},
};

use axum_clerk::{
    Clock, InstanceType,
    InstanceType::{Development, Production},
    api::User,
    emulator::ClerkEmulator,
};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use super::{ada, app, pass_a_minute};

#[tokio::test]
async fn the_quickstart_works_in_development() {
    in_chromium(|browser| quickstart(browser, Development, "localhost")).await;
}

#[tokio::test]
async fn the_quickstart_works_in_production() {
    in_chromium(|browser| quickstart(browser, Production, "127.0.0.1")).await;
}

async fn quickstart(browser: Client, instance_type: InstanceType, host: &str) {
    let (clerk, ada) = emulator(instance_type).await;
    let app = app::serve(host, clerk.config()).await;
    let handshakes = || clerk.requests("/v1/client/handshake");

    browser.goto(&app).await.unwrap();
    shows(&browser, "nobody").await;
    click(&browser, "#sign-in").await;
    click(&browser, &format!("button[value={}]", ada.id)).await;
    shows(&browser, &ada.id).await;
    assert_eq!(browser.current_url().await.unwrap().as_str(), format!("{app}/"));

    let before = handshakes();
    browser.refresh().await.unwrap();
    pass_a_minute(&clerk);
    browser.refresh().await.unwrap();
    shows(&browser, &ada.id).await;
    assert_eq!(handshakes(), before, "an expired token is refreshed without the browser noticing");

    clerk.clock().advance(Duration::from_secs(15 * 60));
    browser.refresh().await.unwrap();
    shows(&browser, "fva [16,-1]").await;
    click(&browser, "#reverify").await;
    click(&browser, "button").await;
    shows(&browser, "fva [0,-1]").await;

    // People are not so fast that the redirects of one click count for the next.
    browser.delete_cookie("__clerk_redirect_count").await.unwrap();
    click(&browser, "#sign-out").await;
    click(&browser, "button").await;
    shows(&browser, "nobody").await;
    browser.goto(&app).await.unwrap();
    shows(&browser, "nobody").await;
}

#[tokio::test]
async fn a_satellite_at_another_host_knows_who_is_signed_in() {
    for instance_type in super::BOTH {
        in_chromium(|browser| satellite(browser, instance_type)).await;
    }
}

async fn satellite(browser: Client, instance_type: InstanceType) {
    let (clerk, ada) = emulator(instance_type).await;
    let config =
        clerk.satellite_config_builder("localhost").satellite_auto_sync(true).build().unwrap();
    let primary = app::serve("127.0.0.1", clerk.config()).await;
    let satellite = app::serve("localhost", config).await;

    browser.goto(&primary).await.unwrap();
    click(&browser, "#sign-in").await;
    click(&browser, &format!("button[value={}]", ada.id)).await;
    shows(&browser, &ada.id).await;

    browser.goto(&satellite).await.unwrap();
    shows(&browser, &ada.id).await;
    assert_eq!(browser.current_url().await.unwrap().host_str(), Some("localhost"));
}

/// An emulator with Ada, on a clock that is moved by hand: Chromium needs the real time to begin with.
async fn emulator(instance_type: InstanceType) -> (ClerkEmulator, User) {
    let clock = Clock::manual(SystemTime::now());
    let builder =
        ClerkEmulator::builder().clock(clock).instance_type(instance_type).satellite("localhost");
    let clerk = builder.start().await.unwrap();
    let ada = ada(&clerk);
    (clerk, ada)
}

async fn click(browser: &Client, selector: &str) {
    let element = browser.wait().for_element(Locator::Css(selector)).await.unwrap();
    element.click().await.unwrap();
}

/// Waits until the page has a text.
async fn shows(browser: &Client, text: &str) {
    let paragraph = format!("//p[contains(., '{text}')]");
    let found = browser.wait().for_element(Locator::XPath(&paragraph)).await;
    if let Err(error) = found {
        let page = browser.source().await.unwrap_or_default();
        panic!("no {text}: {error}\n{page}");
    }
}

/// Walks in a fresh profile of a headless Chromium, which ends whatever becomes of the walk. Without Chromium's driver
/// nothing is walked, and that is said.
async fn in_chromium<F>(walk: impl FnOnce(Client) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let (mut driver, port) = match start_driver() {
        Ok(started) => started,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let missing = "chromedriver is missing; Debian has it in chromium-driver";
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{missing}");
            let _ = writeln!(io::stderr(), "skipped: {missing}");
            return;
        }
        Err(error) => panic!("chromedriver does not start: {error}"),
    };
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];
    let capabilities = json!({ "goog:chromeOptions": { "args": arguments } });
    let client = ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities.as_object().unwrap().clone())
        .connect(&format!("http://127.0.0.1:{port}"))
        .await;
    let outcome = match &client {
        Ok(client) => Some(tokio::spawn(walk(client.clone())).await),
        Err(_) => None,
    };
    let closed = match client {
        Ok(client) => client.close().await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    driver.kill().unwrap();
    driver.wait().unwrap();
    closed.unwrap();
    outcome.unwrap().unwrap();
}

/// Starts Chromium's driver on a free port, which it tells.
fn start_driver() -> io::Result<(Child, u16)> {
    let mut driver = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).spawn()?;
    let output = BufReader::new(driver.stdout.take().expect("a pipe"));
    let port = output.lines().map_while(Result::ok).find_map(|line| {
        line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
    });
    Ok((driver, port.expect("a port")))
}
