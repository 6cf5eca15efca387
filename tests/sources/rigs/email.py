"""A mailbox."""

from __future__ import annotations

import contextlib
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from console.clock import Clock
from console.domain.alert import Ending
from console.sources import registry
from tests.fakes.http import FakeServer
from tests.fakes.imap import PASSWORD, USER, FakeImap, serving
from tests.fakes.mailstore import Folder
from tests.sources.mails import id_of
from tests.sources.rigs import Given

DAYS = 14


class EmailRig:
    def __init__(self, fake: FakeImap, clock: Clock) -> None:
        self.fake = fake
        self.server: FakeServer | None = None
        self.page: int | None = None
        self.cap: int | None = 500
        self.lacks = frozenset({"title", "service", "severity", "runbook_url"})
        self._clock = clock
        options = registry.find("email").options.model_validate(
            {
                "host": "127.0.0.1",
                "port": fake.port,
                "encryption": "none",
                "username": USER,
                "password": PASSWORD,
                "done": "Done",
                "days": DAYS,
            }
        )
        self.source = registry.build("email", "under-test", options, clock)

    def fires(self, *alerts: Given) -> None:
        self.fake.refusals.clear()
        wanted = {raw_mail(alert): alert for alert in alerts}
        inbox = self.fake.inbox
        inbox.messages = [one for one in inbox.messages if one.raw in wanted]
        there = {one.raw for one in inbox.messages}
        for raw, alert in wanted.items():
            if raw not in there:
                inbox.put(raw, self._clock.now(), *(["\\Flagged"] if alert.acked_by else []))

    def spoil(self) -> None:
        self.fake.inbox.put(None, self._clock.now())

    def break_down(self) -> None:
        self.fake.refusals["UID SEARCH"] = "NO [SERVERBUG] out of order"

    def ends(self, name: str, how: Ending) -> None:
        inbox = self.fake.inbox
        one = next(each for each in inbox.messages if id_of(name).encode() in (each.raw or b""))
        if how is Ending.MOVED:
            one.received -= timedelta(days=DAYS + 2)
            return
        inbox.messages.remove(one)
        if how is Ending.RESOLVED:
            self.fake.folders.setdefault("Done", Folder(validity=7)).put(one.raw, one.received)


def raw_mail(alert: Given) -> bytes:
    """Return a report as a mail program would send it, whatever is in its texts."""
    words = b64encode(alert.name.encode("utf-8", "surrogatepass").replace(b"\xed\xa0\x80", b"\xef\xbf\xbd"))
    body = b64encode(alert.description.encode("utf-8", "replace"))
    return (
        b"From: Rina <rina@acme.example>\r\nTo: oncall@shop.example\r\n"
        b"Message-ID: %b\r\nSubject: =?utf-8?b?%b?=\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n%b\r\n"
        % (id_of(alert.name).encode(), words, body)
    )


@contextlib.contextmanager
def rig(_folder: Path, clock: Clock) -> Iterator[EmailRig]:
    with serving() as fake:
        yield EmailRig(fake, clock)
