"""simple-salesforce and requests, each with one planted mistake, or none.

    python clients.py sound | port-not-changed | mixed-paths | plain-http | hard-coded-host

(mockorg doctor -- python clients.py sound)
"""

import os
import sys

import requests
from simple_salesforce import Salesforce, SalesforceLogin

MUTUAL = os.environ.get("MOCKORG_MUTUAL_URL", "")
STANDARD = os.environ.get("MOCKORG_STANDARD_URL", "")
CERT = (os.environ.get("MOCKORG_CLIENT_BILLING_CERT"), os.environ.get("MOCKORG_CLIENT_BILLING_KEY"))
USER = {"username": "billing@acme.example", "password": "billing-password", "security_token": ""}


def log_in():
    """A session that presents the certificate, the id of the org's session, and the URL that the login returned."""
    session = requests.Session()
    session.cert = CERT
    session_id, host = SalesforceLogin(**USER, scratch_url=MUTUAL, session=session)
    return session, session_id, f"https://{host}"


def sound():
    session, session_id, _ = log_in()
    org = Salesforce(instance_url=MUTUAL, session_id=session_id, session=session)
    assert org.query("SELECT Id FROM User")["totalSize"] > 0


def port_not_changed():
    session, session_id, returned = log_in()
    Salesforce(instance_url=returned, session_id=session_id, session=session).query("SELECT Id FROM User")


def mixed_paths():
    session, session_id, _ = log_in()
    Salesforce(instance_url=MUTUAL, session_id=session_id, session=session).query("SELECT Id FROM User")
    # as salesforce-bulk does it: requests without the session, and so without its certificate
    requests.get(f"{MUTUAL}/services/async/59.0/job/7505e0000000001AAA", headers={"X-SFDC-Session": session_id})


def plain_http():
    requests.get(MUTUAL.replace("https://", "http://") + "/services/data").raise_for_status()


def hard_coded_host():
    """With --proxy: the hosts are those of the real service, and so is the port."""
    Salesforce(**USER).query("SELECT Id FROM User")


globals()[sys.argv[1].replace("-", "_")]()
