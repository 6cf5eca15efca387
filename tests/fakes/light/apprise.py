"""As much of apprise as the contract needs, without the half second that loading the library takes each time."""

from __future__ import annotations

import json
import logging
import socket
from typing import Any

log = logging.getLogger("apprise")


class AppriseAsset:
    def __init__(self, **_options: Any) -> None:
        """Take whatever is said."""


class Apprise:
    """Posts to ``json://`` addresses on a bare socket, as an HTTP library takes a while to load too."""

    def __init__(self, asset: AppriseAsset) -> None:
        self._url = ""

    def add(self, url: str) -> bool:
        self._url = url
        return url.startswith("json://")

    def notify(self, title: str, body: str, **_more: Any) -> bool:
        place, _, path = self._url.removeprefix("json://").rpartition("@")[2].partition("/")
        data = json.dumps({"title": title, "message": body}).encode()
        head = f"POST /{path} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\nContent-Length: {len(data)}\r\n\r\n"
        host, _, port = place.partition(":")
        try:
            with socket.create_connection((host, int(port)), 0.4) as server:
                server.sendall(head.encode() + data)
                answer, _, rest = server.recv(65_536).partition(b"\r\n\r\n")
                length = int(answer.lower().partition(b"content-length: ")[2].split()[0])
                while len(rest) < length:
                    rest += server.recv(65_536) or b"broken off" * length
        except Exception as error:  # noqa: BLE001 - any failure is one
            log.warning("Failed to send to %s: %s", self._url, error)
            return False
        if not answer.startswith(b"HTTP/1.1 2") or b"broken off" in rest:
            log.warning("Failed to send to %s: %s", self._url, rest)
            return False
        return True
