"""The sections that people write. The draft fills the rest from the log."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """One of them: its name in the log and on the command line, its heading, and what to write there."""

    name: str
    title: str
    ask: str
    needed: bool = False  # asked for before the review is closed


SECTIONS: tuple[Section, ...] = (
    Section("meeting", "Review meeting", "When it takes place. Book it before anybody writes."),
    Section("summary", "Summary", "Two sentences: what contributed, for how long, what clients saw."),
    Section("impact", "Impact", "Which clients, how many, what they could not do, requests lost, tickets.", needed=True),
    Section("detection", "Detection", "What told us, and whether it could have told us earlier."),
    Section("trigger", "Trigger", "What set it off, if that is known. A change nearby is a coincidence until shown."),
    Section(
        "factors",
        "Contributing factors",
        "What had to come together. Several; conditions and decisions, no persons.",
        needed=True,
    ),
    Section("resolution", "Resolution", "What ended it for now, and what will end it for good.", needed=True),
    Section("actual", "Actual and ideal", "What happened, and what should have happened instead."),
    Section("well", "What went well", "What helped, so that it is kept.", needed=True),
    Section("badly", "What went badly", "What got in the way: tools, access, alerts, runbooks.", needed=True),
    Section("lucky", "Where we got lucky", "What could have made it worse. Nothing is an answer, too.", needed=True),
    Section("internal", "Internal message", "What colleagues are told."),
    Section("external", "External message", "What clients are told."),
)  # fmt: skip
"""In the order of the document (PagerDuty's template, with the lessons of Google's)."""

BY_NAME = {one.name: one for one in SECTIONS}
"""Names in the log: never renamed, as old logs have them."""
LONGEST = 20_000
"""Characters of one section."""
