"""Whether the times of ``[grouping.flapping]`` and of the polls let it find anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.config.grouping import Grouping
from console.config.problems import Problem
from console.domain.human import length
from console.sources.base.options import SourceOptions


def unseen_flapping(grouping: Grouping, sources: Sequence[SourceOptions]) -> Iterator[Problem]:
    """Yield a warning for each source that is asked too seldom for the rule.

    To be seen firing again takes two polls: one that shows it clear, one that shows it firing.
    """
    rule = grouping.flapping
    if not rule.changes:
        return
    for index, source in enumerate(sources):
        every = length(source.interval)
        if 2 * (rule.changes - 1) * source.interval > rule.within:
            text = (
                f"asked every {every} it is never seen firing {rule.changes} times in {length(rule.within)}: "
                "[grouping.flapping] finds nothing there; make its within longer"
            )
            yield Problem(("sources", index), text, warning=True)
        elif rule.quiet <= source.interval:
            text = (
                f"asked every {every} nothing stays held down between two polls: "
                f"[grouping.flapping] has quiet = {length(rule.quiet)}; make it longer"
            )
            yield Problem(("sources", index), text, warning=True)
