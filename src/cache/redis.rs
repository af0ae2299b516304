//! A shared cache in Redis or Valkey.

use std::{
    fmt,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures_util::{FutureExt, StreamExt, stream::BoxStream};
use redis::{
    AsyncConnectionConfig, Client, Cmd, FromRedisValue, IntoConnectionInfo, Msg, RedisError,
    RedisResult,
    aio::{ConnectionManager, ConnectionManagerConfig, MultiplexedConnection, PubSub, PubSubSink},
    cluster::ClusterClient,
    cluster_async::ClusterConnection,
    sentinel::{SentinelClient, SentinelServerType},
};
use tokio::{task::JoinError, time::timeout};

use super::{CacheError, CacheFuture, SharedCache};

/// The maximum time for establishing a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// The maximum time for the response to a command. Callers time out earlier.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(1);

/// The interval at which a subscription checks whether its connection is still alive.
const PING_INTERVAL: Duration = Duration::from_secs(1);

/// A [`SharedCache`] in Redis (7 or later) or Valkey: a single server, a cluster, or the primary
/// server of a Sentinel deployment.
///
/// The URL of a server is `redis://host:port/database`, with `user:password@` before the host if
/// necessary, or `rediss://…` for TLS, which requires the feature `rustls`.
///
/// The connection is established on first use, and again after it is lost. In addition, each
/// [`Clerk`](crate::Clerk) opens a connection for its subscription.
///
/// ```
/// use axum_clerk::cache::RedisCache;
///
/// let cache = RedisCache::new("redis://127.0.0.1:6379/")?;
/// let cache = RedisCache::cluster(["redis://10.0.0.1:6379/", "redis://10.0.0.2:6379/"])?;
/// let cache = RedisCache::sentinel(["redis://10.0.0.1:26379/"], "primary")?;
/// # Ok::<_, axum_clerk::cache::CacheError>(())
/// ```
pub struct RedisCache {
    servers: Arc<Servers>,
    connection: Arc<Mutex<Option<Connection>>>,
}

enum Servers {
    Single(Client),
    Cluster {
        client: ClusterClient,
        /// The nodes to subscribe to. A message published to one node reaches all of them.
        nodes: Vec<Client>,
    },
    Sentinel(tokio::sync::Mutex<SentinelClient>),
}

#[derive(Clone)]
enum Connection {
    Single(ConnectionManager),
    Cluster(ClusterConnection),
    Primary(MultiplexedConnection),
}

impl RedisCache {
    /// Creates a cache in a single server.
    ///
    /// # Errors
    ///
    /// If the URL is invalid.
    pub fn new(url: &str) -> Result<Self, CacheError> {
        Ok(Self::with(Servers::Single(Client::open(url)?)))
    }

    /// Creates a cache in a cluster, given the URLs of some of its nodes.
    ///
    /// # Errors
    ///
    /// If a URL is invalid or no URL is given.
    pub fn cluster<'a>(urls: impl IntoIterator<Item = &'a str>) -> Result<Self, CacheError> {
        let urls: Vec<_> = urls.into_iter().collect();
        let nodes = urls.iter().map(|&url| Client::open(url)).collect::<Result<Vec<_>, _>>()?;
        let client = ClusterClient::builder(urls)
            .connection_timeout(CONNECT_TIMEOUT)
            .response_timeout(RESPONSE_TIMEOUT)
            .retries(1)
            .build()?;
        Ok(Self::with(Servers::Cluster { client, nodes }))
    }

    /// Creates a cache in the primary server with this name, given the URLs of some Sentinels.
    ///
    /// # Errors
    ///
    /// If a URL is invalid or no URL is given.
    pub fn sentinel<'a>(
        urls: impl IntoIterator<Item = &'a str>,
        primary: &str,
    ) -> Result<Self, CacheError> {
        let sentinels = urls
            .into_iter()
            .map(IntoConnectionInfo::into_connection_info)
            .collect::<Result<Vec<_>, _>>()?;
        // A `String` with and without the feature `rustls` of this crate.
        let primary = String::from(primary);
        let client = SentinelClient::build(sentinels, primary, None, SentinelServerType::Master)?;
        Ok(Self::with(Servers::Sentinel(client.into())))
    }

    fn with(servers: Servers) -> Self {
        Self { servers: Arc::new(servers), connection: Arc::default() }
    }

    /// Sends a command.
    async fn send<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, CacheError> {
        let mut connection = self.connection().await?;
        let result = match &mut connection {
            Connection::Single(connection) => command.query_async(connection).await,
            Connection::Cluster(connection) => command.query_async(connection).await,
            Connection::Primary(connection) => command.query_async(connection).await,
        };
        if let (Connection::Primary(_), Err(error)) = (&connection, &result)
            && needs_other_server(error)
        {
            // Another server may have become the primary. The other kinds of connection reconnect
            // by themselves.
            *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        Ok(result?)
    }

    async fn connection(&self) -> Result<Connection, CacheError> {
        let current = self.connection.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(connection) = current {
            return Ok(connection);
        }
        let (servers, connection) = (Arc::clone(&self.servers), Arc::clone(&self.connection));
        // In a separate task, because the caller may time out first.
        let connected = tokio::spawn(async move {
            let new = within(CONNECT_TIMEOUT, servers.connect()).await?;
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            Ok::<_, CacheError>(connection.get_or_insert(new).clone())
        });
        connected.await?
    }
}

