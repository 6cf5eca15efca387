"""What is wrong with the runbooks: what a person would trip over at three in the morning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import unquote

from console.domain.human import count, listed
from console.domain.runbookfeedback import Feedback
from console.domain.summary import Summary
from console.domain.text import one_line
from console.library.entries import Entry
from console.library.files import Unreadable, text_of
from console.library.index import Index
from console.library.parse import split_front_matter
from console.library.sections import headings_of
from console.library.shell import commands

_FENCE = re.compile(r"^\s*(```+|~~~+)\s*(\S*)")
_CODE = re.compile(r"`[^`]*`")
_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+[\"'][^)]*)?\)|^\s{0,3}\[[^\]]+\]:\s*<?([^\s>]+)")
_SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//|/)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. ``line`` counts from 1, 0: the whole file. ``kind`` is a word for scripts."""

    path: str
    line: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An alert that has been an incident, with what the config says of its service."""

    alert: str
    service: str
    runbooks: tuple[str, ...] = ()
    url: str = ""


def asked_of(rows: Iterable[Summary], configured: Callable[[str], tuple[str, ...]]) -> list[Asked]:
    """Return the alerts of some incidents, each once, in the order of their names."""
    names = {(row.alert_name, row.service) for row in rows if row.alert_name}
    return [Asked(alert, service, configured(service)) for alert, service in sorted(names)]


def lint(
    index: Index, today: date, months: int, asked: Iterable[Asked] = (), answers: Iterable[Feedback] = ()
) -> Iterator[Fault]:
    """Yield what is wrong, a file after the other, then the alerts that have no runbook.

    ``months``: how long a review counts. A file says its last one as ``reviewed: 2026-11-22``; what ``answers``
    said before that day has been seen to.
    """
    told = {one.runbook: one for one in answers}
    for entry in index.entries():
        try:
            text = text_of(entry.file)
        except (OSError, Unreadable):
            continue  # a problem of the index, told below
        runbook = index.read(entry)
        if runbook is not None and not runbook.steps:
            yield Fault(entry.path, 0, "no-steps", "no steps were found in it")
        reviewed = _reviewed(text)
        yield from _review(entry, reviewed, today, months)
        yield from _said(told.pop(entry.path, None), reviewed)
        yield from _code_without_language(entry, text)
        yield from _dead_links(entry, text)
        for n, target, why in index.not_included(entry):
            yield Fault(entry.path, n, "dead-include", f"{target}: {why}")
    for page in told.values():  # of addresses, and of files that are not here any more
        yield from _said(page, None)
    for problem in index.problems:
        path, _, why = problem.partition(": ")
        yield Fault(path, 0, "unreadable", why or problem)
    for one in asked:
        if index.find(one.alert, one.service, one.runbooks, one.url)[0] is None:
            names = one_line(one.alert or "an alert without a name", 80)
            yield Fault(
                "", 0, "no-runbook", f"{names} of {one_line(one.service, 80) or 'no service'} has no runbook"
            )


def _reviewed(text: str) -> date | str:
    """Return the day of the last review, or what stands there instead."""
    said = " ".join(split_front_matter(text)[0].get("reviewed", ()))
    try:
        return date.fromisoformat(said)
    except ValueError:
        return said


def _review(entry: Entry, reviewed: date | str, today: date, months: int) -> Iterator[Fault]:
    if isinstance(reviewed, str):
        said = f'"reviewed: {one_line(reviewed, 40)}" is not a date like 2026-11-22'
        said = said if reviewed else 'no "reviewed:" date in its front matter'
        yield Fault(entry.path, 0, "not-reviewed", said)
        return
    since = (today.year - reviewed.year) * 12 + today.month - reviewed.month - (today.day < reviewed.day)
    if since >= months:
        yield Fault(entry.path, 0, "not-reviewed", f"not reviewed for {count(since, 'month')}")


def _said(said: Feedback | None, reviewed: date | str | None) -> Iterator[Fault]:
    """Yield what people said of a runbook when they resolved, since its last review."""
    since = reviewed if isinstance(reviewed, date) else date.min
    wrong = (
        [f"{one.incident} ({one.at:%Y-%m-%d})" for one in said.wrong if one.at.date() > since] if said else []
    )
    if said is not None and wrong:
        failed = "".join(f'; failed: "{one_line(text, 60)}"' for text, _ in said.failed[:1])
        yield Fault(said.runbook, 0, "steps-wrong", f"its steps were wrong in {listed(tuple(wrong))}{failed}")


def _code_without_language(entry: Entry, text: str) -> Iterator[Fault]:
    """Yield fences that hold commands and do not say in which language."""
    opened, language, begun = "", "", 0
    code: list[str] = []
    for n, line in enumerate(text.splitlines(), 1):
        found = _FENCE.match(line)
        if opened and found and found.group(1).startswith(opened) and not found.group(2):
            if not language and commands("\n".join(code), ""):
                yield Fault(
                    entry.path, begun, "no-language", "commands in a fence without a language, such as ```sh"
                )
            opened = ""
        elif opened:
            code.append(line)
        elif found:
            opened, language, begun, code = found.group(1), found.group(2), n, []


def _dead_links(entry: Entry, text: str) -> Iterator[Fault]:
    """Yield links to files and sections that do not exist; addresses are not looked up."""
    opened = ""
    for n, line in enumerate(text.splitlines(), 1):
        fence = _FENCE.match(line)
        if fence and (not opened or fence.group(1).startswith(opened)):
            opened = "" if opened else fence.group(1)
            continue
        if opened:
            continue
        for inline, reference in _LINK.findall(_CODE.sub("", line)):
            target = inline or reference
            why = "" if _SCHEME.match(target) else _why_dead(entry, text, target)
            if why:
                yield Fault(entry.path, n, "dead-link", f"{one_line(target, 120)}: {why}")


def _why_dead(entry: Entry, text: str, target: str) -> str:
    """Return why a link within the folder leads nowhere, or an empty string."""
    path, _, anchor = unquote(target).partition("#")
    path = path.partition("?")[0]
    if path:
        file = entry.file.parent / path
        root = Path(str(entry.file).removesuffix(entry.path))
        if not file.resolve().is_relative_to(root.resolve()):
            return "leads out of the runbook folder"
        if not file.exists():
            return "no such file"
        if not anchor or file.suffix.lower() not in {".md", ".markdown"}:
            return ""
        try:
            text = text_of(file)
        except (OSError, Unreadable):
            return "cannot be read"
    known = {heading.anchor for heading in headings_of(split_front_matter(text)[1])}
    return "no such section" if anchor and anchor.lower() not in known else ""
