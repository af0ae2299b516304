//! The contract server, which knows Clerk's description of its API, and checks of what the client
//! sends to it and parses from it.

use std::{
    env,
    fmt::Write as _,
    io::{self, BufRead, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Mutex,
};

use axum_clerk::api::{self, Client, Error, Items, RetryPolicy};
use futures_util::{StreamExt, TryStreamExt};
use serde::Serialize;
use serde_json::{Value, json};

use crate::mutating_server::MutatingServer;

/// A client for the contract server, and the problems found so far.
pub(crate) struct Contract {
    pub(crate) clerk: Client,
    http: reqwest::Client,
    url: String,
    mutating_server: Option<MutatingServer>,
    problems: Mutex<String>,
    _server: Option<Server>,
}

impl Contract {
    /// Uses the server at `CLERK_API_URL` or starts one.
    ///
    /// Returns `None` and reports the reason on standard error if the server cannot be started.
    pub(crate) fn start() -> Option<Self> {
        let (url, server) = match env::var("CLERK_API_URL") {
            Ok(url) => (url, None),
            Err(_) => match Server::start() {
                Ok((url, server)) => (url, Some(server)),
                Err(missing) => {
                    assert!(env::var("CI").as_deref() != Ok("true"), "{missing}");
                    // Unlike the output of `eprintln!`, this is shown even if the test passes.
                    let _ = writeln!(io::stderr(), "skipped: {missing}");
                    return None;
                }
            },
        };
        let url = url.trim_end_matches('/').trim_end_matches("/v1").to_owned();
        // Python's server writes the head and the body separately, which takes 40 ms per response
        // on a connection that is kept alive.
        let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
        let clerk = Client::from_http(|http| http.pool_max_idle_per_host(0))
            .unwrap()
            .with_secret_key("sk_test_c2VjcmV0")
            .with_base_url(url.parse().unwrap())
            .with_retry(RetryPolicy::none());
        Some(Self {
            clerk,
            http,
            url,
            mutating_server: None,
            problems: Mutex::default(),
            _server: server,
        })
    }

    /// Redirects the client to a server that mutates the contract server's responses.
    pub(crate) fn mutated_by(self, server: MutatingServer) -> Self {
        let clerk = self.clerk.with_base_url(server.url.parse().unwrap());
        Self { clerk, mutating_server: Some(server), ..self }
    }

    /// Calls an operation and compares the parsed response with the sample that was sent.
    pub(crate) async fn check<T: Serialize>(
        &self,
        operation: &str,
        call: impl Future<Output = api::Result<T>>,
    ) {
        let sample = self.get(&format!("/__sample/{operation}")).await;
        if let Some(server) = &self.mutating_server {
            server.set_response(&sample);
        }
        match (call.await, &self.mutating_server) {
            (Ok(parsed), None) => {
                self.compare(operation, serde_json::to_value(parsed).unwrap(), sample);
            }
            (Ok(_), Some(_)) => {}
            (Err(Error::Decode(_)), Some(server)) if server.may_fail_to_decode => {}
            (Err(error), _) => self.report(operation, &error.to_string()),
        }
    }

    /// Streams a list and compares its first items with the sample.
    pub(crate) async fn stream<T: Serialize>(&self, operation: &str, items: Items<T>) {
        self.check(operation, items.take(2).try_collect::<Vec<_>>()).await;
    }

    fn compare(&self, operation: &str, parsed: Value, sample: Value) {
        // Lists are parsed as an array or a page, whichever of the two was sent.
        let items = ["data", "m2m_tokens"].iter().find_map(|name| sample.get(name)).cloned();
        let (parsed, sample) = match (parsed, items) {
            (Value::Array(parsed), Some(items)) => (Value::Array(parsed), items),
            (Value::Object(page), None) if sample.is_array() => (page["data"].clone(), sample),
            (parsed, Some(items)) => {
                (parsed, json!({ "data": items, "total_count": sample["total_count"] }))
            }
            (parsed, None) => (parsed, sample),
        };
        let mut differences = String::new();
        write_differences("", &parsed, &sample, &mut differences);
        if !differences.is_empty() {
            self.report(operation, &differences);
        }
    }

    fn report(&self, operation: &str, problem: &str) {
        writeln!(self.problems.lock().unwrap(), "{operation}: {problem}").unwrap();
    }

    /// Asserts that every response was parsed correctly.
    pub(crate) fn assert_parsed(&self) {
        let problems = self.problems.lock().unwrap();
        assert!(problems.is_empty(), "{problems}");
    }

    /// Asserts that every operation was called, every parameter sent, and nothing else.
    pub(crate) async fn assert_sent(&self) {
        let report = self.get("/__report").await;
        assert_eq!(report["not_called"], json!([]));
        assert_eq!(report["violations"], json!([]));
        assert_eq!(report["never_sent"], json!({}));
        assert_eq!((&report["operations"], &report["called"]), (&json!(249), &json!(249)));
    }

    async fn get(&self, path: &str) -> Value {
        let response = self.http.get(format!("{}{path}", self.url)).send().await.unwrap();
        let body = response.error_for_status().unwrap().bytes().await.unwrap();
        if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() }
    }
}

