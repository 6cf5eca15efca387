"""From messages to alerts. Pure: no network, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from console.domain.alert import Alert, AlertRef, Ended, Ending, Link, Poll, Upstream, Who
from console.domain.priority import Priority
from console.domain.text import multi_line, one_line
from console.sources.base.reading.mapping import runbook_in
from console.sources.base.reading.records import NONE, Reader, Record, UnreadableError, labels_of
from console.sources.slack.mrkdwn import mentioned, plain
from console.sources.slack.options import Options

_LONGEST_TITLE = 200
_PRIORITY = re.compile(r"(P[1-4])\b[\s:,;.-]*", re.IGNORECASE)
_TIMESTAMP = re.compile(r"\d{1,15}\.\d{1,9}")


def parse(payload: object, source: str, options: Options) -> Poll:
    """Return the incidents among the messages of an answer of ``conversations.history``.

    Beside its ``messages`` may stand what else a source knows: ``channel``, ``url`` (the workspace's
    address), ``self`` (our own user id) and ``users`` (as ``users.info`` has them).
    """
    table = Record(payload) if isinstance(payload, dict) else NONE
    people = {user.text("id"): person(user) for user in table.records("users")}
    messages = table.get("messages")
    place = Place(table.text("channel"), table.text("self"), table.text("url"))
    rows = [
        row(place, message, people_of(message, options), people)
        for message in (messages if isinstance(messages, list) else [payload])
    ]
    return reader(source, options).read(rows)


def reader(source: str, options: Options) -> Reader:
    """Return what reads the polls of a source, one after the other."""
    return Reader(source, ref_of, partial(read, options=options), noun="message")


@dataclass(frozen=True, slots=True)
class Place:
    """Where messages are from: the channel, our own user id there, and the workspace's address."""

    channel: str
    ourselves: str
    url: str


