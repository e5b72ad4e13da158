//! `mockorg healthcheck`: is an org ready? For containers and scripts that start one.

use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Outcome, could_not_run, print, say};
use crate::simulator::kit::{KIT_JSON, Kit};

/// Ask an org whether it is ready
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The admin door's URL
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8440", conflicts_with = "kit")]
    admin: String,

    /// Ask the org that wrote this kit, at both TLS doors too, trusting what the kit trusts
    #[arg(long, value_name = "DIR")]
    kit: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  mockorg healthcheck
  mockorg healthcheck --kit kit

Exit codes: 0 ready, 1 not ready, 2 could not ask.";

/// Nobody answers a ready org's doors later than this.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn run(args: &Args) -> Outcome {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return could_not_run(error),
    };
    let answer = runtime.block_on(async {
        match &args.kit {
            Some(folder) => ask_kit(folder).await,
            None => ask(&args.admin, "/health", None).await,
        }
    });
    match answer {
        Ok(()) => print("ready\n"),
        Err(Unready::NotReady(why)) => {
            say(format_args!("not ready: {why}"));
            Outcome::No
        }
        Err(Unready::Unasked(why)) => could_not_run(why),
    }
}

/// Why there is no yes.
enum Unready {
    /// Nobody answers, or not as a ready org does.
    NotReady(String),
    /// There is no telling whom to ask.
    Unasked(String),
}

async fn ask_kit(folder: &Path) -> Result<(), Unready> {
    let path = folder.join(KIT_JSON);
    // it appears when the org is ready
    let text = fs::read(&path).map_err(|error| Unready::NotReady(format!("{}: {error}", path.display())))?;
    let unasked = |path: &Path, error: &dyn Display| Unready::Unasked(format!("{}: {error}", path.display()));
    let kit: Kit = serde_json::from_slice(&text).map_err(|error| unasked(&path, &error))?;
    let ca = folder.join(&kit.server_ca);
    let ca = fs::read(&ca).map_err(|error| unasked(&ca, &error))?;
    if let Some(admin) = &kit.admin_url {
        ask(admin, "/health", None).await?;
    }
    for door in [&kit.standard_url, &kit.mutual_url] {
        ask(door, "/services/data", Some(&ca)).await?;
    }
    Ok(())
}

async fn ask(base: &str, path: &str, ca: Option<&[u8]>) -> Result<(), Unready> {
    let no_url = || Unready::Unasked(format!("{base:?} is no URL"));
    let uri: http::Uri = base.parse().map_err(|_| no_url())?;
    let (Some(host), Some(scheme)) = (uri.host(), uri.scheme_str()) else { return Err(no_url()) };
    let port = uri.port_u16().unwrap_or(if scheme == "https" { 443 } else { 80 });
    let told = |why: String| Unready::NotReady(format!("{base}: {why}"));
    let asked = timeout(PATIENCE, async {
        let tcp = connect(host, port).await.map_err(|error| error.to_string())?;
        match ca {
            None => match get(tcp, host, path).await? {
                status if status.is_success() => Ok(()),
                status => Err(format!("answered {status}")),
            },
            // whatever it answers, the door is open: a scenario may give the edge's page any status
            Some(ca) => get(tls(tcp, host, ca).await?, host, path).await.map(|_| ()),
        }
    });
    asked.await.unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs()))).map_err(told)
}

/// `localhost` is loopback by definition: an image with nothing in it has neither a hosts file nor a resolver.
async fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    if host.eq_ignore_ascii_case("localhost") {
        let loopback = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        return TcpStream::connect(&loopback.map(|address| SocketAddr::new(address, port))[..]).await;
    }
    TcpStream::connect((host.trim_matches(['[', ']']), port)).await
}

async fn tls(tcp: TcpStream, host: &str, ca: &[u8]) -> Result<tokio_native_tls::TlsStream<TcpStream>, String> {
    let ca = native_tls::Certificate::from_pem(ca).map_err(|error| error.to_string())?;
    let connector = native_tls::TlsConnector::builder().disable_built_in_roots(true).add_root_certificate(ca).build();
    let connector = tokio_native_tls::TlsConnector::from(connector.map_err(|error| error.to_string())?);
    connector.connect(host, tcp).await.map_err(|error| error.to_string())
}

async fn get(
    io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    host: &str,
    path: &str,
) -> Result<StatusCode, String> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(io)).await.map_err(|error| error.to_string())?;
    tokio::spawn(connection);
    let request = Request::get(path).header(http::header::HOST, host).body(Empty::<Bytes>::new());
    let request = request.map_err(|error| error.to_string())?;
    let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
    Ok(response.status())
}
