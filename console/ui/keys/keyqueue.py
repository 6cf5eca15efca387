"""One key at a time: what is typed ahead goes where the key before it has put the focus.

A terminal hands over ``n``, ``r``, ``e`` in one read; Textual would send all three to the list before the
note that ``n`` opens is there, and the text of a note would escalate an incident (peer bug B6 in a hurry).
So a key waits until the one before has done its work, and until a dialog that it opens has the focus.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from console.ui.terminal.textual_hooks import was_stopped

LOOK_AGAIN = 0.01
"""Seconds between two looks at whether a dialog has the focus."""
GONE_AFTER = 0.05
"""Seconds after which a key that was not heard of is looked for."""
PATIENCE = 2.0
"""Seconds after which a key that never came back, or a dialog that never came, is waited for no longer."""


class KeyQueue:
    """The keys of one app. ``send`` is the app's own handling of a fresh key; ``dropped`` is told how many were lost."""

    def __init__(
        self, app: App[Any], send: Callable[[events.Key], Awaitable[None]], dropped: Callable[[int], None]
    ) -> None:
        self._app = app
        self._send = send
        self._dropped = dropped
        self._waiting: deque[events.Key] = deque()
        self._travelling: events.Key | None = None
        self._target: Widget | None = None
        self._held_from: object = None
        self._timer: Timer | None = None
        self._looks = 0

    async def press(self, event: events.Key) -> None:
        """Take a fresh key: handle it now, or once those before it are done."""
        if self._travelling is not None or self._waiting or self.held:
            self._waiting.append(event)
        else:
            await self._pass_on(event)

    def came_back(self, event: events.Key) -> None:
        """Note that a key found no taker and is being looked up among the bindings."""
        if event is self._travelling:
            self._app.call_later(self._acted, event)

    @property
    def idle(self) -> bool:
        """Whether every key has done its work."""
        return self._travelling is None and not self._waiting and not self.held

    @property
    def held(self) -> bool:
        """Whether keys wait for a dialog."""
        return self._held_from is not None

    def hold(self) -> None:
        """Keep further keys for the dialog that is on its way from the screen shown now."""
        if not self.held:
            self._held_from = self._app.screen
            self._looks = 0
            self._timer = self._app.set_interval(LOOK_AGAIN, self._look)

    def release(self) -> None:
        """Let keys go on: the dialog has the focus, or none comes."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.held:
            self._held_from = None
            self._next()

    def _look(self) -> None:
        self._looks += 1
        screen = self._app.screen
        if screen is not self._held_from and (screen.focused is not None or not screen.focus_chain):
            self.release()
        elif self._looks * LOOK_AGAIN >= PATIENCE:
            lost = len(self._waiting)
            self._waiting.clear()
            self.release()
            if lost:
                self._dropped(lost)

    async def _pass_on(self, event: events.Key) -> None:
        self._travelling = event
        target = self._target = self._app.focused or self._app.screen
        await self._send(event)
        if event.is_forwarded:
            # Behind the key in its target's queue: by then the target has taken it or passed it up.
            target.call_later(self._seen, event, target)
            self._app.set_timer(GONE_AFTER, partial(self._missing, event, target))
        else:
            self._done(event)

    def _seen(self, event: events.Key, target: Widget) -> None:
        if was_stopped(event):
            target.call_later(self._followed, event, target)

    def _acted(self, event: events.Key) -> None:
        target = self._target
        if target is None or not target.is_running:
            self._done(event)
        else:
            target.call_later(self._followed, event, target)

    def _followed(self, event: events.Key, pump: DOMNode) -> None:
        """Climb behind what the target says of the key (a field: submitted) until the screen has heard it, too."""
        if isinstance(pump, Screen) or pump.parent is None:
            self._done(event)
        else:
            pump.parent.call_later(self._followed, event, pump.parent)

    def _missing(self, event: events.Key, target: Widget, waited: float = GONE_AFTER) -> None:
        """Give up a key that its target took away with it (the field of a dialog that closed)."""
        if event is not self._travelling:
            return
        if not target.is_running or waited >= PATIENCE:
            self._done(event)
            return
        if was_stopped(event):  # perhaps further up, by the dialog round its target
            target.call_later(self._followed, event, target)
        self._app.set_timer(GONE_AFTER, partial(self._missing, event, target, waited + GONE_AFTER))

    def _done(self, event: events.Key) -> None:
        if event is self._travelling:
            self._travelling = None
            self._next()

    def _next(self) -> None:
        if self._waiting and self._travelling is None and not self.held:
            event = self._waiting.popleft()
            self._travelling = event
            self._app.call_later(self._pass_on, event)
