//! The versions of clerk-js.

use std::{
    env,
    future::Future,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use fantoccini::Client;

use crate::chromedriver::in_chromium;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// Includes the components.
    Five,
    /// Takes the components from `@clerk/ui`.
    Six,
}

impl Version {
    /// The folder of the npm packages.
    pub(crate) fn packages(self) -> PathBuf {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/clerk-js");
        root.join(if self == Self::Five { "5" } else { "6" }).join("node_modules")
    }

    /// Runs a flow with this version. Skips it with a message if the version is not installed.
    pub(crate) async fn run<F>(self, flow: impl FnOnce(Self, Client) -> F)
    where
        F: Future<Output = ()>,
    {
        if self.packages().join("@clerk/clerk-js").exists() {
            return in_chromium(|browser| flow(self, browser)).await;
        }
        let missing = format!("clerk-js is not in {}", self.packages().display());
        assert!(env::var("CI").as_deref() != Ok("true"), "{missing}");
        let _ = writeln!(io::stderr(), "skipped: {missing}");
    }
}

/// Defines a test of each flow for each version.
macro_rules! flows {
    ($($flow:ident),+ $(,)?) => {
        mod clerk_js_5 {
            $(
                #[tokio::test]
                async fn $flow() {
                    crate::version::Version::Five.run(super::$flow).await;
                }
            )+
        }

        mod clerk_js_6 {
            $(
                #[tokio::test]
                async fn $flow() {
                    crate::version::Version::Six.run(super::$flow).await;
                }
            )+
        }
    };
}
