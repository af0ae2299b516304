//! What happened.

use std::{
    collections::BTreeMap,
    fs,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use axum::http::{StatusCode, response};

use crate::{clerk::FakeClerk, tokens::TokenPool};

/// The number of failures that are printed one by one.
const MAX_PRINTED: u64 = 20;

pub(crate) struct Report {
    start: Instant,
    memory_at_start: Option<u64>,
    served: AtomicU64,
    rejected: AtomicU64,
    admitted: AtomicU64,
    /// The number of invalid requests by their kind and the status of their response.
    repelled: Mutex<BTreeMap<(&'static str, u16), u64>>,
}

impl Report {
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
            memory_at_start: memory("VmRSS"),
            served: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
            admitted: AtomicU64::new(0),
            repelled: Mutex::default(),
        }
    }

    pub(crate) fn count_served(&self) {
        self.served.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a valid request that was rejected.
    pub(crate) fn count_rejected(&self, kind: &str, response: &response::Parts) {
        if self.rejected.fetch_add(1, Ordering::Relaxed) < MAX_PRINTED {
            let reason = response.headers.get("x-clerk-auth-reason");
            eprintln!("REJECTED a valid request ({kind}): {}, {reason:?}", response.status);
        }
    }

    /// Counts an invalid request that was admitted.
    pub(crate) fn count_admitted(&self, kind: &str) {
        if self.admitted.fetch_add(1, Ordering::Relaxed) < MAX_PRINTED {
            eprintln!("ADMITTED an invalid request ({kind})");
        }
    }

    /// Counts an invalid request that was rejected.
    pub(crate) fn count_repelled(&self, kind: &'static str, status: StatusCode) {
        let mut repelled = self.repelled.lock().expect("a lock");
        *repelled.entry((kind, status.as_u16())).or_default() += 1;
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.rejected.load(Ordering::Relaxed) > 0
            || self.admitted.load(Ordering::Relaxed) > 0
            || self.served.load(Ordering::Relaxed) == 0
    }

    pub(crate) fn print_progress(&self, clerk: &FakeClerk) {
        let calls: u64 = clerk.calls().all().iter().map(|(_, calls)| calls).sum();
        println!(
            "{:>6} s  {:>12} valid  {:>10} invalid  {:>8} calls to Clerk  {}",
            self.start.elapsed().as_secs(),
            self.valid(),
            self.invalid(),
            calls,
            megabytes(memory("VmRSS")),
        );
    }

    pub(crate) fn print(&self, clerk: &FakeClerk, pool: &TokenPool) {
        let seconds = self.start.elapsed().as_secs_f64();
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        println!("\n{seconds:.0} seconds, {} tokens signed", pool.signed());
        println!("{} key rotations, {} outages", clerk.rotations(), clerk.outages());
        println!("\ninvalid requests by the status of their response");
        for ((kind, status), count) in &*self.repelled.lock().expect("a lock") {
            println!("  {kind:<36} {status} {count:>10}");
        }
        println!("\nvalid requests        {:>12}", self.valid());
        println!("  of which rejected   {:>12}  (must be 0)", count(&self.rejected));
        println!("invalid requests      {:>12}", self.invalid());
        println!("  of which admitted   {:>12}  (must be 0)", count(&self.admitted));
        println!("\ncalls to Clerk");
        for (endpoint, calls) in clerk.calls().all() {
            println!("  {endpoint:<31} {calls:>9}  {:>7.1}/s", calls as f64 / seconds);
        }
        println!("\nmemory at the start   {:>12}", megabytes(self.memory_at_start));
        println!("memory at the end     {:>12}", megabytes(memory("VmRSS")));
        println!("memory at most        {:>12}", megabytes(memory("VmHWM")));
    }

    fn valid(&self) -> u64 {
        self.served.load(Ordering::Relaxed) + self.rejected.load(Ordering::Relaxed)
    }

    fn invalid(&self) -> u64 {
        let repelled: u64 = self.repelled.lock().expect("a lock").values().sum();
        repelled + self.admitted.load(Ordering::Relaxed)
    }
}

/// Reads a field of `/proc/self/status` in KiB, on Linux.
fn memory(field: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(field))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn megabytes(kib: Option<u64>) -> String {
    kib.map_or_else(|| "unknown".into(), |kib| format!("{} MiB", kib / 1024))
}
