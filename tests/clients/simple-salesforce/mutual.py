"""simple-salesforce on the mutual door: granted, refused by the org, refused by the edge.

    python mutual.py KIT

Its session is an ordinary requests.Session, so `cert` presents a certificate. Trust comes by REQUESTS_CA_BUNDLE, which
requests prefers to a session's `verify`.
"""

import json
import os
import re
import sys
from pathlib import Path

import requests
from simple_salesforce import Salesforce, SalesforceLogin

folder = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["MOCKORG_KIT"])
kit = json.loads((folder / "kit.json").read_text())
clients = {client["name"]: client for client in kit["clients"]}
users = {user["username"].split("@")[0]: user for user in kit["users"]}
os.environ["REQUESTS_CA_BUNDLE"] = str(folder / kit["ca_bundle"])
failures = 0


def presenting(name):
    """A session that presents this certificate of the kit, or none."""
    session = requests.Session()
    if name:
        session.cert = (str(folder / clients[name]["cert"]), str(folder / clients[name]["key"]))
    return session


def login(user, url, session):
    """SOAP login at that door; simple-salesforce takes a URL only as `scratch_url`. Returns the session id and the host."""
    who = users[user]
    return SalesforceLogin(
        username=who["username"], password=who["password"], security_token="", scratch_url=url, session=session
    )


def resume(session_id, url, session):
    return Salesforce(instance_url=url, session_id=session_id, session=session)


def query(org, user):
    username = users[user]["username"]
    found = org.query(f"SELECT Id, Username FROM User WHERE Username = '{username}'")
    return found["records"][0]["Username"]


def say(holds, name, difference):
    global failures
    print(f"ok      {name}" if holds else f"FAILED  {name}: {difference}")
    failures += not holds


def equal(name, expected, found):
    say(found == expected, name, f"expected {expected}, found {found}")


def refused(name, pattern, call):
    try:
        call()
    except Exception as error:  # every library in between has its own
        say(re.search(pattern, str(error), re.IGNORECASE), f"{name} is refused", f"expected {pattern}, found {error}")
    else:
        say(False, f"{name} is refused", "expected a refusal, was granted")


def granted():
    session = presenting("billing")
    session_id, host = login("billing", kit["mutual_url"], session)
    equal("login on the mutual door: the host returned", kit["standard_url"], f"https://{host}")
    refused(
        "a call on the port returned",
        "MUTUAL_AUTHENTICATION_FAILED",
        lambda: query(resume(session_id, f"https://{host}", session), "billing"),
    )
    org = resume(session_id, kit["mutual_url"], session)
    equal("query with billing's certificate", users["billing"]["username"], query(org, "billing"))
    user_id = org.query("SELECT Id FROM User WHERE Username = 'billing@acme.example'")["records"][0]["Id"]
    equal("retrieve with billing's certificate", users["billing"]["username"], org.User.get(user_id)["Username"])
    say("DailyApiRequests" in org.limits(), "limits with billing's certificate", "no DailyApiRequests")

    bare = presenting(None)
    session_id, _ = login("reports", kit["mutual_url"], bare)
    found = query(resume(session_id, kit["mutual_url"], bare), "reports")
    equal("a user who is not enforced, without a certificate", users["reports"]["username"], found)


def refused_by_the_org():
    session_id, _ = login("billing", kit["standard_url"], presenting(None))
    for name in (None, "visitor"):
        certificate = f"with {name}'s certificate" if name else "without a certificate"
        session = presenting(name)
        refused(
            f"call {certificate}",
            "MUTUAL_AUTHENTICATION_FAILED",
            lambda: query(resume(session_id, kit["mutual_url"], session), "billing"),
        )
        refused(
            f"login {certificate}",
            "MUTUAL_AUTHENTICATION_FAILED",
            lambda: login("billing", kit["mutual_url"], session),
        )
    session = presenting("billing")
    refused(
        "a session that nobody opened",
        "INVALID_SESSION_ID",
        lambda: query(resume(f"{session_id[:15]}!nobody", kit["mutual_url"], session), "billing"),
    )


def refused_by_the_edge():
    for name, alert in (("expired", "certificate expired"), ("revoked", "certificate revoked"), ("unlisted", "unknown ca")):
        refused(
            f"login with the certificate {name}",
            alert,
            lambda: login("billing", kit["mutual_url"], presenting(name)),
        )


granted()
refused_by_the_org()
refused_by_the_edge()
sys.exit(1 if failures else 0)
