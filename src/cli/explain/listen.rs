//! `explain --listen`: a mutual door for a single use. A client is pointed at it, and what it sent is told.

use std::convert::Infallible;
use std::fs;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::Service;
use jiff::Timestamp;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::ground::Ground;
use super::input::{Chain, Key};
use super::story::Story;
use super::{Args, Outcome, could_not_run, draw, print, tell};
use crate::cli::say;
use crate::clock::Clock;
use crate::journal::Journal;
use crate::journal::event::Handshake;
use crate::journal::line::harmless;
use crate::org::Door;
use crate::pki::Verdict;
use crate::simulator::server_certificate::ServerCertificate;
use crate::tls::{self, Acceptors, Arrival, Bound, Doorway, Peer, Presented, ServerIdentities, Shown, Stop, Timeouts};

/// What is spoken at the door: one sentence.
#[derive(Clone)]
struct Answering(mpsc::UnboundedSender<u64>);

impl Service<Request<Incoming>> for Answering {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let peer = request.extensions().get::<Arc<Peer>>();
        // nobody waits for it any more
        let _ = self.0.send(peer.map_or(0, |peer| peer.handshake));
        ready(Ok(answer(peer.map(|peer| &peer.presented))))
    }
}

/// How long a client whose handshake is told may take over its request.
const LAST_REQUEST: Duration = Duration::from_secs(2);

/// How long its connection may take to end.
const PARTING: Duration = Duration::from_secs(3);

/// A handshake at the door.
struct Seen {
    entry: Handshake,
    shown: Option<Shown>,
}

pub(super) fn run(args: &Args, ground: &Ground) -> Outcome {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return could_not_run(error),
    };
    match runtime.block_on(listen(args, ground)) {
        Ok(outcome) => outcome,
        Err(why) => could_not_run(why),
    }
}

type Sender = mpsc::UnboundedSender<Seen>;
type Receiver = mpsc::UnboundedReceiver<Seen>;

async fn listen(args: &Args, ground: &Ground) -> Result<Outcome, String> {
    let port = args.listen.unwrap_or(0);
    let bound = tls::bind(IpAddr::V4(Ipv4Addr::LOCALHOST), port).await;
    let bound = bound.map_err(|error| format!("cannot listen on port {port}: {error}; --listen 0 takes a free one"))?;
    let clock = match args.at {
        Some(time) => Clock::standing_at(time),
        None => Clock::shifted(ground.now.duration_since(Clock::system().wall_now())),
    };
    let server = ServerCertificate::mint(&[], clock.wall_now()).map_err(|error| error.to_string())?;
    let folder = tempfile::Builder::new().prefix("mockorg-explain-").tempdir();
    let ca = match (&args.server_ca, &folder) {
        (Some(file), _) => file.clone(),
        (None, Ok(folder)) => folder.path().join("server-ca.pem"),
        (None, Err(error)) => return Err(format!("no temporary folder: {error}; --server-ca FILE names a file")),
    };
    fs::write(&ca, server.ca.pem()).map_err(|error| format!("{}: {error}", ca.display()))?;
    announce(args, bound.port(), &ca)?;
    let (tell, seen) = mpsc::unbounded_channel();
    let (answer, mut answered) = mpsc::unbounded_channel();
    let (ask, stop) = Stop::channel();
    let service = Answering(answer);
    let door = tokio::spawn(open(bound, Arc::new(doorway(ground, clock, &server, tell, service)), stop));
    let outcome = first(args, ground, seen, &mut answered).await;
    drop(ask);
    // the client may still be reading why
    let _ = timeout(PARTING, door).await;
    outcome
}

/// Where the door is, and how a client is pointed at it.
fn announce(args: &Args, port: u16, ca: &Path) -> Result<(), String> {
    let url = format!("https://localhost:{port}/");
    let file = ca.display();
    if args.json {
        let listening = json!({ "version": 1, "listening": { "url": url, "server_ca": ca } });
        if print(format_args!("{listening}\n")) != Outcome::Fine {
            return Err("nobody reads".into());
        }
    }
    say(format_args!(
        "listening on {url}: asks for a client certificate, with an empty list of CA names\n\
         \x20 trust    {file}\n\
         \x20 curl     curl --cacert {file} --cert CHAIN.pem --key KEY.pem {url}\n\
         \x20 openssl  openssl s_client -connect localhost:{port} -CAfile {file} -cert LEAF.pem -cert_chain CHAIN.pem -key KEY.pem\n\
         \x20 node     NODE_EXTRA_CA_CERTS={file}\n\
         \x20 python   REQUESTS_CA_BUNDLE={file}\n\
         \x20 java     keytool -importcert -noprompt -file {file} -alias mockorg -keystore trust.p12 -storepass changeit, then\n\
         \x20          -Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword=changeit"
    ));
    Ok(())
}

/// The door itself, as `serve` has it, but for the org behind it.
async fn open(bound: Bound, doorway: Arc<Doorway<Answering>>, stop: Stop) {
    let admit = move |stream: TcpStream, remote: SocketAddr, stop: Stop| {
        doorway.clone().admit(Arrival::direct(stream, remote), stop)
    };
    bound.listen(stop).run(admit).await;
}

