//! Chromium, driven through chromedriver.

use std::{
    future::Future,
    io::{self, BufRead, BufReader, Write as _},
    panic::{self, AssertUnwindSafe},
    process::{Child, Command, Stdio},
};

use fantoccini::{Client, ClientBuilder};
use futures_util::FutureExt;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

/// Runs a flow in a fresh profile of a headless Chromium, which is stopped even if the flow panics.
/// Skips the flow with a message if chromedriver is not installed.
pub(crate) async fn in_chromium<F>(flow: impl FnOnce(Client) -> F)
where
    F: Future<Output = ()>,
{
    let (mut driver, port) = match start_driver() {
        Ok(started) => started,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let missing = "chromedriver is not installed (Debian package: chromium-driver)";
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{missing}");
            let _ = writeln!(io::stderr(), "skipped: {missing}");
            return;
        }
        Err(error) => panic!("failed to start chromedriver: {error}"),
    };
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        // Without this, clerk-js hides network errors.
        "--disable-blink-features=AutomationControlled",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // Nothing beyond this machine is reached.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        "--window-size=1280,1000",
    ];
    let capabilities = json!({ "goog:chromeOptions": { "args": arguments } });
    let client = ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities.as_object().unwrap().clone())
        .connect(&format!("http://127.0.0.1:{port}"))
        .await;
    let outcome = match &client {
        Ok(client) => Some(AssertUnwindSafe(flow(client.clone())).catch_unwind().await),
        Err(_) => None,
    };
    let closed = match client {
        Ok(client) => client.close().await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    driver.kill().unwrap();
    driver.wait().unwrap();
    if let Some(Err(panic)) = outcome {
        panic::resume_unwind(panic);
    }
    closed.unwrap();
}

/// Starts chromedriver on a free port, which it prints, and returns the process and the port.
fn start_driver() -> io::Result<(Child, u16)> {
    let mut driver = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).spawn()?;
    let output = BufReader::new(driver.stdout.take().expect("a pipe"));
    let port = output.lines().map_while(Result::ok).find_map(|line| {
        line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
    });
    Ok((driver, port.expect("a port")))
}
