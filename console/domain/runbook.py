"""A runbook and its steps: what the Markdown says to do, never a guess."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.alert import Link
from console.domain.pages import Fetched


@dataclass(frozen=True, slots=True)
class Reference:
    """A link to another runbook or a section: ``target`` as it is written, such as ``common.md#restart``."""

    title: str
    target: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``n`` counts from 1; ``text`` may have further lines below the first.

    ``commands`` are code lines that belong to it, for copying; ``links`` the addresses it names.
    ``shell`` is the shell that all of them are fenced for, ``sh`` or ``bash``; empty where that is not said.
    ``sure``: it is a step by its form or its heading, not by its wording alone. ``references`` are the other
    runbooks it names.
    """

    n: int
    text: str
    commands: tuple[str, ...] = ()
    heading: str = ""
    links: tuple[Link, ...] = ()
    shell: str = ""
    sure: bool = True
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Runbook:
    """A document. ``steps`` is empty where none were found; the whole ``text`` is always reachable.

    ``path`` is where it was read (a file, relative to the runbook folder, or an address),
    ``matched_by`` why it was chosen: ``alert name``, ``service``, ``front matter``, ``runbook_url``.
    ``section`` is the heading that the alert's address names; ``steps`` are then those of that section.
    ``fetched`` tells of the page at the alert's address: this one, or one that could not be had, in whose place
    this one is shown.
    """

    path: str
    title: str
    text: str
    steps: tuple[Step, ...]
    alerts: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    matched_by: str = ""
    section: str = ""
    fetched: Fetched | None = None
