"""Keeping secrets out of what is said: servers and proxies like to repeat what they were sent."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus

HIDDEN = "***"

_SHORTEST = 4  # characters; anything shorter protects nothing and is part of ordinary words
_SECRET_NAME = re.compile(
    r"auth|cookie|token|secret|passw|credential|signature|session|(^|[-_.])(api|app|application)?[-_]?key$",
    re.IGNORECASE,
)


class Secrets:
    """The secrets of a request. Their values are never shown, by ``repr`` neither."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        forms = {form for value in values for form in _forms(value)}
        # The longest first: one may be part of another.
        self._forms = sorted((form for form in forms if len(form) >= _SHORTEST), key=len, reverse=True)

    def without(self, text: str) -> str:
        """Return the text with every secret replaced by ``***``."""
        for form in self._forms:
            text = text.replace(form, HIDDEN)
        return text


NO_SECRETS = Secrets()


def secrets_of(
    credentials: Mapping[str, str], headers: Mapping[str, str], params: Iterable[tuple[str, str]]
) -> Secrets:
    """Return the secrets of a request: all of its credentials, and what is called like one elsewhere."""
    named = (value for name, value in (*headers.items(), *params) if _SECRET_NAME.search(name))
    return Secrets((*credentials.values(), *named))


def without_query(url: str) -> str:
    """Return an address that may be shown: a query can hold a token or a signature."""
    return url.partition("#")[0].partition("?")[0]


def _forms(value: str) -> Iterator[str]:
    """Yield a secret as it may come back: the whole header, its last word, the password of a basic login, quoted."""
    scheme, _, last = value.rpartition(" ")
    for plain in (value, last, *(_login(last) if scheme.casefold() == "basic" else ())):
        yield plain
        yield quote(plain, safe="", errors="replace")
        yield quote_plus(plain, errors="replace")
        yield json.dumps(plain)[1:-1]


def _login(encoded: str) -> tuple[str, ...]:
    try:
        pair = b64decode(encoded, validate=True).decode("utf-8", "replace")
    except ValueError:
        return ()
    return pair, pair.partition(":")[2]
