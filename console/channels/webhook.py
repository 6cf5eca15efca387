"""A signed JSON POST to any address: the way to whatever has no kind of its own."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import ClassVar

from console.channels.base.body import body_of
from console.channels.base.failures import delivering
from console.channels.base.options import WebChannelOptions
from console.clock import Clock
from console.config.base import Line, Word
from console.config.secrets import Secret
from console.domain.text import one_line
from console.ports.channels import Message, Sent
from console.web.credentials import revealed
from console.web.http import Answer, HttpClient
from console.web.options import Url

SIGNATURE = "X-Oncall-Signature"
_ALREADY = 409


class Options(WebChannelOptions):
    """``[[channels]]`` with ``kind = "webhook"``."""

    KIND: ClassVar[str] = "webhook"

    url: Url
    """Where to; without a query. It gets a POST for each message."""

    secret: Secret | None = None
    """Signs each message (HMAC-SHA256): the receiver can tell that it comes from here."""

    token: Secret | None = None
    """Sent as ``Authorization: Bearer …``, where the receiver wants one."""

    contact: Word | None = None
    """The kind of contact of a person that is sent as ``address``: ``phone``; left out: no single people."""

    room: Line | None = "all"
    """What ``address`` says where a message is for everybody."""

    def _reaches(self) -> tuple[str, str]:
        return self.contact or "", self.room or ""


class _Signing:
    """Fetches the secrets once, in a thread, and signs each request with them."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._known: tuple[str, str] | None = None

    def headers(self, place: str, method: str, url: str, body: bytes) -> Mapping[str, str]:  # noqa: ARG002 - the body is signed
        if self._known is None:
            secret, token = self._options.secret, self._options.token
            self._known = (
                revealed(secret, place, printable=False) if secret else "",
                revealed(token, place) if token else "",
            )
        secret_text, token_text = self._known
        made: dict[str, str] = {}
        if token_text:
            made["Authorization"] = f"Bearer {token_text}"
        if secret_text:
            made[SIGNATURE] = signature(secret_text, int(self._clock.now().timestamp()), body)
        return made

    def renew(self) -> None:
        self._known = None


def signature(secret: str, moment: int, body: bytes) -> str:
    """Return the header's value: ``t`` is ``moment`` (seconds since 1970), ``v1`` the HMAC over ``t.body``."""
    made = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return f"t={moment},v1={made.hexdigest()}"


class Channel:
    """One address. What it answers 2xx to has been taken; so has what it says it has already (409)."""

    kind = Options.KIND

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        self.name = name
        self._deadline = options.deadline
        self._client = HttpClient(options.url, options, clock, credentials=_Signing(options, clock))

    async def send(self, message: Message) -> Sent:
        """Post one message. Raises ``DeliveryError``."""
        body = json.dumps(body_of(message), separators=(",", ":")).encode()
        async with delivering(self.name, self._deadline):
            answer = await self._client.ask(
                "POST",
                "",
                body=body,
                accept={_ALREADY},
                headers={"Idempotency-Key": message.key},
                idempotent=True,
            )
        said = "it has that already" if answer.status == _ALREADY else "accepted"
        return Sent(f"{said} ({answer.status})", _handle(answer))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


def _handle(answer: Answer) -> str:
    """Return the ``id`` that the receiver gave the message, if it answers with one."""
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    made = value.get("id") if isinstance(value, dict) else None
    return one_line(str(made), 200) if isinstance(made, str | int) else ""
