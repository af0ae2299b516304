//! Redis servers on loopback.

use std::{
    env, fs, io,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use axum_clerk::cache::RedisCache;
use redis::{Client, Cmd, FromRedisValue, RedisResult};

/// The maximum time that a server takes to start.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A Redis server, which is killed when it is dropped.
pub(crate) struct RedisServer {
    port: u16,
    options: Vec<String>,
    directory: PathBuf,
    process: Child,
}

impl RedisServer {
    /// Starts a server. Returns `None` if `redis-server` is not installed.
    pub(crate) fn start() -> Option<Self> {
        Self::start_with(&["--save", "", "--appendonly", "no"])
    }

    /// Starts a Sentinel that monitors this server under the name `primary`.
    pub(crate) fn start_sentinel(&self) -> Self {
        let sentinel = Self::start_with(&["--sentinel"]).unwrap();
        let mut command = redis::cmd("SENTINEL");
        let command = command.arg("MONITOR").arg("primary").arg("127.0.0.1").arg(self.port).arg(1);
        sentinel.send::<()>(command);
        sentinel
    }

    fn start_with(options: &[&str]) -> Option<Self> {
        static SERVERS: AtomicUsize = AtomicUsize::new(0);
        let number = SERVERS.fetch_add(1, Ordering::Relaxed);
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("redis-{}-{number}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let port = free_port();
        let options: Vec<_> = options.iter().map(|&option| option.to_owned()).collect();
        match spawn(port, &options, &directory) {
            Ok(process) => Some(Self { port, options, directory, process }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                assert!(env::var_os("CI").is_none_or(|ci| ci != "true"), "redis-server is missing");
                eprintln!("skipped: redis-server is missing");
                None
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Returns a cache in this server, with a connection of its own.
    pub(crate) fn cache(&self) -> RedisCache {
        RedisCache::new(&self.url()).unwrap()
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Sends a command, and waits for the server to start if necessary.
    pub(crate) fn send<T: FromRedisValue>(&self, command: &Cmd) -> T {
        let start = Instant::now();
        loop {
            match self.try_send(command) {
                Ok(response) => return response,
                Err(error) if start.elapsed() > START_LIMIT => panic!("{error}"),
                Err(_) => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }

    fn try_send<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        command.query(&mut Client::open(self.url())?.get_connection()?)
    }

    /// Ends the process, which closes its connections.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts the server again, empty, on the same port.
    pub(crate) fn restart(&mut self) {
        self.process = spawn(self.port, &self.options, &self.directory).unwrap();
        self.send::<()>(&redis::cmd("PING"));
    }

    /// Stops the process. It keeps its connections, but does not respond.
    pub(crate) fn pause(&self) {
        self.signal("-STOP");
    }

    /// Continues after [`pause`](Self::pause).
    pub(crate) fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// Removes everything that is stored.
    pub(crate) fn wipe(&self) {
        self.send::<()>(&redis::cmd("FLUSHALL"));
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// Returns a free port that has room for the port of the cluster's bus, which is 10,000 higher.
fn free_port() -> u16 {
    loop {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        if port <= u16::MAX - 10_000 {
            return port;
        }
    }
}

fn spawn(port: u16, options: &[String], directory: &Path) -> io::Result<Child> {
    // Sentinel keeps its state in its configuration file.
    let config = directory.join("redis.conf");
    fs::write(&config, "")?;
    Command::new("redis-server")
        .arg(config)
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
        .args(options)
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
}

/// A cluster of three servers, which share the slots between them.
pub(crate) struct RedisCluster(Vec<RedisServer>);

impl RedisCluster {
    /// Starts a cluster. Returns `None` if `redis-server` is not installed.
    pub(crate) fn start() -> Option<Self> {
        let nodes: Vec<_> = (0..3)
            .map(|_| RedisServer::start_with(&["--cluster-enabled", "yes", "--save", ""]))
            .collect::<Option<_>>()?;
        let slots = [(0, 5460), (5461, 10922), (10923, 16383)];
        for (node, (first, last)) in nodes.iter().zip(slots) {
            let mut command = redis::cmd("CLUSTER");
            node.send::<()>(command.arg("ADDSLOTSRANGE").arg(first).arg(last));
        }
        for node in &nodes[1..] {
            let mut command = redis::cmd("CLUSTER");
            nodes[0].send::<()>(command.arg("MEET").arg("127.0.0.1").arg(node.port));
        }
        let start = Instant::now();
        let mut info = redis::cmd("CLUSTER");
        info.arg("INFO");
        while !nodes.iter().all(|node| {
            let info = node.send::<String>(&info);
            info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3")
        }) {
            assert!(start.elapsed() < START_LIMIT, "the nodes do not form a cluster");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Self(nodes))
    }

    pub(crate) fn urls(&self) -> Vec<String> {
        self.0.iter().map(RedisServer::url).collect()
    }
}
