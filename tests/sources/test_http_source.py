"""The source ``http``: paging of every make, headers, fields, and what is refused."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from console.config.digest import _options as fingerprinted
from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind
from console.errors import SourceError
from console.ports.sources import Proof
from console.sources.http import Options, Source, parse
from console.sources.http.pager import Pager, _linked
from console.web.exchange import Answer
from tests.fakes.http import Reply, serving
from tests.fakes.listing import PATH, FakeListing
from tests.sources.conftest import HeldClock
from tests.sources.examples import example

Make = Callable[..., Source]
URL = "https://api.example/v1/alerts"
PAGINGS: dict[str, dict[str, Any]] = {
    "page": {"kind": "page", "size_parameter": "size", "size": 10},
    "offset": {"kind": "offset", "size_parameter": "size", "size": 10, "more": "meta.more"},
    "cursor": {"kind": "cursor", "at": "meta.cursor", "size_parameter": "size", "size": 10},
    "next": {"kind": "next", "at": "meta.next"},
    "link": {"kind": "link"},
}


@pytest.fixture
def fake() -> Iterator[FakeListing]:
    with serving(FakeListing(size=10)) as server:
        yield server


@pytest.fixture
async def make(fake: FakeListing, clock: HeldClock) -> AsyncIterator[Make]:
    made: list[Source] = []

    def build(**more: Any) -> Source:
        table = {"url": fake.url + PATH, "items": "data", **more}
        made.append(Source("prod", Options.model_validate(table), clock))
        return made[-1]

    yield build
    for source in made:
        await source.close()


def some(count: int) -> list[dict[str, Any]]:
    return [{"id": number, "name": f"A{number}"} for number in range(count)]


@pytest.mark.parametrize("count", [0, 7, 20, 25])
@pytest.mark.parametrize("paging", PAGINGS)
async def test_every_page_is_read(fake: FakeListing, make: Make, paging: str, count: int) -> None:
    fake.paging, fake.items = paging, some(count)
    poll = await make(paging=PAGINGS[paging]).fetch()
    assert [alert.ref.fingerprint for alert in poll.alerts] == [str(number) for number in range(count)]
    assert (poll.complete, poll.problems) == (True, ())


@pytest.mark.parametrize("paging", ["page", "offset", "cursor"])
async def test_a_post_may_page_in_its_body(fake: FakeListing, make: Make, paging: str) -> None:
    fake.paging, fake.items = paging, some(25)
    table = {**PAGINGS[paging], "where": "body"}
    poll = await make(paging=table, method="POST", body={"query": "open"}).fetch()
    assert len(poll.alerts) == 25
    assert all(request.body["query"] == "open" and not request.query for request in fake.requests)


@pytest.mark.parametrize("paging", ["page", "next", "link"])
async def test_more_pages_than_are_read_are_said(fake: FakeListing, make: Make, paging: str) -> None:
    fake.paging, fake.items = paging, some(45)
    poll = await make(paging=PAGINGS[paging], max_pages=3).fetch()
    assert (len(poll.alerts), poll.complete) == (30, False)
    assert poll.problems[0].startswith("more than 30 items on 3 pages")


async def test_the_same_page_again_is_an_error(fake: FakeListing, make: Make) -> None:
    fake.items = some(25)
    source = make(paging={"kind": "page", "parameter": "p"})  # the fake calls it "page"
    with pytest.raises(SourceError, match="sends the same page again"):
        await source.fetch()
    assert len(fake.requests) == 2


async def test_a_next_page_elsewhere_is_refused(fake: FakeListing, make: Make) -> None:
    fake.paging, fake.items, fake.origin = "next", some(25), "https://evil.example"
    with pytest.raises(SourceError, match="on another host") as caught:
        await make(paging=PAGINGS["next"]).fetch()
    assert caught.value.permanent
    assert len(fake.requests) == 1


async def test_headers_and_login_are_sent(
    fake: FakeListing, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY", "made-up")
    fake.key, fake.items = "made-up", some(1)
    source = make(
        headers={"X-Key": {"env": "KEY"}, "Accept": "text/x"}, token="t", params={"n": 3, "on": True}
    )
    assert len((await source.fetch()).alerts) == 1
    (request,) = fake.requests
    sent = {name.lower(): text for name, text in request.headers.items()}
    assert (sent["x-key"], sent["accept"], sent["authorization"]) == ("made-up", "text/x", "Bearer t")
    assert request.query == {"n": ["3"], "on": ["true"]}
    assert await source.prove() == Proof()


async def test_a_key_that_is_wrong_parks_it(fake: FakeListing, make: Make) -> None:
    fake.key = "another"
    source = make(headers={"X-Key": "made-up"})
    for ask in (source.fetch, source.prove):
        with pytest.raises(SourceError) as caught:
            await ask()
        assert caught.value.parked
        assert "made-up" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"error": "none", "code": 3}, "a table with error, code"),
        ([], "a list"),
        ({"data": None}, "a table with data"),
        ("data", "a text"),
    ],
)
async def test_an_answer_without_the_list_is_named(
    fake: FakeListing, make: Make, answer: Any, said: str
) -> None:
    fake.replies.append(Reply.json(answer))
    with pytest.raises(SourceError) as caught:
        await make().fetch()
    assert caught.value.message == f"the answer has no list at items = 'data' ({said})"


def test_it_only_reads() -> None:
    ability = Options.model_validate({"url": URL}).ability
    assert ability.does == ()
    assert ability.words(EffectKind.ACK) == "is only read from: how to act there is not known"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"url": URL, "items": "data["}, r"items\n.*is no JMESPath"),
        ({"url": URL, "fields": {"id": "length("}}, r"fields.id\n.*is no JMESPath"),
        ({"url": URL, "fields": {"id": "lenght(@)"}}, "Unknown function: lenght"),
        ({"url": URL, "fields": {"idd": "id"}}, "fields.idd"),
        ({"url": URL + "?page=1"}, "is not an address"),
        ({"url": URL, "body": {}}, 'body needs method = "POST"'),
        ({"url": URL, "paging": {"kind": "cursor"}}, "needs at"),
        ({"url": URL, "paging": {"kind": "link", "at": "x"}}, "at is for"),
        ({"url": URL, "paging": {"kind": "next", "at": "x", "more": "y"}}, "more and start"),
        ({"url": URL, "paging": {"kind": "page", "where": "body"}}, "where"),
        ({"url": URL, "headers": {"X Key": "x"}}, "is no name of a header"),
        ({"url": URL, "headers": {"Host": "x"}}, "is set by itself"),
        ({"url": URL, "headers": {"Authorization": "x"}, "token": "t"}, "not both"),
        ({"url": URL, "service": ""}, "service"),
        ({"url": URL, "severity": {"bad": "P9"}}, "is one of P1"),
    ],
)
def test_a_config_that_cannot_work_is_refused(table: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Options.model_validate(table)


def test_a_secret_in_the_file_is_warned_of() -> None:
    headers = {"X-Key": "made-up", "Accept": "text/x", "X-Token": {"env": "T"}}
    options = Options.model_validate({"url": URL, "headers": headers})
    (warning,) = options.warnings
    assert warning.startswith("headers: X-Key looks like a secret")
    assert "made-up" not in f"{options!r} {options.model_dump_json()} {warning}"


def test_a_secret_is_no_part_of_the_rules() -> None:
    one, other = (
        Options.model_validate({"url": URL, "headers": {"X-Key": {"env": name}}}) for name in ("A", "B")
    )
    told = [json.dumps(fingerprinted(options), default=lambda _value: None) for options in (one, other)]
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("value", "fires"),
    [(True, True), (False, False), (1, True), (0, False), ("true", True), ("No", False), ("open", None), (None, None)],
)  # fmt: skip
def test_firing_says_yes_or_no(value: Any, *, fires: bool | None) -> None:
    options = Options.model_validate({"url": URL, "fields": {"firing": "f"}})
    poll = parse([{"id": 1, "name": "A", "f": value}], "prod", options)
    assert (len(poll.alerts), poll.complete) == (int(fires is True), fires is not None)


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ('<https://a.example/?page=2>; rel="next"', "https://a.example/?page=2"),
        ("</x?a=1,2>; rel=next", "/x?a=1,2"),
        ('<https://a.example/1>; rel="prev", <https://a.example/3>; title="no, next"; rel="last next"', "https://a.example/3"),
        ('<https://a.example/1>; rel="nextish"', ""),
        ('<https://a.example/1>; rel="prev"', ""),
        ("rel=next", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_next_link(header: str, address: str) -> None:
    assert _linked(header) == address


@given(st.text(max_size=60))
def test_a_next_page_is_on_the_same_host_or_refused(address: str) -> None:
    pager = Pager(Options.model_validate({"url": URL, "paging": {"kind": "next", "at": "next"}}))
    answer = Answer(200, {}, b"", "api.example")
    try:
        page = pager.next(pager.first(), answer, {"next": address}, 1, 1)
    except SourceError as error:
        assert error.hint  # noqa: PT017 - one of two good ends
    else:
        assert page is None or page.path.startswith("/")


@pytest.fixture
def keep(make: Make, monkeypatch: pytest.MonkeyPatch, fake: FakeListing) -> Source:
    monkeypatch.setenv("KEEP_API_KEY", "made-up")
    return make(**{"items": "@", **example("http", "keep"), "url": fake.url + PATH})


async def test_the_worked_example_reads_keep(fake: FakeListing, keep: Source) -> None:
    usual = {
        "fingerprint": "f1",
        "name": "CheckoutDown",
        "status": "firing",
        "severity": "critical",
        "lastReceived": "2026-01-05T09:01:00.000Z",
        "firingStartTime": "2026-01-05T09:00:00.000Z",
        "service": "checkout",
        "message": "Nobody can pay",
        "description": "Since the deploy",
        "url": "https://keep.example/alerts?f=f1",
        "labels": {"runbook_url": "https://runbooks.example/checkout", "pod": "web-1"},
        "deleted": False,
        "dismissed": False,
    }
    others = [
        usual | {"fingerprint": "f2", "status": "resolved"},
        usual | {"fingerprint": "f3", "status": "suppressed"},
        usual | {"fingerprint": "f4", "dismissed": True},
        usual | {"fingerprint": "f5", "status": "acknowledged", "severity": "low", "message": None},
        usual | {"fingerprint": "f6", "status": None},
    ]
    fake.replies.append(Reply.json([usual, *others]))
    poll = await keep.fetch()
    found = [(alert.ref.fingerprint, alert.title, alert.service, alert.priority) for alert in poll.alerts]
    assert found == [
        ("f1", "Nobody can pay", "checkout", Priority.P1),
        ("f5", "Since the deploy", "checkout", Priority.P4),
    ]
    first = poll.alerts[0]
    assert first.runbook_url == "https://runbooks.example/checkout"
    assert first.started_at is not None
    assert first.started_at.isoformat() == "2026-01-05T09:00:00+00:00"
    assert poll.problems == ("item 6 of the answer cannot be read: it does not say whether it fires",)
    sent = {name.lower(): text for name, text in fake.requests[0].headers.items()}
    assert sent["x-api-key"] == "made-up"
