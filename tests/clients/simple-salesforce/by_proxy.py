"""simple-salesforce through the proxy door: every login that it knows, with no address given but the service's own.

    python by_proxy.py KIT    (in the kit's environment: HTTPS_PROXY and REQUESTS_CA_BUNDLE)

Most logins go to port 443, whatever the user; only `scratch_url` can name 8443. A session that was opened there can be
used on 8443 by an `instance_url`, and a certificate is presented by the `cert` of its requests.Session.
"""

import json
import sys
from pathlib import Path

import requests
from simple_salesforce import Salesforce, SalesforceLogin

folder = Path(sys.argv[1])
kit = json.loads((folder / "kit.json").read_text())
clients = {client["name"]: client for client in kit["clients"]}
app = kit["connected_apps"][0]
my_domain = f"{kit['org']['my_domain']}.my"
host = f"{my_domain}.salesforce.com"
mutual_url = f"https://{host}:8443"
failures = 0


def presenting(name):
    """A session that presents this certificate of the kit, or none."""
    session = requests.Session()
    if name:
        session.cert = (str(folder / clients[name]["cert"]), str(folder / clients[name]["key"]))
    return session


def credentials(user):
    return {"username": f"{user}@acme.example", "password": f"{user}-password"}


def resume(session_id, session):
    """That session on the mutual door."""
    return Salesforce(instance_url=mutual_url, session_id=session_id, session=session)


def query(org, user):
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
        say(text.lower() in str(error).lower(), f"{name} is refused", f"expected {text}, found {error}")
    else:
        say(False, f"{name} is refused", f"expected a refusal, found {found}")


def by_name_and_password(user):
    """What a user has at hand, and the ways to log in with no more than that."""
    secrets = {"consumer_key": app["client_id"], "consumer_secret": app["client_secret"]}
    return {
        "SOAP": lambda: Salesforce(security_token="", **credentials(user)),
        "SOAP with organization id": lambda: Salesforce(organizationId=kit["org"]["id"], **credentials(user)),
        "SOAP without either": lambda: without_either(user),
        "SOAP at test": lambda: Salesforce(security_token="", domain="test", **credentials(user)),
        "SOAP at My Domain": lambda: Salesforce(security_token="", domain=my_domain, **credentials(user)),
        "SOAP at an instance": lambda: Salesforce(security_token="", domain="na1", **credentials(user)),
        "password": lambda: Salesforce(**secrets, **credentials(user)),
    }


def without_either(user):
    session_id, instance = SalesforceLogin(**credentials(user))
    return Salesforce(session_id=session_id, instance=instance)


def by_app(user):
    key = str(folder / app["jwt_key"])
    jwt = {"username": f"{user}@acme.example", "consumer_key": app["client_id"], "privatekey_file": key}
    secrets = {"consumer_key": app["client_id"], "consumer_secret": app["client_secret"]}
    return {
        "client credentials": lambda: Salesforce(domain=my_domain, **secrets),
        "JWT": lambda: Salesforce(**jwt),
        "JWT at My Domain": lambda: Salesforce(domain=my_domain, **jwt),
        "JWT for login at My Domain": lambda: Salesforce(instance_url=my_domain, **jwt),
    }


for name, login in by_name_and_password("reports").items():
    org = login()
    equal(f"{name}: the host returned", host, org.sf_instance)
    equal(f"{name}: query", "reports@acme.example", query(org, "reports"))

for name, login in {**by_name_and_password("billing"), **by_app("billing")}.items():
    org = login()
    equal(f"{name}: the host returned to an enforced user", host, org.sf_instance)
    refused(f"{name}: a call on 443", "MUTUAL_AUTHENTICATION_FAILED", lambda: query(org, "billing"))
    for certificate in (None, "visitor"):
        refused(
            f"{name}: a call on 8443 with {certificate or 'no'} certificate",
            "MUTUAL_AUTHENTICATION_FAILED",
            lambda: query(resume(org.session_id, presenting(certificate)), "billing"),
        )
    equal(
        f"{name}: query on 8443 with billing's certificate",
        "billing@acme.example",
        query(resume(org.session_id, presenting("billing")), "billing"),
    )

scratch = {"security_token": "", "scratch_url": mutual_url, **credentials("billing")}
_, instance = SalesforceLogin(session=presenting("billing"), **scratch)
equal("SOAP on 8443 with billing's certificate: the host returned", host, instance)
refused(
    "SOAP on 8443 without a certificate",
    "MUTUAL_AUTHENTICATION_FAILED",
    lambda: SalesforceLogin(session=presenting(None), **scratch),
)
for name, alert in {"expired": "certificate expired", "revoked": "certificate revoked", "unlisted": "unknown ca"}.items():
    refused(
        f"SOAP on 8443 with the certificate {name}",
        alert,
        lambda: SalesforceLogin(session=presenting(name), **scratch),
    )

refused(
    "another org's My Domain",
    f"403 other.my.salesforce.com:443 is another org's My Domain; this org's is {host}",
    lambda: Salesforce(security_token="", domain="other.my", **credentials("reports")),
)
refused(
    "a host of the internet",
    "403 example.com:443 is not this org's, and mockorg's proxy dials nobody",
    lambda: requests.get("https://example.com/"),
)
say(requests.get(f"{kit['admin_url']}/health").ok, "the admin door is reached without the proxy", "no answer")
say(requests.get(f"{kit['standard_url']}/services/data").ok, "so is the standard door", "no answer")
sys.exit(1 if failures else 0)
