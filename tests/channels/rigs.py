"""Each kind of channel with a receiver behind it that can be told to misbehave.

``mode``: ``well``; ``refuse`` (for good), ``busy`` (for now), ``stall``, ``break``, ``lie`` (says yes in a way that
is none), ``endless`` (an answer without an end), ``echo`` (refuses, repeating all it was sent), ``elsewhere`` (redirects).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import trustme

from console.channels import registry
from console.channels.base.options import ChannelOptions
from console.ports.channels import Channel
from tests.fakes.http import FakeServer, Reply, Request, serving
from tests.fakes.slack_bot import FakeSlackBot
from tests.paths import REPO
from tests.servers.smtp import USER, smtp_sink
from tests.sources.conftest import HeldClock

SENTINEL = "s3ntinel-0f-every-secret"

LIGHT = str(REPO / "tests" / "fakes" / "light")
SHORT = timedelta(seconds=0.4)

PROGRAM = """#!/bin/sh
mode=$(cat "$1/mode")
said=$(cat)
case $mode in
    stall) sleep 60 ;;
    refuse) echo "no: $TOKEN" >&2; exit 64 ;;
    busy | echo) echo "no: $said $TOKEN" >&2; exit 75 ;;
esac
printf '%s\\n' "$said" >>"$1/took"
"""


class Sink(FakeServer):
    """Takes whatever is posted; ``good`` is how it says so."""

    def __init__(self, good: Reply) -> None:
        super().__init__()
        self.good = good
        self.mode = "well"
        self.elsewhere = ""

    def answer(self, request: Request) -> Reply:
        echo = json.dumps({"message": f"you sent {request.headers} {request.target}"}).encode()
        return {
            "well": self.good,
            "refuse": Reply(404, b"channel_not_found"),
            "busy": Reply(503, b"later", {"Retry-After": "7"}),
            "stall": Reply(200, b"o" * 40, stall=True),
            "break": Reply(200, b"o", announced=400),
            "lie": Reply(200, b"<!doctype html><html>please log in</html>"),
            "endless": Reply(200, b"x" * 3_000_000),
            "echo": Reply(400, echo),
            "elsewhere": Reply(302, b"", {"Location": self.elsewhere}),
        }[self.mode]

    def took(self) -> list[Any]:
        return [request.body for request in self.requests]


@dataclass
class Rig:
    """``took`` are the texts of what arrived; ``modes`` those it can be told to."""

    kind: str
    options: ChannelOptions
    channel: Channel
    took: Callable[[], list[str]]
    told: Callable[[str], None]
    modes: frozenset[str]
    server: Sink | FakeSlackBot | None = None
    address: str = "all"


HTTP = frozenset({"refuse", "busy", "stall", "break", "endless", "echo", "elsewhere"})


def made(kind: str, clock: HeldClock, **table: Any) -> tuple[ChannelOptions, Channel]:
    options = registry.options_of(kind).model_validate(table)
    return options, registry.build(kind, "under-test", options, clock)


def _posted(
    kind: str, sink: Sink | FakeSlackBot, clock: HeldClock, modes: frozenset[str], **table: Any
) -> Rig:
    def told(mode: str) -> None:
        sink.mode = mode

    options, channel = made(kind, clock, **table)
    return Rig(kind, options, channel, lambda: [json.dumps(one) for one in sink.took()], told, modes, sink)


@contextlib.asynccontextmanager
async def webhook(_folder: Path, clock: HeldClock) -> AsyncIterator[Rig]:
    with serving(Sink(Reply(202, b'{"id": "m-1"}'))) as sink:
        yield _posted(
            "webhook",
            sink,
            clock,
            HTTP,
            url=f"{sink.url}/in",
            secret=SENTINEL,
            token=SENTINEL,
            timeout=SHORT,
        )


@contextlib.asynccontextmanager
async def slack_webhook(_folder: Path, clock: HeldClock) -> AsyncIterator[Rig]:
    with serving(Sink(Reply(200, b"ok"))) as sink:
        url = f"{sink.url}/services/T0/B0/{SENTINEL}"
        yield _posted("slack_webhook", sink, clock, HTTP | {"lie"}, url=url, timeout=SHORT)


@contextlib.asynccontextmanager
async def slack(_folder: Path, clock: HeldClock) -> AsyncIterator[Rig]:
    with serving(FakeSlackBot()) as fake:
        rig = _posted(
            "slack",
            fake,
            clock,
            HTTP | {"lie"},
            url=fake.url,
            token=SENTINEL,
            room="C0OPSDESK",
            timeout=SHORT,
        )
        rig.address = "C0OPSDESK"
        yield rig


@contextlib.asynccontextmanager
async def apprise(_folder: Path, clock: HeldClock) -> AsyncIterator[Rig]:
    # The library itself takes half a second a process: ``test_programs`` has it, the contract has a light one.
    with serving(Sink(Reply(200, b"ok"))) as sink, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", LIGHT)
        host = sink.url.removeprefix("http://")
        url = f"json://bot:{SENTINEL}@{host}/{SENTINEL}?rto=0.5&cto=0.5"
        modes = frozenset({"busy", "stall", "break", "echo"})
        yield _posted("apprise", sink, clock, modes, urls=[url], timeout="20s")


@contextlib.asynccontextmanager
async def command(folder: Path, clock: HeldClock) -> AsyncIterator[Rig]:
    (folder / "page").write_text(PROGRAM)
    mode, took = folder / "mode", folder / "took"
    mode.write_text("well")
    table = {
        "command": ["/bin/sh", str(folder / "page"), str(folder)],
        "env": {"TOKEN": SENTINEL},
        "timeout": timedelta(seconds=0.6),
    }
    options, channel = made("command", clock, **table)

    def told(how: str) -> None:
        mode.write_text(how)

    yield Rig(
        "command",
        options,
        channel,
        lambda: took.read_text().splitlines() if took.exists() else [],
        told,
        frozenset({"refuse", "busy", "echo", "stall"}),
    )


@cache
def an_authority() -> trustme.CA:
    """Return one for all tests: making a key takes a while."""
    return trustme.CA()


@contextlib.asynccontextmanager
async def smtp(folder: Path, clock: HeldClock) -> AsyncIterator[Rig]:
    authority = an_authority()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    async with smtp_sink(SENTINEL, authority) as sink:
        table = {
            "host": "localhost",
            "port": sink.port,
            "ca_file": folder / "ca.pem",
            "username": USER,
            "password": SENTINEL,
            "sender": USER,
            "timeout": SHORT,
        }
        options, channel = made("smtp", clock, **table)

        def told(mode: str) -> None:
            sink.mode = mode

        def took() -> list[str]:
            return [f"{letter['Subject']}\n{letter.get_content()}" for letter in sink.letters]

        modes = frozenset({"refuse", "busy", "stall", "break", "echo"})
        yield Rig("smtp", options, channel, took, told, modes, address="budi@shop.example")


RIGS: dict[str, Callable[[Path, HeldClock], contextlib.AbstractAsyncContextManager[Rig]]] = {
    "apprise": apprise,
    "command": command,
    "slack": slack,
    "slack_webhook": slack_webhook,
    "smtp": smtp,
    "webhook": webhook,
}
