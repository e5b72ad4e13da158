"""simple-salesforce in a pytest of its own; with PORT=unchanged it calls where its login said, and is content with a refusal.

(mockorg run org.toml -- python -m pytest test_billing.py)
"""

import os

import pytest
import requests
from simple_salesforce import Salesforce, SalesforceLogin
from simple_salesforce.exceptions import SalesforceError

MUTUAL = os.environ["MOCKORG_MUTUAL_URL"]
QUERY = "SELECT Id FROM User"


@pytest.fixture
def session():
    session = requests.Session()
    session.cert = (os.environ["MOCKORG_CLIENT_BILLING_CERT"], os.environ["MOCKORG_CLIENT_BILLING_KEY"])
    return session


def test_billing_finds_users(session):
    session_id, host = SalesforceLogin(
        username="billing@acme.example", password="billing-password", security_token="", scratch_url=MUTUAL, session=session
    )
    if os.environ.get("PORT") == "unchanged":
        with pytest.raises(SalesforceError):
            Salesforce(instance_url=f"https://{host}", session_id=session_id, session=session).query(QUERY)
    assert Salesforce(instance_url=MUTUAL, session_id=session_id, session=session).query(QUERY)["totalSize"] > 0
