//! A load client that presents a certificate: full handshakes, keep-alive calls, idle connections, time to start.
//!
//! `scripts/bench` runs it and reads the server's CPU time and memory meanwhile. It speaks HTTP/1.1, a thread a
//! connection, so that the client's side stays cheap and plain. It never resumes a session.

use std::error::Error;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use clap::{Args, Parser};
use jiff::SignedDuration;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslConnector, SslFiletype, SslMethod, SslRef, SslStream, SslVersion};

use mockorg::clock::{Clock, Stopwatch};
use mockorg::pki::Certificate;
use mockorg::pki::mint::{Issuer, KeyKind, Request, Validity, certificate, named, private_key_from_pem};

type Failure = Box<dyn Error + Send + Sync>;

#[derive(Parser)]
#[command(about = "A load client that presents a certificate")]
enum Load {
    /// Keep-alive calls on so many connections; prints how many were answered
    Calls(Timed),
    /// A connection, one call, and a new connection, again and again; prints how many handshakes were made
    Handshakes(Timed),
    /// Opens connections, makes one call on each, prints `held N`, and holds them until standard input closes
    Hold(Target),
    /// Starts a command with `--mutual-port N` and prints the microseconds until that port accepts a connection
    Start(Start),
    /// Starts a command with `--admin-port N` and prints the microseconds until that door answers
    Answer(Start),
}

#[derive(Args)]
struct Timed {
    #[command(flatten)]
    target: Target,
    /// For how long
    #[arg(long)]
    seconds: u64,
}

#[derive(Args, Clone)]
struct Target {
    /// Where to: https://HOST:PORT/PATH
    url: String,
    /// PEM of the CA that signed the server's certificate
    #[arg(long)]
    ca: PathBuf,
    /// PEM of the chain to present, leaf first
    #[arg(long)]
    cert: PathBuf,
    /// PEM of its key
    #[arg(long)]
    key: PathBuf,
    /// Sent as `Authorization: Bearer`
    #[arg(long, default_value = "none")]
    token: String,
    /// A form to post instead of asking with GET
    #[arg(long)]
    form: Option<String>,
    /// How many connections at once
    #[arg(long)]
    connections: usize,
    /// The highest TLS version offered: 1.2 or 1.3
    #[arg(long, default_value = "1.3")]
    tls: String,
    /// Every connection presents a leaf that nobody saw before; `--cert` and `--key` are those of the CA that issues them
    #[arg(long)]
    newcomers: bool,
}

#[derive(Args)]
struct Start {
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

fn main() -> Result<(), Failure> {
    match Load::parse() {
        Load::Calls(timed) => println!("{}", together(&timed, calls)?),
        Load::Handshakes(timed) => println!("{}", together(&timed, handshakes)?),
        Load::Hold(target) => hold(&target)?,
        Load::Start(start) => println!("{}", time_until("--mutual-port", &start.command, accepts)?.as_micros()),
        Load::Answer(start) => println!("{}", time_until("--admin-port", &start.command, answers)?.as_micros()),
    }
    Ok(())
}

/// Does the same on every connection at once, and adds up what each managed.
fn together(timed: &Timed, work: fn(&Client, Duration) -> Result<u64, Failure>) -> Result<u64, Failure> {
    let client = Client::new(&timed.target)?;
    let span = Duration::from_secs(timed.seconds);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..timed.target.connections).map(|_| scope.spawn(|| work(&client, span))).collect();
        threads.into_iter().map(|thread| thread.join().map_err(|_| "a connection's thread fell over")?).sum()
    })
}

fn calls(client: &Client, span: Duration) -> Result<u64, Failure> {
    let mut connection = client.connect()?;
    let watch = Stopwatch::start();
    let mut done = 0;
    while watch.elapsed() < span {
        client.call(&mut connection)?;
        done += 1;
    }
    Ok(done)
}

fn handshakes(client: &Client, span: Duration) -> Result<u64, Failure> {
    let watch = Stopwatch::start();
    let mut done = 0;
    while watch.elapsed() < span {
        // with TLS 1.3 only the answer tells that the server took the certificate
        client.call(&mut client.connect()?)?;
        done += 1;
    }
    Ok(done)
}

