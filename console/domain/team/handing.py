"""Handing a shift over: writing for it, offering it, accepting it or giving it back (semantics, section 7)."""

from __future__ import annotations

from collections.abc import Iterator

from console.domain.decisions.base import NoChange, Rejected
from console.domain.human import count
from console.domain.team.commands import AcceptHandover, NoteHandover, OfferHandover, ReturnHandover, Writing
from console.domain.team.deciding import Answer, Around, Arranged, first_wrong, unknown_person, unknown_role
from console.domain.team.handoverfacts import (
    HandoverAccepted,
    HandoverNoted,
    HandoverOffered,
    HandoverReturned,
)
from console.domain.team.handovers import Handing, Stage, find
from console.domain.team.shifts import keeps_clients_told, owed, shift_at
from console.domain.text import multi_line

LONGEST_ENTRY = 2000
MOST_ENTRIES = 200
"""Of one handover: more is a pasted log."""


def note(command: NoteHandover, around: Around) -> Answer:
    """Write entries of a draft. While it is on offer they wait for the next offer, and this is said."""
    handing = find(around.state.handovers, command.handover)
    if handing.stage is Stage.ACCEPTED:
        return Rejected("this shift has been handed over already: write a note on the incident instead")
    facts = tuple(_written(command, handing))
    if not facts:
        return NoChange("nothing was changed")
    if len(handing.entries) + len(facts) > MOST_ENTRIES:
        return Rejected(f"a handover has {MOST_ENTRIES} entries at most: say it in fewer")
    changed = count(len(facts), "line")
    offered = "; it is on offer: offer it again to include this" if handing.stage is Stage.OFFERED else ""
    return Arranged(facts, f"{changed} of the handover written{offered}")


def offer(command: OfferHandover, around: Around) -> Answer:
    """Offer one's own shift. A new offer takes the place of the one before, until one is accepted."""
    me, to = around.actor.name, command.to
    handing = find(around.state.handovers, command.handover)
    refusal = first_wrong(
        (
            unknown_role(command.team, command.role, around),
            _not_my_shift(command, around),
            "this shift has been handed over already: assign what came since"
            if handing.stage is Stage.ACCEPTED
            else "",
            "" if to else _nobody_next(command, around),
            unknown_person(to, around) if to else "",
            "that would be handing over to yourself: say to whom" if to == me else "",
        )
    )
    if refusal:
        return refusal
    offered = HandoverOffered(
        command.handover,
        command.team,
        command.role,
        me,
        to,
        command.start,
        command.end,
        command.incidents,
        command.remarks,
        command.document,
    )
    yours = sum(1 for _, owner in command.incidents if owner == me)
    keep = (
        f"{count(yours, 'incident')} of yours: yours until it is accepted"
        if yours
        else "no incident of yours"
    )
    return Arranged((offered,), f"offered {command.role} of {command.team} to {around.who(to)}, with {keep}")


def accept(command: AcceptHandover, around: Around) -> Answer:
    """Accept what was offered to oneself, as it was read. Which incidents move is worked out where they are written."""
    handing = find(around.state.handovers, command.handover)
    if handing.stage is Stage.ACCEPTED and handing.incoming == around.actor.name:
        return NoChange("you have accepted it already")
    refusal = first_wrong(
        (
            _not_mine(handing, around),
            "it has been offered anew since you read it: look at it again"
            if handing.offered_at != command.offered_at
            else "",
        )
    )
    if refusal:
        return refusal
    me = around.actor.name
    holder = dict(around.state.comms).get(handing.team)
    place = (handing.team, handing.role)
    takes = keeps_clients_told(holder, around.policy.roster, place, handing.outgoing)
    fact = HandoverAccepted(handing.id, me, (), me if takes else "", command.remarks)
    clients = " and telling clients" if takes else ""
    goes_on = f" ({around.does(holder, 'goes', 'go')} on telling clients)" if holder and not takes else ""
    return Arranged(
        (fact,),
        f"you have taken over {handing.role} of {handing.team}{clients} from {around.who(handing.outgoing)}{goes_on}",
    )


def give_back(command: ReturnHandover, around: Around) -> Answer:
    """Return an offer; the outgoing person keeps everything and reads why."""
    handing = find(around.state.handovers, command.handover)
    if handing.stage is Stage.RETURNED and handing.incoming == around.actor.name:
        return NoChange("you have returned it already")
    reason = multi_line(command.reason, LONGEST_ENTRY, 30).strip()
    missing = "" if reason else "say what is missing, so that it can be offered again"
    refusal = first_wrong((_not_mine(handing, around), missing))
    if refusal:
        return refusal
    to = around.who(handing.outgoing)
    return Arranged((HandoverReturned(handing.id, reason),), f"returned to {to}, who keeps everything")


def _written(command: NoteHandover, handing: Handing) -> Iterator[HandoverNoted]:
    """Yield what changes; what somebody else has rewritten meanwhile stays, and the new text comes beside it."""
    known = {one.id: one for one in handing.entries}
    made = handing.written
    for wanted in command.entries:
        text = multi_line(wanted.text, LONGEST_ENTRY, 50).strip()
        there = known.get(wanted.id)
        if there is not None and not _rewritten(there.text, wanted):
            if (there.text, there.section) != (text, wanted.section):
                yield HandoverNoted(handing.id, there.id, wanted.section, text)
        elif text:
            made += 1
            yield HandoverNoted(handing.id, f"E{made}", wanted.section, text)


def _rewritten(text: str, wanted: Writing) -> bool:
    return wanted.was not in {"", text}


def _not_my_shift(command: OfferHandover, around: Around) -> str:
    """Return why the person who asks cannot offer a shift; empty where it is theirs, running or just over."""
    roster, state, place = around.policy.roster, around.state, (command.team, command.role)
    over = (one for one, _ in owed(roster, state, around.now))
    known = (shift_at(roster, state, *place, around.now), *over)
    shift = next((one for one in known if one is not None and one.id == command.handover), None)
    if shift is None:
        return f"the roster has changed: this is no shift of {command.role} of {command.team} any more"
    if shift.outgoing != around.actor.name:
        return f"it is {around.policy.name_of(shift.outgoing)}'s shift: only they can offer it"
    return ""


def _nobody_next(command: OfferHandover, around: Around) -> str:
    """Return what to do where nobody follows, and why nobody does."""
    running = shift_at(around.policy.roster, around.state, command.team, command.role, around.now)
    gap = f" ({running.gap})" if running and running.id == command.handover and running.gap else ""
    return f"the roster has nobody for the next shift{gap}: let somebody cover it, or say to whom, then offer again"


def _not_mine(handing: Handing, around: Around) -> str:
    """Return why the person who asks cannot answer an offer; empty where they can."""
    if handing.stage is not Stage.OFFERED:
        return f"this handover is not on offer (it is {handing.stage})"
    if handing.incoming != around.actor.name:
        return f"it was offered to {around.policy.name_of(handing.incoming)}: only they can answer"
    return ""
