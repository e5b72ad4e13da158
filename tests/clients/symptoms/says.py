"""What simple-salesforce says when a failure of the library befalls it.

    python says.py NUMBER    (beside `mockorg run scenarios/failures/….toml`: the org is in the environment)

Prints the exception of the failure's bad client in one line.
"""

import json
import os
import re
import sys
from pathlib import Path

import requests
from simple_salesforce import Salesforce, SalesforceLogin

folder = Path(os.environ["MOCKORG_KIT"])
kit = json.loads((folder / "kit.json").read_text())
clients = {client["name"]: client for client in kit["clients"]}
billing = next(iter(kit.get("users", [])), None)
STANDARD, MUTUAL = kit["standard_url"], kit["mutual_url"]


def presenting(name, alone=False):
    """A session that presents this certificate of the kit, or none; `alone` leaves out the intermediates."""
    session = requests.Session()
    if name:
        certificate = folder / clients[name]["cert"]
        if alone:
            certificates = certificate.read_text().split("-----END CERTIFICATE-----\n")
            certificate = folder / "leaf.crt"
            certificate.write_text(certificates[0] + "-----END CERTIFICATE-----\n")
        session.cert = (str(certificate), str(folder / clients[name]["key"]))
    return session


def log_in(url, session, version="59.0", **options):
    words = {"username": billing["username"], "password": billing["password"], "security_token": ""}
    return SalesforceLogin(**words, scratch_url=url, session=session, sf_version=version, **options)[0]


def call(url, session, session_id):
    return Salesforce(instance_url=url, session_id=session_id, session=session).limits()


def session_of_billing():
    return log_in(STANDARD, presenting(None))


BAD = {
    1: lambda: call(STANDARD, presenting(None), session_of_billing()),
    2: lambda: call(STANDARD, presenting(None), log_in(MUTUAL, presenting("billing"))),
    3: lambda: call(MUTUAL, presenting(None), session_of_billing()),
    4: lambda: log_in("https://login.salesforce.com:8443", presenting("billing"), proxies={"https": kit["proxy_url"]}),
    5: lambda: log_in(MUTUAL, presenting("billing", alone=True)),
    7: lambda: log_in(MUTUAL, presenting(None)),
    8: lambda: call(MUTUAL, presenting("archive"), session_of_billing()),
    12: lambda: log_in(MUTUAL, presenting("private")),
    13: lambda: log_in(MUTUAL, presenting("billing-renewed")),
    14: lambda: call(MUTUAL, presenting("revoked"), "not-a-session"),
    15: lambda: log_in(MUTUAL, presenting("expired")),
    19: lambda: call(MUTUAL, presenting(None), session_of_billing()),
    20: lambda: call(MUTUAL, presenting("billing"), session_of_billing()),
    21: lambda: log_in(STANDARD, presenting(None), version="65.0"),
}

try:
    result = BAD[int(sys.argv[1])]()
    print(f"no error, but {result!r}")
except Exception as error:
    text = re.sub(r"\s+", " ", f"{type(error).__name__}: {error}")
    text = re.sub(r"localhost:\d+", "localhost:8443", text)
    text = re.sub(r"port=\d+", "port=8443", text)
    print(text)
