"""Probable causes and splits, in words."""

from __future__ import annotations

from console.domain import events as ev
from console.domain.human import count, listed
from console.domain.words.base import Telling, Words, because


def _cause_named(body: ev.CauseNamed, _telling: Telling) -> str:
    if not body.service:
        return "no probable cause any more" + because(body.why)
    return f"probably begins at {body.service}" + because(body.why)


def _split_off(body: ev.SplitOff, _telling: Telling) -> str:
    if not body.into:
        return f"{count(len(body.refs), 'alert')} had gone into another incident meanwhile"
    some = f" with {count(len(body.refs), 'alert')}" if body.refs else ""
    return f"split off into {body.into}{some}" + because(listed(body.services))


def _unmerged(body: ev.Unmerged, _telling: Telling) -> str:
    return f"split off {body.out_of}: stands alone again"


WORDS: Words = {
    ev.CauseNamed: _cause_named,
    ev.SplitOff: _split_off,
    ev.Unmerged: _unmerged,
}