def row(
    place: Place, message: Any, about: Iterable[str], people: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    """Return a message with all that is known about it; ``about``: ids of those whom it is about."""
    known = {id_: people[id_] for id_ in about if id_ in people}
    return {
        "channel": place.channel,
        "message": message,
        "self": place.ourselves,
        "url": place.url,
        "people": known,
    }


def person(user: Record) -> dict[str, Any]:
    """Return what matters of a user."""
    name = user.text("profile.real_name", 100) or user.text("real_name", 100) or user.text("name", 100)
    return {"name": name, "email": user.text("profile.email", 200), "bot": user.flag("is_bot")}


def people_of(message: Any, options: Options) -> list[str]:
    """Return the ids of the users whom an incident is about, none for other messages."""
    if not isinstance(message, dict):
        return []
    record = Record(message)
    if not is_incident(record, options):
        return []
    found = [
        record.text("user", 50),
        *reacted(record, options.acked_by),
        *reacted(record, options.resolved_by)[:1],
        *mentioned(_raw(record)),
    ]
    return list(dict.fromkeys(id_ for id_ in found if id_))


def is_incident(message: Record, options: Options) -> bool:
    """Return whether a message carries one of the marks."""
    if options.reaction is not None and reacted(message, options.reaction):
        return True
    return options.prefix is not None and _begins(plain(_raw(message), {}), options.prefix)


def is_resolved(message: Record, options: Options) -> bool:
    """Return whether somebody put the reaction for resolved on it, we or they."""
    return bool(reacted(message, options.resolved_by))


def reacted(message: Record, emoji: str) -> list[str]:
    """Return who put a reaction on a message; Slack does not name everybody where they are many."""
    found: list[str] = []
    for one in message.records("reactions") if message.raw.get("reactions") else ():
        if one.text("name").partition("::")[0] == emoji:  # with or without a tone of skin
            found += one.texts("users", 50) or ["unknown"]
    return found


def ref_of(record: Record) -> str:
    """Return what tells a message from all others: its channel and its time. Raises ``UnreadableError``."""
    if not record.record("message").raw:
        raise UnreadableError("it is not a table")
    return f"{record.text('channel')}-{record.must('message.ts', 50)}"


def read(ref: AlertRef, record: Record, options: Options) -> Alert | None:
    """Return a message as an alert, None for one that is no incident or is resolved."""
    message = record.record("message")
    if not is_incident(message, options) or is_resolved(message, options):
        return None
    text = _text(record, options)
    found = _PRIORITY.match(text)
    text = text[found.end() :] if found else text
    title = one_line(text, _LONGEST_TITLE) or "a message in Slack"
    sent_at = message.time("ts")
    link = _link(record)
    return Alert(
        ref,
        name=title,
        title=title,
        service=options.service,
        priority=Priority[found[1].upper() if found else options.priority],
        started_at=sent_at,
        labels=labels_of({"channel": record.text("channel")}),
        description=multi_line(text) if "\n" in text or len(text) > _LONGEST_TITLE else "",
        runbook_url=runbook_in(text),
        links=(Link("the message in Slack", link),) if link else (),
        upstream=_upstream(record, options),
    )


def ended(ref: AlertRef, record: Record, options: Options) -> Ended:
    """Return what became of a message that was an incident: resolved, or it no longer is one."""
    message = record.record("message")
    if is_resolved(message, options):
        by = reacted(message, options.resolved_by)[0]
        return Ended(ref, Ending.RESOLVED, by=_who(record, by), text=f":{options.resolved_by}: in Slack")
    if not is_incident(message, options):
        return Ended(ref, Ending.GONE, text="no longer marked as an incident")
    return Ended(ref, Ending.MOVED, text="older than window, and not resolved in Slack")


def _upstream(record: Record, options: Options) -> Upstream:
    message = record.record("message")
    # Our own reaction says what is known here anyway, and stays when the ack is taken back here.
    ackers = [one for one in reacted(message, options.acked_by) if one != record.text("self")]
    author = _who(record, message.text("user", 50))
    return Upstream(
        reported_at=message.time("ts"),
        acked=bool(ackers),
        acked_by=_first_person(_who(record, one) for one in ackers),
        reporter=options.reporter_of(author.email),
        reported_by=author.name or message.text("username", 100) or author.id,
    )


def _first_person(found: Iterable[Who]) -> Who:
    """Return the first who is no bot, the first of all where all are bots."""
    people = list(found)
    return next((one for one in people if not one.bot), people[0] if people else Who())


def _who(record: Record, id_: str) -> Who:
    known = record.record("people").raw.get(id_)
    one = Record(known) if isinstance(known, dict) else NONE
    return Who(
        id_, one.text("name", 100), one.text("email", 200), bot=one.flag("bot") or id_ == record.text("self")
    )


def _text(record: Record, options: Options) -> str:
    """Return the text of a message without what made it an incident."""
    people = record.record("people").raw
    names = {id_: Record(one).text("name", 100) for id_, one in people.items() if isinstance(one, dict)}
    text = plain(_raw(record.record("message")), names).lstrip()
    if options.prefix is not None and _begins(text, options.prefix):
        text = text[len(options.prefix) :].lstrip(" :,;.-\t\n\r")
    return text


def _raw(message: Record) -> str:
    """Return the text as Slack has it; bots write it into attachments."""
    text = message.raw.get("text")
    if isinstance(text, str) and not message.raw.get("attachments"):
        return text
    parts = [text if isinstance(text, str) else ""]
    for one in message.records("attachments"):
        parts += [value for name in ("title", "text") if isinstance(value := one.get(name), str)]
    return "\n".join(part for part in parts if part)


def _begins(text: str, prefix: str) -> bool:
    return text.lstrip()[: len(prefix)].casefold() == prefix.casefold()


def _link(record: Record) -> str:
    """Return the address of a message, made as Slack makes it; empty where the workspace is not known."""
    url, sent = record.url("url"), record.text("message.ts", 50)
    if not url or not _TIMESTAMP.fullmatch(sent):
        return ""
    return f"{url.rstrip('/')}/archives/{record.text('channel')}/p{sent.replace('.', '')}"
