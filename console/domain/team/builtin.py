"""The checklists of a team that has written none (semantics, section 9)."""

from __future__ import annotations

from datetime import timedelta

from console.domain.team.checklist import Checklist, Item, ItemKind, When

_QUARTER = timedelta(days=90)


def builtin() -> tuple[Checklist, ...]:
    """Return them. Only what keeps somebody from working is required; none runs a command."""
    return (
        Checklist("pre-shift", "pre-shift checklist", When.PRE_SHIFT, _BEFORE),
        Checklist("daily", "daily checklist", When.DAILY, _DAILY),
        Checklist("end", "end-of-shift checklist", When.END, _END),
    )


def _optional(
    id_: str, text: str, kind: ItemKind = ItemKind.CONFIRM, expires: timedelta | None = None
) -> Item:
    return Item(id_, text, kind, required=False, expires=expires)


_BEFORE = (
    Item("login", "I can log in to every tool that a runbook needs", access=True),
    Item("vpn", "VPN and the way into production work", access=True),
    Item("page", "a test page has reached me", access=True),
    _optional("repos", "repositories and command line tools are up to date"),
    _optional("secondary", "I know who is secondary and how to reach them"),
    _optional("handover", "I have read the last handover"),
    _optional("clients", "I know where the clients' contacts are", expires=_QUARTER),
    _optional("runbooks", "I have opened the runbooks of my services once", expires=_QUARTER),
)
_DAILY = (
    _optional("smoke", "smoke tests of the main paths pass"),
    _optional("backlog", "open P3 and P4 are looked through"),
    _optional("sources", "every source is live"),
    _optional("silences", "silences and snoozes are still wanted"),
    _optional("comms", "no client waits for an update"),
)
_END = (
    Item("handover", "the next person has accepted the handover"),
    _optional("reviews", "every P1 and P2 has an owner for its review"),
    _optional("runbooks", "corrections of runbooks are pushed"),
    _optional("overrides", "covers that are no longer needed are withdrawn"),
    _optional("load", "how was it? 1 (quiet) to 5 (too much)", ItemKind.VALUE),
)
