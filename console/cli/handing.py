"""``oncall handover note|offer|accept|return|list|show|send``: the handover's way from a draft to an answer."""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import datetime

from console import bootstrap, service
from console.cli.context import Context, acting_person, opened
from console.cli.handover import current, put_out, said
from console.cli.outcomes import new_op, tell
from console.cli.output import complain, print_json, say, stamp, table, width
from console.clock import local_zone
from console.config.nearest import did_you_mean
from console.domain.actors import Actor
from console.domain.human import until
from console.domain.notify.channels import Channel as Reach
from console.domain.notify.notification import Topic
from console.domain.team.commands import AcceptHandover, NoteHandover, ReturnHandover, TeamCommand, Writing
from console.domain.team.handoverfacts import Section
from console.domain.team.handovers import Handing, Stage
from console.errors import DeliveryError, UsageError
from console.outputs.handover import summary_lines, to_markdown
from console.ports.channels import Channel, Message, Sent
from console.ports.desk import Outcome, Saved
from console.ports.handover import HandoverView, Sheets

ANSWER_WITHIN = 30.0  # seconds, for all attempts
WAITS = (1.0, 4.0)
"""Seconds before another attempt, where the product does not say how long."""
WHOLE = 3000
"""Characters up to which a chat is sent the whole document; mail always is, more is a summary elsewhere."""


def note(args: argparse.Namespace) -> int:
    """Write a line."""
    named = {one.value.replace(" ", "-"): one for one in Section}
    section = named.get(args.section.lower().replace(" ", "-"))
    if section is None:
        raise UsageError(
            f'--section: there is no section "{args.section}"{did_you_mean(args.section, named)}'
        )
    text = args.message or ("" if sys.stdin.isatty() else sys.stdin.read())
    if not text.strip():
        raise UsageError("an empty line says nothing", hint="give -m TEXT, or the text on stdin")
    with opened(args) as context:
        shift = _sheets(context).look(team=args.team, role=args.role).shift
        return _send(context, NoteHandover(shift.id, (Writing(section, text),)))


def offer(args: argparse.Namespace) -> int:
    """Offer the shift."""
    with opened(args) as context:
        return _send(context, _sheets(context).offer(args.to, args.message, args.team, args.role))


def accept(args: argparse.Namespace) -> int:
    """Accept what was offered; what has changed since is said first."""
    with opened(args) as context:
        view = _sheets(context).look(team=args.team, role=args.role)
        done = _ask(context, AcceptHandover(view.handing.id, _offered(view, context), args.message))
    for line in view.since if isinstance(done, Saved) else ():
        say(f"since it was offered: {line}")
    return tell(done)


def give_back(args: argparse.Namespace) -> int:
    """Return what was offered."""
    with opened(args) as context:
        view = _sheets(context).look(team=args.team, role=args.role)
        _offered(view, context)
        return _send(context, ReturnHandover(view.handing.id, args.message))


def list_all(args: argparse.Namespace) -> int:
    """List the handovers that were offered."""
    with opened(args, existing=True) as context:
        now, name_of = context.store.now(), context.policy.name_of
        found = [
            one
            for one in reversed(context.live.team.handovers)
            if one.offered_at is not None and args.team in {"", one.team} and args.role in {"", one.role}
        ]
    if args.json:
        print_json([_plain(one) for one in found])
    elif found:
        zone = local_zone()
        rows = [
            (
                until(one.end, now, zone) if one.end else "",
                f"{one.role} of {one.team}",
                f"{name_of(one.outgoing)} to {name_of(one.incoming)}",
                f"{one.stage.value} {until(one.settled_at or one.offered_at or now, now, zone)}",
                one.id,
            )
            for one in found
        ]
        say(table(rows, ("SHIFT ENDS", "WHAT", "WHO", "HOW IT STANDS", "ID"), width(), stretch=3))
    else:
        say("no handover was offered yet")
    return 0


def show(args: argparse.Namespace) -> int:
    """Print a handover as it was offered, with what became of it."""
    with opened(args, existing=True) as context:
        view = _sheets(context).look(args.id)
    return put_out(args, view.document)


