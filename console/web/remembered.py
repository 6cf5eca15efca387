"""Answers kept to ask "only if it has changed": servers that offer it (``ETag``, ``Last-Modified``) save a body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from console.web.exchange import NO_HEADERS, Answer
from console.web.times import parse_time

NOT_MODIFIED = 304

_MOST_ANSWERS = 32
_MOST_BYTES = 8_000_000

# A date has whole seconds: what changed twice within one would look unchanged (RFC 9110, 8.8.2.2).
_SETTLED = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: Answer
    condition: Mapping[str, str]


class Remembered:
    """The last answers of one server by what was asked. Bounded: 32 answers, 8 MB; the oldest go first."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._bytes = 0

    def condition(self, question: str) -> Mapping[str, str]:
        """Return the headers that ask for an answer only if it differs from the kept one."""
        kept = self._kept.get(question)
        return NO_HEADERS if kept is None else kept.condition

    def whole(self, question: str, answer: Answer) -> Answer:
        """Return the answer with its body; what can be asked for again conditionally is kept.

        For "not modified" that is the kept body, with the headers of this answer over those kept.
        """
        if answer.status == NOT_MODIFIED and (kept := self._kept.get(question)):
            return replace(kept.answer, headers={**kept.answer.headers, **answer.headers})
        if answer.status == 200:
            self._forget(question)
            if condition := _condition(answer.headers):
                self._keep(question, _Kept(answer, condition))
        return answer

    def clear(self) -> None:
        """Forget everything: somebody else is asking from now on."""
        self._kept.clear()
        self._bytes = 0

    def _keep(self, question: str, kept: _Kept) -> None:
        if len(kept.answer.body) > _MOST_BYTES // 2:
            return
        self._kept[question] = kept
        self._bytes += len(kept.answer.body)
        while len(self._kept) > _MOST_ANSWERS or self._bytes > _MOST_BYTES:
            self._forget(next(iter(self._kept)))

    def _forget(self, question: str) -> None:
        gone = self._kept.pop(question, None)
        if gone is not None:
            self._bytes -= len(gone.answer.body)


def _condition(headers: Mapping[str, str]) -> Mapping[str, str]:
    if "no-store" in headers.get("cache-control", "").casefold():
        return NO_HEADERS
    if etag := headers.get("etag"):
        return {"If-None-Match": etag}
    modified = headers.get("last-modified")
    return (
        {"If-Modified-Since": modified}
        if modified and _settled(modified, headers.get("date"))
        else NO_HEADERS
    )


def _settled(modified: str, date: str | None) -> bool:
    """Return whether the change was over when the answer was made, by the server's own clock."""
    changed, made = parse_time(modified), parse_time(date)
    return isinstance(changed, datetime) and isinstance(made, datetime) and made - changed >= _SETTLED
