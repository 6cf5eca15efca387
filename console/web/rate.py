"""What an answer says about our pace, in the dialect of each vendor. Pure: no clock, no waiting.

Seconds to go: ``Retry-After`` (or an HTTP date), PagerDuty's ``ratelimit-reset``, Datadog's
``X-RateLimit-Reset``. The same header is a unix time at Intercom and ISO 8601 at Jira; numbers are told
apart by their size. Sentry's have its name in them. Opsgenie says ``X-RateLimit-State: THROTTLED``,
Statuspage 420 instead of 429, GitHub also 403 with nothing left or a time to wait, AWS sends 400 with a
code in the body, Slack 200 with ``"ok": false``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from console.web.times import parse_time

LONGEST_WAIT = 3600.0  # seconds; a server that says "come back tomorrow" is asked again after an hour

TOO_OFTEN = frozenset({420, 429})

_UNIX_TIME = 1e9  # as seconds to go that is 31 years
_MOST_BODY = 4000  # bytes; no throttling error is longer, and nothing longer is searched for one
_PERIOD = 60.0  # seconds, where Opsgenie says THROTTLED and not for how long

# The codes by which AWS says so (those that botocore retries for).
_AWS_CODES = re.compile(
    rb"\b(Throttling|ThrottlingException|ThrottledException|RequestThrottled|RequestThrottledException"
    rb"|RequestLimitExceeded|TooManyRequestsException|BandwidthLimitExceeded|SlowDown)\b"
)
_AWS_PLACES = re.compile(rb'"__type"|"Code"|"code"|<Code>')
_LIMIT_HEADERS = ("ratelimit", "x-ratelimit", "x-sentry-rate-limit")
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,9})?")


@dataclass(frozen=True, slots=True)
class Told:
    """``refused``: this request was turned away for our pace. ``wait``: seconds not to ask, None if it does not say."""

    refused: bool = False
    wait: float | None = None


def told(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> Told:
    """Return what an answer says about our pace. ``headers`` by lower-case name."""
    refused = status in TOO_OFTEN or _refused_in_body(status, body) or _refused_as_forbidden(status, headers)
    waits = [_throttled(headers)]
    if refused or status >= 500:
        waits.append(retry_after(headers.get("retry-after"), now))
    if refused or _used_up(headers):
        waits.append(_until_reset(headers, now))
    return Told(refused, max((wait for wait in waits if wait is not None), default=None))


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for (a number or a date), None if it has none."""
    text = (value or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return _bounded((moment - now).total_seconds())


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _until_reset(headers: Mapping[str, str], now: datetime) -> float | None:
    text = _limit_header(headers, "reset")
    if _NUMBER.fullmatch(text) and float(text) < _UNIX_TIME:
        return _bounded(float(text))
    moment = parse_time(text)  # a unix time as well
    return None if moment is None else _bounded((moment - now).total_seconds())


def _used_up(headers: Mapping[str, str]) -> bool:
    """Return whether nothing is left until the reset; a limit of 0 is no limit at all."""
    remaining, limit = _limit_header(headers, "remaining"), _limit_header(headers, "limit")
    return _number(remaining) == 0 and _number(limit) != 0


def _throttled(headers: Mapping[str, str]) -> float | None:
    if headers.get("x-ratelimit-state", "").strip().upper() != "THROTTLED":
        return None
    period = _number(headers.get("x-ratelimit-period-in-sec", "").strip())
    return _PERIOD if period is None else _bounded(period)


def _limit_header(headers: Mapping[str, str], name: str) -> str:
    found = (headers.get(f"{start}-{name}") for start in _LIMIT_HEADERS)
    return next((text.strip() for text in found if text), "")


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _refused_as_forbidden(status: int, headers: Mapping[str, str]) -> bool:
    """Return whether a 403 is about our pace: GitHub's limits, the secondary ones with ``Retry-After``."""
    return status == 403 and ("retry-after" in headers or _used_up(headers))


def _refused_in_body(status: int, body: bytes) -> bool:
    if len(body) > _MOST_BODY:
        return False
    if status == 400:
        return bool(_AWS_PLACES.search(body) and _AWS_CODES.search(body))
    if status != 200 or b"ratelimited" not in body:
        return False
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.get("ok") is False and value.get("error") == "ratelimited"
