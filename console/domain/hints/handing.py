"""What NEXT says of handovers: one waits for an answer, one was returned, one was never taken over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from console.domain.hints.hint import Hint, Tone
from console.domain.human import age
from console.domain.policy import Policy
from console.domain.roster import Duty, duty
from console.domain.snapshot import Snapshot
from console.domain.standing import Viewer
from console.domain.team.handovers import Nag, Stage, nag
from console.domain.team.shifts import HandoverShift, is_asked, offered_to, owed, shift_at, worth_asking

KEY = "handover.open"


def unaccepted(snapshot: Snapshot, who: Viewer, now: datetime) -> Iterator[Hint]:
    """Yield the shifts that are over and that nobody took over: the same for who had them and who has them now (V22)."""
    owners = [(row.team, row.owner) for row in snapshot.rows]
    for shift, handing in owed(snapshot.policy.roster, snapshot.team, now):
        if shift.end is None or nag(handing.stage, shift.end, now) is not Nag.OVERDUE:
            continue
        concerned = {shift.outgoing, handing.incoming or shift.incoming}
        if who.id in concerned and worth_asking(shift, handing, owners):
            out = _name(snapshot.policy, shift.outgoing, who.id)
            has = "have" if shift.outgoing == who.id else "has"
            yield Hint(
                f"handover of {shift.role} of {shift.team} NOT accepted, the shift ended {age(now - shift.end)} ago:"
                f" {out} still {has} what was open",
                KEY,
                tone=Tone.ALARM,
            )


def answers(snapshot: Snapshot, who: Viewer) -> Iterator[Hint]:
    """Yield the handover that waits for the viewer's answer, and theirs that came back."""
    name_of = snapshot.policy.name_of
    waiting = offered_to(snapshot.team, who.id)
    if waiting is not None:
        out = name_of(waiting.outgoing)
        yield Hint(f"{out} offers you {waiting.role} of {waiting.team}: read it, accept it or return it", KEY)
    for one in snapshot.team.handovers:
        if one.stage is Stage.RETURNED and one.outgoing == who.id and is_asked(one, snapshot.now):
            yield Hint(f"{name_of(one.incoming)} returned your handover: {one.answer}", KEY)


def ending(snapshot: Snapshot, mine: Duty, now: datetime) -> Hint | None:
    """Return what to do before the end of one's own shift; None where it has been handed over."""
    if mine.until is None:
        return None
    shift = shift_at(snapshot.policy.roster, snapshot.team, mine.team, mine.role, now)
    stages = {one.id: one for one in snapshot.team.handovers}
    handing = stages.get(shift.id) if shift is not None else None
    stage = handing.stage if handing is not None else Stage.DRAFT
    if stage is Stage.ACCEPTED or _is_covered_within(shift, snapshot, now):
        return None
    left = f"shift ends in {age(mine.until - now)}"
    name_of, follows = snapshot.policy.name_of, mine.next_person
    if stage is Stage.OFFERED and handing is not None:
        other = ""
        if follows and follows != handing.incoming:
            other = f", and {name_of(follows)} follows on the roster now"
        return Hint(f"{left}: {name_of(handing.incoming)} has not accepted the handover yet{other}", KEY)
    if follows is None:
        because = f" ({shift.gap})" if shift is not None and shift.gap else ""
        keeps = f"{left}: nobody follows{because}, what is open stays yours: let somebody cover it (w)"
        return Hint(keeps, KEY)
    return Hint(f"{left}: hand over to {name_of(follows)}", KEY)


def _is_covered_within(shift: HandoverShift | None, snapshot: Snapshot, now: datetime) -> bool:
    """Return whether somebody only covers for a while: then nothing is handed over."""
    return shift is not None and shift.end != duty(snapshot.policy.roster, shift.team, shift.role, now).until


def reasons_to_stay(snapshot: Snapshot, me: str, now: datetime) -> Iterator[str]:
    """Yield why somebody should not leave yet: a shift of theirs that ends or has ended, and is not accepted."""
    roster, team = snapshot.policy.roster, snapshot.team
    owners: Iterable[tuple[str, str]] = [(row.team, row.owner) for row in snapshot.rows]
    for shift, handing in owed(roster, team, now):
        if shift.outgoing == me and worth_asking(shift, handing, owners):
            yield f"your shift as {shift.role} of {shift.team} is over and its handover is not accepted ({handing.stage})"
    stages = {one.id: one.stage for one in team.handovers}
    for held in snapshot.duties:
        if held.person != me or held.until is None:
            continue
        running = shift_at(roster, team, held.team, held.role, now)
        stage = stages.get(running.id, Stage.DRAFT) if running else Stage.ACCEPTED
        if running is None or running.end is None or stage is Stage.ACCEPTED:
            continue
        if nag(Stage.DRAFT, running.end, now) is not Nag.NONE:  # what is on offer is not accepted either
            how = "offered and not accepted yet" if stage is Stage.OFFERED else "not handed over yet"
            yield f"your shift as {held.role} of {held.team} ends in {age(running.end - now)}, {how}"


def _name(policy: Policy, person: str, me: str) -> str:
    return "you" if person == me else policy.name_of(person)
