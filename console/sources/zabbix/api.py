"""Zabbix's API: JSON-RPC, whose errors come with HTTP status 200."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from console.clock import Clock
from console.config.secrets import Secret
from console.errors import SourceError
from console.sources.base.reading.records import Record, answered
from console.sources.zabbix.options import Options
from console.web.credentials import Nobody, revealed
from console.web.http import HttpClient
from console.web.redaction import Secrets

_PATH = "/api_jsonrpc.php"
_OPEN = frozenset({"apiinfo.version", "user.checkAuthentication"})  # refuse to be called with credentials
_BEARER = (6, 4)  # before, the token goes into the request; from 7.2 on it may not
_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})")
_TEMPORARY = -32603  # JSON-RPC: internal error
_LOGIN = ("not authorized", "re-login", "session terminated", "api token expired", "token is disabled")


class Api:
    """Calls methods with one token. ``version`` is asked for once."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self.client = HttpClient(options.url, options, clock, credentials=Nobody())
        self._secret: Secret = options.token
        self._token = ""
        self._version: tuple[int, int] | None = None

    async def version(self) -> tuple[int, int]:
        """Return major and minor version. Raises ``SourceError``."""
        if self._version is None:
            said = await self._call("apiinfo.version", {}, {}, {})
            found = _VERSION.match(said) if isinstance(said, str) else None
            if found is None:
                raise SourceError(
                    f"{self.client.place} does not say which Zabbix it is",
                    hint="is url the address of its web page, with the path?",
                )
            self._version = (int(found[1]), int(found[2]))
        return self._version

    async def call(self, method: str, params: Mapping[str, Any] | list[Any]) -> Any:
        """Return what a method answers. Raises ``SourceError``."""
        version = await self.version()
        token = await self._fetched()
        bearer = {"Authorization": f"Bearer {token}"} if version >= _BEARER else {}
        try:
            return await self._call(method, params, {} if bearer else {"auth": token}, bearer)
        except SourceError as error:
            if error.permanent:  # the token may have been renewed since, and Zabbix another version
                self._token, self._version = "", None
            raise

    async def records(self, method: str, params: Mapping[str, Any]) -> list[object]:
        """Return what a ``get`` method lists. Raises ``SourceError``."""
        found = await self.call(method, params)
        if isinstance(found, dict):  # with nothing in it PHP writes a list, else a table by id
            found = list(found.values())
        if not isinstance(found, list):
            raise SourceError(f"{self.client.place} answers with no list", hint="is url that of a Zabbix?")
        return found

    async def whoami(self) -> Record:
        """Return the user whose token it is. Raises ``SourceError``."""
        token = await self._fetched()
        return answered(
            await self._call("user.checkAuthentication", {"token": token}, {}, {}), self.client.place
        )

    async def _fetched(self) -> str:
        if not self._token:
            self._token = await asyncio.to_thread(revealed, self._secret, self.client.place)
        return self._token

    async def _call(
        self, method: str, params: Any, auth: Mapping[str, str], headers: Mapping[str, str]
    ) -> Any:
        body = {"jsonrpc": "2.0", "method": method, "params": params, "id": 1, **auth}
        reads = method.endswith(".get") or method in _OPEN
        answer = await self.client.ask("POST", _PATH, body=body, headers=headers, idempotent=reads)
        said = answered(answer.json(), self.client.place)
        if said.get("error") is not None:
            raise self._refusal(method, said.record("error"))
        if "result" not in said.raw:
            raise SourceError(
                f"{self.client.place} answers without a result", hint="is url that of a Zabbix?"
            )
        return said.get("result")

    def _refusal(self, method: str, error: Record) -> SourceError:
        words = error.text("data", 200) or error.text("message", 200) or "no reason given"
        said = Secrets([self._token]).without(words) if self._token else words
        place, plain = self.client.place, said.casefold()
        if any(mark in plain for mark in _LOGIN):
            return SourceError(f"{place} does not accept our token", hint="make a new one there", parked=True)
        if plain.startswith("no permissions to call"):
            return SourceError(
                f"{place} forbids {method}", hint="allow it in the role of the token's user", parked=True
            )
        temporary = error.number("code") == _TEMPORARY
        return SourceError(
            f"{place} refuses {method}: {said}",
            hint="if it stays so, look at Zabbix' own log" if temporary else "check the options",
            permanent=not temporary,
        )
