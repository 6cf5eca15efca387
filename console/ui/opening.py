"""Opening an address in a browser without letting it near the terminal."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping

from console.domain.text import safe_url

_OPENERS = ("xdg-open", "gio", "wslview")


def opener(environ: Mapping[str, str], platform: str = sys.platform) -> tuple[str, ...]:
    """Return the command that opens an address on this desktop; empty where there is none (ssh, a server).

    Browsers that would run inside the terminal are never used.
    """
    if platform == "darwin":
        return ("open",)
    if not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY") or environ.get("WSL_DISTRO_NAME")):
        return ()
    for name in _OPENERS:
        if shutil.which(name):
            return (name, "open") if name == "gio" else (name,)
    return ()


def open_address(url: str, command: tuple[str, ...]) -> bool:
    """Start the opener with an http or https address; False where it cannot be started.

    The child gets no terminal and no shell: its output would be drawn over the screen.
    """
    address = safe_url(url)
    if not command or not address:
        return False
    try:
        subprocess.Popen(  # noqa: S603 - no shell; the address begins with http:// or https://
            [*command, address],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    return True
