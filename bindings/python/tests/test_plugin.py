"""The plug-in as a team meets it: what it starts, hands out, says when a test fails, and leaves behind."""

import os
import socket
import ssl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.request import HTTPSHandler, ProxyHandler, build_opener

import pytest
from mockorg import Client, NotStarted, Org, Refused, start

pytest_plugins = ["pytester"]


def call(org: Org, client: Client) -> None:
    context = ssl.create_default_context(cafile=org.server_ca)
    context.load_cert_chain(client.cert, client.key)
    opener = build_opener(ProxyHandler({}), HTTPSHandler(context=context))
    opener.open(f"{org.mutual_url}/services/data", timeout=10).close()


def test_hands_out_every_client_of_the_kit(mockorg: Org) -> None:
    call(mockorg, mockorg.client("billing"))
    for entry in mockorg.kit["clients"]:
        client = mockorg.client(entry["name"])
        assert all(Path(file).is_file() for file in (client.cert, client.key, client.pem))


def test_a_certificate_is_over_once_the_clock_is_past_its_end(mockorg_restored: Org) -> None:
    org = mockorg_restored
    call(org, org.client("visitor"))
    org.advance("3650d")
    with pytest.raises(OSError, match="(?i)certificate expired"):
        call(org, org.client("visitor"))


def test_the_restored_org_is_as_it_was(mockorg: Org) -> None:
    call(mockorg, mockorg.client("visitor"))


@pytest.mark.parametrize("key", ["keep", "replace"])
def test_a_renewal_lies_beside_the_old_files_and_reset_forgets_it(mockorg_restored: Org, key: str) -> None:
    org, old = mockorg_restored, mockorg_restored.client("visitor")
    new = org.issue("visitor", key=key)
    assert org.client("visitor") == new != old
    assert Path(new.pem).read_text() != Path(old.pem).read_text()
    assert (Path(new.key).read_text() == Path(old.key).read_text()) == (key == "keep")
    call(org, new)
    call(org, old)
    org.reset()
    assert org.client("visitor") == old


def test_a_revoked_client_is_refused_and_the_journal_says_so_after_the_mark(mockorg_restored: Org) -> None:
    org = mockorg_restored
    org.mark("before")
    org.revoke("visitor")
    with pytest.raises(OSError, match="(?i)certificate revoked"):
        call(org, org.client("visitor"))
    refused = org.wait(since="before", kind="handshake", client="visitor", outcome="refused")
    assert refused["verdict"]["faults"][0]["rule"] == "revoked"
    assert org.journal(since="before", kind="handshake") == [refused]


def test_waits_for_what_has_not_happened_yet(mockorg: Org) -> None:
    mockorg.mark("now")
    with ThreadPoolExecutor() as pool:
        found = pool.submit(mockorg.wait, since="now", kind="handshake", client="visitor")
        assert not found.done()
        call(mockorg, mockorg.client("visitor"))
        assert found.result(10)["kind"] == "handshake"


def test_does_not_wait_for_ever(mockorg: Org) -> None:
    mockorg.mark("now")
    with pytest.raises(TimeoutError):
        mockorg.wait(since="now", patience=0.1)


def test_an_upload_can_be_a_file(mockorg_restored: Org) -> None:
    org = mockorg_restored
    org.upload("From a file", pem=Path(org.client("visitor").cert).read_text())
    labels = [upload["label"] for upload in org.admin("GET", "/v1/certificates")["certificates"]]
    assert "From a file" in labels


def test_says_how_expectations_stand(tmp_path: Path) -> None:
    scenario = tmp_path / "expects.toml"
    scenario.write_text('format = 1\n[org]\nname = "Acme"\n[[expect]]\nname = "a mark"\nevent = { kind = "mark" }\n')
    with start(str(scenario)) as org:
        assert [one["outcome"] for one in org.expectations()["expectations"]] == ["unmet"]
        org.mark("here")
        assert org.expectations()["holds"]


