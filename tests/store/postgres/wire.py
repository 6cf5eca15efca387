"""A network between two places of this machine that can be cut without either end being told.

The server stays where it is; a program enters the other place, and what it connects from there goes
over a bridge in a third. Taking the bridge's end away loses every packet, in both directions, while
both ends still see a good wire. Only root may make such places (network namespaces).
"""

from __future__ import annotations

import ctypes
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CLONE_NEWNET = 0x40000000
OURS = Path("/proc/thread-self/ns/net")


class Wire:
    """The network between the ``server`` and the ``client`` (their addresses)."""

    def __init__(self) -> None:
        tag = secrets.token_hex(3)
        self._far, self._middle, self._near = f"oc{tag}c", f"oc{tag}m", f"oc{tag}s"
        third, fourth = secrets.randbelow(256), 4 * secrets.randbelow(64)
        self.server, self.client = (f"10.213.{third}.{fourth + n}" for n in (1, 2))

    def make(self) -> None:
        near, middle, far = self._near, ("-n", self._middle), ("-n", self._far)
        ip("netns", "add", self._far)
        ip("netns", "add", self._middle)
        ip("link", "add", near, "type", "veth", "peer", "name", "m1", "netns", self._middle)
        ip(*middle, "link", "add", "m2", "type", "veth", "peer", "name", "eth0", "netns", self._far)
        ip(*middle, "link", "add", "name", "br0", "type", "bridge")
        for end in ("m1", "m2"):
            ip(*middle, "link", "set", end, "master", "br0")
            ip(*middle, "link", "set", end, "up")
        ip(*middle, "link", "set", "br0", "up")
        ip("addr", "add", f"{self.server}/30", "dev", near)
        ip("link", "set", near, "up")
        ip(*far, "addr", "add", f"{self.client}/30", "dev", "eth0")
        ip(*far, "link", "set", "eth0", "up")
        # Who is where stays known, so that a cut wire swallows packets instead of "no route to host".
        hardware = Path(f"/sys/class/net/{near}/address").read_text().strip()
        ip(*far, "neigh", "replace", self.server, "dev", "eth0", "lladdr", hardware, "nud", "permanent")

    def cut(self) -> None:
        ip("-n", self._middle, "link", "set", "m1", "nomaster")

    def mend(self) -> None:
        ip("-n", self._middle, "link", "set", "m1", "master", "br0")

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be at the far end with this thread and those that it starts; what it connects stays there."""
        with OURS.open() as home, Path(f"/run/netns/{self._far}").open() as away:
            enter(away.fileno())
            try:
                yield
            finally:
                enter(home.fileno())

    def remove(self) -> None:
        for place in (self._far, self._middle):
            ip("netns", "delete", place, check=False)


def ip(*words: str, check: bool = True) -> None:
    subprocess.run(["ip", *words], check=check, capture_output=True, text=True)


def enter(namespace: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)  # os.setns came with Python 3.12
    if libc.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "this thread cannot go to another network")


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    """A network of our own; skips where none can be made."""
    if os.geteuid() != 0:
        pytest.skip("only root may make a network to cut")
    wire = Wire()
    try:
        wire.make()
    except (OSError, subprocess.CalledProcessError) as error:
        wire.remove()
        pytest.skip(f"no network can be made here: {getattr(error, 'stderr', error)}")
    yield wire
    wire.remove()
