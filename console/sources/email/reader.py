"""From messages to alerts: each thread is one. Pure: no server, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from console.domain.alert import Alert, AlertRef, Poll, Upstream
from console.domain.priority import Priority
from console.domain.text import one_line
from console.sources.base.reading.mapping import runbook_in
from console.sources.base.reading.records import Record, UnreadableError, few, labels_of
from console.sources.email.message import Mail, mail_of
from console.sources.email.options import Options

_STAR = "\\flagged"
_WORSE = {Priority.P2: Priority.P1, Priority.P3: Priority.P2, Priority.P4: Priority.P3}
_MOST_UID = 2**32  # RFC 3501: a UID has 32 bits


@dataclass(frozen=True, slots=True)
class Message:
    """A message in the folder: what it says, and how it stands there."""

    uid: int
    mail: Mail
    starred: bool
    received: datetime | None


def parse(payload: object, source: str, options: Options) -> Poll:
    """Return the threads in a folder: ``{"validity": …, "messages": [{uid, flags, received, source}]}``.

    ``validity`` is the folder's UIDVALIDITY, ``flags`` a list, ``received`` when the server got it,
    ``source`` the beginning of the message as it came (see ``mail_of``).
    """
    return ThreadReader(source, options).read(payload)


class ThreadReader:
    """Reads the polls of one source, one after the other. A thread that has not changed is the very same alert.

    ``left_out`` are the UIDs of messages of the last poll that are no reports.
    """

    def __init__(self, source: str, options: Options) -> None:
        self._source = source
        self._options = options
        self._mails: dict[int, tuple[str, Mail]] = {}
        self._threads: dict[AlertRef, tuple[list[Message], Alert]] = {}
        self.left_out: frozenset[int] = frozenset()

    def read(self, payload: object) -> Poll:
        """Return the threads. A message that cannot be read is named, and makes the poll incomplete."""
        table = payload if isinstance(payload, dict) else {}
        messages = table.get("messages")
        listed = messages if isinstance(messages, list) else [payload]
        problems: list[str] = []
        threads: dict[str, list[Message]] = {}
        left_out: set[int] = set()
        for message in self._messages(listed, problems):
            if self._is_report(message.mail):
                name = message.mail.thread or f"{Record(table).text('validity')}/{message.uid}"
                threads.setdefault(name, []).append(message)
            else:
                left_out.add(message.uid)
        self.left_out = frozenset(left_out)
        refs = {AlertRef(self._source, name): thread for name, thread in threads.items()}
        self._threads = {ref: (thread, self._known(ref, thread)) for ref, thread in refs.items()}
        alerts = tuple(alert for _, alert in self._threads.values())
        return Poll(self._source, alerts, complete=not problems, problems=tuple(few(problems, "message")))

    def _messages(self, listed: Iterable[object], problems: list[str]) -> Iterable[Message]:
        """Return the messages that can be read, each once; parse only those that are new."""
        found: dict[int, Message] = {}
        mails: dict[int, tuple[str, Mail]] = {}
        for number, raw in enumerate(listed, 1):
            try:
                record = Record(raw)
                uid = _uid(record)
                if uid in found:
                    continue
                source = _source(record)
                known = self._mails.get(uid)
                mails[uid] = known if known is not None and known[0] == source else (source, mail_of(source))
            except UnreadableError as error:
                problems.append(f"message {number} of the folder cannot be read: {error}")
                continue
            flags = {flag.casefold() for flag in record.texts("flags")}
            found[uid] = Message(uid, mails[uid][1], _STAR in flags, record.time("received"))
        self._mails = mails
        return found.values()

    def _is_report(self, mail: Mail) -> bool:
        if mail.automatic and not self._options.automatic:
            return False
        return self._options.lists or not mail.listed

    def _known(self, ref: AlertRef, thread: list[Message]) -> Alert:
        before = self._threads.get(ref)
        return before[1] if before is not None and before[0] == thread else self._alert(ref, thread)

    def _alert(self, ref: AlertRef, thread: list[Message]) -> Alert:
        """Return a thread as an alert; its oldest message says what it is about."""
        begun = min(thread, key=_age)
        mail = begun.mail
        title = mail.subject or one_line(mail.text.partition("\n")[0], 200) or f"Mail from {mail.sender}"
        return Alert(
            ref,
            name=one_line(title, 200),
            title=title,
            service=self._service(mail),
            priority=self._priority(mail),
            started_at=begun.received,
            labels=_labels(mail, len(thread)),
            description=mail.text,
            runbook_url=runbook_in(mail.text),
            upstream=Upstream(
                reference=f"mail from {mail.sender}",
                reported_at=begun.received,
                acked=any(message.starred for message in thread),
                reporter=self._options.reporter_of(mail.email),
                reported_by=f"{mail.name} <{mail.email}>" if mail.name and mail.email else mail.sender,
            ),
        )

    def _service(self, mail: Mail) -> str:
        for words, service in self._options.services.items():
            if words.casefold() in mail.to or _stands_in(words, mail.subject):
                return service
        return self._options.service

    def _priority(self, mail: Mail) -> Priority:
        usual = self._options.priority
        return _WORSE.get(usual, usual) if mail.urgent else usual


def _uid(record: Record) -> int:
    number = record.number("uid")
    if number is None or not number.is_integer() or not 0 < number < _MOST_UID:
        raise UnreadableError("it has no uid")
    return int(number)


def _source(record: Record) -> str:
    source = record.get("source")
    if not isinstance(source, str) or not source:
        raise UnreadableError("it has no source")
    return source


def _age(message: Message) -> tuple[bool, datetime | None, int]:
    """Return what puts messages in order: the time of arrival; those without one come last."""
    return message.received is None, message.received, message.uid


def _stands_in(words: str, subject: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", subject, re.IGNORECASE) is not None


def _labels(mail: Mail, messages: int) -> tuple[tuple[str, str], ...]:
    told = {
        "from": mail.email,
        "to": ", ".join(mail.to),
        "messages": str(messages) if messages > 1 else "",
        "marked": "important" if mail.urgent else "",
    }
    return labels_of({name: text for name, text in told.items() if text})
