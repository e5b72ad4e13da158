"""What a team might ask of its billing job: does it get in, and is it refused without its certificate?"""

import pytest

LIMITS = "/services/data/v68.0/limits"


@pytest.fixture(scope="module")
def token(org):
    form = {
        "grant_type": "password",
        "client_id": "quickstart-client-id",
        "client_secret": "quickstart-secret",
        "username": "billing@acme.example",
        "password": "billing-password",
    }
    answer = org.session().post(f"{org.kit['standard_url']}/services/oauth2/token", data=form, timeout=10)
    return answer.json()["access_token"]


def call(org, token, url, client=None):
    headers = {"Authorization": f"Bearer {token}"}
    return org.session(client).get(org.kit[url] + LIMITS, headers=headers, timeout=10)


def test_the_uploaded_certificate_is_granted(org, token):
    assert call(org, token, "mutual_url", "billing").status_code == 200


@pytest.mark.parametrize("client", [None, "visitor"])
def test_any_other_is_refused(org, token, client):
    answer = call(org, token, "mutual_url", client)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (401, "MUTUAL_AUTHENTICATION_FAILED")


def test_the_standard_door_is_the_wrong_one(org, token):
    assert call(org, token, "standard_url", "billing").json()[0]["errorCode"] == "MUTUAL_AUTHENTICATION_FAILED"