fn doorway(
    ground: &Ground,
    clock: Clock,
    server: &ServerCertificate,
    seen: Sender,
    service: Answering,
) -> Doorway<Answering> {
    // nobody asks this door for another certificate
    let identity = server.identity();
    let identities = ServerIdentities::new(identity.clone(), move |_| Ok(identity.clone()));
    let (edge, journal) = (Arc::new(ground.edge()), Journal::new(clock.clone()));
    Doorway {
        door: Door::Mutual,
        acceptors: Arc::new(Acceptors::new(identities)),
        edge: Arc::new(move || (edge.clone(), clock.org_now())),
        journal,
        counter: Arc::default(),
        faults: Arc::new(|_| None),
        timeouts: Timeouts::default(),
        witness: Some(Arc::new(move |entry: &Handshake, shown| {
            // nobody is left to be told when enough was seen
            let _ = seen.send(Seen { entry: entry.clone(), shown });
        })),
        service,
    }
}

/// Tells of the first handshakes, as many as were asked for.
async fn first(
    args: &Args,
    ground: &Ground,
    mut seen: Receiver,
    answered: &mut mpsc::UnboundedReceiver<u64>,
) -> Result<Outcome, String> {
    let mut outcome = Outcome::Fine;
    let life_over = async {
        match args.max_life {
            Some(life) => tokio::time::sleep(life).await,
            None => std::future::pending().await,
        }
    };
    tokio::pin!(life_over);
    let mut left = args.count;
    while left > 0 {
        let one = tokio::select! {
            one = seen.recv() => one.ok_or("the door has closed")?,
            () = &mut life_over => return Err(format!("{left} of {} handshakes did not come in time", args.count)),
            _ = tokio::signal::ctrl_c() => return Err("told to stop".into()),
        };
        let (id, completed) = (one.entry.id, one.entry.ending.is_none());
        if one.shown.is_none() && !completed {
            say(not_counted(&one.entry));
            continue;
        }
        left -= 1;
        match told(one, args, ground) {
            Outcome::Fine => {}
            Outcome::No => outcome = Outcome::No,
            Outcome::CouldNotRun => return Ok(Outcome::CouldNotRun),
        }
        if left == 0 && completed {
            let _ = timeout(LAST_REQUEST, async { while answered.recv().await.is_some_and(|of| of != id) {} }).await;
        }
    }
    Ok(outcome)
}

fn told(Seen { entry, shown }: Seen, args: &Args, ground: &Ground) -> Outcome {
    let version = entry.tls_version.as_deref().unwrap_or("TLS");
    let sni = entry.sni.as_ref().map_or_else(|| "no SNI".into(), |sni| format!("SNI {sni}"));
    say(harmless(&format!("{} came by {version}, {sni}", entry.remote)));
    let Some((certificates, verdict, at)) = shown else { return without_certificate(&entry, args) };
    let certificates = certificates.to_vec();
    let chain = Chain { source: entry.remote.clone(), certificates, key: Key::None, alias: None };
    let second = Timestamp::from_second(at.as_second()).unwrap_or(at);
    let mut story = Story::told(chain, ground, second, Verdict::clone(&verdict));
    story.client = entry.explanation.and_then(|explanation| explanation.client);
    if args.json { told_in_json(&story, args) } else { tell(&story, args) }
}

/// One line a handshake, so that a reader knows where each ends.
fn told_in_json(story: &Story<'_>, args: &Args) -> Outcome {
    match draw(story, args).unwrap_or_else(|| print(format_args!("{}\n", story.report()))) {
        Outcome::Fine if !story.verdict.holds() => Outcome::No,
        outcome => outcome,
    }
}

/// The door lets it in, as the real one may; but then there is nothing to deploy.
fn without_certificate(entry: &Handshake, args: &Args) -> Outcome {
    let printed = if args.json {
        let (certificates, verdict): ([(); 0], Option<()>) = ([], None);
        let report = json!({
            "version": 1, "source": entry.remote, "certificates": certificates, "verdict": verdict, "notes": [NOTHING],
        });
        print(format_args!("{report}\n"))
    } else {
        print(format_args!("{NOTHING}\n"))
    };
    if printed == Outcome::Fine { Outcome::No } else { printed }
}

/// A handshake that says nothing about the client's certificate.
fn not_counted(entry: &Handshake) -> String {
    // the cure in the journal names a kit, which there is none of here
    let why = entry
        .explanation
        .as_ref()
        .map_or_else(|| "it ended early".into(), |why| format!("{}: {}", why.headline, why.found));
    let distrusts = matches!(entry.ending, Some("alert-received" | "left"));
    let cure = if distrusts { "; does the client trust the file above?" } else { "" };
    harmless(&format!("{} does not count: {why}{cure}", entry.remote))
}

fn answer(presented: Option<&Presented>) -> Response<Full<Bytes>> {
    let text = match presented {
        Some(Presented::Holds(..)) => "The chain holds; mockorg explain has printed the rest.\n",
        Some(Presented::Broken(_)) => "The chain does not hold; mockorg explain has printed why.\n",
        Some(Presented::Nothing) | None => "No client certificate was sent.\n",
    };
    Response::new(Full::new(Bytes::from_static(text.as_bytes())))
}

const NOTHING: &str = "no certificate was sent: none is configured in the client, or its key store has none that it may \
                       use; the edge passes such a client on (edge.no-certificate), and the org refuses an enforced user";