def test_a_refusal_of_the_admin_door_tells_the_cure(mockorg: Org) -> None:
    with pytest.raises(Refused, match="nobody") as refused:
        mockorg.revoke("nobody")
    assert refused.value.problem["code"] == "unknown-client"


def test_a_bad_scenario_is_told_with_its_place(tmp_path: Path) -> None:
    scenario = tmp_path / "bad.toml"
    scenario.write_text("format = 1\n[org]\nnmae = 'Acme'\n")
    with pytest.raises(NotStarted, match=r"bad\.toml:3:1"), start(str(scenario)):
        pass


def test_a_binary_that_is_not_there_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="no-such-mockorg"), start(binary="no-such-mockorg"):
        pass


def test_an_org_that_is_never_ready_is_stopped(tmp_path: Path) -> None:
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\necho $$ >" + str(tmp_path / "pid") + "\necho still starting\nexec cat\n")
    silent.chmod(0o700)
    with pytest.raises(NotStarted, match="still starting"), start(binary=str(silent), patience=2):
        pass
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_nothing_of_an_org_is_left() -> None:
    with start() as org:
        assert org.admin("GET", "/health")
    assert not org.folder.exists()
    with pytest.raises(OSError, match="(?i)refused"):
        org.admin("GET", "/health")


def test_a_failure_shows_what_the_org_decided_in_that_test_only(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    pytester.makepyfile(
        """
        from test_plugin import call

        def test_granted(mockorg):
            call(mockorg, mockorg.client("billing"))

        def test_refused(mockorg):
            call(mockorg, mockorg.client("expired"))
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, failed=1)
    section = result.stdout.str().split("- mockorg -")[1]
    assert "refused: certificate 1 of 2, CN=expired,O=Acme, expired" in section
    assert "billing" not in section


def test_the_scenario_is_the_one_of_the_ini_file(pytester: pytest.Pytester) -> None:
    pytester.makefile(".toml", tiny='format = 1\n[org]\nname = "Tiny"\nmy-domain = "tiny"\n')
    pytester.makeini("[pytest]\nmockorg_scenario = tiny.toml\n")
    pytester.makepyfile("def test_it(mockorg): assert mockorg.kit['org']['my_domain'] == 'tiny'")
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_under_mockorg_run_it_is_the_org_of_run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, mockorg: Org
) -> None:
    monkeypatch.setenv("MOCKORG_KIT", mockorg.kit["env"]["MOCKORG_KIT"])
    monkeypatch.setenv("MOCKORG", "no-such-mockorg")
    pytester.makepyfile(f"def test_it(mockorg): assert mockorg.mutual_url == {mockorg.mutual_url!r}")
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
    call(mockorg, mockorg.client("visitor"))


def test_each_worker_has_an_org_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("n", range(4))
        def test_it(mockorg, worker_id, n):
            print("org", worker_id, mockorg.mutual_url)
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-n", "2", "-rP", "--dist", "each")
    told = {tuple(line.split()[1:]) for line in result.outlines if line.startswith("org ")}
    assert {worker for worker, _ in told} == {"gw0", "gw1"}
    assert len({url for _, url in told}) == 2


def test_no_org_outlives_a_process_that_is_killed(tmp_path: Path) -> None:
    code = """import mockorg, os
with mockorg.start() as org:
    print(org.kit["admin_url"].rsplit(":")[-1], flush=True)
    os.kill(os.getpid(), 9)"""
    # what it could not remove lies in a folder of this test
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    killed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=env)
    assert killed.returncode == -9
    deadline = time.monotonic() + 15
    with pytest.raises(ConnectionRefusedError):
        while time.monotonic() < deadline:
            address = ("127.0.0.1", int(killed.stdout))
            with suppress(ConnectionResetError), socket.create_connection(address, 15) as connection:
                connection.recv(1)  # until the org closes it
