"""What requests makes of each identity; the lines of a plan on standard input."""

import os
import ssl
import sys

import requests
from requests.adapters import HTTPAdapter


class Only(HTTPAdapter):
    """One version of TLS, and otherwise requests as it is."""

    def __init__(self, tls):
        self.version = getattr(ssl.TLSVersion, f"TLSv{tls.replace('.', '_')}")
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        versions = {"ssl_minimum_version": self.version, "ssl_maximum_version": self.version}
        super().init_poolmanager(*args, **versions, **kwargs)


def call(tls, cert, key):
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", Only(tls))
    headers = {"Authorization": f"Bearer {os.environ['SEES_SESSION']}"}
    try:
        answer = session.get(os.environ["SEES_URL"], headers=headers, cert=(cert, key), verify=os.environ["SEES_CA"], timeout=10)
        return "answered", f"{answer.status_code} {answer.text}"
    except (requests.RequestException, ssl.SSLError) as error:
        # load_cert_chain fails before there is a connection, and requests lets that through as it is
        outcome = "failed" if isinstance(error, requests.RequestException) else "unloaded"
        return outcome, f"{type(error).__module__}.{type(error).__name__}: {error}"
    finally:
        session.close()


for line in sys.stdin:
    flaw, tls, cert, key = line.rstrip("\n").split("\t")
    outcome, message = call(tls, cert, key)
    print(flaw, tls, outcome, " ".join(message.split()), sep="\t", flush=True)
