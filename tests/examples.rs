//! Runs the examples that need nothing but the emulator.

#![cfg(feature = "emulator")]
#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::{env, process::Stdio, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
    time::timeout,
};

const SECRET_KEY: (&str, &str) = ("CLERK_SECRET_KEY", "sk_test_abc");
const PUBLISHABLE_KEY: (&str, &str) =
    ("CLERK_PUBLISHABLE_KEY", "pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk");

/// Returns a command that runs an example's binary, which `cargo test` builds next to the tests,
/// without any `CLERK_*` variables.
fn example(name: &str) -> Command {
    let test = env::current_exe().unwrap();
    let mut command = Command::new(test.ancestors().nth(2).unwrap().join("examples").join(name));
    for (variable, _) in env::vars_os() {
        if variable.to_string_lossy().starts_with("CLERK_") {
            command.env_remove(variable);
        }
    }
    command.env("PORT", "0").stdout(Stdio::piped()).kill_on_drop(true);
    command
}

/// Runs the quickstart until it serves requests, and returns the line that says so, or until it
/// fails, and returns its error.
async fn start_quickstart(
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> Result<String, String> {
    let mut command = example("quickstart");
    command.args(arguments).envs(variables.iter().copied()).stderr(Stdio::piped());
    let mut app = command.spawn().unwrap();
    let mut lines = BufReader::new(app.stdout.take().unwrap()).lines();
    let start = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.starts_with("Serving ") {
                return Ok(line);
            }
        }
        let output = app.wait_with_output().await.unwrap();
        assert!(!output.status.success());
        Err(String::from_utf8(output.stderr).unwrap())
    };
    timeout(Duration::from_secs(60), start).await.expect("a line or an error before the timeout")
}

/// Parses a printed `curl` line into its method, bearer token, URL and expected status.
fn parse_curl(line: &str) -> (reqwest::Method, Option<&str>, &str, u16) {
    let (command, comment) = line.split_once("  # ").expect("an expected status");
    let method =
        if command.contains("-X DELETE") { reqwest::Method::DELETE } else { reqwest::Method::GET };
    let token = command
        .split_once("Bearer ")
        .and_then(|(_, rest)| rest.split_once('\''))
        .map(|(token, _)| token);
    let url = command.rsplit(' ').next().expect("a URL");
    (method, token, url, comment[..3].parse().expect("a status"))
}

#[tokio::test]
async fn curl_lines_of_the_quickstart_return_the_printed_status() {
    let mut app = example("quickstart").spawn().unwrap();
    let mut lines = BufReader::new(app.stdout.take().unwrap()).lines();
    let http = reqwest::Client::new();
    let mut statuses = Vec::new();
    while let Some(line) = timeout(Duration::from_secs(60), lines.next_line())
        .await
        .expect("a line before the timeout")
        .unwrap()
    {
        if !line.starts_with("curl ") {
            continue;
        }
        let (method, token, url, expected) = parse_curl(&line);
        let mut request = http.request(method, url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        assert_eq!(request.send().await.unwrap().status(), expected, "{line}");
        statuses.push(expected);
        if line.contains("nonsense") {
            break;
        }
    }
    for status in [200, 401, 403] {
        assert!(statuses.contains(&status), "no line returned {status}: {statuses:?}");
    }
    app.kill().await.unwrap();
}

#[tokio::test]
async fn quickstart_uses_the_emulator_only_if_intended() {
    for (arguments, variables) in [
        (&[][..], &[][..]),
        (&["--emulator"], &[]),
        (&["--emulator"], &[SECRET_KEY, PUBLISHABLE_KEY]),
        (&["--emulator"], &[("CLERK_SECRET_KEY", "")]),
    ] {
        let line = start_quickstart(arguments, variables).await.unwrap();
        assert!(line.contains("with a Clerk emulator"), "{line}");
    }
    let line = start_quickstart(&[], &[SECRET_KEY, PUBLISHABLE_KEY]).await.unwrap();
    assert!(line.contains("with your Clerk instance"), "{line}");
}

#[tokio::test]
async fn quickstart_fails_if_a_variable_is_missing() {
    for variables in [
        &[PUBLISHABLE_KEY][..],
        &[("CLERK_SECRET_KEY", ""), PUBLISHABLE_KEY],
        &[("CLERK_AUTHORIZED_PARTIES", "https://example.com")],
    ] {
        let error = start_quickstart(&[], variables).await.unwrap_err();
        assert!(error.contains("set CLERK_SECRET_KEY"), "{error}");
    }
}

#[tokio::test]
async fn backend_api_example_can_be_run_twice() {
    let output =
        timeout(Duration::from_secs(60), example("backend_api").output()).await.unwrap().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{printed}");
    let (first, second) = printed.split_once("Second run").expect("two runs");
    for run in [first, second] {
        assert!(run.contains(r#"Analytical Engines: {"plan":"pro","seats":10}"#), "{run}");
        assert_eq!(run.matches("@engines.example  ").count(), 4, "four members: {run}");
        assert!(run.contains("invited: "), "{run}");
        for invited in ["luigi@engines.example", "mary@engines.example"] {
            assert_eq!(run.matches(invited).count(), 1, "{run}");
        }
    }
}

#[tokio::test]
async fn grpc_example_rejects_with_grpc_statuses() {
    let run = timeout(Duration::from_secs(60), example("grpc").output()).await.unwrap().unwrap();
    let output = String::from_utf8(run.stdout).unwrap();
    assert!(run.status.success(), "{output}");
    for line in [
        "/greeter.Greeter/Greet: hello, user_",
        "/greeter.Greeter/Greet: Unauthenticated: Please sign in.",
        "/greeter.Greeter/CloseAccount: PermissionDenied: This requires the role org:admin.",
    ] {
        assert!(output.contains(line), "{line}: {output}");
    }
}

#[cfg(all(feature = "redis", feature = "webhooks"))]
#[tokio::test]
async fn fleet_example_revokes_sessions_on_all_machines() {
    let run = timeout(Duration::from_secs(120), example("fleet").output()).await.unwrap().unwrap();
    let output = String::from_utf8(run.stdout).unwrap();
    assert!(run.status.success(), "{output}");
    for line in [
        "so far: 1 for keys",
        "a session revoked through one was rejected by all within",
        "a user changed at Clerk was seen by all within",
        "in all: 1 for keys",
    ] {
        assert!(output.contains(line), "{line}: {output}");
    }
}

#[cfg(all(feature = "redis", feature = "webhooks"))]
#[tokio::test]
async fn fleet_example_reports_a_redis_that_is_not_running() {
    let mut example = example("fleet");
    example.env("CLERK_REDIS_URL", "redis://127.0.0.1:1/").stderr(Stdio::piped());
    let run = timeout(Duration::from_secs(120), example.output()).await.unwrap().unwrap();
    let errors = String::from_utf8(run.stderr).unwrap();
    assert!(!run.status.success() && errors.contains("is Redis running?"), "{errors}");
}
