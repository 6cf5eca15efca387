"""As much of apprise as the contract needs, without the half second that loading the library takes each time."""

from __future__ import annotations

import json
import logging
import urllib.request
from typing import Any
from urllib.parse import urlsplit

log = logging.getLogger("apprise")


class AppriseAsset:
    def __init__(self, **_options: Any) -> None:
        """Take whatever is said."""


class Apprise:
    def __init__(self, asset: AppriseAsset) -> None:
        self._url = ""

    def add(self, url: str) -> bool:
        self._url = f"http://{urlsplit(url).netloc.rpartition('@')[2]}{urlsplit(url).path}"
        return url.startswith("json://")

    def notify(self, title: str, body: str, **_more: Any) -> bool:
        data = json.dumps({"title": title, "message": body}).encode()
        asked = urllib.request.Request(self._url, data, {"Content-Type": "application/json"})  # noqa: S310 - of a test
        try:
            with urllib.request.urlopen(asked, timeout=0.4) as answer:  # noqa: S310 - same
                answer.read()
        except Exception as error:  # noqa: BLE001 - any failure is one
            log.warning("Failed to send to %s: %s", self._url, error)
            return False
        return True
