"""Checklists as the config file writes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from console.config.base import Line, OffOrDuration, Table, Word
from console.config.durations import PositiveDuration
from console.config.nearest import did_you_mean
from console.config.problems import Problem
from console.domain.team.builtin import builtin
from console.domain.team.checklist import Checklist as CheckList
from console.domain.team.checklist import Item, ItemKind, When
from console.domain.text import safe_url


def _address(value: object) -> str:
    address = safe_url(value) if isinstance(value, str) else ""
    if not address:
        raise ValueError("is not an http or https address without user name and blanks")
    return address


class ChecklistItem(Table):
    """``[[checklists.items]]``: one thing to check."""

    id: Word
    """Short name, used on the command line and in the log; never reuse one."""

    text: Line
    """What to check, as a sentence that can be answered with "done"."""

    kind: ItemKind = ItemKind.CONFIRM
    """"confirm", "link" (open ``url``), "command" (run ``command``; exit code 0 is done) or "value" (enter something)."""

    required: bool = True
    """Whether somebody without it is not ready."""

    expires: OffOrDuration = None
    """How long "done" holds, on later shifts too: "90d"; "off": each time anew."""

    url: Annotated[str, BeforeValidator(_address)] | None = None
    """For "link": http or https."""

    command: tuple[Annotated[str, Field(min_length=1, max_length=4000)], ...] = ()
    """For "command": the program and its arguments; no shell reads them. It runs only when you ask for it."""

    timeout: PositiveDuration = timedelta(seconds=30)
    """For "command": it is ended after this long, and has failed."""

    access: bool = False
    """Whether somebody for whom it fails cannot work: a P4 is opened."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for kind, key, said in (
            (ItemKind.LINK, "url", bool(self.url)),
            (ItemKind.COMMAND, "command", bool(self.command)),
        ):
            if self.kind is kind and not said:
                raise ValueError(f'an item of kind "{kind}" needs "{key}"')
            if self.kind is not kind and said:
                raise ValueError(f'"{key}" is for items of kind "{kind}" only')
        return self


class Checklist(Table):
    """``[[checklists]]``: what to check on an occasion. The first one written replaces all that are built in."""

    id: Word
    """Short name, used on the command line and in the log."""

    name: Line | None = None
    """What it is called on screen; the id where left out."""

    when: When
    """"pre-shift" (24h before to 1h after the begin), "daily" or "end" (12h around the end of a shift)."""

    team: Word | None = None
    """A team's id: only for its shifts; left out: for everybody's."""

    items: Annotated[tuple[ChecklistItem, ...], Field(max_length=100)] = ()
    """What to check, in order; none: there is no such list."""


def checklists_of(tables: tuple[Checklist, ...]) -> tuple[CheckList, ...]:
    """Return the checklists that a config says; the built-in ones where it says none."""
    if not tables:
        return builtin()
    return tuple(
        CheckList(
            table.id, table.name or table.id, table.when, tuple(map(_item, table.items)), table.team or ""
        )
        for table in tables
        if table.items
    )


def _item(table: ChecklistItem) -> Item:
    return Item(
        id=table.id,
        text=table.text,
        kind=table.kind,
        required=table.required,
        expires=table.expires,
        url=table.url or "",
        command=table.command,
        timeout=table.timeout,
        access=table.access,
    )


def check_checklists(tables: tuple[Checklist, ...], teams: list[str]) -> Iterator[Problem]:
    """Yield what is wrong between checklists, their items and the teams."""
    first: dict[str, int] = {}
    for index, table in enumerate(tables):
        if table.id in first:
            other = ("checklists", first[table.id], "id")
            yield Problem(
                ("checklists", index, "id"), f'"{table.id}" is in [[checklists]] already', other=other
            )
        first.setdefault(table.id, index)
        if table.team is not None and table.team not in teams:
            hint = did_you_mean(table.team, teams)
            yield Problem(("checklists", index, "team"), f'no [[teams]] has the id "{table.team}"{hint}')
        seen: dict[str, int] = {}
        for place, item in enumerate(table.items):
            path = ("checklists", index, "items", place, "id")
            if item.id in seen:
                same = ("checklists", index, "items", seen[item.id], "id")
                yield Problem(path, f'"{item.id}" is in this checklist already', other=same)
            seen.setdefault(item.id, place)