impl Servers {
    async fn connect(&self) -> RedisResult<Connection> {
        Ok(match self {
            Self::Single(client) => {
                let config = ConnectionManagerConfig::new()
                    .set_connection_timeout(Some(CONNECT_TIMEOUT))
                    .set_response_timeout(Some(RESPONSE_TIMEOUT))
                    .set_number_of_retries(1);
                let manager = client.get_connection_manager_with_config(config).await?;
                Connection::Single(manager)
            }
            Self::Cluster { client, .. } => {
                Connection::Cluster(client.get_async_connection().await?)
            }
            Self::Sentinel(client) => {
                let config = AsyncConnectionConfig::new()
                    .set_connection_timeout(Some(CONNECT_TIMEOUT))
                    .set_response_timeout(Some(RESPONSE_TIMEOUT));
                let mut client = client.lock().await;
                Connection::Primary(client.get_async_connection_with_config(&config).await?)
            }
        })
    }

    async fn subscribe(&self, channel: &str) -> RedisResult<PubSub> {
        let mut connection = match self {
            Self::Single(client) => client.get_async_pubsub().await?,
            Self::Cluster { nodes, .. } => first_reachable(nodes).await?,
            Self::Sentinel(client) => {
                let client = client.lock().await.async_get_client().await?;
                client.get_async_pubsub().await?
            }
        };
        connection.subscribe(channel).await?;
        Ok(connection)
    }
}

async fn first_reachable(nodes: &[Client]) -> RedisResult<PubSub> {
    let mut failure = None;
    for node in nodes {
        match node.get_async_pubsub().await {
            Ok(connection) => return Ok(connection),
            Err(error) => failure = Some(error),
        }
    }
    Err(failure.unwrap_or_else(|| (redis::ErrorKind::InvalidClientConfig, "no nodes").into()))
}

fn needs_other_server(error: &RedisError) -> bool {
    error.is_io_error() || error.is_unrecoverable_error() || error.code() == Some("READONLY")
}

/// Fails if the operation takes longer than this.
async fn within<T>(
    limit: Duration,
    operation: impl Future<Output = RedisResult<T>>,
) -> Result<T, CacheError> {
    match timeout(limit, operation).await {
        Ok(result) => Ok(result?),
        Err(_) => Err(CacheError::new("the server did not respond in time")),
    }
}

impl SharedCache for RedisCache {
    fn get<'a>(&'a self, key: &'a str) -> CacheFuture<'a, Option<Vec<u8>>> {
        async move { self.send(&Cmd::get(key)).await }.boxed()
    }

