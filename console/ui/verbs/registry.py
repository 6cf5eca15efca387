"""Which code each action runs, and whether it makes sense now."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.ui.keys.actions import NOTHING_WRITTEN, WRITING
from console.ui.verbs.around import AroundVerbs
from console.ui.verbs.books import BookVerbs
from console.ui.verbs.bulk import BulkVerbs
from console.ui.verbs.checklists import ChecklistVerbs
from console.ui.verbs.console import ConsoleVerbs
from console.ui.verbs.incident import IncidentVerbs
from console.ui.verbs.memory import MemoryVerbs
from console.ui.verbs.merging import MergeVerbs
from console.ui.verbs.noise import NoiseVerbs
from console.ui.verbs.pausing import PausingVerbs
from console.ui.verbs.report import ReportVerbs
from console.ui.verbs.reviews import ReviewVerbs
from console.ui.verbs.roster import RosterVerbs
from console.ui.verbs.runbook import RunbookVerbs
from console.ui.verbs.savedviews import SavedViewVerbs
from console.ui.verbs.share import ShareVerbs
from console.ui.verbs.tickets import TicketVerbs
from console.ui.verbs.tracks import TrackVerbs
from console.ui.verbs.updates import UpdateVerbs
from console.ui.verbs.view import ViewVerbs

if TYPE_CHECKING:
    from console.ui.screens.main import MainScreen

Verb = Callable[[], None]


class Verbs:
    """All verbs of the main screen by action id."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self.view = ViewVerbs(screen)
        self.bulk = BulkVerbs(screen)
        self.incident = IncidentVerbs(screen, self.bulk)
        self.merging = MergeVerbs(screen, self.incident, self.bulk)
        self.around = AroundVerbs(screen)
        self.runbook = RunbookVerbs(screen)
        self.checklists = ChecklistVerbs(screen)
        self.books = BookVerbs(screen)
        parts = (
            self.view,
            SavedViewVerbs(screen, self.view),
            self.bulk,
            self.incident,
            self.runbook,
            self.books,
            ShareVerbs(screen),
            MemoryVerbs(screen),
            self.merging,
            self.around,
            RosterVerbs(screen),
            NoiseVerbs(screen, self.incident),
            ReportVerbs(screen),
            ReviewVerbs(screen),
            TrackVerbs(screen),
            TicketVerbs(screen),
            UpdateVerbs(screen),
            PausingVerbs(screen, self.incident),
            self.checklists,
            ConsoleVerbs(screen),
        )
        self._verbs: dict[str, Verb] = {}
        self._possible: dict[str, Callable[[], bool]] = {}
        for part in parts:
            self._verbs.update(part.verbs())
            self._possible.update(part.conditions())

    @property
    def known(self) -> frozenset[str]:
        """The ids of the actions there is code for."""
        return frozenset(self._verbs)

    def do(self, action: str) -> None:
        """Carry out an action; one that writes is answered by a line where nothing may be written."""
        if self._barred(action):
            self._screen.flash(NOTHING_WRITTEN)
        else:
            self._verbs[action]()

    def show_runbook(self, path: str) -> None:
        """Show a whole runbook, whatever incident is selected."""
        self._screen.open(self.books.show, path)

    def _barred(self, action: str) -> bool:
        return action in WRITING and bool(self._screen.session.readonly)

    def possible(self, action: str) -> bool:
        """Return whether an action would do something now; for the footer, the help and the palette."""
        condition = self._possible.get(action)
        known = action in self._verbs and not self._barred(action)
        return known and (condition is None or condition())
