"""zeep with the partner WSDL on the mutual door: granted, refused by the org, refused by the edge.

    python partner.py KIT

The WSDL comes from the org itself, to a session. Trust comes by REQUESTS_CA_BUNDLE, which requests prefers to a session's
`verify`. The parser is strict, zeep's default: whatever does not fit the WSDL is an error.
"""

import json
import os
import re
import sys
import tempfile
from pathlib import Path

import requests
from zeep import Client
from zeep.exceptions import Fault
from zeep.transports import Transport

folder = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["MOCKORG_KIT"])
kit = json.loads((folder / "kit.json").read_text())
clients = {client["name"]: client for client in kit["clients"]}
users = {user["username"].split("@")[0]: user for user in kit["users"]}
os.environ["REQUESTS_CA_BUNDLE"] = str(folder / kit["ca_bundle"])
SOAP = "{urn:partner.soap.sforce.com}SoapBinding"
failures = 0


def presenting(name):
    """A session that presents this certificate of the kit, or none."""
    session = requests.Session()
    if name:
        session.cert = (str(folder / clients[name]["cert"]), str(folder / clients[name]["key"]))
    return session


def token(user, session):
    """A session id by OAuth, with which the WSDL is fetched."""
    app, who = kit["connected_apps"][0], users[user]
    form = {
        "grant_type": "password",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "username": who["username"],
        "password": who["password"],
    }
    return session.post(f"{kit['mutual_url']}/services/oauth2/token", data=form).json()["access_token"]


def wsdl(session_id, session):
    return session.get(f"{kit['mutual_url']}/soap/wsdl.jsp", headers={"Cookie": f"sid={session_id}"})


def partner(path, session, url):
    """A client made from the WSDL, and its service at that URL."""
    client = Client(path, transport=Transport(session=session))
    return client, client.create_service(SOAP, url)


def login(user, path, session):
    client, service = partner(path, session, f"{kit['mutual_url']}/services/Soap/u/64.0")
    return client, service.login(users[user]["username"], users[user]["password"])


def resume(path, session, session_id):
    client, service = partner(path, session, f"{kit['mutual_url']}/services/Soap/u/64.0")
    header = client.get_element("{urn:partner.soap.sforce.com}SessionHeader")(sessionId=session_id)
    return lambda operation, *arguments: getattr(service, operation)(*arguments, _soapheaders=[header])


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
        told = f"{error.code} {error.message}" if isinstance(error, Fault) else str(error)
        say(re.search(pattern, told, re.IGNORECASE), f"{name} is refused", f"expected {pattern}, found {told}")
    else:
        say(False, f"{name} is refused", "expected a refusal, was granted")


def fields(record):
    """The fields of a record in the partner API's shape: elements that no schema names."""
    return [(element.tag.rsplit("}")[-1], element.text) for element in record._value_1]


def granted(path):
    session = presenting("billing")
    client, result = login("billing", path, session)
    username = users["billing"]["username"]
    equal("login: passwordExpired", False, result.passwordExpired)
    equal("login: the user", username, result.userInfo.userName)
    equal("login: the server", kit["standard_url"], result.serverUrl.split("/services/")[0])
    call = resume(path, session, result.sessionId)
    answer = call("getUserInfo")
    equal("getUserInfo", username, answer.body.result.userName)
    equal("getUserInfo: the header", "API REQUESTS", answer.header.LimitInfoHeader.limitInfo[0].type)
    say(call("getServerTimestamp").body.result.timestamp.year >= 2026, "getServerTimestamp", "a year before 2026")
    found = call("query", f"SELECT Id, Username, IsActive FROM User WHERE Username = '{username}'").body.result
    equal("query: size and done", (1, True), (found.size, found.done))
    equal("query: type and id", ("User", result.userId), (found.records[0].type, found.records[0].Id))
    expected = [("Id", result.userId), ("Username", username), ("IsActive", "true")]
    equal("query: fields", expected, fields(found.records[0]))
    refused("a query for what is not there", "INVALID_FIELD", lambda: call("query", "SELECT Nothing FROM User"))
    refused("more of a result that was whole", "INVALID_QUERY_LOCATOR", lambda: call("queryMore", "01g"))
    call("logout")
    refused("a call after logout", "INVALID_SESSION_ID", lambda: call("getUserInfo"))

    options = client.get_element("{urn:partner.soap.sforce.com}LoginScopeHeader")
    _, service = partner(path, session, f"{kit['mutual_url']}/services/Soap/u/64.0")
    scope = options(organizationId=kit["org"]["id"])
    again = service.login(username, users["billing"]["password"], _soapheaders=[scope])
    equal("login within this org", result.userId, again.userId)
    scope = options(organizationId="00D000000000000EAA")
    refused(
        "login within another org",
        "INVALID_LOGIN",
        lambda: service.login(username, users["billing"]["password"], _soapheaders=[scope]),
    )


def refused_by_the_org(path):
    session_id = login("billing", path, presenting("billing"))[1].sessionId
    for name in (None, "visitor"):
        certificate = f"with {name}'s certificate" if name else "without a certificate"
        session = presenting(name)
        refused(f"login {certificate}", "MUTUAL_AUTHENTICATION_FAILED", lambda: login("billing", path, session))
        call = resume(path, session, session_id)
        refused(f"call {certificate}", "could not be mutually authenticated", lambda: call("getUserInfo"))
        equal(f"the WSDL {certificate}", 403, wsdl(session_id, session).status_code)
    _, result = login("reports", path, presenting(None))
    equal("a user who is not enforced, without a certificate", users["reports"]["username"], result.userInfo.userName)


def refused_by_the_edge(path):
    for name, alert in (("expired", "certificate expired"), ("revoked", "certificate revoked"), ("unlisted", "unknown ca")):
        refused(f"login with the certificate {name}", alert, lambda: login("billing", path, presenting(name)))


def main():
    session = presenting("billing")
    answer = wsdl(token("billing", session), session)
    equal("the WSDL is XML", (200, "text/xml"), (answer.status_code, answer.headers["content-type"].split(";")[0]))
    equal("the WSDL without a session", 403, presenting("billing").get(f"{kit['mutual_url']}/soap/wsdl.jsp").status_code)
    with tempfile.TemporaryDirectory() as scratch:
        path = str(Path(scratch) / "partner.wsdl")
        Path(path).write_bytes(answer.content)
        granted(path)
        refused_by_the_org(path)
        refused_by_the_edge(path)


main()
sys.exit(1 if failures else 0)
