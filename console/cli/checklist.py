"""``oncall checklist``: what is due for me, answering it, running its commands."""

from __future__ import annotations

import argparse
from typing import Any

from console import bootstrap
from console.cli.context import Context, acting_person, opened
from console.cli.outcomes import DONE, NO, new_op, tell
from console.cli.output import complain, print_json, say, stamp
from console.clock import local_zone
from console.config.nearest import did_you_mean
from console.domain.actors import Actor
from console.domain.human import count, until
from console.domain.team.access import answer, op_of, report, with_incident
from console.domain.team.checklist import ItemKind
from console.domain.team.commands import AnswerItem
from console.domain.team.facts import ItemState
from console.domain.team.readiness import ItemStatus, ListStatus, due, readiness, readiness_words
from console.domain.text import one_line
from console.errors import OncallError, UsageError
from console.ports.desk import Nothing, Saved
from console.running import run_command

LINE = 500
_STATES = {
    "done": ItemState.DONE,
    "fail": ItemState.FAILED,
    "skip": ItemState.SKIPPED,
    "undo": ItemState.TODO,
}
_SIGNS = {ItemState.DONE: "x", ItemState.FAILED: "!", ItemState.SKIPPED: "-", ItemState.TODO: " "}


def show(args: argparse.Namespace) -> int:
    """Show what is due, or answer an item, or run commands; 1 where something required is open or failed."""
    with opened(args) as context:
        acting_person(context)
        word, rest = (args.words[0], args.words[1:]) if args.words else ("", [])
        if args.readonly and (word in _STATES or word == "run"):
            raise OncallError("this command writes to the store", hint="leave out --readonly")
        if word in _STATES:
            return _answer(args, context, word, rest)
        if args.message or args.value:
            raise UsageError("-m and --value go with an answer", hint="oncall checklist done NAME ITEM")
        if word == "run":
            return _run(args, context, rest)
        if rest:
            raise UsageError(f'"{one_line(word, 40)}" is not one of {", ".join([*_STATES, "run"])}')
        return _show(args, context, _chosen(_lists(args, context), word) if word else _lists(args, context))


def _lists(args: argparse.Namespace, context: Context) -> tuple[ListStatus, ...]:
    """Return the lists due for who asks, or for one team's shifts."""
    policy = context.policy
    if args.team and args.team not in policy.teams:
        hint = did_you_mean(args.team, policy.teams)
        raise UsageError(f'--team: no [[teams]] has the id "{one_line(args.team, 40)}"{hint}')
    found = due(policy, context.live.team, context.me, context.store.now())
    return tuple(one for one in found if args.team in {None, one.occasion.team})


def _chosen(lists: tuple[ListStatus, ...], name: str) -> tuple[ListStatus, ...]:
    """Return the lists of a name; the earlier occasion first. Raises ``UsageError`` where none is due."""
    found = tuple(one for one in lists if one.checklist.id == name)
    if not found:
        names = tuple(dict.fromkeys(one.checklist.id for one in lists))
        known = f"; due are {', '.join(names)}" if names else "; none is due for you now"
        raise UsageError(f'no checklist "{one_line(name, 40)}" is due{did_you_mean(name, names)}{known}')
    return found


def _item(status: ListStatus, name: str) -> ItemStatus:
    found = next((one for one in status.items if one.item.id == name), None)
    if found is None:
        names = [one.item.id for one in status.items]
        raise UsageError(
            f'{status.checklist.id} has no item "{one_line(name, 40)}"{did_you_mean(name, names)}',
            hint=f"its items are {', '.join(names)}",
        )
    return found


# showing


def _show(args: argparse.Namespace, context: Context, lists: tuple[ListStatus, ...]) -> int:
    now = context.store.now()
    if args.json:
        ready = readiness(lists, args.team or "")
        print_json(
            {
                "person": context.me,
                "ready": ready.ready.value,
                "checklists": [_list_json(one) for one in lists],
            }
        )
    elif not lists:
        say("No checklist is due for you now.")
    else:
        lines = [line for one in lists for line in _lines(one, context)]
        words = readiness_words(context.policy, context.live.team, context.me, now, local_zone())
        say("\n".join([*lines, *([words] if words else [])]))
    return NO if any(one.wanting for one in lists) else DONE