def send(args: argparse.Namespace) -> int:
    """Send the handover by a channel, now; 1 where it was not taken."""
    with opened(args) as context:
        view = _sheets(context).look(args.id) if args.id else current(context, args.team, args.role)
        if view is None:
            raise UsageError("there is no shift to hand over", hint="oncall handover list shows earlier ones")
        channels = {one.name: one for one in context.policy.channels}
        reach = channels.get(args.via)
        if reach is None:
            raise UsageError(
                f'--via: no [[channels]] has the name "{args.via}"{did_you_mean(args.via, channels)}'
            )
        message = _message(view, reach, args.to, context)
        for line in said(view):
            complain(line)
        return asyncio.run(_deliver(context, reach, message))


def _message(view: HandoverView, reach: Reach, to: str, context: Context) -> Message:
    """Return what is sent: the whole document where the channel can carry it, else what counts and where to read it."""
    person = context.policy.people.get(to)
    if to and person is None:
        raise UsageError(f'--to: no [[people]] has the id "{to}"{did_you_mean(to, context.policy.people)}')
    address = reach.address(person) if person else reach.room
    if not address:
        raise UsageError(
            f"{reach.name} has no room" if not to else f"{to} has no {reach.contact or 'such'} contact",
            hint="name a person with --to",
        )
    whole = to_markdown(view.document)
    if reach.kind not in {"smtp", "command"} and len(whole) > WHOLE:
        whole = "\n".join((*summary_lines(view.document), "", "whole: oncall handover, or H in the console"))
    title = whole.split("\n", 1)[0].removeprefix("# ")
    return Message(
        key=_key(view, reach, to),
        topic=Topic.HANDOVER,
        title=title,
        text=whole.split("\n", 1)[1].strip("\n"),
        address=address,
        at=context.store.now(),
        person=person,
        again=True,
    )


def _key(view: HandoverView, reach: Reach, to: str) -> str:
    """Return the same key for the same handover as it stands: sent again by hand it is the same message."""
    handing = view.handing
    stands = f"{handing.stage}/{view.document.position}/{handing.written}/{len(handing.entries)}"
    return f"handover/{view.shift.id}/{stands}/{to or 'room'}/{reach.name}"


async def _deliver(context: Context, reach: Reach, message: Message) -> int:
    made = {one.name: one for one in service.make_channels(context.setup)}
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            sent = await _tried(made[reach.name], message)
    except TimeoutError:
        complain(f"{reach.name}: no answer within {ANSWER_WITHIN:.0f} s, it may have arrived")
        return 1
    except DeliveryError as error:
        complain(f"{reach.name}: not sent: {error}")
        return 1
    finally:
        await asyncio.gather(*(one.close() for one in made.values()), return_exceptions=True)
    say(f"sent by {reach.name} to {message.address}: {sent.said}")
    return 0


async def _tried(channel: Channel, message: Message) -> Sent:
    """Send it, and again where the channel was only in trouble. Raises ``DeliveryError``."""
    for wait in WAITS:
        try:
            return await channel.send(message)
        except DeliveryError as error:
            if error.permanent:
                raise
            complain(f"{channel.name}: not sent yet: {error}; trying again")
            await asyncio.sleep(error.retry_after or wait)
    return await channel.send(message)


def _sheets(context: Context) -> Sheets:
    return bootstrap.make_sheets(context.setup, context.store, acting_person(context))


def _offered(view: HandoverView, context: Context) -> datetime:
    """Return when the handover that waits for the person was offered. Raises ``UsageError`` where none does."""
    handing = view.handing
    if handing.stage is not Stage.OFFERED or handing.incoming != context.me or handing.offered_at is None:
        to = context.policy.name_of(handing.incoming)
        other = f": {handing.role} of {handing.team} was offered to {to}"
        raise UsageError(
            f"no handover waits for your answer{other if handing.stage is Stage.OFFERED else ''}",
            hint="oncall handover list shows how they stand",
        )
    return handing.offered_at


def _send(context: Context, command: TeamCommand) -> int:
    return tell(_ask(context, command))


def _ask(context: Context, command: TeamCommand) -> Outcome:
    actor = Actor(acting_person(context))
    return bootstrap.make_arranger(context.store, context.live).arrange(command, actor, new_op())


def _plain(one: Handing) -> dict[str, object]:
    return {
        "id": one.id,
        "team": one.team,
        "role": one.role,
        "outgoing": one.outgoing,
        "incoming": one.incoming,
        "start": stamp(one.start),
        "end": stamp(one.end),
        "stage": one.stage.value,
        "offered_at": stamp(one.offered_at),
        "settled_at": stamp(one.settled_at),
        "answer": one.answer or None,
        "moved": list(one.moved),
    }
