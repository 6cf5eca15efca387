"""What one console knows and has chosen, apart from any widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from console.domain.filterhints import values_of
from console.domain.filters import Filter, FilterError, parse
from console.domain.hints import Hint, next_hint
from console.domain.hints.here import here
from console.domain.look import Look
from console.domain.policy import Policy
from console.domain.roster import Roster
from console.domain.snapshot import Detail, Snapshot, StoreState
from console.domain.standing import Standing
from console.domain.views import View
from console.ports.desk import Desk
from console.ui.board import Board
from console.ui.bulk import Bulk
from console.ui.drafts import Drafts
from console.ui.screens.shape import Shape
from console.ui.settings import UiSettings
from console.ui.views.frame import Frame
from console.ui.writes import Writes

if TYPE_CHECKING:
    from console.domain.loadmeter import ShiftLoad
    from console.domain.similar import Memory

NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
NO_POLICY = Policy(roster=Roster())


@dataclass
class Session:
    """The state behind the main screen.

    ``selected`` is the incident the lower panes show. ``drafts`` is what is begun and not saved:
    notes, updates for clients and others. ``filter_error`` is what is wrong with the query being written.
    ``ticked``: the first picture is there. ``asides`` is what NEXT says where nothing presses, ``load`` what the shift asked so far (None: not known).
    ``remembered`` is what has been read of what happened before an incident. ``bulk`` is the last command for several incidents, on its way or over,
    ``views`` are the config's and those saved here.
    """

    desk: Callable[[], Desk]
    settings: UiSettings
    writes: Writes
    snapshot: Snapshot | None = None
    board: Board = field(default_factory=Board)
    look: Look = field(default_factory=Look)
    shape: Shape = field(default_factory=Shape)
    selected: str = ""
    detail: Detail | None = None
    detail_trouble: str = ""
    drafts: Drafts = field(init=False)
    filter_error: str = ""
    ticked: bool = False
    asides: tuple[Hint, ...] = ()
    load: ShiftLoad | None = None
    bulk: Bulk | None = None
    views: tuple[View, ...] = ()
    remembered: Callable[[str], Memory | None] = lambda _incident: None

    def __post_init__(self) -> None:
        """Take up the views there are, and what is to keep the drafts."""
        self.views = self.settings.views
        self.drafts = Drafts(self.settings.draft_file)

    @property
    def policy(self) -> Policy:
        """The rules of the latest snapshot."""
        return self.snapshot.policy if self.snapshot else NO_POLICY

    @property
    def me(self) -> str:
        """The person at this console."""
        return self.snapshot.me if self.snapshot else ""

    @property
    def now(self) -> datetime:
        """The store's time; before the first snapshot no time is known, and none is shown."""
        return self.desk().now() if self.snapshot else NO_TIME

    @property
    def frame(self) -> Frame:
        """What views need besides their data."""
        return Frame(self.settings.glyphs, self.settings.zone, self.now, self.me)

    @property
    def readonly(self) -> str:
        """Why nothing can be written from here, in a few words; empty where it can."""
        if self.settings.readonly:
            return "started with --readonly"
        store = self.snapshot.store if self.snapshot else None
        if store is None or store.state is not StoreState.READ_ONLY:
            return ""
        return "started with --readonly" if store.as_asked else store.error or "the store takes no writes"

    @property
    def away(self) -> bool:
        """Whether the store does not answer, so that what is shown is of the past."""
        return self.snapshot is not None and self.snapshot.store.state is StoreState.UNREACHABLE

    @property
    def hint(self) -> Hint | None:
        """What policy wants now; None before the first snapshot."""
        if self.snapshot is None:
            return None
        trouble = self.desk().engine_trouble
        return next_hint(
            self.snapshot, self.board.digest, self.board.viewer, self.now, trouble, asides=self.asides
        )

    def here(self, incident: str | None) -> Hint | None:
        """Return what policy wants for one open incident; None where it is not open."""
        standing = self.board.standing_of(incident)
        if standing is None:
            return None
        known = self.detail if self.detail and self.detail.incident.id == incident else None
        return here(standing, known, self.board.viewer, self.policy, self.now)

    def standing(self, incident: str | None) -> Standing | None:
        """Return where an open incident stands."""
        return self.board.standing_of(incident)

    def take(self, snapshot: Snapshot) -> bool:
        """Take in a snapshot and arrange the list; True where the list is to be drawn again."""
        self.snapshot = snapshot
        changed = self.board.take(snapshot)
        if changed or self.look.timed:
            self.arrange()
        return changed or self.look.timed

    def arrange(self) -> None:
        """Arrange the list for the look and for what became of keys."""
        self.board.show(self.look, self.writes.of(), self.now)

    def query_values(self) -> dict[str, tuple[str, ...]]:
        """Return what may stand after a colon of a query, by field."""
        sources = self.snapshot.sources if self.snapshot else ()
        return values_of(self.policy, [source.name for source in sources])

    def query(self, text: str) -> Filter | None:
        """Return the filter a text stands for; None where it is not one yet (``filter_error`` says why)."""
        try:
            found = parse(text)
        except FilterError as error:
            self.filter_error = str(error)
            return None
        self.filter_error = ""
        return found