fn hold(target: &Target) -> Result<(), Failure> {
    let client = Client::new(target)?;
    let mut connections = Vec::new();
    for _ in 0..target.connections {
        let mut connection = client.connect()?;
        client.call(&mut connection)?;
        connections.push(connection);
    }
    println!("held {}", connections.len());
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

fn time_until(flag: &str, command: &[String], ready: fn(SocketAddr) -> bool) -> Result<Duration, Failure> {
    let (program, arguments) = command.split_first().ok_or("no command")?;
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    let watch = Stopwatch::start();
    let mut child = Command::new(program)
        .args(arguments)
        .args([flag, &address.port().to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    while !ready(address) {
        if child.try_wait()?.is_some() || watch.elapsed() > Duration::from_secs(60) {
            child.kill()?;
            return Err("the command was never ready".into());
        }
        thread::sleep(Duration::from_micros(100));
    }
    let taken = watch.elapsed();
    drop(child.stdin.take());
    child.wait()?;
    Ok(taken)
}

fn accepts(address: SocketAddr) -> bool {
    TcpStream::connect(address).is_ok()
}

/// A door accepts connections before the org behind it stands, and answers only then.
fn answers(address: SocketAddr) -> bool {
    let answered = TcpStream::connect(address).and_then(|mut connection| {
        connection.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
        connection.read(&mut [0; 64])
    });
    answered.is_ok_and(|read| read > 0)
}

/// What every connection of a run shares.
struct Client {
    address: SocketAddr,
    host: String,
    request: Vec<u8>,
    connector: SslConnector,
    newcomers: Option<Newcomers>,
}

impl Client {
    fn new(target: &Target) -> Result<Self, Failure> {
        let rest = target.url.strip_prefix("https://").ok_or("the URL must begin with https://")?;
        let (authority, path) = rest.split_once('/').ok_or("the URL must have a path")?;
        let (host, _) = authority.split_once(':').ok_or("the URL must name a port")?;
        let mut builder = SslConnector::builder(SslMethod::tls_client())?;
        builder.set_ca_file(&target.ca)?;
        // what nginx's older OpenSSL has too: the post-quantum exchange of a newer one costs a sixth of a handshake
        builder.set_groups_list("X25519:P-256")?;
        if !target.newcomers {
            builder.set_certificate_chain_file(&target.cert)?;
            builder.set_private_key_file(&target.key, SslFiletype::PEM)?;
        }
        builder.set_max_proto_version(Some(match target.tls.as_str() {
            "1.2" => SslVersion::TLS1_2,
            "1.3" => SslVersion::TLS1_3,
            other => return Err(format!("--tls {other}: 1.2 or 1.3").into()),
        }))?;
        let token = &target.token;
        Ok(Self {
            address: authority.to_socket_addrs()?.next().ok_or("the host has no address")?,
            host: host.to_owned(),
            request: match &target.form {
                None => format!("GET /{path} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Bearer {token}\r\n\r\n"),
                Some(form) => format!(
                    "POST /{path} HTTP/1.1\r\nHost: {authority}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                     Content-Length: {}\r\n\r\n{form}",
                    form.len()
                ),
            }
            .into(),
            connector: builder.build(),
            newcomers: target.newcomers.then(|| Newcomers::new(target)).transpose()?,
        })
    }

    fn connect(&self) -> Result<SslStream<TcpStream>, Failure> {
        let stream = TcpStream::connect(self.address)?;
        stream.set_nodelay(true)?;
        let mut tls = self.connector.configure()?;
        if let Some(newcomers) = &self.newcomers {
            newcomers.introduce(&mut tls)?;
        }
        Ok(tls.connect(&self.host, stream)?)
    }

    /// One request and its whole answer, which must be a 200 with a length.
    fn call(&self, connection: &mut SslStream<TcpStream>) -> Result<(), Failure> {
        connection.write_all(&self.request)?;
        let mut answer = Vec::new();
        let mut piece = [0; 8192];
        let mut whole = None;
        while whole.is_none_or(|whole| answer.len() < whole) {
            let read = connection.read(&mut piece)?;
            if read == 0 {
                return Err("the server closed in the middle of an answer".into());
            }
            answer.extend_from_slice(&piece[..read]);
            if whole.is_none() {
                whole = length(&answer)?;
            }
        }
        Ok(())
    }
}

/// Clients that were never here: one key, and for each connection a leaf of its own, issued as it is needed. That costs
/// the load client some CPU, and the server none.
struct Newcomers {
    issuer: Issuer,
    chain: Vec<Certificate>,
    leaf: Request,
    key: PKey<Private>,
}

impl Newcomers {
    fn new(target: &Target) -> Result<Self, Failure> {
        let chain = Certificate::from_pem(&std::fs::read(&target.cert)?)?;
        let issuer = chain.first().ok_or("no certificate in the file of --cert")?;
        let issuer = Issuer::new(issuer, private_key_from_pem(&std::fs::read(&target.key)?)?)?;
        let now = Clock::system().wall_now();
        let day = SignedDuration::from_hours(24);
        let leaf = Request::client(named("newcomer", "Acme")?, Validity { from: now - day, until: now + day });
        Ok(Self { issuer, chain, leaf, key: KeyKind::P256.generate()? })
    }

    fn introduce(&self, tls: &mut SslRef) -> Result<(), Failure> {
        tls.set_certificate(certificate(&self.leaf, &self.key, &self.issuer)?.x509())?;
        tls.set_private_key(&self.key)?;
        for issuer in &self.chain {
            tls.add_chain_cert(issuer.x509().to_owned())?;
        }
        Ok(())
    }
}

/// How long the whole answer is, once its head is there.
fn length(answer: &[u8]) -> Result<Option<usize>, Failure> {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    if !head.starts_with("http/1.1 200") {
        return Err(format!("not a 200: {}", String::from_utf8_lossy(answer)).into());
    }
    let body =
        head.lines().find_map(|line| line.strip_prefix("content-length:")).ok_or("an answer without a length")?;
    Ok(Some(end + 4 + body.trim().parse::<usize>()?))
}
