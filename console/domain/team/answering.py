"""Answers to the items of checklists, each person's own."""

from __future__ import annotations

from console.domain.decisions.base import NoChange, Rejected
from console.domain.nearest import did_you_mean
from console.domain.team.commands import AnswerItem
from console.domain.team.deciding import Answer, Around, Arranged
from console.domain.team.facts import ItemAnswered, ItemState
from console.domain.team.fold import answer_key

_SAID = {
    ItemState.DONE: "done",
    ItemState.FAILED: "failed",
    ItemState.SKIPPED: "skipped",
    ItemState.TODO: "open again",
}


def answer(command: AnswerItem, around: Around) -> Answer:
    """Take down somebody's own answer to an item of a checklist."""
    lists = {one.id: one for one in around.policy.checklists}
    checklist = lists.get(command.checklist)
    if checklist is None:
        return Rejected(
            f'there is no checklist "{command.checklist}"{did_you_mean(command.checklist, lists)}'
        )
    items = {one.id: one for one in checklist.items}
    item = items.get(command.item)
    if item is None:
        return Rejected(f'{checklist.name} has no item "{command.item}"{did_you_mean(command.item, items)}')
    given = ItemAnswered(
        command.checklist,
        command.item,
        around.actor.name,
        command.occasion,
        command.state,
        command.value,
        command.text,
        command.incident,
    )
    text = f"{item.text}: {_SAID[command.state]}"
    before = next(
        (one.body for one in around.state.answers if answer_key(one.body) == answer_key(given)), None
    )
    nothing_yet = before is None and command.state is ItemState.TODO
    if nothing_yet or (before == given and item.expires is None):
        return NoChange(f"{text} already")
    return Arranged((given,), text)
