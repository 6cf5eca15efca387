"""Links that are filled from an incident, and what labels from outside cannot do in them."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.alert import Link
from console.domain.incident import Incident
from console.domain.links import fill, links_of
from console.domain.policy import Service
from console.domain.text import safe_url
from console.domain.urltemplate import LinkTemplate, fields_in
from tests.domain.world import World, alert, at, policy

HOST = "https://graphs.example"
NOW = at("10:30")


def incident(*, title: str = "it is slow", **labels: str) -> Incident:
    world = World()
    world.open("10:00", alert(labels=tuple(labels.items()), description=title))
    return world.incident()


def made(url: str, of: Incident, trace: str = "") -> Link | str:
    return fill(LinkTemplate("a link", url, trace), of, NOW)


def url_of(url: str, of: Incident, trace: str = "") -> str:
    link = made(url, of, trace)
    assert isinstance(link, Link), link
    return link.url


def test_every_field_is_filled() -> None:
    one = incident(pod="api-3")
    template = "/{service}/{team}/{id}/{alert}/{labels.pod}?from={started_ms}&s={started_s}&at={started_iso}"
    assert url_of(HOST + template, one) == (
        f"{HOST}/payments/payments/INC-1/Unwell/api-3"
        f"?from={round(at('10:00').timestamp()) * 1000}&s={round(at('10:00').timestamp())}"
        "&at=2026-01-06T10%3A00%3A00Z"
    )


def test_an_open_incident_ends_now_and_starts_when_its_source_says() -> None:
    one = replace(incident(), source_started_at=at("09:57"))
    assert url_of(HOST + "/?a={started_iso}&b={ended_iso}", one).endswith(
        "a=2026-01-06T09%3A57%3A00Z&b=2026-01-06T10%3A30%3A00Z"
    )
    over = replace(one, epochs=(replace(one.epoch, resolved_at=at("10:12")),))
    assert url_of(HOST + "/?b={ended_iso}", over).endswith("10%3A12%3A00Z")


@pytest.mark.parametrize(
    "evil",
    [
        "a\"b'c", "two\nlines\r\nHost: evil.example", "javascript:alert(1)", "//evil.example/x", "@evil.example",
        "#top", "?x=1&y=2", "a/../../b", "%2e%2e%2f", "\\evil.example", "{service}", "\x1b]8;;https://evil.example\x07",
        "\u202emoc.live", "https://user:pass@evil.example", " ", "&from=0",
    ],
)  # fmt: skip
def test_a_label_stays_one_value(evil: str) -> None:
    one = incident(pod=evil)
    for template in ("/p/{labels.pod}", "/?q={labels.pod}&w=1", "/#{labels.pod}"):
        parts = urlsplit(url_of(HOST + template, one))
        assert (parts.scheme, parts.netloc) == ("https", "graphs.example")
    asked = urlsplit(url_of(HOST + "/d?q={labels.pod}&w=1", one))
    assert parse_qs(asked.query, keep_blank_values=True) == {"q": [evil], "w": ["1"]}
    assert asked.path == "/d"
    assert not asked.fragment


@given(st.text(min_size=1, max_size=60))
def test_no_label_makes_an_address_that_is_not_safe(value: str) -> None:
    value = value.encode("utf-8", "replace").decode()
    link = made(HOST + "/a/{labels.pod}/b?q={labels.pod}", incident(pod=value))
    if isinstance(link, Link):
        assert safe_url(link.url) == link.url
        assert link.url.isascii()
        assert link.url.startswith(f"{HOST}/a/")
        assert link.url.count("/") == 5
    else:
        assert link in {"a value would lead to another page", "no alert has the label pod"}


@pytest.mark.parametrize("value", [".", ".."])
def test_a_value_cannot_climb_out_of_its_path(value: str) -> None:
    assert made(HOST + "/wiki/{labels.pod}/edit", incident(pod=value)) == "a value would lead to another page"
    assert made(HOST + "/wiki/.{labels.pod}", incident(pod=".")) == "a value would lead to another page"
    assert isinstance(made(HOST + "/wiki?p={labels.pod}", incident(pod=value)), Link)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("/?t={trace}", "no trace found in labels and texts"),
        ("/?t={labels.zone}", "no alert has the label zone"),
        ("/?t={labels.long}", "the address is too long"),
    ],
)
def test_a_field_that_is_not_known_makes_no_link(url: str, why: str) -> None:
    assert made(HOST + url, incident(long="x" * 2100), "trace=([0-9a-f]{8})") == why


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("trace_id=([0-9a-f]{8})", "0a1b2c3d"),
        ("(?:trace )([0-9a-f]{8})", "99999999"),
        ("INV-[0-9]+", "INV-7"),
    ],
)
def test_a_trace_is_found_in_labels_first_and_in_texts(pattern: str, found: str) -> None:
    one = incident(title="trace 99999999 of INV-7", trace_id="0a1b2c3d")
    assert url_of(HOST + "/t/{trace}", one, pattern) == f"{HOST}/t/{found}"


def test_templates_are_offered_where_they_fit_and_each_address_once() -> None:
    rules = policy(
        services={"payments": Service("payments", "payments", links=(Link("board", f"{HOST}/b"),))},
        links=(
            LinkTemplate("same", f"{HOST}/b"),
            LinkTemplate("for all", f"{HOST}/" + "{id}"),
            LinkTemplate("ours", f"{HOST}/p/" + "{id}", services=("payments",), sources=("prod", "edge")),
            LinkTemplate("theirs", f"{HOST}/s/" + "{id}", services=("search",)),
            LinkTemplate("other team", f"{HOST}/t/" + "{id}", teams=("search",)),
            LinkTemplate("other source", f"{HOST}/o/" + "{id}", sources=("edge",)),
            LinkTemplate("zone", f"{HOST}/z/" + "{labels.zone}"),
        ),
    )
    links = links_of(incident(), rules, NOW)
    assert [link.title for link in links.offered] == ["board", "for all", "ours"]
    assert links.missing == (("zone", "no alert has the label zone"),)


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("https://{service}.example/", "before or in the host"),
        ("https://graphs.example{labels.pod}/", "before or in the host"),
        ("{labels.url}", "before or in the host"),
        ("javascript:alert({service})", "before or in the host"),
        ("https://user:pw@graphs.example/{service}", "not an http"),
        (HOST + "/{", "too many"),
        (HOST + "/{servce}", 'no field "{servce}"'),
        (HOST + "/{service!r}", "no field"),
        (HOST + "/{service:>30}", "no field"),
        (HOST + "/{service.__class__}", "no field"),
        (HOST + "/{labels.}", "no field"),
        (HOST + "/{}", "no field"),
    ],
)
def test_what_cannot_be_a_template(url: str, part: str) -> None:
    with pytest.raises(ValueError, match=part):
        fields_in(url)


def test_labels_may_have_names_with_dots_and_slashes() -> None:
    assert fields_in(HOST + "/{labels.app.kubernetes.io/name}?b={{x}}") == ("labels.app.kubernetes.io/name",)
