"""Runs clients over the catalogue: an org, a plan of calls, a driver each. What they see becomes text; table.py shows it."""

import contextlib
import json
import os
import re
import ssl
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
TOOLS = TARGET / "test-tools"
PYTHON, NODE, SEES = TOOLS / "simple-salesforce/bin/python", TOOLS / "node22/node", TOOLS / "sees/debug/sees"


@contextlib.contextmanager
def org(mockorg):
    """The catalogue's org, with a session of the enforced user; gone at the end."""
    with tempfile.TemporaryDirectory(prefix="mockorg-sees-") as work:
        work = Path(work)
        catalogue, kit = work / "catalogue", work / "kit"
        subprocess.run([mockorg, "certs", "--catalogue", "--out", catalogue], check=True, stdout=subprocess.DEVNULL)
        ports = [f"--{door}-port=0" for door in ("standard", "mutual", "proxy", "admin")]
        command = [mockorg, "serve", "--catalogue", catalogue, "--kit", kit, *ports, "--until-stdin-closes"]
        with (work / "log").open("wb") as log:
            served = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)
        try:
            for _ in range(600):
                if (kit / "kit.json").exists():
                    break
                if served.poll() is not None:
                    raise SystemExit((work / "log").read_text())
                time.sleep(0.05)
            manifest = json.loads((catalogue / "manifest.json").read_text())
            doors = json.loads((kit / "kit.json").read_text())
            ca = kit / doors["server_ca"]
            environment = {
                **os.environ,
                "SEES_URL": doors["mutual_url"] + manifest["call"],
                "SEES_CA": str(ca),
                "SEES_SESSION": session(manifest, doors["standard_url"], ca),
            }
            rows = [(flaw["id"], tls, str(catalogue / flaw["cert"]), str(catalogue / flaw["key"]))
                    for flaw in manifest["flaws"] for tls in ("1.2", "1.3")]
            yield SimpleNamespace(flaws=manifest["flaws"], rows=rows, environment=environment, work=work)
        finally:
            served.stdin.close()
            served.wait(30)


def session(manifest, url, ca):
    user = next(user for user in manifest["users"] if user["kind"] == "enforced")
    form = {"grant_type": "password", "username": user["username"], "password": user["password"]}
    form |= {key: manifest[key] for key in ("client_id", "client_secret")}
    data = urllib.parse.urlencode(form).encode()
    context = ssl.create_default_context(cafile=ca)
    with urllib.request.urlopen(f"{url}/services/oauth2/token", data, 10, context=context) as answer:
        return json.load(answer)["access_token"]


def by_driver(*command):
    """A client that takes the whole plan on its standard input."""

    def run(org):
        plan = "".join("\t".join(row) + "\n" for row in org.rows)
        ended = subprocess.run(command, input=plan, capture_output=True, text=True, env=org.environment, timeout=540)
        if ended.returncode:
            raise SystemExit(f"{command[0]} ended with {ended.returncode}: {ended.stderr}")
        return [tuple(line.split("\t", 3)) for line in ended.stdout.splitlines()]

    return run


def by_call(call):
    """A client that is a process of its own for every call."""

    def run(org):
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda row: (*row[:2], *call(org, *row[1:])), org.rows))

    return run


def curl(org, tls, cert, key):
    environment = org.environment
    command = ["curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", "10", "--cacert", environment["SEES_CA"]]
    command += ["--cert", cert, "--key", key, f"--tlsv{tls}", "--tls-max", tls, "--write-out", "\n%{http_code}"]
    command += ["--header", f"Authorization: Bearer {environment['SEES_SESSION']}", environment["SEES_URL"]]
    ended = subprocess.run(command, capture_output=True, text=True)
    if ended.returncode == 0:
        body, _, status = ended.stdout.rpartition("\n")
        return "answered", f"{status} {body}"
    # 58 and 53 are about the identity, before anything is sent
    return "unloaded" if ended.returncode in (53, 58) else "failed", ended.stderr


