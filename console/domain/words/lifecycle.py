"""Opened, taken, resolved, merged, in words."""

from __future__ import annotations

from console.domain import events as ev
from console.domain.human import stamp
from console.domain.reporters import reported
from console.domain.vocabulary import ReporterKind
from console.domain.words.base import Telling, Words, because


def _opened(body: ev.Opened, telling: Telling) -> str:
    text = "opened"
    if body.reporter is not ReporterKind.MONITORING:
        text += f", reported {reported(body.reporter, body.reported_by)}"
    if body.backdated:
        text += f" at {stamp(body.reported_at, telling.zone)} ({body.backdated})"
    if body.recurrence_of:
        text += f", again after {body.recurrence_of}"
    pruned = f" (its detail was pruned on {body.pruned_at:%Y-%m-%d})" if body.pruned_at else ""
    return f"{text}: {body.title}{pruned}"


def _acked(body: ev.Acked, telling: Telling) -> str:
    text = "acked" + (f" in {body.via}" if body.via else "")
    if body.made_at is not None:
        text += f", made at {telling.when(body.made_at)}"
    return text + (", taking it from whom it was paged to" if body.took else "")


def _unacked(body: ev.Unacked, _telling: Telling) -> str:
    return ("ack withdrawn, no answer" if body.auto else "given back") + because(body.reason)


def _assigned(body: ev.Assigned, telling: Telling) -> str:
    return f"assigned to {telling.policy.name_of(body.to)}"


def _mitigated(body: ev.Mitigated, _telling: Telling) -> str:
    return f"fix is in, watching{because(body.note)}"


def _resolved(body: ev.Resolved, telling: Telling) -> str:
    text = "resolved by itself" if body.auto else "resolved"
    text += f" in {body.via}" if body.via else ""
    text += f", at {telling.when(body.made_at)}" if body.made_at else ""
    text += f" ({body.cause})" if body.cause else ""
    text += f", {body.sufficed.words}" if body.sufficed.words else ""
    return text + because(body.note)


def _merged(body: ev.Merged, _telling: Telling) -> str:
    return f"merged into {body.into}"


def _absorbed(body: ev.Absorbed, _telling: Telling) -> str:
    return f"{body.child} merged into this one"


WORDS: Words = {
    ev.Opened: _opened,
    ev.Acked: _acked,
    ev.Unacked: _unacked,
    ev.Assigned: _assigned,
    ev.Mitigated: _mitigated,
    ev.Resolved: _resolved,
    ev.Merged: _merged,
    ev.Absorbed: _absorbed,
    ev.Closed: lambda _body, _telling: "closed",
    ev.Reopened: lambda body, _telling: "reopened" + because(body.reason),
}
