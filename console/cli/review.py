"""``oncall postmortem``: the review of an incident as a document, what people write in it, and what is owed."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime
from pathlib import Path

from console import bootstrap
from console.cli.context import Context, acting_person, opened
from console.cli.ids import incident_id
from console.cli.known import no_such
from console.cli.outcomes import DONE, NO, new_op, tell
from console.cli.output import complain, put, say
from console.cli.reviewboard import board
from console.cli.tofile import to_file
from console.domain import commands as cmd
from console.domain.actors import Actor
from console.domain.review.due import end_of
from console.domain.vocabulary import ActionKind, ActionState, ReviewState
from console.errors import OncallError, UsageError

LONGEST = 80_000
MOVES = ("draft", "review", "close")
SECTION_OR_ITEM = ("edit", "section", "action", "item", "done", "drop")
WRITES = (*MOVES, *SECTION_OR_ITEM, "owner", "due")


def postmortem(args: argparse.Namespace) -> int:
    """Show the board, print the review, or change it."""
    _fits_together(args)
    if args.board:
        return board(args)
    if not args.incident:
        raise UsageError(
            "say which incident", hint="oncall postmortem INC-42, or --board for all that is owed"
        )
    incident = incident_id(args.incident)
    if not any(getattr(args, name) for name in WRITES):
        return _print(args, incident)
    if args.readonly:
        raise OncallError("this command writes to the store", hint="leave out --readonly")
    with opened(args) as context:
        if args.edit:
            from console.cli.reviewediting import edit  # noqa: PLC0415 - only where somebody writes

            return edit(context, incident)
        commands = _commands(args, context, incident)
        return _carry_out(context, incident, commands)


def _fits_together(args: argparse.Namespace) -> None:
    """Refuse what would be left out without a word. Raises ``UsageError``."""
    moves = [f"--{name}" for name in MOVES if getattr(args, name)]
    writes = [f"--{name}" for name in SECTION_OR_ITEM if getattr(args, name)]
    item = bool(args.action or args.item)
    wrong = (
        (
            args.board and (args.incident or moves or writes),
            "--board is about all incidents: leave out the rest",
        ),
        (moves and writes, f"{moves and moves[0]} and {writes and writes[0]} at once: one after the other"),
        (
            (moves or writes) and args.output,
            "-o writes the document: leave it out where something is changed",
        ),
        (
            args.text is not None and not (args.section or args.item),
            "--text needs --section NAME or --item ID",
        ),
        (args.kind and not item, "--kind needs --action TEXT or --item ID"),
        (args.link and not item, "--link needs --action TEXT or --item ID"),
        (args.message and not moves, "-m needs --draft, --review or --close"),
        (args.despite_gaps and not args.close, "--despite-gaps needs --close"),
        (
            (args.owner or args.due) and (args.edit or args.section),
            "--owner and --due are of a review or an item",
        ),
    )
    found = next((words for holds, words in wrong if holds), "")
    if found:
        raise UsageError(found, hint="oncall postmortem --help")


def _print(args: argparse.Namespace, incident: str) -> int:
    with opened(args) as context:
        from console.desk.reviews import read_review  # noqa: PLC0415 - not needed for what writes
        from console.domain.review.document import build  # noqa: PLC0415 - as above
        from console.outputs.review import to_json, to_markdown  # noqa: PLC0415 - as above
        from console.outputs.reviewjira import to_jira  # noqa: PLC0415 - as above

        found = read_review(context.store, incident, context.policy)
        if found is None:
            raise no_such(incident)
        form = "json" if args.json else args.format
        text = {"md": to_markdown, "jira": to_jira, "json": to_json}[form](build(found))
    if args.output and args.output != "-":
        return _save(Path(args.output).expanduser(), text)
    if form == "json":
        put(text)
    else:
        say(text.rstrip("\n"))
    return DONE


def _save(target: Path, text: str) -> int:
    to_file(target, text)
    complain(f"{target}: written")
    return DONE


def _commands(args: argparse.Namespace, context: Context, incident: str) -> list[cmd.Command]:
    """Return what is asked for; the owner and the day are the action item's where one is named."""
    due = _due(args, context, incident)
    if args.section:
        if args.text is None:
            raise UsageError(
                "say what to write", hint='--text "…"; --text - reads it from stdin, --text "" takes it out'
            )
        return [cmd.WriteSection(args.section, _text(args.text))]
    name = args.item or args.done or args.drop or ""
    if args.action or name:
        state = ActionState.DONE if args.done else ActionState.DROPPED if args.drop else None
        kind = ActionKind(args.kind) if args.kind else None
        text = args.action or (_text(args.text) if args.text is not None else None)
        return [cmd.SetAction(name, text, kind, state, args.owner, due, args.link)]
    if args.draft and _state(context, incident) is ReviewState.NONE:
        return [cmd.StartReview(args.owner or "", due, args.message)]
    wanted = (
        (args.draft, ReviewState.DRAFT),
        (args.review, ReviewState.IN_REVIEW),
        (args.close, ReviewState.CLOSED),
    )
    state_wanted = next((one for asked, one in wanted if asked), None)
    return [cmd.MoveReview(state_wanted, args.owner or "", due, args.message, args.despite_gaps)]


def _text(said: str) -> str:
    return sys.stdin.read(LONGEST) if said == "-" else said


def _state(context: Context, incident: str) -> ReviewState:
    row = context.store.summary(incident)
    return row.review if row is not None else ReviewState.NONE


def _due(args: argparse.Namespace, context: Context, incident: str) -> datetime | None:
    """Return the end of the day where the incident's team lives."""
    if not args.due:
        return None
    try:
        day = date.fromisoformat(args.due.strip())
    except ValueError:
        raise UsageError(f'--due: "{args.due}" is not a day', hint="write it like 2026-12-01") from None
    row = context.store.summary(incident)
    return end_of(day, row.team if row is not None else "", context.policy)


def _carry_out(context: Context, incident: str, commands: list[cmd.Command]) -> int:
    actor = Actor(acting_person(context))
    executor = bootstrap.make_executor(context.store, context.policy)
    codes = [tell(executor.carry_out(incident, command, actor, new_op())) for command in commands]
    return max(codes, default=NO)