def openssl(org, tls, cert, key):
    environment, url = org.environment, urllib.parse.urlsplit(org.environment["SEES_URL"])
    first, *others = re.findall("-----BEGIN.*?-----END CERTIFICATE-----\n?", Path(cert).read_text(), re.DOTALL)
    command = ["openssl", "s_client", "-connect", url.netloc, "-CAfile", environment["SEES_CA"], "-quiet", "-ign_eof"]
    command += [f"-tls{tls.replace('.', '_')}", "-cert", cert, "-key", key]
    # -cert takes the first alone, and -cert_chain sends the rest as it is
    if others:
        # both versions run at once
        rest = Path(cert).with_name(f"rest-{tls}.pem")
        rest.write_text("".join(others))
        command += ["-cert_chain", str(rest)]
    request = f"GET {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nAuthorization: Bearer {environment['SEES_SESSION']}\r\nConnection: close\r\n\r\n"
    ended = subprocess.run(command, input=request, capture_output=True, text=True, timeout=20)
    answer = re.search(r"HTTP/1\.1 (\d+)", ended.stdout)
    if answer:
        return "answered", f"{answer[1]} {ended.stdout}"
    unloaded = "Could not" in ended.stderr or "Error" in ended.stderr.split("depth=")[0]
    lines = [line for line in ended.stderr.splitlines() if "error:" in line] or ended.stderr.splitlines()[-1:] or ["nothing"]
    return "unloaded" if unloaded else "failed", lines[0]


def text(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def locked(name):
    lock = (HERE / "Cargo.lock").read_text()
    return re.search(f'name = "{name}"\nversion = "([^"]*)"', lock)[1]


OPENSSL_OF_PYTHON = "import platform, requests, ssl; print(f'{requests.__version__} on Python {platform.python_version()}, {ssl.OPENSSL_VERSION[:14].strip()}')"
SYSTEM = lambda: " ".join(text("openssl", "version").split()[:2])
# name: what runs it, and its version
CLIENTS = {
    "curl": (by_call(curl), lambda: ", ".join(re.match(r"curl (\S+).*?(OpenSSL/\S+)", text("curl", "--version")).groups())),
    "openssl s_client": (by_call(openssl), SYSTEM),
    "Node https": (by_driver(NODE, HERE / "node.mjs"), lambda: text(NODE, "-p", "process.version.slice(1) + ', OpenSSL ' + process.versions.openssl")),
    "Python requests": (by_driver(PYTHON, HERE / "with_requests.py"), lambda: text(PYTHON, "-c", OPENSSL_OF_PYTHON)),
    "Java HttpClient": (by_driver("java", HERE / "Sees.java"), lambda: text("java", "--version").splitlines()[0]),
    "reqwest, rustls": (by_driver(SEES, "rustls"), lambda: f"reqwest {locked('reqwest')}, rustls {locked('rustls')}"),
    "reqwest, native-tls": (by_driver(SEES, "native-tls"), lambda: f"reqwest {locked('reqwest')}, native-tls {locked('native-tls')}, {SYSTEM()}"),
}
# some report what they think of the identity as they report a failed connection
OWN = re.compile("invalid.certificate|md too weak|MD_TOO_WEAK|key too small|KEY_TOO_SMALL|No supported CertificateVerify", re.I)
QUICK = ["curl", "openssl s_client", "Node https", "Python requests"]


def seen(org, clients, times):
    """{client: {"version": …, "seen": {tls: {message: [flaw, …]}}}}; of a message that varies, all that was seen."""
    found = {}
    for name in clients:
        began = time.monotonic()
        drive, version = CLIENTS[name]
        every = {}
        for _ in range(times):
            rows = drive(org)
            if len(rows) != len(org.rows):
                raise SystemExit(f"{name}: {len(rows)} answers to {len(org.rows)} calls")
            for flaw, tls, outcome, message in rows:
                if outcome == "failed" and OWN.search(message):
                    outcome = "unloaded"
                every.setdefault((tls, flaw), set()).add(f"{outcome}: {plain(outcome, message, org.work)}")
        messages = {"1.2": {}, "1.3": {}}
        for (tls, flaw), met in every.items():
            messages[tls].setdefault(" | or | ".join(sorted(met)), []).append(flaw)
        found[name] = {"version": version(), "seen": messages}
        print(f"{name}: {len(every)} calls, {times} times, {time.monotonic() - began:.1f} s")
    return found


def plain(outcome, message, work):
    """A message without what another run changes: see "How it was measured" in the document."""
    if outcome == "answered":
        code = re.search(r'"errorCode":\s*"(\w+)"', message)
        return " ".join(filter(None, [message.split()[0], code and code[1]]))
    changes = [
        (re.escape(str(work)) + r"/[\w./-]*/", ""),
        (r"\b(localhost|127\.0\.0\.1|\[::1\]):\d+", r"\1:PORT"),
        (r"port=\d+", "port=PORT"),
        (r"\b0x[0-9a-f]{6,}", "0x…"),
        (r"\b[0-9A-F]{8,16}:(error:)", r"\1"),
        (r"[\w./-]*?([\w-]+\.(?:c|cc|h)):\d+", r"\1:LINE"),
        (r"\s+", " "),
    ]
    for pattern, instead in changes:
        message = re.sub(pattern, instead, message)
    return message.strip()
