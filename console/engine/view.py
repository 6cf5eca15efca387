"""How an engine stands at this moment, for whoever watches over it: a service manager, metrics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from console.domain.health import EngineReport, SourceHealth, SourceStatus, status
from console.domain.human import count
from console.domain.incident import Incident
from console.engine.kit import Kit
from console.engine.standby import Standby
from console.engine.tally import Tally
from console.engine.term import Term


class View:
    """Read it in the event loop and at once: it shows the engine's own parts, not a copy."""

    def __init__(self, kit: Kit, standby: Standby, term: Term | None) -> None:
        self._kit = kit
        self._standby = standby
        self._term = term if term is not None and term.keeper.held else None

    @property
    def tally(self) -> Tally:
        """What has been counted since the start."""
        return self._kit.tally

    @property
    def token(self) -> int | None:
        """The lease's token while this engine works; None while it does not."""
        return self._term.keeper.lease.token if self._term and self._term.keeper.lease else None

    @property
    def ready(self) -> bool:
        """Whether it works, or stands by with a store that answers."""
        return self._term is not None or (self._standby.other is not None and not self._standby.trouble)

    @property
    def other(self) -> EngineReport | None:
        """Who works while this engine stands by, as last read."""
        return None if self._term else self._standby.other

    @property
    def silent_for(self) -> float:
        """Seconds since the store last answered or was given up: long only where the engine is stuck."""
        return self._kit.ticks() - self._kit.tally.answered_at

    @property
    def heartbeat_age(self) -> float | None:
        """Seconds since the last heartbeat of whoever works, as far as is known here."""
        if self._term is not None:
            return self._kit.ticks() - self._term.keeper.beaten_at
        return self._standby.heartbeat_age

    @property
    def sources(self) -> tuple[SourceHealth, ...]:
        """The sources' health while this engine works."""
        return self._term.healths() if self._term else ()

    @property
    def incidents(self) -> Iterable[Incident] | None:
        """The incidents in this engine's memory; None while it does not work: unknown is not none."""
        return self._term.board.incidents.values() if self._term and self._term.board.loaded else None

    @property
    def pending(self) -> int | None:
        """Effects in the outbox when last looked; None while this engine does not work."""
        return self._term.outbox.pending if self._term else None

    def words(self) -> str:
        """Say it in one line."""
        if self._term is not None and (report := self._term.keeper.report) is not None:
            now = self._kit.now()
            ours = replace(report, expires_at=now)  # it is we who ask the sources, and we are not silent
            live = [status(source, ours, now) for source in self.sources].count(SourceStatus.LIVE)
            all_told = count(len(self.sources), "source")
            return f"working since {report.started_at:%Y-%m-%d %H:%M} UTC, {live} of {all_told} live"
        if self._standby.trouble:
            return f"the store cannot be used: {self._standby.trouble}"
        if (other := self._standby.other) is not None:
            return f"standby: {other.host}, pid {other.pid} works"
        return "starting"
