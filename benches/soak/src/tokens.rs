//! The tokens of the users.

use std::{
    collections::VecDeque,
    sync::{
        Arc, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::clerk::{FakeClerk, TOKEN_LIFETIME, unix_now};

/// The number of tokens signed per second. A signature takes about 0.7 ms.
const RATE: u32 = 400;

/// The number of tokens to start with.
const INITIAL: u32 = 1_000;

/// A token is not used for the last seconds of its lifetime, so that it does not expire on its way.
const MARGIN: u64 = 3;

/// A valid session token.
pub(crate) struct Token {
    pub(crate) user: u32,
    pub(crate) text: String,
    expires: u64,
}

/// The valid tokens at the moment. The users take turns: each gets a token, and another one when all
/// the others had theirs.
pub(crate) struct TokenPool {
    tokens: RwLock<VecDeque<Arc<Token>>>,
    signed: AtomicU64,
}

impl TokenPool {
    /// Signs tokens until the process ends.
    pub(crate) fn fill(clerk: Arc<FakeClerk>, users: u32) -> Arc<Self> {
        let pool = Arc::new(Self { tokens: RwLock::default(), signed: AtomicU64::new(0) });
        let mut next_user = (0..users).cycle();
        let mut add = {
            let pool = Arc::clone(&pool);
            move || pool.add(&clerk, next_user.next().expect("an endless iterator"))
        };
        for _ in 0..INITIAL {
            add();
        }
        thread::spawn(move || {
            let mut due = Instant::now();
            loop {
                add();
                due += Duration::from_secs(1) / RATE;
                thread::sleep(due.saturating_duration_since(Instant::now()));
            }
        });
        pool
    }

    fn add(&self, clerk: &FakeClerk, user: u32) {
        let now = unix_now();
        let expires = now + TOKEN_LIFETIME;
        let text = clerk.key().session_token(user, expires);
        let mut tokens = self.tokens.write().expect("a lock");
        tokens.push_back(Arc::new(Token { user, text, expires }));
        while tokens.front().is_some_and(|token| token.expires <= now + MARGIN) {
            tokens.pop_front();
        }
        self.signed.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns a random valid token.
    pub(crate) fn pick(&self) -> Arc<Token> {
        loop {
            let tokens = self.tokens.read().expect("a lock");
            let token = &tokens[fastrand::usize(..tokens.len())];
            if token.expires > unix_now() + MARGIN {
                return Arc::clone(token);
            }
        }
    }

    /// The number of tokens signed so far.
    pub(crate) fn signed(&self) -> u64 {
        self.signed.load(Ordering::Relaxed)
    }
}
