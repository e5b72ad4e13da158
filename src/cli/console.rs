//! What `serve` prints: the doors, then one line an event; colour only on a terminal.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use anstyle::{AnsiColor, Style};

use crate::journal::Event;
use crate::journal::line::{self, Span, Tone};
use crate::org::Door;
use crate::simulator::{Ports, Running};

/// Where `serve` prints.
pub(super) struct Console {
    json: bool,
    ports: Ports,
}

impl Console {
    /// Events as JSON, or as lines for people.
    pub(super) fn new(json: bool, ports: Ports) -> Self {
        Self { json, ports }
    }

    /// The doors, and a line to paste.
    pub(super) fn doors(&self, org: &Running, scenario: &str, kit: &Path) {
        let state = org.snapshot();
        self.note(&format!(
            "mockorg {version}: {name} ({id}) from {scenario}, seed {seed}\n\
             \x20 standard  {standard}  stands for 443: login, APIs, /cacerts.jsp\n\
             \x20 mutual    {mutual}  stands for 8443: asks for a client certificate\n\
             \x20 admin     {admin}  /health, /crl\n\
             \x20 kit       {kit}  certificates, keys and kit.json for clients\n\
             \x20 try       curl --cacert {kit}/server-ca.pem {mutual}/services/data\n\
             not for production: keys are made to be handed out, and passwords lie in the clear",
            version = env!("CARGO_PKG_VERSION"),
            name = state.org.name,
            id = state.org.id,
            seed = org.seed().number(),
            standard = org.standard_url(),
            mutual = org.mutual_url(),
            admin = org.admin_url(),
            kit = kit.display(),
        ));
    }

    /// A remark for people: beside the events, never among JSON.
    pub(super) fn note(&self, text: &str) {
        if self.json {
            let _ = writeln!(anstream::stderr().lock(), "{text}");
        } else {
            let _ = writeln!(anstream::stdout().lock(), "{text}");
        }
    }

    /// An event. Called on a thread that serves: one write, no waiting for anybody.
    pub(super) fn event(&self, event: &Arc<Event>) {
        let text = if self.json {
            let Ok(line) = serde_json::to_string(&**event) else { return };
            line + "\n"
        } else {
            line::lines(event, |door| self.port(door)).iter().map(|line| styled(line)).collect()
        };
        let mut out = anstream::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    fn port(&self, door: Door) -> u16 {
        match door {
            Door::Mutual => self.ports.mutual,
            Door::Standard => self.ports.standard,
        }
    }
}

fn styled(line: &[Span]) -> String {
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
