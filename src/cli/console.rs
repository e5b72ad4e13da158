//! What `serve` prints: the doors, then one line an event; colour only on a terminal.

use std::io::{self, Write};
use std::iter;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread;
use std::time::Duration;

use anstyle::{AnsiColor, Style};

use crate::journal::Event;
use crate::journal::line::{self, Span, Tone};
use crate::org::Door;
use crate::simulator::{Ports, Running};

/// Where `serve` prints: a thread of its own, so that an output that nobody reads never holds up a door.
pub(super) struct Console {
    lines: SyncSender<Line>,
    missed: Arc<AtomicU64>,
    /// Gone when nothing more is to come: then no batch is gathered any longer.
    at_leisure: Sender<()>,
    printed: Receiver<()>,
    told: Told,
}

/// What is printed.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Told {
    /// Events as JSON, one object a line.
    Json,
    /// Events as lines for people.
    Lines,
    /// That it is ready, and nothing else.
    Ready,
}

enum Line {
    Event(Arc<Event>),
    Note(String),
}

/// Lines that may wait to be printed; further events are counted, and the journal has them.
const MOST_WAITING: usize = 10_000;

/// So many at most are printed at once.
const BATCH: usize = 1_000;

/// How long the next batch is gathered: an org that is busy need not wake the printer for every event.
const PAUSE: Duration = Duration::from_millis(10);

/// How long [`Console::finish`] waits for a reader.
const LAST_LINES: Duration = Duration::from_secs(1);

impl Console {
    pub(super) fn start(told: Told, ports: Ports) -> io::Result<Self> {
        let (lines, waiting) = mpsc::sync_channel(MOST_WAITING);
        let (at_leisure, hurry) = mpsc::channel();
        let (done, printed) = mpsc::channel();
        let missed = Arc::new(AtomicU64::new(0));
        let printer = Printer { json: told == Told::Json, ports, missed: missed.clone() };
        thread::Builder::new().name("console".into()).spawn(move || {
            while let Ok(line) = waiting.recv() {
                printer.print(iter::once(line).chain(waiting.try_iter()).take(BATCH));
                // nothing is ever sent: this waits, or is over at once when `finish` begins
                let _ = hurry.recv_timeout(PAUSE);
            }
            printer.say_missed();
            // nobody may be waiting
            let _ = done.send(());
        })?;
        Ok(Self { lines, missed, at_leisure, printed, told })
    }

    /// What the journal calls for each event. Called on a thread that serves: it waits for nobody.
    pub(super) fn subscriber(&self) -> impl Fn(&Arc<Event>) + Send + Sync + 'static {
        let (lines, missed) = (self.lines.clone(), self.missed.clone());
        move |event| {
            if lines.try_send(Line::Event(event.clone())).is_err() {
                missed.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// A remark for people: beside the events, never among JSON.
    pub(super) fn note(&self, text: &str) {
        if self.told != Told::Ready {
            self.say(text);
        }
    }

    /// Every door is open, and the kit is whole.
    pub(super) fn ready(&self, kit: &Path) {
        match self.told {
            Told::Ready => self.say(&format!("ready {}", std::path::absolute(kit).as_deref().unwrap_or(kit).display())),
            Told::Json | Told::Lines => self.say("ready"),
        }
    }

    fn say(&self, text: &str) {
        // a queue that is full has no reader either
        let _ = self.lines.try_send(Line::Note(text.to_owned()));
    }

    /// Prints what is waiting. The subscription must have ended.
    pub(super) fn finish(self) {
        drop((self.at_leisure, self.lines));
        let _ = self.printed.recv_timeout(LAST_LINES);
    }

    /// The doors, and a line to paste.
    pub(super) fn doors(&self, org: &Running, scenario: &str, kit: &Path, advertised: &[String]) {
        let state = org.snapshot();
        self.note(&format!(
            "mockorg {version}: {name} ({id}) from {scenario}, seed {seed}\n\
             \x20 standard  {standard}  stands for 443: login, APIs, /cacerts.jsp\n\
             \x20 mutual    {mutual}  stands for 8443: asks for a client certificate\n\
             \x20 proxy     {proxy}  HTTPS_PROXY for clients with hard-coded hosts: login.salesforce.com, {my_domain}.my.salesforce.com\n\
             \x20 admin     {admin}/?token={token}  for a browser; programs take the token from kit.json, mockorg ctl the kit\n\
             \x20 kit       {kit}  certificates, keys and kit.json for clients\n\
             \x20 try       curl --cacert {kit}/server-ca.pem {mutual}/services/data\n\
             {also}{chaos}\
             not for production: keys are made to be handed out, and passwords lie in the clear",
            version = env!("CARGO_PKG_VERSION"),
            name = state.org.name,
            id = state.org.id,
            seed = org.seed().number(),
            standard = org.standard_url(),
            mutual = org.mutual_url(),
            proxy = org.proxy_url(),
            my_domain = state.org.my_domain,
            admin = org.admin_url(),
            token = org.admin_token(),
            kit = kit.display(),
            chaos = if org.is_honest() {
                format!("  chaos     honest: the seed decides; --seed {} repeats it\n", org.seed().number())
            } else {
                String::new()
            },
            also = match advertised {
                [] => String::new(),
                names => format!("  names     {} too\n", names.join(", ")),
            },
        ));
    }
}

struct Printer {
    json: bool,
    ports: Ports,
    missed: Arc<AtomicU64>,
}

impl Printer {
    fn print(&self, lines: impl Iterator<Item = Line>) {
        self.say_missed();
        let mut text = String::new();
        for line in lines {
            match line {
                Line::Note(note) if self.json => self.note(&note),
                Line::Note(note) => text += &(note + "\n"),
                Line::Event(event) if self.json => {
                    text += &serde_json::to_string(&*event).map_or_else(|_| String::new(), |line| line + "\n");
                }
                Line::Event(event) => {
                    let lines = line::lines(&event, |door| self.port(door));
                    text.extend(lines.iter().map(|line| styled(line)));
                }
            }
        }
        write(&text);
    }

    fn say_missed(&self) {
        match self.missed.swap(0, Ordering::Relaxed) {
            0 => {}
            missed => {
                self.note(&format!("{missed} events are not shown: this output was not read; the journal has them"))
            }
        }
    }

    fn note(&self, text: &str) {
        if self.json {
            let _ = writeln!(anstream::stderr().lock(), "{text}");
        } else {
            write(&format!("{text}\n"));
        }
    }

    fn port(&self, door: Door) -> u16 {
        match door {
            Door::Mutual => self.ports.mutual,
            Door::Standard => self.ports.standard,
        }
    }
}

fn write(text: &str) {
    let mut out = anstream::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// A line with its colours, and its end.
pub(super) fn styled(line: &[Span]) -> String {
    let styled = |span: &Span| {
        let style = style(span.tone);
        format!("{style}{}{style:#}", span.text)
    };
    line.iter().map(styled).collect::<Vec<_>>().join(" ") + "\n"
}

fn style(tone: Tone) -> Style {
    match tone {
        Tone::Bad => AnsiColor::Red.on_default().bold(),
        Tone::Dim => Style::new().dimmed(),
        Tone::Good => AnsiColor::Green.on_default(),
        Tone::Label => Style::new().bold(),
        Tone::Plain => Style::new(),
    }
}
