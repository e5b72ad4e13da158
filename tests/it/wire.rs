//! An org under test, and a bare TLS client that sends exactly what it is told and reports the very alert it read.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::ops::Deref;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::Duration;

use mockorg::journal::{Event, Kind};
use mockorg::org::Door;
use mockorg::pki::Certificate;
use mockorg::simulator::Identity;
use mockorg::{Running, Scenario, Simulator};
use openssl::pkey::PKey;
use openssl::ssl::{
    ConnectConfiguration, SslConnector, SslConnectorBuilder, SslMethod, SslSession, SslStream, SslVerifyMode,
    SslVersion,
};
use tokio::runtime::Runtime;

mod answer;
mod keep_alive;

pub use answer::Answer;
pub use keep_alive::KeepAlive;

/// A running org on a runtime of its own; a panic on one of its threads fails the test, whoever caught it.
pub struct Org {
    running: Option<Running>,
    runtime: Runtime,
    threads: String,
}

impl Org {
    /// The quickstart.
    pub fn quickstart() -> Self {
        Self::start(Scenario::quickstart())
    }

    /// The quickstart with lines added to its `[org]` table, and a text before everything else.
    pub fn quickstart_with(org: &str, edge: &str) -> Self {
        let text = include_str!("../../scenarios/quickstart.toml");
        let text =
            text.replacen("my-domain = \"acme\"\n", &format!("my-domain = \"acme\"\n{org}\n\n[edge]\n{edge}\n"), 1);
        Self::from_toml(&text)
    }

    pub fn from_toml(text: &str) -> Self {
        let scenario = Scenario::from_text(text, "test.toml", Path::new("."))
            .unwrap_or_else(|wrong| panic!("{}", wrong.render(false)));
        Self::start(scenario)
    }

    pub fn start(scenario: Scenario) -> Self {
        Self::with(Simulator::default().seed(7), scenario)
    }

    pub fn with(simulator: Simulator, scenario: Scenario) -> Self {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        count_panics();
        let threads = format!("org {}", STARTED.fetch_add(1, Ordering::Relaxed));
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(2).thread_name(&threads).enable_all().build().unwrap();
        let running = Some(runtime.block_on(simulator.run(scenario)).unwrap());
        Self { running, runtime, threads }
    }

    /// The panics on its threads so far.
    pub fn panics(&self) -> Vec<String> {
        let panics = PANICS.lock().unwrap_or_else(PoisonError::into_inner);
        panics.iter().filter(|(thread, _)| *thread == self.threads).map(|(_, panic)| panic.clone()).collect()
    }

    /// Stops it, requests in hand first, and waits for that.
    pub fn stop(mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }

    /// A session of that user, by the password flow on the standard door.
    pub fn session(&self, username: &str, password: &str) -> String {
        let body = format!(
            "grant_type=password&client_id=quickstart-client-id&client_secret=quickstart-secret&username={username}&password={password}"
        );
        let answer = self.door(Door::Standard).post("/services/oauth2/token", FORM, &body).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    pub fn billing(&self) -> String {
        self.session("billing@acme.example", "billing-password")
    }

    pub fn reports(&self) -> String {
        self.session("reports@acme.example", "reports-password")
    }

    /// A client that comes to that door without a certificate.
    pub fn door(&self, door: Door) -> Client {
        Client {
            port: self.port(door),
            proxy: None,
            ca: self.server_ca().clone(),
            identity: None,
            version: None,
            sni: Some("localhost".into()),
            host: "localhost".into(),
            headers: Vec::new(),
        }
    }

    /// A client that comes through the proxy door, to this host and port.
    pub fn by_proxy(&self, host: &str, port: u16) -> Client {
        let proxy = Some(self.ports().proxy);
        Client { port, proxy, sni: Some(host.into()), host: host.into(), ..self.door(Door::Standard) }
    }

    /// A client of the scenario at the mutual door.
    pub fn mutual(&self, client: &str) -> Client {
        self.door(Door::Mutual).presenting(self.client(client).unwrap())
    }

    /// The first event from now on (or kept already) that fits, waiting for it if need be.
    pub fn event(&self, wanted: impl Fn(&Event) -> bool) -> Arc<Event> {
        self.journal().wait_for(0, PATIENCE, wanted).expect("an event that was expected")
    }

    /// The last handshake that brought this leaf.
    pub fn handshake_of(&self, subject: &str) -> mockorg::journal::event::Handshake {
        let event = self.event(|event| match &event.kind {
            Kind::Handshake(handshake) => {
                handshake.certificates.first().is_some_and(|leaf| leaf.subject.contains(subject))
            }
            _ => false,
        });
        let Kind::Handshake(handshake) = &event.kind else { unreachable!("asked for a handshake") };
        (**handshake).clone()
    }
}

impl Deref for Org {
    type Target = Running;

