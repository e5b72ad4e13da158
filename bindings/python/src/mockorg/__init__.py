"""An org for tests: starts mockorg, hands out its kit, asks its admin door, stops it; and pytest's fixtures."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from threading import Timer
from time import monotonic
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import pytest

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

    def client(self, name: str) -> Client:
        """The client's present identity."""
        kit = {entry["name"]: entry for entry in self.kit["clients"]}[name]
        first = Client(name, *(str(self.folder / kit[file]) for file in ("cert", "key", "pem")))
        return self._renewed.get(name, first)

    def issue(self, client: str, *, key: str = "replace") -> Client:
        """Renews a client (`key="keep"` keeps its key). The old files stay as they are; nothing is uploaded."""
        self.admin("POST", f"/v1/clients/{client}/issue", {"key": key})
        pem: str = self.admin("GET", f"/v1/clients/{client}.pem")
        begin = "-----BEGIN CERTIFICATE-----"
        own_key, chain = pem.split(begin, 1)
        files = [Path(mkdtemp(dir=self.folder), file) for file in ("cert", "key", "pem")]
        for file, text in zip(files, (begin + chain, own_key, pem)):
            file.write_text(text)
        self._renewed[client] = Client(client, *map(str, files))
        return self._renewed[client]

    def revoke(self, client: str) -> None:
        """Puts the client's present certificate on its CA's CRL."""
        self.admin("POST", f"/v1/clients/{client}/revoke", {})

    def upload(self, label: str, *, client: str | None = None, pem: str | None = None) -> None:
        """Uploads a mutual authentication certificate: the present one of a client, or a PEM."""
        self.admin("POST", "/v1/certificates", {"label": label, **({"pem": pem} if pem else {"client": client})})

    def advance(self, by: str) -> str:
        """Moves the org's clock ("30d", "-1h") and returns where it stands."""
        return str(self.admin("PUT", "/v1/clock", {"advance": by})["org_time"])

    def journal(self, **only: str | int) -> list[dict[str, Any]]:
        """Events, the oldest first; `only` narrows them: since, kind, door, client, user, outcome, limit."""
        return list(self.admin("GET", f"/v1/journal?{urlencode(only)}")["events"])

    def wait(self, *, patience: float = 10, **only: str | int) -> dict[str, Any]:
        """The first event that fits, as of `journal`; waits for it if it has not happened yet."""
        deadline = monotonic() + patience
        with self._ask("GET", f"/v1/journal/stream?{urlencode({'since': 0, **only})}", None, patience) as lines:
            for line in lines:
                if line.startswith(b"data:") and "kind" in (event := json.loads(line[5:])):
                    return dict(event)
                if monotonic() > deadline:
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
            # a proxy of the machine's is not for loopback
            return build_opener(ProxyHandler({})).open(request, timeout=patience)
        except HTTPError as refusal:
            raise Refused(json.load(refusal)) from None


@contextmanager
def start(
    scenario: str | None = None, *arguments: str, binary: str | None = None, patience: float = 30
) -> Iterator[Org]:
    """An org on free ports, of a scenario file or of the built-in quickstart; it goes with the block or the process."""
    command = [binary or os.environ.get("MOCKORG", "mockorg"), "serve", "--for-tests", *arguments]
    command += [scenario] if scenario else []
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdin and process.stdout
        late = Timer(patience, process.kill)
        late.start()
        printed = []
        for line in process.stdout:
            printed.append(line)
            if line.startswith("ready "):
                break
        late.cancel()
        if not printed or not printed[-1].startswith("ready "):
            raise NotStarted("".join(["mockorg is not ready:\n", *printed]))
        try:
            yield Org(Path(printed[-1].removeprefix("ready ").rstrip("\n")))
        finally:
            late = Timer(15, process.kill)
            late.start()
            process.stdin.close()
            process.wait()
            late.cancel()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The binary and the scenario."""
    group = parser.getgroup("mockorg")
    group.addoption("--mockorg", metavar="FILE", help="the binary (default: $MOCKORG, else mockorg on the PATH)")
    parser.addini("mockorg_scenario", "scenario file, from the rootdir (default: $MOCKORG_SCENARIO, or the quickstart)")


@pytest.fixture(scope="session")
def mockorg_scenario(pytestconfig: pytest.Config) -> str | None:
    """The scenario file; a conftest.py may have its own fixture of this name. None: the built-in quickstart."""
    chosen: str = pytestconfig.getini("mockorg_scenario")
    return str(pytestconfig.rootpath / chosen) if chosen else os.environ.get("MOCKORG_SCENARIO")


_ORG = pytest.StashKey[Org]()
_SEEN = pytest.StashKey[int]()


@pytest.fixture(scope="session")
def mockorg(pytestconfig: pytest.Config, mockorg_scenario: str | None) -> Iterator[Org]:
    """An org for this session; pytest-xdist runs each worker as one. Under `mockorg run` it is run's, for all workers."""
    kit = os.environ.get("MOCKORG_KIT")
    started = start(mockorg_scenario, binary=pytestconfig.getoption("--mockorg"))
    with nullcontext(Org(Path(kit))) if kit else started as org:
        pytestconfig.stash[_ORG] = org
        yield org
        del pytestconfig.stash[_ORG]


@pytest.fixture
def mockorg_restored(mockorg: Org) -> Iterator[Org]:
    """The same org, for a test that changes it: put back to its scenario afterwards, which also ends all sessions."""
    yield mockorg
    mockorg.reset()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """A failed test says what the org decided meanwhile, and why."""
    report: pytest.TestReport = (yield).get_result()
    org = item.config.stash.get(_ORG, None)
    if org is None or report.when != "call":
        return
    since = item.config.stash.get(_SEEN, 0)
    if report.failed and (lines := org.admin("GET", f"/v1/journal?form=text&since={since}")):
        report.sections.append(("mockorg", lines))
    item.config.stash[_SEEN] = org.admin("GET", "/v1/journal?limit=0")["last_seq"]
