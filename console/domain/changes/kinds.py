"""What sort of change a line of text speaks of, where nobody has said."""

from __future__ import annotations

import re

from console.domain.change import Change, ChangeKind

WORDS: tuple[tuple[ChangeKind, str], ...] = (
    (ChangeKind.ROLLBACK, r"roll(?:ed|ing)?[ -]?back|revert(?:ed|ing)?"),
    (ChangeKind.DEPLOY, r"deploy\w*"),
    (ChangeKind.FLAG, r"flags?|features?|toggles?|toggled|experiments?|a/b"),
    (ChangeKind.DEPLOY, r"releas(?:e|es|ed|ing)|canary|version|v\d[\w.-]*"),
    (ChangeKind.CONFIG, r"config\w*|settings?|secrets?|certificates?|dns|firewall|limits?"),
    (ChangeKind.FLAG, r"roll(?:ed|ing)?[ -]?out\b.*\d\s?%"),
    (ChangeKind.DEPLOY, r"roll(?:ed|ing)?[ -]?out|upgrad(?:e|ed|ing)|\d+\.\d+\.\d+[\w.-]*"),
)
"""By kind, words that speak of it; the first line that fits counts. ``v42`` and ``1.2.3`` speak of a deployment."""
_FOUND = tuple((kind, re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)) for kind, words in WORDS)


def guess(what: str) -> ChangeKind:
    """Return the kind that a line such as ``v42 canary 5 %`` speaks of, ``OTHER`` where it says none."""
    return next((kind for kind, found in _FOUND if found.search(what)), ChangeKind.OTHER)


def named(change: Change) -> str:
    """Return a change as it is spoken of: ``deploy v42``; a kind that its words say is not said twice."""
    if change.kind is ChangeKind.OTHER or _says(change):
        return change.what
    return f"{change.kind} {change.what}"


def _says(change: Change) -> bool:
    """Return whether the words themselves name the kind: ``rollback of v41``, but not a bare ``v41``."""
    stems = {
        ChangeKind.ROLLBACK: r"roll(?:ed|ing)?[ -]?back|revert",
        ChangeKind.FLAG: r"flag|feature|toggle|experiment",
        ChangeKind.DEPLOY: r"deploy|release",
        ChangeKind.CONFIG: r"config|setting",
    }
    return re.search(rf"(?<!\w)(?:{stems[change.kind]})", change.what, re.IGNORECASE) is not None
