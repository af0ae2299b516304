//! The scripts of clerk-js, served from npm packages.

use std::{fs, path::PathBuf};

use axum_clerk::emulator::ClerkEmulator;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const SECRET: &str = "a file outside of the package's scripts";

/// Creates a folder with version 6.1.0 of clerk-js, and starts an emulator that serves it.
async fn emulator(name: &str) -> ClerkEmulator {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let package = folder.join("@clerk/clerk-js");
    fs::create_dir_all(package.join("dist/chunks")).unwrap();
    fs::write(package.join("package.json"), r#"{ "version": "6.1.0" }"#).unwrap();
    fs::write(package.join("secret"), SECRET).unwrap();
    fs::write(folder.join("secret"), SECRET).unwrap();
    fs::write(package.join("dist/clerk.browser.js"), "the entry point").unwrap();
    fs::write(package.join("dist/chunks/1.js"), "a chunk").unwrap();
    ClerkEmulator::builder().npm_packages(folder).start().await.unwrap()
}

/// Requests a path, which is not normalized, and returns the response.
async fn get(clerk: &ClerkEmulator, path: &str) -> String {
    let address = clerk.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://app.example\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.unwrap();
    String::from_utf8_lossy(&response).into_owned()
}

#[tokio::test]
async fn installed_scripts_are_served_to_any_origin() {
    let clerk = emulator("npm_served").await;
    for version in ["@6", "@6.0.3", "@latest", ""] {
        let path = format!("/npm/@clerk/clerk-js{version}/dist/clerk.browser.js");
        let response = get(&clerk, &path).await;
        assert!(response.starts_with("HTTP/1.1 200"), "{response}");
        assert!(response.contains("text/javascript"), "{response}");
        assert!(response.contains("access-control-allow-origin: *"), "{response}");
        assert!(response.ends_with("the entry point"), "{response}");
    }
    let chunk = get(&clerk, "/npm/@clerk/clerk-js@6/dist/chunks/1.js?v=1").await;
    assert!(chunk.ends_with("a chunk"), "{chunk}");
    let missing = get(&clerk, "/npm/@clerk/clerk-js@6/dist/chunks/2.js").await;
    assert!(missing.starts_with("HTTP/1.1 404"), "{missing}");
}

#[tokio::test]
async fn missing_packages_are_reported_in_the_console() {
    let clerk = emulator("npm_missing").await;
    for package in ["ui@1", "clerk-js@5"] {
        let response = get(&clerk, &format!("/npm/@clerk/{package}/dist/entry.js")).await;
        assert!(response.starts_with("HTTP/1.1 200"), "{response}");
        assert!(response.contains("console.error("), "{response}");
        assert!(response.contains(&format!("npm install @clerk/{package}`")), "{response}");
    }
    let quoted = get(&clerk, "/npm/@clerk/ui@\");alert(1);(\"/dist/entry.js").await;
    assert!(quoted.contains(r#"@clerk/ui@\");alert(1);(\","#), "{quoted}");
}

#[tokio::test]
async fn files_outside_of_the_scripts_are_never_served() {
    let clerk = emulator("npm_traversal").await;
    for path in [
        "clerk-js@6/dist/../secret",
        "clerk-js@6/dist/../../../secret",
        "clerk-js@6/dist/chunks/../../secret",
        "clerk-js@6/dist/%2e%2e/secret",
        "clerk-js@6/dist/%2E%2E%2Fsecret",
        "clerk-js@6/dist/..%2fsecret",
        "clerk-js@6/dist/..%5csecret",
        "clerk-js@6/dist/..\\secret",
        "clerk-js@6/dist/%252e%252e/secret",
        "clerk-js@6/dist//../secret",
        "clerk-js@6/dist/./../secret",
        "clerk-js@6/dist/chunks%2f..%2f..%2fsecret",
        "clerk-js@6/dist/..;/secret",
        "clerk-js@6/dist/%c0%ae%c0%ae/secret",
        "clerk-js@6/dist/clerk.browser.js%00",
        "clerk-js@6/dist/",
        "clerk-js@6/dist/chunks",
        "clerk-js@6/dist//etc/passwd",
        "clerk-js@6/dist/%2fetc/passwd",
        "clerk-js@6/secret",
        "clerk-js%2f..%2f../dist/secret",
        "../dist/secret",
        "../../secret",
        "%2e%2e/dist/secret",
        "backend@1/dist/index.js",
    ] {
        let response = get(&clerk, &format!("/npm/@clerk/{path}")).await;
        let status = response.split(' ').nth(1).unwrap();
        assert!(["400", "404", "307"].contains(&status), "{path}: {response}");
        assert!(!response.contains(SECRET) && !response.contains("root:"), "{path}: {response}");
    }
}
