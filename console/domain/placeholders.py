"""Placeholders in a runbook's commands, such as ``{{ service }}``, filled from the incident.

What an alert says is data, never part of a command: whoever can raise an alert must not be able to run
something here. So a value always stays one word of the shell, and where that cannot be made certain it is
left out and the command cannot be run (docs/runbook-steps.md has the rules for users).
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from console.domain.human import listed
from console.domain.incident import Incident
from console.domain.runbook import Step
from console.domain.shellwords import Place, Spot, read_script
from console.domain.text import one_line

HOLE = re.compile(r"\{\{\s*(?:\$?labels\.([\w./-]+)|(\w+))\s*\}\}")
"""``{{ labels.pod }}``, also as Prometheus writes it (``$labels.pod``), or a name of ours."""

LONGEST = 1_000
"""Characters of a value."""

EVALUATORS = frozenset(
    {
        "sh",
        "bash",
        "dash",
        "zsh",
        "ksh",
        "ash",
        "fish",
        "busybox",
        "eval",
        "source",
        ".",
        "exec",
        "trap",
        "alias",
    }
    | {
        "ssh",
        "su",
        "sudo",
        "doas",
        "runuser",
        "chroot",
        "nsenter",
        "xargs",
        "parallel",
        "watch",
        "env",
        "find",
    }
    | {
        "awk",
        "gawk",
        "mawk",
        "sed",
        "perl",
        "python",
        "python2",
        "python3",
        "ruby",
        "node",
        "php",
        "lua",
        "tclsh",
    }
    | {
        "psql",
        "mysql",
        "sqlite3",
        "mongo",
        "mongosh",
        "redis-cli",
        "jq",
        "yq",
        "vi",
        "vim",
        "ed",
        "at",
        "crontab",
    }
    | {"tmux", "screen", "script", "expect", "make", "git", "tar", "rsync", "scp"}
)
"""Programs that read an argument as a program or a query again. One layer of quotes does not hold there."""

_UNQUOTABLE = frozenset({Spot.ODD, Spot.COMMENT})
_ANYWHERE = Place(Spot.ODD, begins_word=True, names_program=False, names_target=False)
_MORE = "{name} has more than letters and digits"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@-]*")
"""A value that means itself in every shell and query, quoted or not."""


@dataclass(frozen=True, slots=True)
class Filled:
    """Commands as they are shown, copied and run. ``troubles`` say why they cannot be run, the first one first."""

    commands: tuple[str, ...]
    troubles: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of them, as one script."""
        return "\n".join(self.commands)


def fill_step(step: Step, incident: Incident) -> Filled:
    """Return a step's commands for an incident."""
    return fill(step.commands, incident, for_shell=bool(step.shell))


def fill(commands: tuple[str, ...], incident: Incident, *, for_shell: bool) -> Filled:
    """Fill the placeholders of a step's commands; they are one script, in this order.

    ``for_shell`` says that it is one for a shell. In other languages only a plain value is filled in: how they
    quote is not known. A placeholder that is not filled stands there as it did.
    """
    script = "\n".join(commands)
    holes = list(HOLE.finditer(script))
    if not holes:
        return Filled(commands)
    read = read_script(script, [hole.span() for hole in holes])
    if len(read.places) != len(holes):  # each is met once; if ever not, nothing is filled
        return Filled(commands, ("its placeholders cannot be told apart",))
    strict = not for_shell or any(one.rsplit("/", 1)[-1] in EVALUATORS for one in read.words)
    places = read.places if for_shell else (_ANYWHERE,) * len(holes)
    parts, troubles, end = [], [], 0
    for hole, place in zip(holes, places, strict=True):
        value, trouble = _value(hole, incident)
        trouble = trouble or _danger(value, place, strict=strict)
        named = f"{'label ' if hole[1] else ''}{hole[1] or hole[2]}"
        if trouble:
            troubles.append(trouble.format(name=named))
        parts += [
            script[end : hole.start()],
            hole.group() if trouble else _quoted(value, place, strict=strict),
        ]
        end = hole.end()
    lines = "".join([*parts, script[end:]]).split("\n")  # a value has no line end in it
    taken = iter(lines)
    each = tuple("\n".join(next(taken) for _ in command.split("\n")) for command in commands)
    return Filled(each, tuple(dict.fromkeys(troubles)))


def _value(hole: re.Match[str], incident: Incident) -> tuple[str, str]:
    """Return a placeholder's value, or why it has none (``{name}`` stands for what it is called)."""
    if hole[1]:
        return _label(hole[1], incident)
    known = {"service": incident.service, "incident": incident.id, "alert": incident.alert_name}
    if hole[2] not in known:
        return "", "no placeholder is called {name}"
    return known[hole[2]], "" if known[hole[2]] else "this incident has no {name}"


def _label(name: str, incident: Incident) -> tuple[str, str]:
    """Return what the alerts say: those that fire, else all. They have to agree."""
    firing = [member.alert for _, member in incident.members if member.cleared_at is None]
    alerts = firing or [member.alert for _, member in incident.members]
    values = tuple(dict.fromkeys(value for alert in alerts for key, value in alert.labels if key == name))
    if not values:
        return "", "no {name}"
    if len(values) > 1:
        told = one_line(listed(tuple(sorted(values))), 120).replace("{", "(").replace("}", ")")
        return "", f"{{name}} has {len(values)} values: {told}"
    return values[0], "" if values[0].strip() else "{name} is empty"


def _danger(value: str, place: Place, *, strict: bool) -> str:
    """Return why a value must not stand at a place, empty where it may."""
    hidden = len(value) > LONGEST or value != one_line(value, LONGEST)
    plain = bool(_PLAIN.fullmatch(value))
    dangers = (
        (hidden, "{name} has characters that cannot be shown, or is too long"),
        (".." in value.split("/"), "{name} goes up in the folders (..)"),
        (
            value.startswith("-") and place.begins_word,
            "{name} begins with a dash and would be read as an option",
        ),
        (place.names_program, "{name} would be the program to run"),
        (place.names_target and "/" in value, "{name} would name the file that is written or read"),
        (not plain and place.spot in _UNQUOTABLE, f"{_MORE}, and cannot be quoted where it stands"),
        (not plain and strict, f"{_MORE}, and would be read once more by another program"),
    )
    return next((why for is_so, why in dangers if is_so), "")


def _quoted(value: str, place: Place, *, strict: bool) -> str:
    """Return a value as one word. Inside quotes these are closed before it and opened again behind it."""
    if strict or place.spot in _UNQUOTABLE:
        return value  # plain, as ``_danger`` has seen
    word = shlex.quote(value)
    if place.spot is Spot.BARE or word == value:
        return word
    around = "'" if place.spot is Spot.SINGLE else '"'
    return f"{around}{word}{around}"
