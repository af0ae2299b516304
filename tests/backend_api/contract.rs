//! The server that knows Clerk's description of its API, and what the client makes of its answers.

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

use crate::hostile::Impostor;

pub(crate) struct Contract {
    pub(crate) clerk: Client,
    http: reqwest::Client,
    url: String,
    impostor: Option<Impostor>,
    problems: Mutex<String>,
    _server: Option<Server>,
}

impl Contract {
    /// With the server at `CLERK_API_URL`, or with one of its own; where that cannot run, nothing, and a word
    /// about it.
    pub(crate) fn start() -> Option<Self> {
        let (url, server) = match env::var("CLERK_API_URL") {
            Ok(url) => (url, None),
            Err(_) => match Server::start() {
                Ok((url, server)) => (url, Some(server)),
                Err(missing) => {
                    assert!(env::var("CI").as_deref() != Ok("true"), "{missing}");
                    // Not with `eprintln!`, which only a failing test shows.
                    let _ = writeln!(io::stderr(), "skipped: {missing}");
                    return None;
                }
            },
        };
        let url = url.trim_end_matches('/').trim_end_matches("/v1").to_owned();
        // Python's server writes head and body apart, which on a connection that is kept takes 40 ms each time.
        let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
        let clerk = Client::from_http(http.clone())
            .with_secret_key("sk_test_c2VjcmV0")
            .with_base_url(url.parse().unwrap())
            .with_retry(RetryPolicy::none());
        Some(Self { clerk, http, url, impostor: None, problems: Mutex::default(), _server: server })
    }

    /// The same, but the client's calls go to somebody who says what the server would say, and twists it.
    pub(crate) fn twisted_by(self, impostor: Impostor) -> Self {
        let clerk = self.clerk.with_base_url(impostor.url.parse().unwrap());
        Self { clerk, impostor: Some(impostor), ..self }
    }

    /// Makes a call, and holds what is read against what is sent.
    pub(crate) async fn check<T: Serialize>(
        &self,
        operation: &str,
        call: impl Future<Output = api::Result<T>>,
    ) {
        let sent = self.get(&format!("/__sample/{operation}")).await;
        if let Some(impostor) = &self.impostor {
            impostor.prepare(&sent);
        }
        match (call.await, &self.impostor) {
            (Ok(read), None) => self.compare(operation, serde_json::to_value(read).unwrap(), sent),
            (Ok(_), Some(_)) => {}
            (Err(Error::Decode(_)), Some(impostor)) if impostor.may_be_refused => {}
            (Err(error), _) => self.report(operation, &error.to_string()),
        }
    }

    /// Streams a list, and holds the first page against what is sent.
    pub(crate) async fn stream<T: Serialize>(&self, operation: &str, items: Items<T>) {
        self.check(operation, items.take(2).try_collect::<Vec<_>>()).await;
    }

    fn compare(&self, operation: &str, read: Value, sent: Value) {
        // A list is an array or a page, whatever it is sent as.
        let items = ["data", "m2m_tokens"].iter().find_map(|name| sent.get(name)).cloned();
        let (read, sent) = match (read, items) {
            (Value::Array(read), Some(items)) => (Value::Array(read), items),
            (Value::Object(page), None) if sent.is_array() => (page["data"].clone(), sent),
            (read, Some(items)) => {
                (read, json!({ "data": items, "total_count": sent["total_count"] }))
            }
            (read, None) => (read, sent),
        };
        let mut differences = String::new();
        differ("", &read, &sent, &mut differences);
        if !differences.is_empty() {
            self.report(operation, &differences);
        }
    }

    fn report(&self, operation: &str, problem: &str) {
        writeln!(self.problems.lock().unwrap(), "{operation}: {problem}").unwrap();
    }

    /// Nothing was read wrongly or not at all.
    pub(crate) fn assert_read(&self) {
        let problems = self.problems.lock().unwrap();
        assert!(problems.is_empty(), "{problems}");
    }

    /// No operation was left out, no field of one, and nothing was sent that Clerk does not know.
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

/// Writes where what was read is not what was sent. `null` and absent are the same.
fn differ(path: &str, read: &Value, sent: &Value, differences: &mut String) {
    match (read, sent) {
        (Value::Object(read), Value::Object(sent)) => {
            let missing = sent.keys().filter(|key| !read.contains_key(*key));
            for key in read.keys().chain(missing) {
                let (read, sent) = (read.get(key), sent.get(key));
                let null = &Value::Null;
                differ(
                    &format!("{path}.{key}"),
                    read.unwrap_or(null),
                    sent.unwrap_or(null),
                    differences,
                );
            }
        }
        (Value::Array(read), Value::Array(sent)) if read.len() == sent.len() => {
            for (i, (read, sent)) in read.iter().zip(sent).enumerate() {
                differ(&format!("{path}[{i}]"), read, sent, differences);
            }
        }
        (Value::Number(read), Value::Number(sent)) if read.as_f64() == sent.as_f64() => {}
        _ if read == sent => {}
        _ => write!(differences, "\n    {path} is {read}, and was sent as {sent}").unwrap(),
    }
}

/// The server's process, which ends with this.
struct Server(Child);

impl Server {
    fn start() -> Result<(String, Self), String> {
        let document = document()?;
        let modules = Command::new("python3").args(["-c", "import jsonschema, yaml"]).output();
        if !modules.is_ok_and(|output| output.status.success()) {
            return Err("python3 with pyyaml and jsonschema is missing".to_owned());
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
        Ok((url.expect("the server says where it listens").to_owned(), server))
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
