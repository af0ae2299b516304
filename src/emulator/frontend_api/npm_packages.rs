//! The scripts of clerk-js and its components, from installed npm packages.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{
    HeaderValue, Uri,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};
use serde_json::{Value, json};
use tower_http::services::ServeDir;

use crate::emulator::{
    http::{ClerkError, Result},
    store::{EmulatorState, Instance},
};

/// The packages with scripts for pages, in the scope `@clerk`.
const PACKAGES: [&str; 2] = ["clerk-js", "ui"];

pub(in crate::emulator) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/npm/@clerk/{package}/dist/{*file}", get(serve))
}

/// Serves a file of a package. If the package is not installed, the response is a script that says
/// so in the page's console.
async fn serve(State(instance): EmulatorState, request: Request) -> Result<Response> {
    let uri = request.uri().clone();
    let path = uri.path();
    let not_found = || ClerkError::resource_not_found("script", path);
    // The path stays encoded, because `ServeDir` decodes and checks it.
    let path = path.strip_prefix("/npm/@clerk/").unwrap_or_default();
    let (package, file) = path.split_once("/dist/").ok_or_else(not_found)?;
    let (name, version) = package.split_once('@').unwrap_or((package, ""));
    if !PACKAGES.contains(&name) {
        return Err(not_found());
    }
    let mut response = match find(instance.npm_packages.as_deref(), name) {
        Some(folder) if is_installed(&folder, version) => {
            let file = Uri::try_from(format!("/{file}")).map_err(|_| not_found())?;
            let mut request = request.map(|_| Body::empty());
            *request.uri_mut() = file;
            let dist = folder.join("dist");
            let mut files = ServeDir::new(dist).append_index_html_on_directories(false);
            files.try_call(request).await.map_err(|_| not_found())?.into_response()
        }
        _ => report_missing(name, version),
    };
    // The name of the entry point is the same in all versions.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// Finds the folder of a package, as Node.js does unless `folder` is set.
fn find(folder: Option<&Path>, name: &str) -> Option<PathBuf> {
    if let Some(folder) = folder {
        return package_in(folder, name);
    }
    let working_directory = env::current_dir().ok()?;
    let mut parents = working_directory.ancestors();
    parents.find_map(|parent| package_in(&parent.join("node_modules"), name))
}

fn package_in(node_modules: &Path, name: &str) -> Option<PathBuf> {
    let package = node_modules.join("@clerk").join(name);
    package.join("dist").is_dir().then_some(package)
}

/// Returns whether the package has the requested major version. Requests without a number, such as
/// those for `latest`, accept any version.
fn is_installed(package: &Path, version: &str) -> bool {
    let major = |version: &str| version.split('.').next().and_then(|major| major.parse().ok());
    let Some(requested): Option<u32> = major(version) else { return true };
    let manifest = fs::read(package.join("package.json")).unwrap_or_default();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap_or_default();
    manifest["version"].as_str().and_then(major) == Some(requested)
}

fn report_missing(name: &str, version: &str) -> Response {
    let version = if version.is_empty() { "latest" } else { version };
    let package = format!("@clerk/{name}@{version}");
    let message = format!(
        "The Clerk emulator cannot serve {package}, because it is not installed. Run \
         `npm install {package}` in the working directory of the emulator or in a parent of it, or \
         name the folder with ClerkEmulatorBuilder::npm_packages."
    );
    let script = format!("console.error({});\n", json!(message));
    ([(CONTENT_TYPE, "text/javascript")], script).into_response()
}