def _lines(status: ListStatus, context: Context) -> list[str]:
    now, occasion = context.store.now(), status.occasion
    left = f"{status.open} of {count(len(status.items), 'item')} open" if status.open else "nothing open"
    late = "was due" if status.late else "due by"
    when = until(occasion.due, now, local_zone())
    head = f"{status.checklist.id}: {status.checklist.name}, {occasion.team} {occasion.role}, {left}, {late} {when}"
    wide = max(len(one.item.id) for one in status.items)
    return [
        head,
        *(f"  [{_SIGNS[one.state]}] {one.item.id:<{wide}}  {_words(one, context)}" for one in status.items),
    ]


def _words(one: ItemStatus, context: Context) -> str:
    now, zone, item = context.store.now(), local_zone(), one.item
    parts = [item.text, "" if item.required else "optional"]
    if one.state is ItemState.TODO:
        parts += [item.url, "command" if item.command else "", "was done, has expired" if one.expired else ""]
    elif one.at is not None:
        parts += [f"{one.state.value} {until(one.at, now, zone)}", one.value, one.text, one.incident]
        parts += [f"holds until {until(one.holds_until, now, zone)}" if one.holds_until else ""]
    return " · ".join(part for part in parts if part)


def _list_json(status: ListStatus) -> dict[str, Any]:
    occasion = status.occasion
    return {
        "id": status.checklist.id,
        "name": status.checklist.name,
        "when": status.checklist.when.value,
        "team": occasion.team,
        "role": occasion.role,
        "occasion": occasion.key,
        "due": stamp(occasion.due),
        "late": status.late,
        "open": status.open,
        "done": status.done,
        "items": [
            {
                "id": one.item.id,
                "text": one.item.text,
                "kind": one.item.kind.value,
                "required": one.item.required,
                "state": one.state.value,
                "at": stamp(one.at),
                "value": one.value,
                "remark": one.text,
                "incident": one.incident,
                "carried": one.carried,
                "expired": one.expired,
                "holds_until": stamp(one.holds_until),
            }
            for one in status.items
        ],
    }


# answering


def _answer(args: argparse.Namespace, context: Context, word: str, names: list[str]) -> int:
    if len(names) != 2:
        raise UsageError("say which checklist and which item", hint=f"oncall checklist {word} NAME ITEM")
    status = _chosen(_lists(args, context), names[0])[0]
    one = _item(status, names[1])
    text, value = one_line(args.message, LINE), one_line(args.value or "", LINE)
    if word == "fail" and not text:
        raise UsageError("what went wrong?", hint="give -m TEXT")
    if word == "done" and one.item.kind is ItemKind.VALUE and not value:
        raise UsageError("this item wants a value", hint="give --value V")
    return _save(context, status, one, answer(status, one, _STATES[word], value=value, text=text))


def _save(context: Context, status: ListStatus, one: ItemStatus, command: AnswerItem) -> int:
    """Save an answer; where somebody cannot get in, the incident comes first, so that the answer names it."""
    actor = Actor(acting_person(context))
    opened_for = report(status, one, command, context.policy)
    if opened_for is not None:
        executor = bootstrap.make_executor(context.store, context.policy)
        outcome = executor.carry_out("", opened_for, actor, op_of(command, actor.name))
        tell(outcome)
        if isinstance(outcome, Saved | Nothing):
            command = with_incident(command, outcome.incident)
    arranger = bootstrap.make_arranger(context.store, context.live)
    return tell(arranger.arrange(command, actor, new_op()))


def _run(args: argparse.Namespace, context: Context, names: list[str]) -> int:
    """Run the commands of one list or of all that are due, one after the other; 1 where one failed."""
    lists = _lists(args, context)
    lists = _chosen(lists, names[0])[:1] if names else lists
    wanted = [_item(lists[0], name) for name in names[1:]] if names else []
    todo = [
        (status, one)
        for status in lists
        for one in (wanted or status.items)
        if one.item.command or one in wanted
    ]
    if not todo:
        say("No item that is due has a command.")
    worst = DONE
    for status, one in todo:
        if not one.item.command:
            raise UsageError(f'"{one.item.id}" has no command')
        complain(f"{one.item.id}: running {one.item.command[0]} …")
        ran = run_command(one.item.command, one.item.timeout.total_seconds())
        state = ItemState.DONE if ran.ok else ItemState.FAILED
        say(f"{one.item.id}: {state.value} after {ran.seconds:.1f} s{': ' if ran.line else ''}{ran.line}")
        saved = _save(context, status, one, answer(status, one, state, text=ran.line))
        worst = max(worst, saved, DONE if ran.ok else NO)
    return worst