    fn deref(&self) -> &Running {
        self.running.as_ref().expect("it runs until it is dropped")
    }
}

impl Drop for Org {
    fn drop(&mut self) {
        let running = self.running.take();
        let _guard = self.runtime.enter();
        drop(running);
        if !std::thread::panicking() {
            assert_eq!(self.panics(), Vec::<String>::new(), "the org panicked");
        }
    }
}

/// Of every thread, by its name.
static PANICS: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

fn count_panics() {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let thread = std::thread::current().name().unwrap_or_default().to_owned();
            PANICS.lock().unwrap_or_else(PoisonError::into_inner).push((thread, panic.to_string()));
            print(panic);
        }));
    });
}

/// How one request is made.
#[derive(Clone)]
pub struct Client {
    pub port: u16,
    /// The port of the proxy door, if it comes through that; `host` and `port` are then what it asks for.
    pub proxy: Option<u16>,
    pub ca: Certificate,
    pub identity: Option<Identity>,
    pub version: Option<SslVersion>,
    pub sni: Option<String>,
    pub host: String,
    pub headers: Vec<(String, String)>,
}

/// Why nothing came back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Failure {
    Alert(u8),
    Closed,
    Other(String),
}

pub const FORM: &str = "application/x-www-form-urlencoded";

/// A test waits so long for what must come; nothing that passes takes a hundredth of it.
pub const PATIENCE: Duration = Duration::from_secs(20);

