//! The quickstart, as a newcomer meets it: every `curl` line that it prints answers what it says.
#![cfg(feature = "emulator")]
#![allow(clippy::unwrap_used)]

use std::{path::PathBuf, process::Stdio, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
    time::timeout,
};

/// The example's binary, which `cargo test` builds beside the tests.
fn quickstart() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().and_then(|deps| deps.parent()).unwrap().join("examples/quickstart")
}

/// What a printed line asks: method, headers, URL; and the status that it promises.
fn read(line: &str) -> (reqwest::Method, Option<&str>, &str, u16) {
    let (command, answer) = line.split_once("  # ").expect("a promise");
    let method = if command.contains("-X DELETE") { reqwest::Method::DELETE } else { reqwest::Method::GET };
    let token =
        command.split_once("Bearer ").and_then(|(_, rest)| rest.split_once('\'')).map(|(token, _)| token);
    let url = command.rsplit(' ').next().expect("a URL");
    (method, token, url, answer[..3].parse().expect("a status"))
}

#[tokio::test]
async fn every_printed_line_answers_what_it_says() {
    let mut app = Command::new(quickstart())
        .env("PORT", "0")
        .env_remove("CLERK_SECRET_KEY")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the example is built: `cargo build --example quickstart --features emulator`");
    let mut lines = BufReader::new(app.stdout.take().unwrap()).lines();
    let http = reqwest::Client::new();
    let mut asked = Vec::new();
    while let Some(line) =
        timeout(Duration::from_secs(60), lines.next_line()).await.expect("it prints").unwrap()
    {
        if !line.starts_with("curl ") {
            continue;
        }
        let (method, token, url, promised) = read(&line);
        let mut request = http.request(method, url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        assert_eq!(request.send().await.unwrap().status(), promised, "{line}");
        asked.push(promised);
        if line.contains("nonsense") {
            break;
        }
    }
    for status in [200, 401, 403] {
        assert!(asked.contains(&status), "a line that answers {status} among {asked:?}");
    }
    app.kill().await.unwrap();
}
