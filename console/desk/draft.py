"""From accepted decisions to what the store is asked to write."""

from __future__ import annotations

from console.domain.decide import Accepted, Context, as_events
from console.domain.events import Event, Undone
from console.domain.fold import apply, fold
from console.domain.incident import Incident
from console.domain.summary import summarise
from console.ports.store import OutboxEntry, Write


class Draft:
    """One incident's write in the making: decisions are added one after the other, ``after`` moves along."""

    def __init__(self, before: Incident | None) -> None:
        self.before = before
        self.after = before
        self.text = ""
        self._events: list[Event] = []
        self._effects: list[OutboxEntry] = []

    @property
    def empty(self) -> bool:
        """True until a decision has been added."""
        return not self._events

    def add(self, decision: Accepted, context: Context) -> None:
        """Add an accepted decision about ``after``; its effects go into the outbox with its events."""
        events = as_events(self.after, decision.bodies, context)
        if any(isinstance(event.body, Undone) for event in events):
            self.after = fold((*context.events, *events))  # what is taken back changes the past
        else:
            for event in events:
                self.after = apply(self.after, event)
        self.text = decision.text
        self._events += events
        self._effects += (
            OutboxEntry(
                wish.id,
                context.incident_id,
                wish.source,
                wish.kind,
                context.actor.name,
                text=wish.text,
                until=wish.until,
                handle=wish.handle,
            )
            for wish in decision.effects
        )

    def write(self, op: str = "", settled: tuple[str, ...] = ()) -> Write:
        """Return what the store is asked to write. Raises ``ValueError`` where there is nothing."""
        if self.after is None or not self._events:
            raise ValueError("a draft without events writes nothing")
        return Write(
            incident=self.after.id,
            expected_n=self.before.n if self.before else 0,
            events=tuple(self._events),
            summary=summarise(self.after),
            op=op,
            effects=tuple(self._effects),
            settled=settled,
        )
