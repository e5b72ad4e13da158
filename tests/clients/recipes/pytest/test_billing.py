"""What a team might ask of its billing job: does it get in, and is it refused without its certificate?"""

import pytest

LIMITS = "/services/data/v68.0/limits"


@pytest.fixture(scope="module")
def token(mockorg, session):
    form = {
        "grant_type": "password",
        "client_id": "quickstart-client-id",
        "client_secret": "quickstart-secret",
        "username": "billing@acme.example",
        "password": "billing-password",
    }
    answer = session().post(f"{mockorg.standard_url}/services/oauth2/token", data=form, timeout=10)
    return answer.json()["access_token"]


@pytest.fixture
def call(session, token):
    def call(door, client=None):
        headers = {"Authorization": f"Bearer {token}"}
        return session(client).get(door + LIMITS, headers=headers, timeout=10)

    return call


def test_the_uploaded_certificate_is_granted(mockorg, call):
    assert call(mockorg.mutual_url, "billing").status_code == 200


@pytest.mark.parametrize("client", [None, "visitor"])
def test_any_other_is_refused(mockorg, call, client):
    answer = call(mockorg.mutual_url, client)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (401, "MUTUAL_AUTHENTICATION_FAILED")


def test_the_standard_door_is_the_wrong_one(mockorg, call):
    assert call(mockorg.standard_url, "billing").json()[0]["errorCode"] == "MUTUAL_AUTHENTICATION_FAILED"
