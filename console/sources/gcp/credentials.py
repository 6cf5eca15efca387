"""Tokens of Google, by google-auth (the extra ``gcp``), which is loaded when the first one is needed.

google-auth is given our own HTTP layer to ask with (its interface ``google.auth.transport.Request``), so
that proxy, authorities and time limits are those of the source, and nothing of it is logged.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import threading
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from console.clock import Clock
from console.errors import SourceError
from console.sources.base.options import HttpOptions
from console.sources.gcp.options import Options
from console.web.http import HttpClient

READING = "https://www.googleapis.com/auth/monitoring.read"
WRITING = "https://www.googleapis.com/auth/monitoring"

_METADATA_HOST = "GCE_METADATA_HOST"  # names another metadata server, for google-auth as for us
_METADATA = "169.254.169.254"
_NEARBY = frozenset({_METADATA, "metadata.google.internal"})
_NEARBY_SECONDS = timedelta(seconds=1)  # it is on this machine or nowhere
_ANY_STATUS = frozenset(range(200, 600))
_WORD = re.compile(r"[a-z_]{3,40}")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as google-auth wants it (``google.auth.transport.Response``)."""

    status: int
    headers: Mapping[str, str]
    data: bytes = field(repr=False)


class Transport:
    """What google-auth asks with. Blocks, so it is called in a thread; ``error`` is why the last request failed."""

    def __init__(self, options: HttpOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self.error: SourceError | None = None

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the source's own limit counts
        **_more: Any,
    ) -> Reply:
        """Return the answer, whatever its status. Raises google-auth's ``TransportError``."""
        from google.auth.exceptions import TransportError  # noqa: PLC0415 - only who has the extra gets here

        content = body.encode() if isinstance(body, str) else body
        self.error = None
        try:
            return asyncio.run(self._ask(method, url, content, headers or {}))
        except SourceError as error:
            self.error = error
            raise TransportError(error.message) from None  # type: ignore[no-untyped-call]  # google-auth has no types for it

    async def _ask(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        client = HttpClient(url, self._limits(url), self._clock)
        try:
            answer = await client.ask(method, "", body=body, headers=headers, accept=_ANY_STATUS)
        finally:
            await client.close()
        if method == "POST" and answer.status == 200 and not isinstance(answer.json(), dict):
            raise SourceError(
                f"{answer.place} answers with JSON that is no token", hint="look for a proxy in between"
            )
        return Reply(answer.status, answer.headers, answer.body)

    def _limits(self, url: str) -> HttpOptions:
        """Return the source's transport keys; the metadata server is near, and no proxy knows it."""
        host = urlsplit(url).hostname or ""
        if host not in _NEARBY and host != os.environ.get(_METADATA_HOST, "").partition(":")[0]:
            return self._options
        near = {"proxy": "none", "timeout": min(self._options.timeout, _NEARBY_SECONDS)}
        return self._options.model_copy(update=near)


class GoogleCredentials:
    """A service account's key, or what application default credentials find (``web.credentials.Credentials``)."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self._options = options
        self._scopes = [WRITING if options.ability.does else READING]
        self._transport = Transport(options, clock)
        self._found: Any = None
        self._stale = False
        self._lock = threading.Lock()

    @property
    def identity(self) -> str:
        """Whose token it is, empty while that is not known."""
        email = getattr(self._found, "service_account_email", "")
        return email if isinstance(email, str) and email != "default" else ""

    def headers(self, place: str, method: str, url: str, body: bytes) -> Mapping[str, str]:  # noqa: ARG002 - the same for all
        """Return the token, a new one where it is about to expire. Raises ``SourceError`` without it."""
        seconds = self._options.timeout.total_seconds()
        if not self._lock.acquire(timeout=seconds):  # google-auth tries again and again where it has to wait
            raise SourceError(
                f"there is no token within {seconds:g} s", hint="look at the network and the VPN"
            )
        try:
            self._make_valid()
            headers = {"Authorization": f"Bearer {self._found.token}"}
            if quota := getattr(self._found, "quota_project_id", None):
                headers["X-Goog-User-Project"] = str(quota)
            return headers
        finally:
            self._lock.release()

    def renew(self) -> None:
        """Fetch another token next time."""
        self._stale = True

    def _make_valid(self) -> None:
        try:
            from google.auth import exceptions  # noqa: PLC0415 - an extra, and 0.1 s that others save
        except ModuleNotFoundError:
            raise SourceError(
                "a package that Google's credentials need is not installed",
                hint="pip install 'oncall-console[gcp]'",
                permanent=True,
            ) from None
        try:
            if self._found is None:
                self._found = self._find()
            if self._stale or not self._found.valid:
                self._found.refresh(self._transport)
                self._stale = False
        except (exceptions.GoogleAuthError, ImportError, ValueError) as error:
            raise self._refused(error) from None

    def _find(self) -> Any:
        if self._options.credentials is not None:
            return self._from_file()
        import google.auth  # noqa: PLC0415 - see above
        from google.auth import exceptions  # noqa: PLC0415 - see above

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # they are printed, and the terminal is a screen here
                found, _ = google.auth.default(scopes=self._scopes, request=self._transport)  # type: ignore[arg-type]  # it is the same interface
        except exceptions.DefaultCredentialsError:
            raise SourceError(
                "no Google credentials are found on this machine",
                hint="name a service account's key with credentials, or run: gcloud auth application-default login",
                parked=True,
            ) from None
        return found

    def _from_file(self) -> Any:
        from google.oauth2 import service_account  # noqa: PLC0415 - see above

        file = self._options.credentials
        if file is None:
            raise AssertionError("asked only where there is one")
        try:
            key = json.loads(file.read_bytes())
        except OSError as error:
            raise SourceError(
                f"the key {file} cannot be read ({error.strerror})", hint="check credentials", permanent=True
            ) from None
        except ValueError:
            key = None
        if not isinstance(key, dict) or key.get("type") != "service_account":
            raise SourceError(
                f"{file} is not the key of a service account",
                hint="for other credentials leave credentials out and set GOOGLE_APPLICATION_CREDENTIALS",
                permanent=True,
            )
        return service_account.Credentials.from_service_account_info(key, scopes=self._scopes)  # type: ignore[no-untyped-call]  # same

    def _refused(self, error: Exception) -> SourceError:
        """Say why there is no token: from what failed on the way, else by Google's own code for it."""
        if self._transport.error is not None:
            return self._transport.error
        if isinstance(error, ImportError):
            return SourceError(
                "a package that these Google credentials need is not installed",
                hint="pip install 'oncall-console[gcp]'",
                permanent=True,
            )
        if getattr(error, "retryable", False):
            return SourceError(
                "Google's token server is in trouble", hint="it is asked again with the next poll"
            )
        code = _WORD.match(error.args[0]) if error.args and isinstance(error.args[0], str) else None
        return SourceError(
            f"Google does not accept the credentials{f' ({code[0]})' if code and '_' in code[0] else ''}",
            hint="is the key still valid, and this machine's clock right?",
            parked=True,
        )
