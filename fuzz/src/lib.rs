//! The fuzz targets, as functions of an input. Each panics if the input violates an invariant: no
//! input causes a panic in the crate, and no user is signed in without a signature of the
//! instance's keys. `benches/instructions.rs` measures that no input takes more than linear time;
//! here, only libFuzzer's `-timeout` limits the time.
//!
//! Inputs are text, so that the seeds can be read. `<<{HEADER}.{CLAIMS}>>` stands for a token that
//! the instance has signed.

mod api_responses;
mod authenticate;
mod backend;
mod cookies;
mod instance;
mod jwks;
mod jwt;
mod path_patterns;
mod rules;
mod world;

/// A fuzz target. Returns a word for the outcome, which shows whether the seeds reach it.
pub type Target = fn(&[u8]) -> &'static str;

/// The outcome of an input that is not well-formed.
const MALFORMED: &str = "malformed";

/// All targets by name.
pub const TARGETS: [(&str, Target); 6] = [
    ("authenticate", authenticate),
    ("jwt", jwt),
    ("cookies", cookies),
    ("path_patterns", path_patterns),
    ("jwks", jwks),
    ("api_responses", api_responses),
];

/// Authenticates a request, with and without the layer. See [`authenticate::Input`].
pub fn authenticate(input: &[u8]) -> &'static str {
    authenticate::run(input)
}

/// Verifies a token.
pub fn jwt(input: &[u8]) -> &'static str {
    jwt::run(input)
}

/// Authenticates a request by its cookies: a line of the input is a `Cookie` header.
pub fn cookies(input: &[u8]) -> &'static str {
    cookies::run(input)
}

/// Matches patterns with paths: lines of patterns, an empty line, and lines of paths.
pub fn path_patterns(input: &[u8]) -> &'static str {
    path_patterns::run(input)
}

/// Verifies a valid token with the keys of a JWKS document, which is the input. `<n>` and `<e>` stand
/// for the instance's own key.
pub fn jwks(input: &[u8]) -> &'static str {
    jwks::run(input)
}

/// Decodes a response of the Backend API: a letter that selects the operation, the status, and after
/// a line break the body.
pub fn api_responses(input: &[u8]) -> &'static str {
    api_responses::run(input)
}
