"""Google's tokens: from a service account's key, from what the machine has, and what is said where there is none."""

from __future__ import annotations

import builtins
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.errors import SourceError
from console.sources.gcp import Options, Source
from console.sources.gcp.credentials import READING, WRITING, GoogleCredentials
from tests.fakes.google import EMAIL, FakeGoogle, key_file
from tests.fakes.http import FakeServer, Reply, Request, serving
from tests.servers.alertmanager import free_port
from tests.sources.conftest import HeldClock

PROJECT = "payments-prod"
ALERTS = f"/v3/projects/{PROJECT}/alerts"


@pytest.fixture
def fake() -> Iterator[FakeGoogle]:
    with serving(FakeGoogle()) as server:
        yield server


@pytest.fixture(autouse=True)
def _bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "no-gcloud"))
    metadata_at(f"127.0.0.1:{free_port()}", monkeypatch)


def metadata_at(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Move the metadata server; google-auth reads its address when it is loaded."""
    monkeypatch.setenv("GCE_METADATA_HOST", host)
    monkeypatch.setenv("GCE_METADATA_IP", host)
    monkeypatch.setattr("google.auth.compute_engine._metadata._GCE_METADATA_HOST", host)


def options(fake: FakeServer, **more: Any) -> Options:
    return Options.model_validate({"url": fake.url, "projects": [PROJECT], **more})


async def fetched(chosen: Options, clock: HeldClock) -> Source:
    source = Source("prod", chosen, clock)
    try:
        await source.fetch()
    finally:
        await source.close()
    return source


async def test_a_token_is_fetched_once_and_again_when_it_expires(
    fake: FakeGoogle, tmp_path: Path, clock: HeldClock
) -> None:
    source = Source("prod", options(fake, credentials=str(key_file(tmp_path, f"{fake.url}/token"))), clock)
    await source.fetch()
    await source.fetch()
    assert len(fake.tokens) == 1
    await source.close()
    fake.lifetime = 60  # less than google-auth wants to have left
    short = Source("prod", options(fake, credentials=str(tmp_path / "key.json")), clock)
    await short.fetch()
    await short.fetch()
    await short.close()
    assert len(fake.tokens) == 3


async def test_a_token_that_is_refused_is_fetched_anew(
    fake: FakeGoogle, tmp_path: Path, clock: HeldClock
) -> None:
    source = Source("prod", options(fake, credentials=str(key_file(tmp_path, f"{fake.url}/token"))), clock)
    await source.fetch()
    fake.tokens.append("another one")  # ours has been revoked
    poll = await source.fetch()
    await source.close()
    assert (poll.complete, len(fake.tokens)) == (True, 3)


@pytest.mark.parametrize(("actions", "scope"), [([], READING), (["snooze"], WRITING)])
async def test_no_more_is_asked_for_than_needed(
    fake: FakeGoogle, tmp_path: Path, clock: HeldClock, actions: list[str], scope: str
) -> None:
    key = str(key_file(tmp_path, f"{fake.url}/token"))
    credentials = GoogleCredentials(options(fake, credentials=key, actions=actions), clock)
    assert credentials._scopes == [scope]


async def test_the_machine_s_own_credentials_are_found(
    fake: FakeGoogle, tmp_path: Path, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(key_file(tmp_path, f"{fake.url}/token")))
    source = await fetched(options(fake), clock)
    assert (await source.prove()).identity == EMAIL
    await source.close()


async def test_google_s_own_machines_need_no_key(
    fake: FakeGoogle, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.metadata = True
    metadata_at(fake.url.removeprefix("http://"), monkeypatch)
    source = await fetched(options(fake), clock)
    assert len(fake.tokens) == 1
    assert (await source.prove()).identity == EMAIL
    await source.close()


async def test_a_machine_without_credentials_says_what_to_do(
    fake: FakeGoogle, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("google.auth.compute_engine._metadata._NO_GCE_CHECK", True)  # it takes 3 s
    with pytest.raises(SourceError, match="no Google credentials are found") as caught:
        await fetched(options(fake), clock)
    assert caught.value.parked
    assert "gcloud auth application-default login" in caught.value.hint


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        ("{", "is not the key of a service account"),
        ("[]", "is not the key of a service account"),
        ('{"type": "authorized_user"}', "is not the key of a service account"),
        ('{"type": "service_account", "private_key": "secret"}', "does not accept the credentials"),
    ],
)
async def test_a_key_that_is_none(
    fake: FakeGoogle, tmp_path: Path, clock: HeldClock, content: str | None, said: str
) -> None:
    file = tmp_path / "key.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=said) as caught:
        await fetched(options(fake, credentials=str(file)), clock)
    assert caught.value.permanent
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "said", "parked"),
    [
        (Reply.json({"error": "invalid_grant", "error_description": "Invalid JWT: key=abc"}, 400), "(invalid_grant)", True),
        (Reply(403, b"<html>"), "does not accept the credentials", True),
        (Reply(429), "we ask too often", False),
    ],
)  # fmt: skip
async def test_a_token_that_is_not_given(  # noqa: PLR0917 - fixtures and rows
    fake: FakeGoogle,
    tmp_path: Path,
    clock: HeldClock,
    reply: Reply,
    said: str,
    parked: bool,  # noqa: FBT001 - a row
) -> None:
    fake.replies.append(reply)
    with pytest.raises(SourceError) as caught:
        await fetched(options(fake, credentials=str(key_file(tmp_path, f"{fake.url}/token"))), clock)
    assert said in caught.value.message
    assert "abc" not in str(caught.value)
    assert caught.value.parked == parked


async def test_a_token_endpoint_that_is_away_is_named(
    fake: FakeGoogle, tmp_path: Path, clock: HeldClock
) -> None:
    away = f"127.0.0.1:{free_port()}"
    with pytest.raises(SourceError, match=f"{away} refuses the connection") as caught:
        await fetched(options(fake, credentials=str(key_file(tmp_path, f"http://{away}/token"))), clock)
    assert not caught.value.permanent


class Proxy(FakeServer):
    """Answers for everybody, as a proxy does for http addresses."""

    def __init__(self, behind: FakeGoogle) -> None:
        super().__init__()
        self.behind = behind

    def answer(self, request: Request) -> Reply:
        request.path = "/" + request.target.removeprefix("http://").partition("/")[2].partition("?")[0]
        return self.behind.answer(request)


async def test_tokens_are_fetched_through_the_proxy(
    fake: FakeGoogle, tmp_path: Path, clock: HeldClock
) -> None:
    with serving(Proxy(fake)) as proxy:
        key = str(key_file(tmp_path, "http://tokens.example/token"))
        chosen = options(fake, credentials=key, proxy=proxy.url)
        await fetched(chosen.model_copy(update={"url": "http://monitoring.example"}), clock)
        assert [request.target.partition("?")[0] for request in proxy.requests] == [
            "http://tokens.example/token",
            f"http://monitoring.example{ALERTS}",
        ]


async def test_without_the_extra_it_says_what_to_install(
    fake: FakeGoogle, tmp_path: Path, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("google"):
            raise ModuleNotFoundError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(SourceError) as caught:
        await fetched(options(fake, credentials=str(key_file(tmp_path, f"{fake.url}/token"))), clock)
    assert caught.value.hint == "pip install 'oncall-console[gcp]'"


async def test_nothing_secret_is_logged(
    fake: FakeGoogle, tmp_path: Path, clock: HeldClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    file = key_file(tmp_path, f"{fake.url}/token")
    source = await fetched(options(fake, credentials=str(file)), clock)
    key = json.loads(file.read_text(encoding="utf-8"))["private_key"]
    shown = caplog.text + repr(vars(source)) + repr(source._credentials)
    assert fake.tokens
    assert not any(token in shown for token in fake.tokens)
    assert key[40:80] not in shown
    assert "assertion" not in shown
