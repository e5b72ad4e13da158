"""One org for each worker: `pytest -n 4` starts four, each on free ports, and none outlives its worker."""

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

SCENARIO = os.environ.get("MOCKORG_SCENARIO", "scenarios/quickstart.toml")


@dataclass
class Org:
    folder: Path
    kit: dict

    def session(self, client=None):
        """A requests.Session that trusts the org and presents this client's certificate, or none."""
        session = requests.Session()
        session.trust_env = False  # REQUESTS_CA_BUNDLE would win over `verify`
        session.verify = str(self.folder / self.kit["server_ca"])
        if client:
            found = next(known for known in self.kit["clients"] if known["name"] == client)
            session.cert = (str(self.folder / found["cert"]), str(self.folder / found["key"]))
        return session


@pytest.fixture(scope="session")
def org(tmp_path_factory):
    # pytest-xdist runs each worker in a process of its own, so "session" means "worker"
    folder = tmp_path_factory.mktemp("mockorg")
    log = folder / "org.log"
    ports = [f"--{door}-port=0" for door in ("standard", "mutual", "proxy", "admin")]
    command = [os.environ.get("MOCKORG", "mockorg"), "serve", SCENARIO, "--kit", folder / "kit", *ports]
    with log.open("wb") as output:
        process = subprocess.Popen(
            # its standard input closes when this worker ends, however it ends
            [*command, "--until-stdin-closes"], stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT
        )
    ready = folder / "kit" / "kit.json"  # appears once every door is open
    deadline = time.monotonic() + 30
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            pytest.fail(f"mockorg did not start:\n{log.read_text()}")
        time.sleep(0.05)
    yield Org(folder / "kit", json.loads(ready.read_text()))
    process.stdin.close()
    process.wait(15)
