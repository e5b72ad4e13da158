"""Every flaw of the catalogue against a client: here Python's own http.client. Put yours in place of `call`."""

import http.client
import json
import os
import ssl
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

MOCKORG = os.environ.get("MOCKORG", "mockorg")
WORK = tempfile.TemporaryDirectory(prefix="mockorg-catalogue-")
CATALOGUE, KIT = Path(WORK.name, "catalogue"), Path(WORK.name, "kit")
subprocess.run([MOCKORG, "certs", "--catalogue", "--out", CATALOGUE], check=True, stdout=subprocess.DEVNULL)
MANIFEST = json.loads((CATALOGUE / "manifest.json").read_text())
ROWS = [(flaw, row) for flaw in MANIFEST["flaws"] for row in flaw["expected"]]


@pytest.fixture(scope="session")
def kit():
    ports = [f"--{door}-port=0" for door in ("standard", "mutual", "proxy", "admin")]
    command = [MOCKORG, "serve", "--catalogue", CATALOGUE, "--kit", KIT, *ports, "--until-stdin-closes"]
    with Path(WORK.name, "org.log").open("wb") as log:
        org = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT)
    deadline = time.monotonic() + 30
    while not (KIT / "kit.json").exists():
        if org.poll() is not None or time.monotonic() > deadline:
            pytest.fail(Path(WORK.name, "org.log").read_text())
        time.sleep(0.05)
    yield json.loads((KIT / "kit.json").read_text())
    org.stdin.close()
    org.wait(15)


@pytest.fixture(scope="session")
def sessions(kit):
    """A session of each user, by password on the standard door."""

    def session(user):
        form = {"grant_type": "password", "client_id": MANIFEST["client_id"], "client_secret": MANIFEST["client_secret"]}
        form |= {"username": user["username"], "password": user["password"]}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        door = connection(kit["standard_url"], trusting(kit))
        door.request("POST", "/services/oauth2/token", urlencode(form), headers)
        return json.load(door.getresponse())["access_token"]

    return {user["kind"]: session(user) for user in MANIFEST["users"]}


@pytest.mark.parametrize(("flaw", "row"), ROWS, ids=[f"{f['id']}-{r['door']}-{r['user']}-{r['tls']}" for f, r in ROWS])
def test_a_call_ends_as_the_manifest_expects(kit, sessions, flaw, row):
    expected = {
        "alert": lambda: row["alert"]["name"],
        "granted": lambda: (row["status"], None),
        "refused": lambda: (row["status"], row["error_code"]),
    }[row["outcome"]]()
    found = call(kit, row["door"], row["tls"], sessions[row["user"]], CATALOGUE / flaw["cert"], CATALOGUE / flaw["key"])
    if found == "not loaded" and flaw["offered"] != "by-any":
        return  # the client says itself that it cannot use it
    assert found == expected, f"{flaw['title']} {row['why']}"


def call(kit, door, tls, session, cert, key):
    """One call: the name of the alert that ended it, or status and errorCode."""
    context = trusting(kit)
    context.minimum_version = context.maximum_version = getattr(ssl.TLSVersion, f"TLSv{tls.replace('.', '_')}")
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # else OpenSSL keeps weak keys to itself
    try:
        context.load_cert_chain(cert, key)
    except ssl.SSLError:
        return "not loaded"
    client = connection(kit[f"{door}_url"], context)
    try:
        client.request("GET", MANIFEST["call"], headers={"Authorization": f"Bearer {session}"})
        answer = client.getresponse()
        body = json.load(answer)
    except ssl.SSLError as error:
        return error.reason.lower().rpartition("alert_")[2]
    finally:
        client.close()
    return answer.status, None if answer.status == 200 else body[0]["errorCode"]


def trusting(kit):
    return ssl.create_default_context(cafile=KIT / kit["server_ca"])


def connection(url, context):
    url = urlsplit(url)
    return http.client.HTTPSConnection(url.hostname, url.port, timeout=10, context=context)
