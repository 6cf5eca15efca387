"""``oncall update``: tell clients, look at it first, or list what they were told."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from console import bootstrap
from console.cli.context import Context, acting_person, opened
from console.cli.ids import incident_id
from console.cli.known import incident_of
from console.cli.outcomes import DONE, NO, new_op, say_if_nobody_is_the_engine, tell
from console.cli.output import complain, print_json, say, stamp, table, width
from console.cli.times import parse_span, parse_when
from console.clock import local_zone
from console.desk.trying import tries_of
from console.domain.actors import Actor
from console.domain.commands import PostUpdate, WaiveUpdate
from console.domain.comms.draft import Draft, headline, render
from console.domain.comms.following import followed
from console.domain.comms.lint import Finding, lint
from console.domain.comms.outlets import outlet_named, preset
from console.domain.comms.series import outcomes
from console.domain.comms.template import prefilled
from console.domain.human import listed, span
from console.domain.incident import Effect, Incident
from console.domain.sla import comms_clock
from console.domain.summary import summarise
from console.domain.text import multi_line, one_line
from console.domain.vocabulary import ComponentState, EffectKind, EffectState, Stage
from console.domain.waiting import Tries, next_try, waiting_words
from console.errors import OncallError, UsageError
from console.ports.desk import Saved

LONGEST = 1_000
_TEXTS = ("impact", "scope", "doing", "workaround")


def update(args: argparse.Namespace) -> int:
    """Post an update, show what it would be, or list those before."""
    name = incident_id(args.incident)
    if args.list:
        return _list(args, name)
    if args.none_needed is not None:
        return _waive(args, name)
    if not args.stage:
        hint = f'oncall update {name} --stage identified --impact "Some payments fail." --next 20m'
        raise UsageError("say the stage, or --list", hint=hint)
    if args.readonly and not args.dry_run:
        raise OncallError("this command writes to the store", hint="leave out --readonly, or add --dry-run")
    with opened(args) as context:
        incident, now = incident_of(context, name), context.store.now()
        draft = _draft(args, incident, context, now)
        outlets = tuple(dict.fromkeys(args.to)) or preset(incident, context.policy, draft.components)
        found = lint(draft, incident, context.policy, now)
        _refuse_unknown(outlets, context)
        wrong = any(one.error for one in found)
        if args.dry_run:
            _show(args, draft, outlets, found, context)
            return NO if wrong else DONE
        for one in found:
            complain(f"{'error' if one.error else 'warning'}: {one.words}")
        if wrong:
            return NO
        executor = bootstrap.make_executor(context.store, context.policy)
        command = PostUpdate(outlets=outlets, draft=draft)
        outcome = executor.carry_out(name, command, Actor(acting_person(context)), new_op())
        code = tell(outcome)
        if isinstance(outcome, Saved) and outlets:
            say_if_nobody_is_the_engine(context)
    return code


def _waive(args: argparse.Namespace, name: str) -> int:
    """Say that clients need no update that says it is over."""
    if args.readonly:
        raise OncallError("this command writes to the store", hint="leave out --readonly")
    with opened(args) as context:
        executor = bootstrap.make_executor(context.store, context.policy)
        command = WaiveUpdate(one_line(args.none_needed, LONGEST))
        return tell(executor.carry_out(name, command, Actor(acting_person(context)), new_op()))


def _draft(args: argparse.Namespace, incident: Incident, context: Context, now: datetime) -> Draft:
    """Return the template with what was said on the command line."""
    draft = prefilled(incident, Stage(args.stage), context.policy, now)
    said = {name: multi_line(text, LONGEST) for name in _TEXTS if (text := getattr(args, name)) is not None}
    draft = replace(
        draft,
        impact=said.get("impact", draft.impact),
        scope=said.get("scope", draft.scope),
        doing=said.get("doing", draft.doing),
        workaround=said.get("workaround", draft.workaround),
    )
    if args.failing:
        draft = replace(draft, failing=ComponentState(args.failing))
    return replace(draft, next_at=_next_at(args.next, now)) if args.next else draft


def _next_at(text: str, now: datetime) -> datetime:
    """Return when: a span from the next full minute on, or the next such time. Raises ``UsageError``."""
    if ":" in text or "-" in text:
        return parse_when(text, now, ahead=True)
    return (
        now.replace(second=0, microsecond=0)
        + timedelta(minutes=1)
        + parse_span(text.strip().removeprefix("+"))
    )


def _refuse_unknown(outlets: tuple[str, ...], context: Context) -> None:
    for name in outlets:
        if outlet_named(name, context.policy) is None:
            known = ", ".join(one.name for one in context.policy.outlets) or "none is configured"
            raise UsageError(f'there is no outlet called "{name}"', hint=f"outlets: {known}")


def _show(
    args: argparse.Namespace,
    draft: Draft,
    outlets: tuple[str, ...],
    found: tuple[Finding, ...],
    context: Context,
) -> None:
    title = headline(draft.components, draft.failing, context.policy, part=draft.part)
    does = {name: outlet.does(draft) for name in outlets if (outlet := outlet_named(name, context.policy))}
    if args.json:
        findings = [
            {"field": one.field, "about": one.about, "text": one.text, "hint": one.hint, "error": one.error}
            for one in found
        ]
        print_json({"title": title, "text": render(draft), "outlets": does, "findings": findings})
        return
    say(f"{title}\n\n{render(draft)}\n")
    for name, words in does.items():
        say(f"{name}: {words}")
    if not does:
        say("no outlet: it goes to the timeline only")
    for one in found:
        say(f"{'error' if one.error else 'warning'}: {one.words}")
    say("nothing was posted")


def _list(args: argparse.Namespace, name: str) -> int:
    with opened(args) as context:
        incident, now = incident_of(context, name), context.store.now()
        tries = tries_of(context.store, incident)
        if args.json:
            print_json(_document(incident, now, tries))
            return DONE
        rows = [(stamp(at) or "", what.stage.value if what.stage else "", who, _became(incident, at), what.impact or what.text)
                for at, who, what in incident.updates]  # fmt: skip
        say(table(rows, ("WHEN", "STAGE", "BY", "OUTLETS", "WHAT CLIENTS SEE"), width(), stretch=4) if rows
            else f"clients were told nothing of {name}")  # fmt: skip
        for effect in outcomes(incident):
            if effect.state is not EffectState.DONE and effect.text:
                say(f"{effect.source} {effect.state}: {waiting_words(effect, tries, now, local_zone())}")
        row = summarise(incident)
        if row.wants_last_word:
            say(f"clients have not been told that it is over: {listed(row.followed)}")
        clock = comms_clock(row, context.policy)
        if clock is not None and clock.stopped_at is None:
            left = clock.remaining(now)
            say(
                f"next update {span(-left)} overdue"
                if clock.breached(now)
                else f"next update due in {span(left)}"
            )
    return DONE


def _effects(incident: Incident, at: datetime) -> Iterator[Effect]:
    for effect in incident.effects:
        if effect.kind is EffectKind.PUBLISH and effect.asked_at == at:
            yield effect


def _became(incident: Incident, at: datetime) -> str:
    return ", ".join(f"{one.source} {one.state}" for one in _effects(incident, at))


def _document(incident: Incident, now: datetime, tries: Tries) -> dict[str, Any]:
    return {
        "incident": incident.id,
        "now": stamp(now),
        "followed": list(followed(incident)),
        "updates": [
            {
                "at": stamp(at),
                "by": who,
                "stage": what.stage.value if what.stage else None,
                "impact": what.impact,
                "text": what.text,
                "next_at": stamp(what.next_at) if what.next_at else None,
                "outlets": [
                    {
                        "name": one.source,
                        "state": one.state.value,
                        "text": one.text,
                        "next_try": stamp(next_try(one, tries)),
                    }
                    for one in _effects(incident, at)
                ],
            }
            for at, who, what in incident.updates
        ],
    }