/// Writes every path where the parsed value differs from the one sent; `null` equals absent.
fn write_differences(path: &str, parsed: &Value, sent: &Value, differences: &mut String) {
    match (parsed, sent) {
        (Value::Object(parsed), Value::Object(sent)) => {
            let missing = sent.keys().filter(|key| !parsed.contains_key(*key));
            for key in parsed.keys().chain(missing) {
                let parsed = parsed.get(key).unwrap_or(&Value::Null);
                let sent = sent.get(key).unwrap_or(&Value::Null);
                write_differences(&format!("{path}.{key}"), parsed, sent, differences);
            }
        }
        (Value::Array(parsed), Value::Array(sent)) if parsed.len() == sent.len() => {
            for (i, (parsed, sent)) in parsed.iter().zip(sent).enumerate() {
                write_differences(&format!("{path}[{i}]"), parsed, sent, differences);
            }
        }
        (Value::Number(parsed), Value::Number(sent)) if parsed.as_f64() == sent.as_f64() => {}
        _ if parsed == sent => {}
        _ => write!(differences, "\n    {path} was sent as {sent} and parsed as {parsed}").unwrap(),
    }
}

/// The contract server's process, killed when dropped.
struct Server(Child);

impl Server {
    fn start() -> Result<(String, Self), String> {
        let document = document()?;
        let modules = Command::new("python3").args(["-c", "import jsonschema, yaml"]).output();
        if !modules.is_ok_and(|output| output.status.success()) {
            return Err("python3 with pyyaml and jsonschema is not installed".to_owned());
        }
        let mut process = Command::new("python3")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/backend_api/contract_server.py"))
            .arg("--spec")
            .arg(document)
            .args(["--seed", &env::var("CLERK_CONTRACT_SEED").unwrap_or_else(|_| "1".to_owned())])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = process.stdout.take().unwrap();
        let server = Self(process);
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://"));
        Ok((url.expect("the server prints its URL").to_owned(), server))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Finds Clerk's description of its Backend API: in the folder `CLERK_OPENAPI`, or where
/// `tests/fetch-openapi` finds or puts it.
fn document() -> Result<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = match env::var_os("CLERK_OPENAPI") {
        Some(folder) => vec![folder.into()],
        None => vec![root.join("../shared/openapi"), root.join("target/openapi")],
    };
    let mut documents = folders.iter().map(|folder| folder.join("bapi-2026-05-12.yml"));
    documents.find(|document| document.is_file()).ok_or_else(|| {
        format!("bapi-2026-05-12.yml is missing in {folders:?}: run tests/fetch-openapi")
    })
}
