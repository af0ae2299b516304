//! The servers, as processes.

use std::{error::Error, fs, io, net::SocketAddr, path::Path, process::Stdio, time::Duration};

use axum::{Router, routing::get};
use axum_clerk::{ClerkAuth, ClerkConfig, ClerkLayer};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    net::TcpListener,
    process::{Child, Command},
    runtime,
};

use crate::fixture::{PUBLISHABLE_KEY, SECRET_KEY, app};

const EXPRESS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../peers/express");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServerKind {
    Axum,
    AxumClerk,
    Express,
    ExpressClerk,
}

impl ServerKind {
    /// Returns all, or those of Axum if Node.js or `@clerk/express` is missing.
    pub(crate) fn available() -> Vec<Self> {
        let mut kinds = vec![Self::Axum, Self::AxumClerk];
        let node =
            std::process::Command::new("node").arg("--version").stdout(Stdio::null()).status();
        if node.is_ok() && Path::new(EXPRESS).join("node_modules").exists() {
            kinds.extend([Self::Express, Self::ExpressClerk]);
        } else {
            eprintln!("without Express: npm install --prefix benches/peers/express");
        }
        kinds
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Axum => "Axum",
            Self::AxumClerk => "Axum, ClerkLayer",
            Self::Express => "Express",
            Self::ExpressClerk => "Express, clerkMiddleware",
        }
    }

    pub(crate) fn authenticates(self) -> bool {
        matches!(self, Self::AxumClerk | Self::ExpressClerk)
    }

    /// Returns the same server without authentication.
    pub(crate) fn bare(self) -> Self {
        match self {
            Self::Axum | Self::AxumClerk => Self::Axum,
            Self::Express | Self::ExpressClerk => Self::Express,
        }
    }

    fn command(self, threads: usize) -> io::Result<Command> {
        let mut command = match self {
            Self::Axum | Self::AxumClerk => Command::new(std::env::current_exe()?),
            Self::Express | Self::ExpressClerk => Command::new("node"),
        };
        match self {
            Self::Axum => command.args(["serve-bare", &threads.to_string()]),
            Self::AxumClerk => command.args(["serve-clerk", &threads.to_string()]),
            Self::Express => command.arg("server.mjs").current_dir(EXPRESS),
            Self::ExpressClerk => command.args(["server.mjs", "clerk"]).current_dir(EXPRESS),
        };
        Ok(command)
    }
}

/// A server that ends when this is dropped.
pub(crate) struct Server {
    pub(crate) kind: ServerKind,
    pub(crate) address: SocketAddr,
    process: Child,
}

impl Server {
    /// Starts a server, which prints its address and serves until its input ends.
    pub(crate) async fn start(
        kind: ServerKind,
        jwt_key: &str,
        threads: usize,
    ) -> Result<Self, Box<dyn Error>> {
        let mut process = kind
            .command(threads)?
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("NODE_ENV", "production")
            .env("CLERK_JWT_KEY", jwt_key)
            .env("CLERK_PUBLISHABLE_KEY", PUBLISHABLE_KEY)
            .env("CLERK_SECRET_KEY", SECRET_KEY)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(process.stdout.take().ok_or("no output")?).lines();
        let address = lines.next_line().await?.ok_or_else(|| format!("{kind:?} did not start"))?;
        Ok(Self { kind, address: address.parse()?, process })
    }

    /// Returns the time that the process spent on a core, in user mode and in the kernel.
    pub(crate) fn cpu_time(&self) -> Result<Duration, Box<dyn Error>> {
        /// Linux reports the times of a process in hundredths of a second, on all architectures.
        const TICK: Duration = Duration::from_millis(10);
        let id = self.process.id().ok_or("the server has ended")?;
        let stat = fs::read_to_string(format!("/proc/{id}/stat"))?;
        let (_, fields) = stat.rsplit_once(')').ok_or("no name")?;
        // utime and stime, the fields 14 and 15.
        let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u32>);
        Ok(TICK * ticks.sum::<Result<u32, _>>()?)
    }
}

/// Runs a server of Axum in this process.
pub(crate) fn run(kind: &str, threads: &str) -> Result<(), Box<dyn Error>> {
    let app = app().route("/me", get(user_id));
    let app = match kind {
        "serve-clerk" => app.layer(clerk_layer()?),
        _ => app,
    };
    runtime::Builder::new_multi_thread()
        .worker_threads(threads.parse()?)
        .enable_all()
        .build()?
        .block_on(serve(app))?;
    Ok(())
}

fn clerk_layer() -> Result<ClerkLayer, Box<dyn Error>> {
    let config = ClerkConfig::builder().env().token_cache_capacity(100_000).build()?;
    Ok(ClerkLayer::new(config))
}

async fn user_id(auth: Option<axum::Extension<ClerkAuth>>) -> String {
    auth.and_then(|auth| Some(auth.user_id()?.to_owned())).unwrap_or_default()
}

async fn serve(app: Router) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    tokio::select! {
        result = axum::serve(listener, app) => result,
        _ = tokio::spawn(async { tokio::io::stdin().read_u8().await }) => Ok(()),
    }
}
