//! A process of the built program that is ended as hard as can be.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use mockorg::Certificate;
use mockorg::org::Door;
use serde_json::Value;

use crate::wire::Client;

pub const FREE_PORTS: [&str; 8] =
    ["--standard-port", "0", "--mutual-port", "0", "--proxy-port", "0", "--admin-port", "0"];

/// `serve` in a process of its own; killed when it is dropped.
pub struct Served {
    process: Child,
    _output: BufReader<ChildStdout>,
    kit: tempfile::TempDir,
}

impl Served {
    /// Starts it over a data folder, under the limits that `shell` sets first, and returns once it is ready.
    pub fn start(data: &Path, shell: &str) -> Self {
        let kit = tempfile::tempdir().unwrap();
        let mut command = serve(data, shell);
        command.arg("--kit").arg(kit.path());
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        while line.trim_end() != "ready" {
            line.clear();
            assert_ne!(output.read_line(&mut line).unwrap(), 0, "it ended before it was ready");
        }
        // it prints far less than a pipe holds, so nobody has to read on
        Self { process, _output: output, kit }
    }

    pub fn kit(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.kit.path().join("kit.json")).unwrap()).unwrap()
    }

    pub fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.kit.path().join(name)).unwrap()
    }

    /// A client that knows nothing but the kit.
    pub fn door(&self, door: Door) -> Client {
        let kit = self.kit();
        let url = match door {
            Door::Mutual => &kit["mutual_url"],
            Door::Standard => &kit["standard_url"],
        };
        let port = url.as_str().unwrap().rsplit(':').next().unwrap().parse().unwrap();
        let ca = Certificate::from_pem(self.file("server-ca.pem").as_bytes()).unwrap().remove(0);
        Client {
            port,
            proxy: None,
            ca,
            identity: None,
            version: None,
            sni: Some("localhost".into()),
            host: "localhost".into(),
            headers: Vec::new(),
        }
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// `serve --data-dir DATA` on free ports, through a shell that first does as told.
pub fn serve(data: &Path, shell: &str) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{shell}\nexec \"$@\"")).arg("sh").arg(assert_cmd::cargo::cargo_bin("mockorg"));
    command.arg("serve").args(FREE_PORTS).arg("--data-dir").arg(data);
    command
}
