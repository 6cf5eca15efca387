"""``oncall postmortem --board``: reviews and action items that are owed."""

from __future__ import annotations

import argparse
from datetime import date, datetime

from console.cli.context import Context, opened
from console.cli.output import print_json, say, table, width
from console.desk.reviews import read_board
from console.domain.human import count
from console.domain.review.board import OpenAction, Owed, ReviewBoard, due_words
from console.domain.roster import zone_of
from console.domain.vocabulary import ReviewState
from console.outputs.values import plain

REVIEW_HEADS = ("INCIDENT", "P", "DUE", "STATE", "OWNER", "SERVICE", "TITLE")
ACTION_HEADS = ("INCIDENT", "ITEM", "DUE", "OWNER", "KIND", "WHAT")


def board(args: argparse.Namespace) -> int:
    """Print what is owed, the most pressing first."""
    with opened(args) as context:
        found = read_board(context.store, context.policy)
        if args.json:
            print_json(_json(found))
        else:
            say("\n".join(_lines(found, context)))
    return 0


def _json(found: ReviewBoard) -> object:
    now = found.now
    return {
        "now": plain(now),
        "reviews": [{**plain(one), "overdue": one.overdue(now)} for one in found.reviews],
        "actions": [{**plain(one), "overdue": one.overdue(now)} for one in found.actions],
        "left_out": found.left_out,
    }


def _lines(found: ReviewBoard, context: Context) -> list[str]:
    late = sum(one.overdue(found.now) for one in found.reviews)
    late_items = sum(one.overdue(found.now) for one in found.actions)
    lines = [f"{count(len(found.reviews), 'review')} owed, {late} overdue"]
    if found.reviews:
        lines.append(
            table([_review(one, found.now, context) for one in found.reviews], REVIEW_HEADS, width(), 6)
        )
    lines += ["", f"{count(len(found.actions), 'action item')} open, {late_items} overdue"]
    if found.actions:
        lines.append(
            table([_action(one, found.now, context) for one in found.actions], ACTION_HEADS, width(), 5)
        )
    if found.left_out:
        lines += ["", f"the action items of {count(found.left_out, 'older incident')} were not read"]
    return lines


def _review(one: Owed, now: datetime, context: Context) -> tuple[str, ...]:
    state = one.state.value if one.state is not ReviewState.NONE else "not begun"
    due = due_words(one.due, one.last_day, now, _today(one.team, now, context))
    priority = one.priority.label if one.priority else "P?"
    return (one.incident, priority, due, state, one.whose(context.policy.name_of), one.service, one.title)


def _action(one: OpenAction, now: datetime, context: Context) -> tuple[str, ...]:
    action = one.action
    due = due_words(action.due, one.last_day, now, _today(one.team, now, context))
    return (one.incident, action.id, due, _who(action.owner, context), action.kind.value, action.text)


def _who(person: str, context: Context) -> str:
    return context.policy.name_of(person) if person else "nobody"


def _today(team: str, now: datetime, context: Context) -> date:
    return now.astimezone(zone_of(context.policy.roster, team)).date()
