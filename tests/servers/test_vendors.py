"""The witness before a vendor's mock: it sees every request, and none that breaks the spec gets by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.http import Reply, Request
from tests.servers import vendors as servers
from tests.servers.vendors import Mocks, Vendors, vendor_mocks, vendors, witnesses

__all__ = ["vendor_mocks", "vendors"]

ASKED = {
    "Authorization": "Token token=made-up",
    "Accept": "application/vnd.pagerduty+json;version=2",
    "Content-Type": "application/json",
}


def ask(url: str, method: str = "GET", **more: Any) -> httpx.Response:
    with httpx.Client(trust_env=False, headers=ASKED) as client:
        return client.request(method, url, **more)


def test_a_request_within_the_spec_is_forwarded_and_remembered(vendors: Vendors) -> None:
    witness = vendors("pagerduty")
    answer = ask(f"{witness.url}/incidents", params={"statuses[]": "triggered", "limit": "100"})
    assert answer.json()["incidents"]
    assert witness.requests[0].query == {"statuses[]": ["triggered"], "limit": ["100"]}
    assert [(one.request, one.status) for one in witness.exchanges] == [(witness.requests[0], 200)]
    assert witness.exchanges[0].headers["content-type"].startswith("application/")
    assert vendors("pagerduty") is witness


@pytest.mark.parametrize(
    ("method", "target", "body", "said"),
    [
        ("GET", "/incidents?statuses[]=burning", None, "must be equal to one of the allowed values"),
        ("GET", "/burning", None, "Route not resolved"),
        ("POST", "/incidents/PT4KHLK/snooze", {"duration": "an hour"}, "must be integer"),
    ],
)
def test_a_request_that_breaks_the_spec_fails_the_test(
    vendor_mocks: Mocks, method: str, target: str, body: Any, said: str
) -> None:
    asking = witnesses(vendor_mocks)
    witness = asking.__enter__()("pagerduty")
    ask(witness.url + target, method, json=body, headers={"From": "asha@ops.example"})
    assert len(witness.violations) == 1
    with pytest.raises(pytest.fail.Exception, match=said) as caught:
        asking.__exit__(None, None, None)
    shown = str(caught.value)
    assert f"pagerduty: {method} {target}" in shown
    assert ('sent: {"duration":"an hour"}' in shown) == (body is not None)


def test_answers_can_be_chosen(vendors: Vendors) -> None:
    witness = vendors("pagerduty")
    url = f"{witness.url}/incidents"
    witness.prefer = "code=429"
    assert ask(url).status_code == 429
    witness.prefer = ""
    witness.instead["GET", "/incidents"] = {"incidents": []}
    assert ask(url).json() == {"incidents": []}

    def page(request: Request) -> dict[str, str]:
        return {"offset": request.one("offset")}

    witness.instead["GET", "/incidents"] = page
    assert ask(f"{url}?offset=100").json() == {"offset": "100"}
    witness.replies.append(Reply(503))
    assert ask(url).status_code == 503
    assert len(witness.requests) == 4
    assert len(witness.exchanges) == 3


def test_without_modules_a_test_is_skipped_or_fails_where_they_are_required(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(servers, "SCRIPT", Path(__file__))
    monkeypatch.setenv(servers.FOLDER, str(tmp_path))
    monkeypatch.delenv(servers.REQUIRE, raising=False)
    with pytest.raises(pytest.skip.Exception, match="npm install"):
        servers.modules()
    monkeypatch.setenv(servers.REQUIRE, "1")
    with pytest.raises(pytest.fail.Exception, match=f"modules in {tmp_path}"):
        servers.modules()


def test_without_the_specs_a_test_is_always_skipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(servers, "SCRIPT", tmp_path / "mocks.js")
    monkeypatch.setenv(servers.REQUIRE, "1")
    with pytest.raises(pytest.skip.Exception, match="beside the project"):
        servers.modules()
