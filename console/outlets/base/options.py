"""What the config tables of all outlets have in common."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from console.config.base import Line, Table, Word
from console.config.escalation import PriorityName
from console.domain.comms.outlets import Outlet
from console.domain.priority import Priority
from console.web.options import WebOptions


class OutletOptions(Table):
    """Keys that every outlet takes besides ``kind`` and ``name``."""

    KIND: ClassVar[str]
    """The kind, as the config says it."""

    priorities: tuple[PriorityName, ...] = ("P1", "P2")
    """Updates about incidents of these go here unless somebody says otherwise; ``[]``: of all."""

    services: tuple[Line, ...] = ()
    """Only those about these services; left out: about all."""

    def told(self, name: str) -> Outlet:
        """Return what an outlet of this name is to the rules."""
        return Outlet(
            name,
            self.KIND,
            self._place(),
            frozenset(Priority[one] for one in self.priorities),
            frozenset(self.services),
            self._components(),
            self._source(),
        )

    def _place(self) -> str:
        """Return what it does with an update, in a few words."""
        raise NotImplementedError

    def _components(self) -> tuple[tuple[str, str], ...]:
        return ()

    def _source(self) -> str:
        return ""


class WebOutletOptions(WebOptions, OutletOptions):
    """Keys of every outlet that is reached over HTTP."""


class PageOptions(WebOutletOptions):
    """Keys of every status page."""

    components: dict[Line, Word] = Field(default_factory=dict)
    """Ids of the page's components by service; a service that is not in it has none there."""

    notify: bool = True
    """Whether the page tells its subscribers of each update."""

    def _components(self) -> tuple[tuple[str, str], ...]:
        return tuple(self.components.items())
