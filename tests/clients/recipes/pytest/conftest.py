"""The fixture `mockorg` is pytest-mockorg's: one org for each worker. Here is how this project calls it."""

import pytest
import requests


@pytest.fixture(scope="session")
def session(mockorg):
    def session(client=None):
        """A requests.Session that trusts the org and presents this client's certificate, or none."""
        session = requests.Session()
        session.trust_env = False  # REQUESTS_CA_BUNDLE would win over `verify`
        session.verify = mockorg.server_ca
        if client:
            session.cert = mockorg.client(client).pem
        return session

    return session
