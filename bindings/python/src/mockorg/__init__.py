"""An org for tests: starts mockorg, hands out its kit, asks its admin door, stops it. The fixtures are in plugin.py."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

__all__ = ["Client", "NotStarted", "Org", "Refused", "start"]


@dataclass(frozen=True)
class Client:
    """What a client proves itself with, as paths of PEM files: what it sends, its key, and both in one."""

    name: str
    cert: str
    key: str
    pem: str


class NotStarted(Exception):
    """mockorg ended, or was not ready in time; the text is what it printed."""


class Refused(Exception):
    """The admin door said no; `problem` has its explanation: code, rule, expected, found, cure."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__("{detail}: expected {expected}, found {found}; {cure}".format_map(problem))
        self.problem = problem


class Org:
    """A running org, whose kit lies in `folder`. `kit` is what kit.json says; paths in it are relative to `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kit: dict[str, Any] = json.loads((folder / "kit.json").read_text("utf-8"))
        self.standard_url: str = self.kit["standard_url"]
        self.mutual_url: str = self.kit["mutual_url"]
        self.server_ca = str(folder / self.kit["server_ca"])
        self._renewed: dict[str, Client] = {}
        # a proxy of the machine's is not for loopback
        self._opener = build_opener(ProxyHandler({}))

    def client(self, name: str) -> Client:
        """The client's present identity."""
        if name not in self._renewed:
            kit = {entry["name"]: entry for entry in self.kit["clients"]}[name]
            return Client(name, *(str(self.folder / kit[file]) for file in ("cert", "key", "pem")))
        return self._renewed[name]

    def issue(self, client: str, *, key: str = "replace") -> Client:
        """Renews a client (`key="keep"` keeps its key). The old files stay as they are; nothing is uploaded."""
        self.admin("POST", f"/v1/clients/{client}/issue", {"key": key})
        pem: str = self.admin("GET", f"/v1/clients/{client}.pem")
        folder = Path(mkdtemp(prefix=f"{client}-", dir=self.folder))
        at = pem.index("-----BEGIN CERTIFICATE-----")
        for file, text in {"cert": pem[at:], "key": pem[:at], "pem": pem}.items():
            (folder / file).write_text(text)
        self._renewed[client] = Client(client, *(str(folder / file) for file in ("cert", "key", "pem")))
        return self._renewed[client]

    def revoke(self, client: str) -> None:
        """Puts the client's present certificate on its CA's CRL."""
        self.admin("POST", f"/v1/clients/{client}/revoke", {})

    def upload(self, label: str, *, client: str | None = None, pem: str | None = None) -> None:
        """Uploads a mutual authentication certificate: the present one of a client, or a PEM."""
        given = {"label": label, "client": client, "pem": pem}
        self.admin("POST", "/v1/certificates", {key: value for key, value in given.items() if value is not None})

    def advance(self, by: str) -> str:
        """Moves the org's clock ("30d", "-1h") and returns where it stands."""
        return str(self.admin("PUT", "/v1/clock", {"advance": by})["org_time"])

    def journal(self, **only: str | int) -> list[dict[str, Any]]:
        """Events, the oldest first; `only` narrows them: since, kind, door, client, user, outcome, limit."""
        return list(self.admin("GET", f"/v1/journal?{urlencode(only)}")["events"])

    def wait(self, *, patience: float = 10, **only: str | int) -> dict[str, Any]:
        """The first event that fits, as of `journal`; waits for it if it has not happened yet."""
        deadline = time.monotonic() + patience
        with self._ask("GET", f"/v1/journal/stream?{urlencode({'since': 0, **only})}", None, patience) as lines:
            for line in lines:
                if line.startswith(b"data:") and "kind" in (event := json.loads(line[5:])):
                    return dict(event)
                if time.monotonic() > deadline:
                    break
        raise TimeoutError(f"no such event within {patience} s: {only}")

    def mark(self, name: str) -> None:
        """Names this place in the journal, for `journal(since=name)`."""
        self.admin("POST", "/v1/mark", {"name": name})

    def expectations(self) -> dict[str, Any]:
        """How the scenario's `[[expect]]` stand: whether all of it `holds`, and each of `expectations` with its outcome."""
        return dict(self.admin("GET", "/v1/expectations"))

    def reset(self) -> None:
        """Back to the scenario as loaded, clock and identities too. Sessions end, the journal goes on."""
        self.admin("POST", "/v1/reset", {})
        self._renewed.clear()

    def admin(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Any request to the admin door (docs/admin.md). JSON comes back parsed, anything else as text."""
        with self._ask(method, path, body, 30) as answer:
            text = answer.read().decode()
            return json.loads(text) if "json" in answer.headers.get("Content-Type", "") else text

    def _ask(self, method: str, path: str, body: dict[str, Any] | None, patience: float) -> Any:
        headers = {"Authorization": f"Bearer {self.kit['admin_token']}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.kit["admin_url"] + path, data, headers, method=method)
        try:
            return self._opener.open(request, timeout=patience)
        except HTTPError as refusal:
            raise Refused(json.load(refusal)) from None


@contextmanager
def start(
    scenario: str | None = None, *arguments: str, binary: str | None = None, patience: float = 30
) -> Iterator[Org]:
    """An org on free ports, of a scenario file or of the built-in quickstart; it goes with the block or the process."""
    with TemporaryDirectory(prefix="mockorg-") as folder:
        kit = Path(folder, "kit")
        command = [binary or os.environ.get("MOCKORG", "mockorg"), "serve", *filter(None, [scenario]), *arguments]
        command += [f"--{door}-port=0" for door in ("standard", "mutual", "proxy", "admin")]
        # its standard input closes when this process ends, however it ends
        command += ["--kit", str(kit), "--until-stdin-closes"]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT) as process:
            assert process.stdin and process.stdout
            output = process.stdout
            printed: deque[bytes] = deque(maxlen=100)
            ready_or_gone = threading.Event()

            def listen() -> None:
                for line in output:
                    printed.append(line)
                    if line.strip() == b"ready":
                        ready_or_gone.set()
                ready_or_gone.set()

            listener = threading.Thread(target=listen)
            listener.start()
            try:
                if not ready_or_gone.wait(patience) or not Path(kit, "kit.json").exists():
                    raise NotStarted(b"".join([b"mockorg is not ready:\n", *printed]).decode(errors="replace"))
                yield Org(kit)
            finally:
                process.stdin.close()
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()
                listener.join()
