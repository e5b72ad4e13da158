"""Certificates that do not hold: the handshake ends with an alert that says why."""

import pytest
import requests


@pytest.mark.parametrize(
    ("client", "alert"), [("expired", "certificate expired"), ("revoked", "certificate revoked"), ("unlisted", "unknown ca")]
)
def test_a_chain_that_does_not_hold_ends_at_the_edge(mockorg, session, client, alert):
    with pytest.raises(requests.exceptions.ConnectionError, match=f"(?i){alert}"):
        session(client).get(f"{mockorg.mutual_url}/services/data", timeout=10)
