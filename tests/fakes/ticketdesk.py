"""A ticket system in memory, with the strings to pull: it dies, refuses, and lists late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from console.domain.people import Person
from console.domain.tickets.draft import Draft
from console.errors import SourceError
from console.ports.sources import Proof
from console.ports.tickets import Found


class FakeTickets:
    """``trouble`` is raised before anything is done, ``dies`` called once a ticket or a comment has been made."""

    kind = "jira"

    def __init__(self, now: Callable[[], datetime], name: str = "jira", lag: float = 0.0) -> None:
        self.name = name
        self.made: list[tuple[datetime, Draft]] = []
        self.comments: list[tuple[str, str, str]] = []
        self.moved: list[tuple[str, str]] = []
        self.given: list[tuple[str, str]] = []
        self.asked = 0
        self.trouble: SourceError | None = None
        self.dies: Callable[[], None] | None = None
        self._now = now
        self._lag = timedelta(seconds=lag)

    def _ask(self) -> None:
        self.asked += 1
        if self.trouble is not None:
            raise self.trouble

    def _key(self, number: int) -> Found:
        return Found(f"OPS-{number}", f"https://jira.example/browse/OPS-{number}", "Cards", "", "To Do")

    async def create(self, draft: Draft) -> Found:
        self._ask()
        self.made.append((self._now(), draft))
        if self.dies is not None:
            self.dies()
        return self._key(len(self.made))

    async def find(self, draft: Draft) -> Found | None:
        self._ask()
        listed = [
            number
            for number, (at, one) in enumerate(self.made, 1)
            if one.marker == draft.marker and at + self._lag <= self._now()
        ]
        return self._key(listed[-1]) if listed else None

    async def look(self, key: str) -> Found | None:
        self._ask()
        return self._key(7) if key == "OPS-7" else None

    async def point_back(self, key: str, draft: Draft) -> str:
        return ""

    async def comment(self, key: str, text: str, mark: str) -> None:
        self._ask()
        if mark not in {one for _, _, one in self.comments}:
            self.comments.append((key, text, mark))
            if self.dies is not None:
                self.dies()

    async def move(self, key: str, transition: str) -> Found:
        self._ask()
        self.moved.append((key, transition))
        return Found(key, "https://jira.example", state=transition)

    async def assign(self, key: str, person: Person) -> Found:
        self._ask()
        self.given.append((key, person.id))
        return Found(key, "https://jira.example", assignee=person.name)

    async def prove(self) -> Proof:
        return Proof("desk")

    async def close(self) -> None:
        """Nothing to let go of."""
