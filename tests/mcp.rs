//! `examples/mcp.rs` with the official MCP client, `@modelcontextprotocol/sdk`. `.ci/run` installs
//! it.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the example, whose binary `cargo test` builds next to the tests, and returns the URL.
fn start() -> (Server, String) {
    let test = env::current_exe().unwrap();
    let mut command = Command::new(test.ancestors().nth(2).unwrap().join("examples/mcp"));
    let mut server = Server(command.env("PORT", "0").stdout(Stdio::piped()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.trim().rsplit(' ').next().unwrap().to_owned();
    (server, url)
}

/// With `CI=true`, everything that the test needs must be there.
fn report_missing(what: &str) {
    let is_required = env::var("CI").is_ok_and(|value| value == "true");
    assert!(!is_required, "{what}, and CI=true requires it");
    println!("skipped: {what}");
}

#[test]
fn official_client_authorizes_calls_a_tool_and_refreshes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/mcp-client");
    if !folder.join("node_modules/@modelcontextprotocol/sdk").exists() {
        return report_missing("@modelcontextprotocol/sdk is not in target/mcp-client");
    }
    let (_server, url) = start();
    let output = Command::new("node").arg(folder.join("client.mjs")).arg(&url).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["unauthorized"], true, "the first request has no token");
    assert_eq!(result["state"], "state-of-the-client");
    assert_eq!(result["publicClient"], true);
    assert!(result["user"].as_str().unwrap().starts_with("user_"));
    assert_eq!((&result["before"], &result["after"]), (&result["user"], &result["user"]));
    assert_eq!(result["refreshed"], true);
    let requests = result["requests"].as_array().unwrap();
    let count = |request: &str| requests.iter().filter(|one| **one == json!(request)).count();
    for (request, times) in [
        ("GET /.well-known/oauth-protected-resource/mcp", 1),
        ("GET /.well-known/oauth-authorization-server", 1),
        ("POST /oauth/register", 1),
        ("POST /oauth/token", 2),
    ] {
        assert!(count(request) >= times, "{request}: {requests:?}");
    }
}
