"""``oncall notify``: try the channels, see what was told and what was not, send again or let go."""

from __future__ import annotations

import argparse
import asyncio
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from console import service
from console.cli.context import Context, acting_person, opened, person, setup_for
from console.cli.findings import FAIL, MARKS, OK
from console.cli.ids import incident_id
from console.cli.output import print_json, say, stamp, table, width
from console.clock import SystemClock, local_zone
from console.config.nearest import did_you_mean
from console.config.setup import Setup
from console.domain.human import count, until
from console.domain.notify import channels as rules
from console.domain.notify.notification import Delivery, Notification, Topic
from console.domain.notify.standing import stands, to_whom
from console.domain.policy import Policy
from console.domain.text import one_line
from console.errors import ConfigError, DeliveryError, UsageError
from console.ports.channels import Channel, Message

ANSWER_WITHIN = 30.0  # seconds for each channel; all are tried at the same time
MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one test message."""

    channel: str
    address: str
    ok: bool
    said: str


def test(args: argparse.Namespace) -> int:
    """Send one message by each channel, now; 1 where one failed."""
    setup = setup_for(args)
    found = asyncio.run(_try_all(setup, args, person(args, setup)))
    if args.json:
        print_json([{"channel": t.channel, "to": t.address, "ok": t.ok, "said": t.said} for t in found])
    else:
        rows = [(MARKS[OK if t.ok else FAIL], t.channel, t.address, t.said) for t in found]
        say(table(rows, ("", "CHANNEL", "TO", "RESULT"), width(), stretch=3))
    return 0 if all(t.ok for t in found) else 1


def list_all(args: argparse.Namespace) -> int:
    """List the latest notifications, or those given up."""
    with opened(args, existing=True) as context:
        states = (Delivery.FAILED,) if args.failed else ()
        incident = incident_id(args.incident) if args.incident else None
        found = context.store.notifications(incident=incident, states=states, limit=MOST_SHOWN)
        if args.json:
            print_json([_plain(one) for one in found])
        elif not found:
            say("nothing was given up" if args.failed else "nobody has been told anything yet")
        else:
            say(_listing(found, context.policy, context.store.now()))
        return 0


def retry(args: argparse.Namespace) -> int:
    """Send given-up notifications again; 1 where none of them is on the list."""
    with opened(args, existing=True) as context:
        ids = _chosen(args, context)
        done = context.store.retry(ids, context.store.now()) if ids else 0
        say(f"{count(done, 'message')} will be sent again" if done else "none of these was given up")
        return 0 if done or args.all else 1


def dismiss(args: argparse.Namespace) -> int:
    """Take notifications off the list of those given up; 1 where none of them is on it."""
    with opened(args, existing=True) as context:
        ids = _chosen(args, context)
        done = context.store.dismiss(ids, context.store.now(), acting_person(context)) if ids else 0
        say(f"{count(done, 'message')} dismissed" if done else "none of these was given up")
        return 0 if done or args.all else 1


def _chosen(args: argparse.Namespace, context: Context) -> tuple[str, ...]:
    """Return the ids meant. Raises ``UsageError`` where none are named."""
    if args.all:
        found = context.store.notifications(states=(Delivery.FAILED,), limit=100_000)
        return tuple(one.id for one in found)
    if not args.ids:
        raise UsageError("name the messages, or --all", hint="oncall notify list --failed shows them")
    return tuple(args.ids)


async def _try_all(setup: Setup, args: argparse.Namespace, me: str) -> list[Tried]:
    """Try the channels that are meant. Raises ``ConfigError``, ``UsageError``."""
    policy = setup.policy
    if not policy.channels:
        raise ConfigError("no [[channels]] in the config", hint="docs/notifications.md says how")
    names = [one.name for one in policy.channels]
    if args.via and args.via not in names:
        raise UsageError(
            f'--via: no [[channels]] has the name "{one_line(args.via, 40)}"{did_you_mean(args.via, names)}'
        )
    if args.to and args.to not in policy.people:
        hint = did_you_mean(args.to, policy.people)
        raise UsageError(f'--to: no [[people]] has the id "{one_line(args.to, 40)}"{hint}')
    made = {one.name: one for one in service.make_channels(setup)}
    try:
        told = [
            _try_one(made[one.name], one, policy, args.to or "", me)
            for one in policy.channels
            if args.via in {None, one.name}
        ]
        return list(await asyncio.gather(*told))
    finally:
        await asyncio.gather(*(one.close() for one in made.values()), return_exceptions=True)


async def _try_one(channel: Channel, reach: rules.Channel, policy: Policy, to: str, me: str) -> Tried:
    who = to or ("" if reach.room else me)
    known = policy.people.get(who)
    address = reach.address(known) if known else reach.room if not to else ""
    if not address:
        name = policy.name_of(who) if who else "nobody is named"
        missing = f"{name}: no {reach.contact} contact" if reach.contact else "it reaches no single person"
        return Tried(channel.name, name, ok=False, said=f"{missing}; give --to somebody else")
    message = Message(
        key=f"test/{secrets.token_hex(8)}/{channel.name}",
        topic=Topic.TEST,
        title="A test from oncall",
        text=f"This is a test by {policy.name_of(me) or 'somebody'}. Nothing needs to be done.",
        address=address,
        at=SystemClock().now(),
        person=known,
    )
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            sent = await channel.send(message)
    except TimeoutError:
        return Tried(channel.name, address, ok=False, said=f"no answer within {ANSWER_WITHIN:.0f} s")
    except DeliveryError as error:
        return Tried(channel.name, address, ok=False, said=str(error))
    return Tried(channel.name, address, ok=True, said=sent.said)


def _listing(found: Sequence[Notification], policy: Policy, now: datetime) -> str:
    return table(
        _rows(found, policy, now), ("WHEN", "ABOUT", "TO", "HOW IT STANDS", "ID"), width(), stretch=3
    )


def _rows(found: Sequence[Notification], policy: Policy, now: datetime) -> Iterator[tuple[str, ...]]:
    zone = local_zone()
    for one in found:
        about = f"{one.incident} {one.topic.value}" if one.incident else one.topic.value
        yield until(one.made_at, now, zone), about, to_whom(one, policy), stands(one, now, zone), one.id


def _plain(one: Notification) -> dict[str, object]:
    return {
        "id": one.id,
        "topic": one.topic.value,
        "channel": one.channel,
        "person": one.person or None,
        "incident": one.incident or None,
        "title": one.title,
        "state": one.state.value,
        "attempts": one.attempts,
        "said": one.said,
        "urgent": one.urgent,
        "made_at": stamp(one.made_at),
        "due_at": stamp(one.due_at),
        "settled_at": stamp(one.settled_at),
        "digest": one.digest or None,
    }
