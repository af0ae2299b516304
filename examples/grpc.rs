//! A gRPC service with tonic, and a client that calls it with and without a session.
//!
//! ```sh
//! cargo run --example grpc --features emulator
//! ```

use std::{
    convert::Infallible,
    error::Error,
    task::{Context, Poll},
};

use axum_clerk::{
    ClerkAuth, ClerkLayer, api::CreateUser, emulator::ClerkEmulator, guard, require_auth,
};
use futures_util::{FutureExt, future::BoxFuture};
use http::uri::PathAndQuery;
use tokio::net::TcpListener;
use tonic::{
    Request, Response, Status,
    body::Body,
    client,
    metadata::MetadataValue,
    server::{self, NamedService},
    transport::{Channel, Server, server::TcpIncoming},
};
use tonic_prost::ProstCodec;
use tower::{Service, ServiceBuilder, service_fn};

const GREET: &str = "/greeter.Greeter/Greet";
const CLOSE_ACCOUNT: &str = "/greeter.Greeter/CloseAccount";

/// What `tonic-prost-build` generates from a `.proto` file, with `google.protobuf.Empty` as the
/// requests and `google.protobuf.StringValue` as the responses.
#[derive(Clone)]
struct Greeter;

impl NamedService for Greeter {
    const NAME: &'static str = "greeter.Greeter";
}

impl Service<http::Request<Body>> for Greeter {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        async move {
            let mut grpc = server::Grpc::new(ProstCodec::<String, ()>::default());
            Ok(match request.uri().path() {
                GREET => grpc.unary(service_fn(greet), request).await,
                CLOSE_ACCOUNT => grpc.unary(service_fn(close_account), request).await,
                _ => Status::unimplemented("unknown method").into_http(),
            })
        }
        .boxed()
    }
}

async fn greet(request: Request<()>) -> Result<Response<String>, Status> {
    let auth: Option<&ClerkAuth> = request.extensions().get();
    let user_id = auth.and_then(ClerkAuth::user_id);
    let user_id = user_id.ok_or_else(|| Status::internal("the guard is missing"))?;
    Ok(Response::new(format!("hello, {user_id}")))
}

async fn close_account(_: Request<()>) -> Result<Response<String>, Status> {
    Ok(Response::new("closed".into()))
}

async fn call(channel: &Channel, method: &'static str, token: &str) -> Result<String, Status> {
    let mut request = Request::new(());
    let bearer = MetadataValue::try_from(format!("Bearer {token}"))
        .map_err(|_| Status::invalid_argument("the token is not ASCII"))?;
    request.metadata_mut().insert("authorization", bearer);
    let mut client = client::Grpc::new(channel.clone());
    client.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
    let codec = ProstCodec::<(), String>::default();
    let response = client.unary(request, PathAndQuery::from_static(method), codec).await?;
    Ok(response.into_inner())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let clerk = ClerkEmulator::start().await?;
    let user = clerk.create_user(CreateUser::default());
    let token = clerk.sign_in(&user.id).token();

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let admin = guard::require(guard::role("org:admin")).only([CLOSE_ACCOUNT]);
    let layers = ServiceBuilder::new()
        .layer(ClerkLayer::new(clerk.config()))
        .layer(require_auth().grpc())
        .layer(admin.grpc());
    let service = Server::builder().layer(layers.into_inner()).add_service(Greeter);
    tokio::spawn(service.serve_with_incoming(TcpIncoming::from(listener)));

    let channel = Channel::from_shared(url)?.connect().await?;
    for (method, token) in [(GREET, token.as_str()), (GREET, "invalid"), (CLOSE_ACCOUNT, &token)] {
        match call(&channel, method, token).await {
            Ok(response) => println!("{method}: {response}"),
            Err(status) => println!("{method}: {:?}: {}", status.code(), status.message()),
        }
    }
    Ok(())
}
