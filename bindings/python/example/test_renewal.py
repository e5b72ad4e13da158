"""A renewal as a team lives through it: an overlap, in which both certificates work."""

import requests
from mockorg import Client, Org


def status(org: Org, client: Client) -> int:
    app = {"client_id": "quickstart-client-id", "client_secret": "quickstart-secret"}
    form = {"grant_type": "client_credentials", **app}
    login = requests.post(f"{org.standard_url}/services/oauth2/token", form, verify=org.server_ca)
    headers = {"Authorization": f"Bearer {login.json()['access_token']}"}
    limits = f"{org.mutual_url}/services/data/v68.0/limits"
    return requests.get(limits, headers=headers, verify=org.server_ca, cert=client.pem).status_code


def test_the_new_certificate_works_once_it_is_uploaded(mockorg_restored: Org) -> None:
    org, old = mockorg_restored, mockorg_restored.client("billing")
    new = org.issue("billing")
    assert (status(org, old), status(org, new)) == (200, 401)
    org.upload("Billing 2027", client="billing")
    assert (status(org, old), status(org, new)) == (200, 200)
