//! The instructions that authenticating a request takes, counted by callgrind:
//! `cargo bench --bench instructions`.
//!
//! Unlike times, instruction counts hardly depend on the machine and its load. `instructions.txt`
//! contains the expected ones, and this fails if one is exceeded by more than 10 %. After a change
//! that is worth its price, or that makes requests cheaper, update the file with
//! `cargo bench --bench instructions -- --save`.
//!
//! The last rows are inputs that anyone can send, and responses of the Backend API, in two lengths.
//! It also fails if the count grows faster than the length.
//!
//! The benchmark signs tokens and then starts itself under valgrind, which counts the instructions
//! of [`measured`] alone. All benchmarks run in one process, because verifying 10,000 tokens under
//! valgrind takes several seconds.

mod fixture;
#[path = "fixture/hostile.rs"]
mod hostile;

use std::{
    env,
    error::Error,
    fs, iter,
    path::Path,
    process::{Command, ExitCode, Stdio},
};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    routing::get,
};
use axum_clerk::{Clerk, ClerkAuth, ClerkConfig, ClerkLayer, SignedIn, guard};

use self::fixture::{
    Instance, PUBLISHABLE_KEY, SECRET_KEY, api_request, app, call, cookies, page_request,
    suffixed_cookies,
};

/// The number of requests of which the average is taken.
const REQUESTS: usize = 100;
/// The numbers of cached tokens.
const FEW: usize = 64;
const MANY: usize = 10_000;

/// How far an instruction count may exceed the expected one.
const TOLERANCE: f64 = 0.1;
/// How many times as many instructions an input of four times the length may take.
const MAX_GROWTH: f64 = 5.0;
const EXPECTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions.txt");

/// The function that callgrind measures. A pattern would not be enough for `--dump-after`.
const MEASURED: &str = "instructions::measured";

/// Passed to the process that valgrind runs, together with the path of the tokens.
const MEASURE: &str = "--measure";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    if let [MEASURE, tokens] = arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        measure(&fs::read_to_string(tokens)?);
        return Ok(ExitCode::SUCCESS);
    }
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("skipped: valgrind is missing");
        return Ok(ExitCode::SUCCESS);
    }
    let counts = count(Path::new(env!("CARGO_TARGET_TMPDIR")))?;
    if arguments.iter().any(|argument| argument == "--save") {
        let lines = counts.iter().map(|(name, count)| format!("{count:>7}  {name}\n"));
        fs::write(EXPECTED, lines.collect::<String>())?;
    }
    compare(&counts, &fs::read_to_string(EXPECTED)?)
}

/// Counts the instructions of each benchmark by running [`measure`] under valgrind.
fn count(directory: &Path) -> Result<Vec<(String, u64)>, Box<dyn Error>> {
    let directory = directory.join("instructions");
    if directory.exists() {
        fs::remove_dir_all(&directory)?;
    }
    fs::create_dir_all(&directory)?;
    let (tokens, profile) = (directory.join("tokens"), directory.join("callgrind"));
    let instance = Instance::new();
    let lines = instance.session_tokens(MANY + REQUESTS + 1).join("\n");
    fs::write(&tokens, format!("{}\n{lines}", instance.pem()))?;

    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--toggle-collect={MEASURED}"))
        .arg(format!("--dump-after={MEASURED}"))
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(env::current_exe()?)
        .arg(MEASURE)
        .arg(&tokens)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("valgrind failed: {}", output.status).into());
    }
    // The benchmarks, in the order of the profiles.
    let benchmarks = String::from_utf8(output.stdout)?;
    iter::zip(benchmarks.lines(), 1..)
        .map(|(benchmark, number)| {
            let (requests, name) = benchmark.split_once(' ').ok_or("a benchmark lacks a name")?;
            let profile = fs::read_to_string(profile.with_extension(number.to_string()))?;
            let total = profile.lines().find_map(|line| line.strip_prefix("totals: "));
            let total: u64 = total.ok_or("the profile lacks a total")?.trim().parse()?;
            Ok((name.to_owned(), total / requests.parse::<u64>()?))
        })
        .collect()
}