    fn set<'a>(&'a self, key: &'a str, value: Vec<u8>, lifetime: Duration) -> CacheFuture<'a, ()> {
        async move { self.send(Cmd::set(key, value).arg("PX").arg(millis(lifetime))).await }.boxed()
    }

    fn set_if_absent<'a>(
        &'a self,
        key: &'a str,
        value: Vec<u8>,
        lifetime: Duration,
    ) -> CacheFuture<'a, bool> {
        async move {
            let mut command = Cmd::set(key, value);
            let command = command.arg("PX").arg(millis(lifetime)).arg("NX");
            Ok(self.send::<Option<String>>(command).await?.is_some())
        }
        .boxed()
    }

    fn remove<'a>(&'a self, key: &'a str) -> CacheFuture<'a, ()> {
        async move { self.send(&Cmd::del(key)).await }.boxed()
    }

    /// Keeps the members in a sorted set, ordered by expiry.
    fn add<'a>(&'a self, key: &'a str, member: Vec<u8>, lifetime: Duration) -> CacheFuture<'a, ()> {
        async move {
            let now = unix_millis();
            let expires_at = now.saturating_add(millis(lifetime));
            self.send::<()>(&Cmd::zrembyscore(key, "-inf", now)).await?;
            self.send::<()>(&Cmd::zadd(key, member, expires_at)).await?;
            // The key lives as long as its last member. `GT` ignores keys that do not expire.
            for condition in ["NX", "GT"] {
                let mut command = redis::cmd("PEXPIREAT");
                self.send::<()>(command.arg(key).arg(expires_at).arg(condition)).await?;
            }
            Ok(())
        }
        .boxed()
    }

    fn members<'a>(&'a self, key: &'a str) -> CacheFuture<'a, Vec<Vec<u8>>> {
        async move { self.send(&Cmd::zrangebyscore(key, unix_millis(), "+inf")).await }.boxed()
    }

    fn publish<'a>(&'a self, channel: &'a str, message: Vec<u8>) -> CacheFuture<'a, ()> {
        async move { self.send(&Cmd::publish(channel, message)).await }.boxed()
    }

    fn subscribe<'a>(&'a self, channel: &'a str) -> CacheFuture<'a, BoxStream<'static, Vec<u8>>> {
        async move {
            let connection = within(CONNECT_TIMEOUT, self.servers.subscribe(channel)).await?;
            let (sink, messages) = connection.split();
            let messages = messages.map(|message: Msg| message.get_payload_bytes().to_vec());
            let ends = connection_lost(sink).boxed();
            Ok(messages.take_until(ends).boxed())
        }
        .boxed()
    }
}

/// Waits until the server stops responding. A connection can stay open after its peer has
/// disappeared.
async fn connection_lost(mut sink: PubSubSink) {
    loop {
        tokio::time::sleep(PING_INTERVAL).await;
        if !matches!(timeout(RESPONSE_TIMEOUT, sink.ping::<redis::Value>()).await, Ok(Ok(_))) {
            return;
        }
    }
}

fn millis(lifetime: Duration) -> u64 {
    u64::try_from(lifetime.as_millis()).unwrap_or(u64::MAX).clamp(1, i64::MAX as u64 / 4)
}

/// Returns the current time. The expiry of members depends on the clocks of the machines, which
/// should agree to within a few seconds.
fn unix_millis() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}

impl From<RedisError> for CacheError {
    fn from(error: RedisError) -> Self {
        Self::new(error)
    }
}

impl From<JoinError> for CacheError {
    fn from(error: JoinError) -> Self {
        Self::new(error)
    }
}

/// Omits the URLs, which may contain a password.
impl fmt::Debug for RedisCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &*self.servers {
            Servers::Single(_) => "single",
            Servers::Cluster { .. } => "cluster",
            Servers::Sentinel(_) => "sentinel",
        };
        f.debug_struct("RedisCache").field("servers", &kind).finish_non_exhaustive()
    }
}
