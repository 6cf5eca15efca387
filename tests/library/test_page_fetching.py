"""Runbooks at addresses: only what the config allows is asked, and nothing on the way leads elsewhere."""

from __future__ import annotations

import gzip
import re
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from posixpath import normpath
from unicodedata import normalize
from urllib.parse import unquote

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from console.domain.pages import PageRule, rule_for
from console.errors import SourceError
from console.ports.pages import Page
from console.web.page import Access, PageFetcher
from tests.fakes.http import FakeServer, Reply, Request, serving

MARKDOWN = {"Content-Type": "text/markdown; charset=utf-8"}


class Wiki(FakeServer):
    """Has one page, and knows when it has not changed."""

    def answer(self, request: Request) -> Reply:
        if request.path != "/rb/disk.md":
            return Reply(404, b"no such page")
        if request.headers.get("If-None-Match") == '"7"':
            return Reply(304, b"", {"ETag": '"7"'})
        return Reply(200, b"# Disk\n\n1. Check it\n", {**MARKDOWN, "ETag": '"7"'})


@pytest.fixture
def wiki() -> Iterator[Wiki]:
    with serving(Wiki()) as made:
        yield made


def fetcher(*rules: PageRule, seconds: float = 5.0, access: Access | None = None) -> PageFetcher:
    return PageFetcher(rules, lambda _rule: access or Access(), seconds)


def refused(fetch: PageFetcher, url: str) -> str:
    with pytest.raises(SourceError) as caught:
        fetch(url, "", "")
    return caught.value.message


