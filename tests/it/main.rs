//! The one integration binary: a module per topic.

mod admin; // the simulator's own API: every path, and who may come in
mod api; // what the doors speak, in process
mod authorize; // the two-layer table as a golden
mod catalogue; // one flaw at a time
mod chaos; // what the seed may do to clients
mod cli; // every subcommand, by the built binary
mod controls; // the verbs on a running org, sessions
mod ctl; // the admin door for people, by the built binary
mod data; // ids, SOQL
mod dialects; // edge.alerts, compared with what was measured
mod doctor; // what a client did, told from the journal
mod edge; // certificates on the wire: alerts, pages, switches
mod expectations; // what a run should show, and how failures read
mod faults; // what goes wrong on purpose, seen on the wire
mod fidelity; // what the probes see of an org, and what the report holds
mod film; // steps: when they come, what they do, what they leave behind
mod fuzz; // mutations of seeds, for a bounded time
mod journal; // events, canonical form, explanations
mod kit; // what a client team is handed
mod library; // Simulator and Running, as a Rust team uses them
mod limits; // bad input: a clear answer, nothing harmed
mod mint; // certificates and CRLs made here
mod mutants; // what is switched off to see a test fail
mod oauth_openid; // OpenID and introspection, over TLS
mod proxy; // hosts that are hard-coded, by HTTP CONNECT
mod rehearse; // `mockorg rehearse`
mod replay; // the client's side of scenarios, played and compared
mod run; // a command beside an org, and the verdict
mod scenario; // files: read, refused, written
mod server_chain; // what the doors prove themselves with, sound and flawed
mod soap_login; // every way in which a login can go, over TLS
mod state; // what outlives the process
mod switches; // what each switch changes, both ways on the wire
mod tidy; // the repository's own rules
mod uploads; // mutual authentication certificates
mod verdicts; // pki::validate
mod web; // browser logins over TLS
mod wire; // an org under test, and a bare client
mod wsdl; // the partner WSDL, and the SOAP API that it describes
