"""pytest's side: fixtures, options, and what the org decided in the report of a test that failed."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from . import Org, start

_ORG = pytest.StashKey[Org]()
_SEEN = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mockorg")
    group.addoption("--mockorg", metavar="FILE", help="the binary (default: $MOCKORG, else mockorg on the PATH)")
    parser.addini("mockorg_scenario", "scenario file, from the rootdir (default: $MOCKORG_SCENARIO, or the quickstart)")


@pytest.fixture(scope="session")
def mockorg_scenario(pytestconfig: pytest.Config) -> str | None:
    """The scenario file; a conftest.py may have its own fixture of this name. None: the built-in quickstart."""
    chosen: str = pytestconfig.getini("mockorg_scenario")
    return str(pytestconfig.rootpath / chosen) if chosen else os.environ.get("MOCKORG_SCENARIO")


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