/// Prints the counts, and fails if one is too high.
fn compare(counts: &[(String, u64)], expected: &str) -> Result<ExitCode, Box<dyn Error>> {
    let mut failures = Vec::new();
    println!("instructions  expected  change");
    for (name, count) in counts {
        let expected = expected
            .lines()
            .filter_map(|line| line.trim().split_once("  "))
            .find_map(|(count, expected_name)| (expected_name == name).then_some(count))
            .ok_or_else(|| format!("{EXPECTED} lacks \"{name}\""))?;
        let change = *count as f64 / expected.parse::<f64>()? - 1.0;
        println!("{count:>12}  {expected:>8}  {:>+5.1}%  {name}", 100.0 * change);
        if change > TOLERANCE {
            failures.push(format!("{name}: over {:.0} % above {EXPECTED}", 100.0 * TOLERANCE));
        }
        if let Some(growth) = growth(name, *count, counts)
            && growth > MAX_GROWTH
        {
            failures.push(format!("{name}: {growth:.1} times the count of a fourth of the length"));
        }
    }
    for failure in &failures {
        eprintln!("{failure}");
    }
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Compares a benchmark with the one whose input has a fourth of the length, if any.
fn growth(name: &str, count: u64, counts: &[(String, u64)]) -> Option<f64> {
    let (input, length) = name.strip_suffix(" kB")?.rsplit_once(", ")?;
    let shorter = row_name(input, length.parse::<usize>().ok()? / 4);
    let (_, shorter) = counts.iter().find(|(name, _)| *name == shorter)?;
    Some(count as f64 / *shorter as f64)
}

fn row_name(input: &str, length: usize) -> String {
    format!("{input}, {length} kB")
}

/// Runs the benchmarks and prints their names. `input` contains the public key and the tokens.
fn measure(input: &str) {
    let (pem, tokens) = input.split_once("\n\n").expect("a key and tokens");
    let tokens: Vec<_> = tokens.lines().collect();
    let (tokens, new_tokens) = tokens.split_at(MANY);
    let few = &tokens[..FEW];
    let layer = || {
        let config = ClerkConfig::builder()
            .publishable_key(PUBLISHABLE_KEY)
            .jwt_key(pem)
            .token_cache_capacity(2 * MANY as u64)
            .exclude(["/health", "/public/*"]);
        ClerkLayer::new(config.build().expect("a configuration"))
    };
    let layer_with = |tokens: &[&str]| {
        let layer = layer();
        let app = app().layer(layer.clone());
        for token in tokens {
            drop(call(&app, bearer(token)));
        }
        layer
    };
    let (layer_with_few, layer_with_many) = (layer_with(few), layer_with(tokens));
    let suffix = layer_with_few.clerk().config().publishable_key().expect("a key").cookie_suffix();
    let spread = |index: usize| tokens[index * (MANY / REQUESTS)];
    let bearer_of_few = |index: usize| bearer(few[index % FEW]);

    bench("bare Axum", &app(), bearer_of_few);
    let app_with_few = app().layer(layer_with_few.clone());
    bench("signed out", &app_with_few, |_| api_request(None));
    bench("bearer, 64 tokens", &app_with_few, bearer_of_few);
    let app_with_many = app().layer(layer_with_many);
    bench("bearer, 10,000 tokens", &app_with_many, |index| bearer(spread(index % REQUESTS)));
    bench("cookie", &app_with_few, |index| page_request(&cookies(few[index % FEW])));
    bench("cookie, suffixed", &app_with_few, |index| {
        page_request(&suffixed_cookies(few[index % FEW], suffix))
    });
    bench("bearer, first seen", &app().layer(layer()), |index| bearer(new_tokens[index]));

    let excluded = Router::new().route("/health", get(async || "hello"));
    bench("excluded route", &excluded.layer(layer_with_few.clone()), |index| {
        let mut request = bearer_of_few(index);
        *request.uri_mut() = "/health".parse().expect("a path");
        request
    });
    let guarded = app().layer(guard::require(guard::role("org:admin")));
    bench("guard::require", &guarded.layer(layer_with_few.clone()), bearer_of_few);
    let extractor = Router::new().route("/", get(async |_: ClerkAuth| "hello"));
    bench("ClerkAuth", &extractor.layer(layer_with_few.clone()), bearer_of_few);
    let extractor = Router::new().route("/", get(async |_: SignedIn| "hello"));
    bench("SignedIn", &extractor.layer(layer_with_few.clone()), bearer_of_few);

    bench_hostile_requests(pem, few[0]);
    bench_responses(few[0]);
}

fn bearer(token: &str) -> Request<Body> {
    api_request(Some(token))
}

/// Measures the requests with an index below [`REQUESTS`], after the one with this index.
fn bench(name: &str, app: &Router, request: impl Fn(usize) -> Request<Body>) {
    let mut requests: Vec<_> = (0..REQUESTS).map(&request).collect();
    drop(call(app, request(REQUESTS)));
    let mut responses = Vec::with_capacity(REQUESTS);
    measured(&mut || responses.extend(requests.drain(..).map(|request| call(app, request))));
    for response in responses {
        let is_signed_out = response.headers().contains_key("x-clerk-auth-reason");
        assert_eq!((response.status(), is_signed_out), (StatusCode::OK, name == "signed out"));
    }
    println!("{REQUESTS} {name}");
}

/// Measures hostile requests, each after a warm-up request of the same kind.
fn bench_hostile_requests(pem: &str, token: &str) {
    let app = hostile::app(pem);
    let requests = || hostile::requests(token);
    for ((name, length, request), (.., same)) in iter::zip(requests(), requests()) {
        drop(call(&app, same));
        let (mut request, mut response) = (Some(request), None);
        measured(&mut || response = request.take().map(|request| call(&app, request)));
        let status = response.expect("a response").status();
        assert!(!status.is_success(), "{name}: {status}");
        println!("1 {}", row_name(name, length));
    }
}

/// Measures calls of the Backend API with long responses.
fn bench_responses(token: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    for length in hostile::LENGTHS {
        let api_url = hostile::serve_backend_api(length);
        let clerk = || {
            let config = ClerkConfig::builder().secret_key(SECRET_KEY).api_url(&api_url);
            Clerk::new(config.build().expect("a configuration"))
        };
        let verify = |clerk: &Clerk| {
            let result = runtime.block_on(clerk.verify_token(token));
            assert!(result.is_err(), "the key is not in the document");
        };
        let fetch_user = |clerk: &Clerk| {
            let user = runtime.block_on(clerk.user("user_1")).expect("a user");
            assert_eq!(user.id, "user_1");
        };
        for (name, run) in [("JWKS", &verify as &dyn Fn(&Clerk)), ("user", &fetch_user)] {
            run(&clerk());
            let clerk = clerk();
            measured(&mut || run(&clerk));
            println!("1 {}", row_name(name, length));
        }
    }
}

/// See [`MEASURED`].
#[inline(never)]
fn measured(run: &mut dyn FnMut()) {
    run();
}
