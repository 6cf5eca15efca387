"""Each kind of outlet with what is behind it, which can be told to misbehave (see ``tests.fakes.pages``)."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from console.domain.alert import AlertRef
from console.domain.vocabulary import ComponentState, Stage
from console.outlets import registry
from console.ports.outlets import Outlet, Publication
from tests.channels.rigs import an_authority
from tests.fakes.http import Reply, Request, serving
from tests.fakes.intercom import FakeIntercom, conversation
from tests.fakes.pages import TROUBLE, FakeCachet, FakeInstatus, FakePage, FakeStatuspage
from tests.fakes.slack_bot import FakeSlackBot
from tests.servers.smtp import USER, smtp_sink
from tests.sources.conftest import HeldClock

SENTINEL = "s3ntinel-0f-every-secret"
SHORT = timedelta(seconds=0.4)
T0 = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

FIRST = Publication(
    key="INC-7:op-1:under-test:publish",
    series="INC-7@20260105T090000.000",
    incident="INC-7",
    title="Card payments: partly unavailable",
    text="We know that something is wrong.\n\nWhat you see: Some payments fail.",
    stage=Stage.INVESTIGATING,
    began=T0,
    at=T0,
    components=(("payments", ComponentState.PARTIAL), ("unknown", ComponentState.PARTIAL)),
    refs=(AlertRef("prod", "x"), AlertRef("inbox", "conversation-12"), AlertRef("inbox", "conversation-13")),
)
OVER = replace(
    FIRST,
    key="INC-7:op-2:under-test:publish",
    text="This is over.",
    stage=Stage.RESOLVED,
    at=T0 + timedelta(minutes=30),
    components=(("payments", ComponentState.OPERATIONAL),),
)


@dataclass
class Rig:
    """``told`` is what clients read, by line; ``modes`` are those it can be told to. ``answer_lost`` breaks writes off."""

    kind: str
    outlet: Outlet
    told: Callable[[], list[str]]
    mode: Callable[[str], None]
    modes: frozenset[str]
    lose: Callable[[bool], None] | None = None
    page: FakePage | None = None
    component: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def made(kind: str, clock: HeldClock, **table: Any) -> Outlet:
    options = registry.options_of(kind).model_validate(table)
    return registry.build(kind, "under-test", options, clock)


@contextlib.asynccontextmanager
async def _page(
    kind: str, there: FakePage, clock: HeldClock, component: str, **table: Any
) -> AsyncIterator[Rig]:
    with serving(there):
        components = {"payments": component}
        outlet = made(
            kind, clock, url=there.url, token=SENTINEL, components=components, timeout=SHORT, **table
        )

        def mode(how: str) -> None:
            there.mode = how

        def lose(lost: bool) -> None:  # noqa: FBT001 - a switch
            there.lose_answers = lost

        modes = frozenset({*TROUBLE, "echo"})
        yield Rig(kind, outlet, there.told, mode, modes, lose, there, component)


@contextlib.asynccontextmanager
async def statuspage(_folder: Path, clock: HeldClock) -> AsyncIterator[Rig]:
    async with _page("statuspage", FakeStatuspage(), clock, "c-pay", page="p1", max_body_mb=1) as rig:
        yield rig


@contextlib.asynccontextmanager
async def instatus(_folder: Path, clock: HeldClock) -> AsyncIterator[Rig]:
    async with _page("instatus", FakeInstatus(), clock, "c-pay", page="p1", max_body_mb=1) as rig:
        yield rig


@contextlib.asynccontextmanager
async def cachet(_folder: Path, clock: HeldClock) -> AsyncIterator[Rig]:
    async with _page("cachet", FakeCachet(), clock, "1", max_body_mb=1) as rig:
        yield rig


@contextlib.asynccontextmanager
async def slack(_folder: Path, clock: HeldClock) -> AsyncIterator[Rig]:
    with serving(FakeSlackBot()) as bot:
        outlet = made("slack", clock, url=bot.url, token=SENTINEL, channel="C0CLIENTS", timeout=SHORT)

        def mode(how: str) -> None:
            bot.mode = how

        def lose(lost: bool) -> None:  # noqa: FBT001 - a switch
            bot.lose_answers = lost

        modes = frozenset({"refuse", "busy", "stall", "break", "lie", "echo"})
        yield Rig("slack", outlet, lambda: [one["text"] for one in bot.took()], mode, modes, lose)


class Inbox(FakeIntercom):
    """``mode`` and ``lose_answers`` as pages have them."""

    def __init__(self) -> None:
        super().__init__()
        self.mode = "well"
        self.lose_answers = False
        self.conversations = [conversation(12), conversation(13), conversation(14)]

    def answer(self, request: Request) -> Reply:
        if self.mode == "echo":
            return Reply.json({"errors": [{"message": f"you sent {request.headers}"}]}, 400)
        if self.mode != "well":
            return TROUBLE[self.mode]
        reply = super().answer(request)
        if self.lose_answers and request.path.endswith("/reply"):
            return Reply(200, reply.body, announced=len(reply.body) + 100)
        return reply

    def told(self) -> list[str]:
        parts = [
            one.get("conversation_parts", {}).get("conversation_parts", []) for one in self.conversations
        ]
        return [part["body"] for found in parts for part in found]


@contextlib.asynccontextmanager
async def intercom(_folder: Path, clock: HeldClock) -> AsyncIterator[Rig]:
    with serving(Inbox()) as inbox:
        outlet = made(
            "intercom", clock, url=inbox.url, token=SENTINEL, source="inbox", timeout=SHORT, max_body_mb=1
        )

        def mode(how: str) -> None:
            inbox.mode = how

        def lose(lost: bool) -> None:  # noqa: FBT001 - a switch
            inbox.lose_answers = lost

        modes = frozenset({*TROUBLE, "echo"})
        yield Rig("intercom", outlet, inbox.told, mode, modes, lose, extra={"inbox": inbox})


@contextlib.asynccontextmanager
async def email(folder: Path, clock: HeldClock) -> AsyncIterator[Rig]:
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
            "to": ["citra@client.example", "eko@client.example"],
        }

        def mode(how: str) -> None:
            sink.mode = how

        def told() -> list[str]:
            return [f"{letter['Subject']}\n{letter.get_content()}" for letter in sink.letters]

        modes = frozenset({"refuse", "busy", "stall", "break", "echo"})
        yield Rig("email", made("email", clock, **table), told, mode, modes, extra={"sink": sink})


@contextlib.asynccontextmanager
async def file(folder: Path, clock: HeldClock) -> AsyncIterator[Rig]:
    clock.at = T0
    path = folder / "public" / "status.json"
    outlet = made("file", clock, path=path, markdown=folder / "public" / "status.md")

    def told() -> list[str]:
        page = json.loads(path.read_text()) if path.exists() else {"incidents": []}
        return [update["text"] for one in page["incidents"] for update in one["updates"]]

    def mode(_how: str) -> None:
        raise AssertionError("a file does not misbehave on command")

    yield Rig("file", outlet, told, mode, frozenset(), extra={"path": path})


RIGS: dict[str, Callable[[Path, HeldClock], contextlib.AbstractAsyncContextManager[Rig]]] = {
    "cachet": cachet,
    "email": email,
    "file": file,
    "instatus": instatus,
    "intercom": intercom,
    "slack": slack,
    "statuspage": statuspage,
}