impl Client {
    pub fn presenting(mut self, identity: Identity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// The same leaf and key, with these certificates sent after the leaf.
    pub fn sending(mut self, rest: Vec<Certificate>) -> Self {
        let identity = self.identity.as_mut().expect("an identity to send with");
        identity.certificates.truncate(1);
        identity.certificates.extend(rest);
        self
    }

    pub fn version(mut self, version: SslVersion) -> Self {
        self.version = Some(version);
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn session(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    /// TLS as far as the client can tell: in TLS 1.3 a refusal is only seen on the first read.
    pub fn connect(&self) -> Result<SslStream<TcpStream>, Failure> {
        self.connect_with(self.builder())
    }

    pub fn builder(&self) -> SslConnectorBuilder {
        let mut builder = SslConnector::builder(SslMethod::tls_client()).unwrap();
        builder.set_security_level(0);
        builder.set_verify(SslVerifyMode::PEER);
        builder.cert_store_mut().add_cert(self.ca.x509().to_owned()).unwrap();
        builder.set_min_proto_version(self.version).unwrap();
        builder.set_max_proto_version(self.version).unwrap();
        if let Some(identity) = &self.identity {
            builder.set_certificate(identity.certificates[0].x509()).unwrap();
            builder.set_private_key(&PKey::private_key_from_pem(identity.key_pem.as_bytes()).unwrap()).unwrap();
            for more in &identity.certificates[1..] {
                builder.add_extra_chain_cert(more.x509().to_owned()).unwrap();
            }
        }
        builder
    }

    pub fn connect_with(&self, builder: SslConnectorBuilder) -> Result<SslStream<TcpStream>, Failure> {
        self.shake_hands(self.open(), builder)
    }

    /// A connection on which nothing is said yet.
    pub fn open(&self) -> TcpStream {
        let mut tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, self.proxy.unwrap_or(self.port))).unwrap();
        tcp.set_read_timeout(Some(PATIENCE)).unwrap();
        if self.proxy.is_some() {
            let target = format!("{}:{}", self.host, self.port);
            let head = connect(&mut tcp, &format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n"));
            assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        }
        tcp
    }

    pub fn shake_hands(&self, tcp: TcpStream, builder: SslConnectorBuilder) -> Result<SslStream<TcpStream>, Failure> {
        self.say_hello(self.configuration(builder), tcp)
    }

    /// A connection that offers a session to resume.
    pub fn resume(
        &self,
        builder: SslConnectorBuilder,
        offered: Option<&SslSession>,
    ) -> Result<SslStream<TcpStream>, Failure> {
        let mut configuration = self.configuration(builder);
        if let Some(offered) = offered {
            mockorg::tls::offer_session(&mut configuration, &offered.to_der().unwrap()).unwrap();
        }
        self.say_hello(configuration, self.open())
    }

    fn configuration(&self, builder: SslConnectorBuilder) -> ConnectConfiguration {
        let mut configuration = builder.build().configure().unwrap();
        configuration.set_use_server_name_indication(self.sni.is_some());
        configuration.set_verify_hostname(self.sni.is_some());
        configuration
    }

    fn say_hello(&self, configuration: ConnectConfiguration, tcp: TcpStream) -> Result<SslStream<TcpStream>, Failure> {
        configuration.connect(self.sni.as_deref().unwrap_or("localhost"), tcp).map_err(|error| match error {
            openssl::ssl::HandshakeError::Failure(middle) => failure(middle.error()),
            other => Failure::Other(other.to_string()),
        })
    }

    pub fn get(&self, path: &str) -> Result<Answer, Failure> {
        self.request("GET", path, None)
    }

    pub fn post(&self, path: &str, content_type: &str, body: &str) -> Result<Answer, Failure> {
        self.request("POST", path, Some((content_type, body)))
    }

    pub fn request(&self, method: &str, path: &str, body: Option<(&str, &str)>) -> Result<Answer, Failure> {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: {}:{}\r\nConnection: close\r\n", self.host, self.port);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if let Some((content_type, body)) = body {
            head += &format!("Content-Type: {content_type}\r\nContent-Length: {}\r\n", body.len());
        }
        let body = body.map_or("", |(_, body)| body);
        self.exchange(format!("{head}\r\n{body}").as_bytes())
    }

    /// Writes these bytes and reads whatever comes back until the end.
    pub fn exchange(&self, bytes: &[u8]) -> Result<Answer, Failure> {
        let mut stream = self.connect()?;
        // a write may fail once the other side has gone; what it said before is still to be read
        let _ = stream.write_all(bytes);
        let mut read = Vec::new();
        let mut chunk = [0; 16 * 1024];
        loop {
            match stream.ssl_read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => read.extend_from_slice(&chunk[..count]),
                Err(error) if error.code() == openssl::ssl::ErrorCode::ZERO_RETURN => break,
                Err(error) => match failure(&error) {
                    Failure::Closed if !read.is_empty() => break,
                    failed => return Err(failed),
                },
            }
        }
        let _ = stream.get_ref().shutdown(Shutdown::Both);
        Answer::read(&read)
    }
}

pub fn failure(error: &openssl::ssl::Error) -> Failure {
    let Some(stack) = error.ssl_error() else { return Failure::Closed };
    let alert = stack.errors().iter().find_map(|error| u8::try_from(error.reason_code().checked_sub(1000)?).ok());
    match alert {
        Some(number) => Failure::Alert(number),
        None if stack.to_string().contains("unexpected eof") => Failure::Closed,
        None => Failure::Other(stack.to_string()),
    }
}

/// Sends a head to the proxy door, and reads that of its answer: not a byte more, which would be the tunnel's.
pub fn connect(tcp: &mut TcpStream, head: &str) -> String {
    tcp.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        tcp.read_exact(&mut byte).unwrap();
        answer.push(byte[0]);
    }
    String::from_utf8(answer).unwrap()
}

/// Plain bytes to a port, and everything that comes back.
pub fn plain(port: u16, bytes: &[u8]) -> Vec<u8> {
    let mut tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    tcp.set_read_timeout(Some(PATIENCE)).unwrap();
    tcp.write_all(bytes).unwrap();
    let mut read = Vec::new();
    let _ = tcp.read_to_end(&mut read);
    read
}