def named(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name lead to some addresses; return the names that were looked up."""
    asked: list[str] = []

    def look_up(host: str, port: int, **_more: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        asked.append(host)
        return [(0, 0, 0, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_a_page_is_read_and_asked_for_again_only_if_it_changed(wiki: Wiki) -> None:
    fetch = fetcher(PageRule(f"{wiki.url}/rb"))
    assert fetch(f"{wiki.url}/rb/disk.md#fix", "", "") == Page("# Disk\n\n1. Check it\n", '"7"')
    assert fetch(f"{wiki.url}/rb/disk.md", '"7"', "") is None
    assert [request.target for request in wiki.requests] == ["/rb/disk.md", "/rb/disk.md"]
    assert "not allowed" not in refused(fetch, f"{wiki.url}/rb/gone.md")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/rb/disk.md",
        "javascript:alert(1)",
        "http://asha:hush@127.0.0.1/rb/disk.md",
        "http://127.0.0.1\\@wiki.example/rb/disk.md",
        "https://127.0.0.1/rb/disk.md",
        "http://127.0.0.1:1/rb/disk.md",
        "http://127.0.0.1/rb/../disk.md",
        "http://127.0.0.1/rb/%2e%2e/disk.md",
        "http://127.0.0.1/rb/%252e%252e/disk.md",
        "http://127.0.0.1/rb/..%5cdisk.md",
        "http://127.0.0.1/rb-other/disk.md",
        "http://127.0.0.1/rb%2fdisk.md",
        "http://127.0.0.1/rb%252fdisk.md",
        "http://127.0.0.1/rb/..;/disk.md",
        "http://127.0.0.1/rb/..;a=b/disk.md",
        "http://127.0.0.1/rb/%c0%ae%c0%ae/disk.md",
        "http://127.0.0.1/rb/\uff0e\uff0e/disk.md",
        "http://127.0.0.1/rb/%e2%80%a5/disk.md",
        "http://127.0.0.1:0/rb/disk.md",
        "http://127.0.0.1./rb/disk.md",
        "http://127\u30020.0.1/rb/disk.md",
        "http://127.0.0.1/Rb/disk.md",
        "http://127.0.0.1@169.254.169.254/rb/disk.md",
        "http://127.0.0.1:80@169.254.169.254/rb/disk.md",
        "http://[fe80::1%25eth0]/rb/disk.md",
        "http://[/rb/disk.md",
        "http://127.0.0.1/rb/a\r\nHost: wiki.example",
        "http://127.0.0.1/rb/$(id)`id` '\"",
        "http://2130706433/rb/disk.md",
        "http://0x7f000001/rb/disk.md",
        "http://0177.0.0.1/rb/disk.md",
        "http://[::1]/rb/disk.md",
        "http://[::ffff:127.0.0.1]/rb/disk.md",
        "http://169.254.169.254/rb/latest/meta-data",
        "http://10.0.0.1/rb/disk.md",
        "../../etc/passwd",
        "/etc/passwd",
        "",
    ],
)
def test_what_is_not_on_the_allow_list_is_never_asked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = named(monkeypatch, "127.0.0.1")
    assert "not on the allow-list" in refused(fetcher(PageRule("http://127.0.0.1/rb")), url)
    assert asked == []


INTERNAL = [
    "127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "0.0.0.0",  # noqa: S104 - nothing is bound
    "169.254.169.254", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "fd00:ec2::254",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
    "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::7f00:1", "fec0::1", "240.0.0.1",
    "168.63.129.16", "192.0.0.192", "100.100.100.200",
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "url"),
    [
        ("https://wiki.example/run%20books", "https://wiki.example/run%20books/disk.md"),
        ("https://wiki.example/Pl%c3%a4ne", "https://wiki.example/Pl%C3%A4ne/disk.md"),
        ("https://wiki.example/api", "https://wiki.example/api/files/runbooks%2Fdisk.md/raw?ref=main"),
        ("https://wiki.example/rb", "https://WIKI.example:443/rb"),
        ("https://wiki.example", "https://wiki.example/disk.md"),
        ("https://wiki.example:8443/rb", "https://wiki.example:8443/rb/v1..v2;a=b/disk.md"),
    ],
)
def test_what_lies_below_an_allowed_address_is_on_the_list(rule: str, url: str) -> None:
    allowed = PageRule(rule)
    assert rule_for(url, [allowed]) == allowed


PIECES = [
    "rb",
    "a",
    "..",
    ".",
    "",
    "%2e%2e",
    ".%2E",
    "%252e%252e",
    "%2f",
    "%5c",
    "..;",
    ";",
    "%c0%ae",
    "\uff0e\uff0e",
    "%20",
]


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=3).map("".join), max_size=6))
def test_however_a_path_is_read_it_does_not_leave_the_allowed_one(pieces: list[str]) -> None:
    path = "/".join(["", "rb", *pieces])
    if rule_for(f"https://wiki.example{path}", [PageRule("https://wiki.example/rb")]) is None:
        return
    readings = {path}
    for _ in range(4):
        readings |= {unquote(one) for one in readings}
    readings |= {re.sub(";[^/]*", "", one) for one in readings}
    readings |= {normalize("NFKC", one).replace("\\", "/") for one in readings}
    assert {normpath(one).split("/")[1] for one in readings} == {"rb"}


def test_of_two_rules_the_longer_one_counts() -> None:
    whole, part = PageRule("https://wiki.example"), PageRule("https://wiki.example/team", own=True)
    assert rule_for("https://wiki.example/team/disk.md", [whole, part]) == part
    assert rule_for("https://wiki.example/team-b/disk.md", [whole, part]) == whole


@pytest.mark.parametrize(
    ("host", "address"),
    [
        *(("wiki.example", address) for address in INTERNAL),
        *((host, "127.0.0.1") for host in ("2130706433", "0x7f000001", "0177.1", "localhost")),
    ],
)
def test_a_name_that_leads_to_an_internal_address_is_refused(
    host: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = named(monkeypatch, "93.184.216.34", address)
    fetch = fetcher(PageRule(f"http://{host}/rb"))
    assert "leads to the internal address" in refused(fetch, f"http://{host}/rb/disk.md")
    assert asked == [host]


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fd00:ec2::254",
        "fd20:ce::254", "168.63.129.16", "192.0.0.192", "100.100.100.200", "::ffff:100.100.100.200",
    ],
)  # fmt: skip
def test_where_clouds_keep_their_credentials_no_name_may_lead(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(monkeypatch, address)
    fetch = fetcher(PageRule("http://wiki.example/rb", internal=True))
    assert "internal address" in refused(fetch, "http://wiki.example/rb/disk.md")


def test_a_name_is_looked_up_once_and_that_is_what_is_asked(
    wiki: Wiki, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = wiki.url.rpartition(":")[2]
    asked = named(monkeypatch, "127.0.0.1")
    url = f"http://wiki.example:{port}/rb"
    assert fetcher(PageRule(url, internal=True))(f"{url}/disk.md", "", "") is not None
    assert asked == ["wiki.example"]
    assert wiki.requests[0].headers["Host"] == f"wiki.example:{port}"


@pytest.mark.parametrize("host", ["wiki.example", "xn--fa-hia.example"])
def test_the_certificate_has_to_be_for_the_name_and_a_token_goes_there_alone(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, file = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    wiki = Wiki()
    wiki._server.socket = context.wrap_socket(wiki._server.socket, server_side=True)
    port = wiki.url.rpartition(":")[2]
    named(monkeypatch, "127.0.0.1")
    with serving(wiki):
        access = Access({"Authorization": "Bearer hush-5150"}, file)
        good, bad = f"https://{host}:{port}/rb", f"https://other.example:{port}/rb"
        rules = (PageRule(good, True, True), PageRule(bad, True, True))
        assert fetcher(*rules, access=access)(f"{good}/disk.md", "", "") is not None
        assert wiki.requests[0].headers["Authorization"] == "Bearer hush-5150"
        said = refused(fetcher(*rules, access=access), f"{bad}/disk.md")
        assert "certificate is for another host name" in said
        assert len(wiki.requests) == 1
    assert "hush-5150" not in repr(access) + said


@pytest.mark.parametrize("etag", ['"é"', '"' + "7" * 400 + '"'])
def test_a_tag_that_could_not_be_sent_back_is_left_out(wiki: Wiki, etag: str) -> None:
    wiki.replies.append(Reply(200, b"# A", {**MARKDOWN, "ETag": etag}))
    fetch = fetcher(PageRule(f"{wiki.url}/rb"))
    page = fetch(f"{wiki.url}/rb/disk.md", "", "")
    assert page == Page("# A")
    assert fetch(f"{wiki.url}/rb/disk.md", page.etag, page.modified) is not None


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:1/secret",
        "http://[::1]/rb/disk.md",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "//10.0.0.1/rb/disk.md",
        "/secret",
        "../secret",
        "https://evil.example/rb/disk.md",
        "http://[",
        "http://127.0.0.1]/rb/disk.md",
        "",
    ],
)
def test_a_redirect_is_followed_within_the_allow_list_only(wiki: Wiki, target: str) -> None:
    fetch = fetcher(PageRule(f"{wiki.url}/rb"))
    wiki.replies.append(Reply(302, b"", {"Location": "disk.md"}))
    assert fetch(f"{wiki.url}/rb/old", "", "") is not None
    wiki.replies.extend([Reply(302, b"", {"Location": target})] * 5)
    before = len(wiki.requests)
    said = refused(fetch, f"{wiki.url}/rb/old")
    assert "allow-list" in said or "without end" in said
    assert len(wiki.requests) - before <= 4
    assert all(request.path.startswith("/rb") for request in wiki.requests)


def test_a_redirect_takes_no_token_along(wiki: Wiki) -> None:
    rules = (PageRule(f"{wiki.url}/team", own=True), PageRule(f"{wiki.url}/rb"))
    fetch = fetcher(*rules, access=Access({"Authorization": "Bearer hush-5150"}))
    wiki.replies.append(Reply(302, b"", {"Location": "/rb/disk.md"}))
    assert fetch(f"{wiki.url}/team/disk.md", "", "") is not None
    sent = [(request.path, request.headers.get("Authorization")) for request in wiki.requests]
    assert sent == [("/team/disk.md", "Bearer hush-5150"), ("/rb/disk.md", None)]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(200, b"x" * 1_000_001, MARKDOWN), "more than 1 MB"),
        (Reply(200, b"# A", MARKDOWN, stall=True), "no complete answer within 0.3 s"),
        (Reply(200, b"# A", MARKDOWN, hang=True), "no complete answer within 0.3 s"),
        (Reply(200, b"# A", MARKDOWN, announced=90), "broke off"),
        (Reply(200, b"<html>", {"Content-Type": "text/html"}), "it is a web page"),
        (Reply(200, b"\x89PNG", {"Content-Type": "image/png"}), "it is no text (image/png)"),
        (Reply(200, b"\xff\xfe", MARKDOWN), "not UTF-8"),
        (Reply(200, b"# A\0", MARKDOWN), "it is no text"),
        (Reply(200, b" \n", MARKDOWN), "it is empty"),
        (Reply(200, b"\x1f\x8b zip", {**MARKDOWN, "Content-Encoding": "gzip"}), "broke off"),
        (
            Reply(200, gzip.compress(bytes(50_000_000), 1), {**MARKDOWN, "Content-Encoding": "gzip"}),
            "more than 1 MB",
        ),
        (Reply(200, b"\x0b\x02", {**MARKDOWN, "Content-Encoding": "br"}), "broke off"),
        (Reply(403, b"hush", MARKDOWN), "answers with 403: check token in [[runbooks.fetch]]"),
        (Reply(404, b"hush", MARKDOWN), "answers with 404: there is no such page"),
        (Reply(500, b"hush", MARKDOWN), "answers with 500"),
    ],
)
def test_a_page_that_is_none_is_refused_in_words(wiki: Wiki, reply: Reply, said: str) -> None:
    wiki.replies.append(reply)
    fetch = fetcher(PageRule(f"{wiki.url}/rb"), seconds=0.3)
    assert said in refused(fetch, f"{wiki.url}/rb/disk.md")


def test_an_endless_body_is_cut_off(wiki: Wiki) -> None:
    wiki.replies.append(Reply(200, b"y\n" * 3_000_000, MARKDOWN, announced=2**40))
    assert "more than 1 MB" in refused(fetcher(PageRule(f"{wiki.url}/rb")), f"{wiki.url}/rb/disk.md")
