"""The config file that ``oncall init`` writes: small, commented, and accepted by the loader."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from console.config.section import section


@dataclass(frozen=True, slots=True)
class Added:
    """A source that was asked for: the keys that were answered, as the file is to have them."""

    kind: str
    name: str
    table: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answers:
    """What was asked. ``members`` has the writer first."""

    me: str
    name: str
    team: str
    members: tuple[str, ...]
    timezone: str
    start: date
    sources: tuple[Added, ...] = ()


def starter(answers: Answers) -> str:
    """Return the text of the file."""
    return "\n".join(
        [
            "# The config of `oncall`. Every key has a default except the ones used here;",
            "# config.example.toml of the product explains all of them. Durations: 90s 15m 8h 5d.",
            "# Check it after a change:  oncall check",
            "",
            "[me]",
            f"id = {_text(answers.me)}",
            "",
            "[store]",
            "# Left out: the platform's data folder. A file on a local disk, never on a network share.",
            '# url = "sqlite:///oncall.db"',
            "",
            *_sources(answers.sources),
            *_people(answers),
            "[[teams]]",
            f"id = {_text(answers.team)}",
            "",
            "# Services that alerts name. With one team, unknown services belong to it.",
            "# [[services]]",
            '# name = "payments"',
            f"# team = {_text(answers.team)}",
            '# depends_on = ["orders-db"]',
            "",
            *_rotations(answers),
            *_chain(answers),
            "[sla.P1]",
            'ack = "5m"                            # from the report to the first human ack',
            'resolve = "90m"',
            "",
            "[runbooks]",
            "# Folders with Markdown files, relative to this file.",
            "paths = []",
            "",
        ]
    )


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # a JSON text is a TOML text


def _sources(sources: tuple[Added, ...]) -> Iterator[str]:
    for one in sources:
        yield from section(one.kind, one.name, one.table)
        yield ""
    if not sources:
        yield "# Where alerts come from; config.example.toml has every kind."
        yield "# [[sources]]"
        yield '# kind = "alertmanager"'
        yield '# name = "prod"'
        yield '# url = "http://127.0.0.1:9093"'
        yield ""


def _people(answers: Answers) -> Iterator[str]:
    for member in answers.members:
        yield "[[people]]"
        yield f"id = {_text(member)}"
        yield f"name = {_text(answers.name if member == answers.me else member.capitalize())}"
        yield f"# slack = {_text('@' + member)}"
        yield '# phone = "+62 …"'
        yield ""


def _rotations(answers: Answers) -> Iterator[str]:
    orders = {"primary": answers.members}
    if len(answers.members) > 1:
        orders["secondary"] = (*answers.members[1:], answers.members[0])
    for role, members in orders.items():
        yield "[[rotations]]"
        yield f"team = {_text(answers.team)}"
        yield f'role = "{role}"'
        yield f"members = [{', '.join(_text(member) for member in members)}]"
        yield 'every = "weekly"                      # or "daily", or "12h"'
        yield 'handoff = "Mon 09:00"'
        yield f"timezone = {_text(answers.timezone)}"
        yield f"start = {answers.start.isoformat()}"
        yield ""


def _chain(answers: Answers) -> Iterator[str]:
    yield "# Whom an incident pages, and when. Roles, people or teams."
    yield "[[escalation]]"
    yield f"team = {_text(answers.team)}"
    yield "levels = ["
    yield '  { notify = ["primary"], after = "0m" },'
    if len(answers.members) > 1:
        yield '  { notify = ["secondary"], after = "5m" },'
    yield "]"
    yield ""
