//! Runs the fuzz targets with their seeds. See `fuzz/`, and CONTRIBUTING.md for longer runs.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use std::{collections::BTreeSet, fs, path::Path};

#[path = "../fuzz/src/lib.rs"]
#[allow(unreachable_pub, reason = "it is the library of the package `fuzz`")]
mod targets;

/// Runs a target with its seeds, which must have all of these outcomes between them.
fn run(name: &str, outcomes: &[&str]) {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
    let (_, target) = targets::TARGETS.into_iter().find(|(target, _)| *target == name).unwrap();
    let mut reached = BTreeSet::new();
    for seed in fs::read_dir(seeds).unwrap() {
        let path = seed.unwrap().path();
        println!("{}", path.display());
        reached.insert(target(&fs::read(path).unwrap()));
    }
    let expected = BTreeSet::from_iter(outcomes.iter().copied());
    assert!(reached.is_superset(&expected), "{reached:?}");
}

#[test]
fn authenticate() {
    run("authenticate", &["signed-in", "machine", "handshake", "signed-out"]);
}

#[test]
fn jwt() {
    run("jwt", &["invalid", "token-invalid", "token-expired", "token-invalid-signature"]);
}

#[test]
fn cookies() {
    run("cookies", &["signed-in", "handshake", "signed-out"]);
}

#[test]
fn path_patterns() {
    run("path_patterns", &["guarded", "exempt", "invalid"]);
}

#[test]
fn jwks() {
    run("jwks", &["accepted", "rejected"]);
}

#[test]
fn api_responses() {
    run("api_responses", &["decoded", "decoding error", "API error", "success"]);
}
