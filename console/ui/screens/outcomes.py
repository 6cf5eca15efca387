"""What became of a command for several incidents; one key sends again what failed."""

from __future__ import annotations

from collections.abc import Sequence

from console.ui.bulk import Bulk
from console.ui.screens.reader import Reader
from console.ui.views.bulk import outcome_lines


class Outcomes(Reader):
    """Lists every outcome, also while more of them come in. Returns "retry", or None."""

    def __init__(self, bulk: Bulk) -> None:
        super().__init__(bulk.words, lambda width: outcome_lines(bulk, width), live=True)
        self._bulk = bulk

    def answers(self) -> Sequence[tuple[str, str]]:
        """Retry where that may help, and go back."""
        failed = 0 if self._bulk.running else len(self._bulk.failed)
        retry = (("dialog.retry", f"retry {failed}"),) if failed else ()
        return (*retry, ("dialog.cancel", "back"))

    def accept(self) -> None:
        """Close and retry."""
        self.dismiss("retry")
