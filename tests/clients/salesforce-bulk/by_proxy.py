"""salesforce-bulk through the proxy door: its login, and its session in a query; the Bulk API itself is not served.

    python by_proxy.py KIT    (in the kit's environment: HTTPS_PROXY and REQUESTS_CA_BUNDLE)

It posts with requests and nothing else, so it cannot present a certificate.
"""

import json
import sys
from pathlib import Path

from salesforce_bulk import SalesforceBulk
from simple_salesforce import Salesforce

kit = json.loads((Path(sys.argv[1]) / "kit.json").read_text())
my_domain = f"{kit['org']['my_domain']}.my"
host = f"{my_domain}.salesforce.com"
failures = 0


def login(user, **how):
    return SalesforceBulk(username=f"{user}@acme.example", password=f"{user}-password", **how)


def query(session_id, url, user):
    """salesforce-bulk stands on simple-salesforce; it asks for nothing but jobs itself."""
    org = Salesforce(session_id=session_id, instance_url=url)
    found = org.query(f"SELECT Username FROM User WHERE Username = '{user}@acme.example'")
    return found["records"][0]["Username"]


def say(holds, name, difference):
    global failures
    print(f"ok      {name}" if holds else f"FAILED  {name}: {difference}")
    failures += not holds


def equal(name, expected, found):
    say(found == expected, name, f"expected {expected}, found {found}")


def refused(name, text, call):
    try:
        found = call()
    except Exception as error:  # every library in between has its own
        say(text in str(error), f"{name} is refused", f"expected {text}, found {error}")
    else:
        say(False, f"{name} is refused", f"expected a refusal, found {found}")


ways = {
    "SOAP login": {"security_token": ""},
    "SOAP login with organization id": {"organizationId": kit["org"]["id"]},
    "SOAP login at My Domain": {"security_token": "", "domain": my_domain},
    "SOAP login at test": {"security_token": "", "sandbox": True},
}
for name, how in ways.items():
    bulk = login("reports", **how)
    equal(f"{name}: the endpoint", f"https://{host}/services/async/40.0", bulk.endpoint)
    equal(f"{name}: query", "reports@acme.example", query(bulk.sessionId, f"https://{host}", "reports"))

session_id = login("billing", security_token="").sessionId
for url in (f"https://{host}", f"https://{host}:8443"):
    refused(
        f"a call at {url} without a certificate",
        "MUTUAL_AUTHENTICATION_FAILED",
        lambda: query(session_id, url, "billing"),
    )
refused(
    "another org's My Domain",
    f"403 other.my.salesforce.com:443 is another org's My Domain; this org's is {host}",
    lambda: login("reports", security_token="", domain="other.my"),
)
sys.exit(1 if failures else 0)
