"""From conversations and tickets to alerts. Pure: no network, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from console.domain.alert import Alert, AlertRef, Ended, Ending, Link, Poll, Upstream, Who
from console.domain.priority import Priority
from console.domain.text import multi_line, one_line
from console.domain.vocabulary import ReporterKind
from console.sources.base.reading.html import text_of_html
from console.sources.base.reading.mapping import named_priority, runbook_in
from console.sources.base.reading.records import NONE, Reader, Record, UnreadableError, labels_of
from console.sources.intercom.options import Options

TICKET = "ticket"
CONVERSATION = "conversation"
_MARKS = {"priority": Priority.P2, "not_priority": Priority.P3}
_CLOSING = frozenset({"close", "closed", "ticket_state_updated_by_admin", "close_ticket"})


def parse(payload: object, source: str, options: Options) -> Poll:
    """Return what is open in the answers of both searches, put into one table.

    ``conversations`` and ``tickets`` are lists; ``admins`` (teammates) and ``workspace`` (its id) are optional.
    """
    table = Record(payload) if isinstance(payload, dict) else NONE
    reader = InboxReader(source, options)
    reader.know(table.records("admins"), table.text("workspace"))
    lists = [table.get(name) for name in ("conversations", "tickets")]
    if not any(isinstance(one, list) for one in lists):
        return reader.reader.read([payload])
    return reader.reader.read(record for one in lists if isinstance(one, list) for record in one)


def ref_of(record: Record) -> str:
    """Return what tells a conversation or ticket from all others, for ever."""
    return f"{kind_of(record)}-{record.must('id')}"


def kind_of(record: Record) -> str:
    """Return "conversation" or "ticket". Raises ``UnreadableError`` for anything else."""
    kind = record.text("type")
    if kind not in {CONVERSATION, TICKET}:
        raise UnreadableError("it is neither a conversation nor a ticket")
    return kind


def is_open(record: Record) -> bool:
    """Return whether it is not closed; snoozed is open."""
    if record.text("type") == CONVERSATION and record.text("state"):
        return record.text("state") != "closed"
    return record.flag("open")


def assignee_of(record: Record) -> str:
    """Return the id of the teammate who has it; Intercom writes nobody as null or as 0."""
    found = record.text("admin_assignee_id")
    return "" if found == "0" else found


def reference_of(record: Record) -> str:
    """Return what people there call it: a ticket has another number than its id."""
    ticket = record.text("ticket_id")
    return f"#{ticket}" if ticket and record.text("type") == TICKET else record.text("id")


class InboxReader:
    """Reads the polls of one source, one after the other; knows the names of teammates."""

    def __init__(self, source: str, options: Options) -> None:
        self._source = source
        self._options = options
        self.reader = self._new()
        self._admins: dict[str, Who] = {}
        self._workspace = ""

    def know(self, admins: Iterable[Record], workspace: str) -> None:
        """Take over who the teammates are; what was read before they were known is read again."""
        known = {one.text("id"): _who(one) for one in admins}
        if (known, workspace) != (self._admins, self._workspace):
            self._admins, self._workspace = known, workspace
            self.reader = self._new()

    def _new(self) -> Reader:
        return Reader(self._source, ref_of, self.alert, noun="report")

    def admin(self, admin: str) -> Who:
        """Return a teammate by id, by which alone Intercom names them in most places."""
        return self._admins.get(admin, Who(id=admin))

    def alert(self, ref: AlertRef, record: Record) -> Alert | None:
        """Return a conversation or ticket as an alert, None for one that is closed."""
        if not is_open(record):
            return None
        reference = reference_of(record)
        is_ticket = kind_of(record) == TICKET
        title, description = _texts(record)
        snoozed = record.time("snoozed_until")
        labels = _labels(record)
        what = "Ticket" if is_ticket else "Conversation"
        link = f"{self._options.inbox}/a/inbox/{self._workspace}/inbox/conversation/{record.must('id')}"
        return Alert(
            ref,
            name=one_line(title, 200) or f"{what} {reference}",
            title=title or f"{what} {reference}",
            service=self._attribute(record, self._options.service_attribute) or self._options.service,
            priority=self._priority(record),
            started_at=record.time("created_at"),
            labels=labels,
            description=description,
            runbook_url=runbook_in(description),
            links=(Link(f"{what} {reference} in Intercom", link),) if self._workspace else (),
            muted_until=snoozed,
            muted_by="snoozed in Intercom" if snoozed else "",
            upstream=self._upstream(record, reference),
        )

    def ended(self, ref: AlertRef, record: Record) -> Ended:
        """Return who closed it, and when."""
        reference = reference_of(record)
        if is_open(record):
            text = f"{reference} is no longer among the teams and tags asked for"
            return Ended(ref, Ending.MOVED, text=text)
        parts = record.records("conversation_parts.conversation_parts")
        parts = parts or record.records("ticket_parts.ticket_parts")
        closing = [part for part in parts if part.text("part_type") in _CLOSING]
        if closing:
            part = closing[-1]
            return Ended(ref, Ending.RESOLVED, by=_author(part.record("author")), at=part.time("created_at"))
        by = record.text("statistics.last_closed_by_id")
        at = record.time("statistics.last_close_at")
        return Ended(ref, Ending.RESOLVED, by=self.admin(by) if by else Who(), at=at)

    def _upstream(self, record: Record, reference: str) -> Upstream:
        assignee = assignee_of(record)
        has_it = self.admin(assignee) if assignee else Who()
        author = record.record("source.author")
        email, name = author.text("email", 200), author.text("name", 100)
        return Upstream(
            reference=reference,
            reported_at=record.time("created_at"),
            acked=bool(assignee),
            acked_by=has_it,
            acked_at=record.time("statistics.last_assignment_at") if assignee else None,
            assignees=(has_it.name or has_it.id,) if assignee else (),
            reporter=self._reporter(record, author),
            reported_by=name or email,
        )

    def _reporter(self, record: Record, author: Record) -> ReporterKind:
        email = author.text("email", 200)
        chosen = self._options.reporter_of(email, _tags(record))
        if chosen is not self._options.reporter:
            return chosen
        if author.text("type") == "admin" or record.text("category") == "Back-office":
            return ReporterKind.SUPPORT
        if author.text("type") == "lead" and not email:
            return ReporterKind.ANONYMOUS
        return chosen

    def _priority(self, record: Record) -> Priority:
        words = {**_MARKS, **self._options.priority}
        said = named_priority(self._attribute(record, self._options.priority_attribute), words)
        return said or words.get(record.text("priority").casefold(), Priority.P3)

    def _attribute(self, record: Record, name: str | None) -> str:
        """Return an attribute; its name may have dots and blanks, so it is no path."""
        where = "ticket_attributes" if record.text("type") == TICKET else "custom_attributes"
        table: Mapping[str, Any] = record.record(where).raw
        return Record({"value": table.get(name)}).text("value", 200) if name else ""


def _texts(record: Record) -> tuple[str, str]:
    """Return title and description; conversations seldom have a title, so their first line is it."""
    if record.text("type") == TICKET:
        attributes = record.record("ticket_attributes").raw
        told = Record(
            {"title": attributes.get("_default_title_"), "text": attributes.get("_default_description_")}
        )
        return told.text("title"), multi_line(text_of_html(_raw(told.get("text"))))
    body = multi_line(text_of_html(_raw(record.get("source.body"))))
    title = record.text("title") or one_line(text_of_html(_raw(record.get("source.subject"))))
    return title or one_line(body.partition("\n")[0], 200), body


def _raw(value: object) -> str:
    return value if isinstance(value, str) else ""


def _tags(record: Record) -> list[str]:
    return [tag.text("name", 100) for tag in record.records("tags.tags")]


def _labels(record: Record) -> tuple[tuple[str, str], ...]:
    told = {
        "kind": record.text("type"),
        "state": record.text("state") or record.text("ticket_state.internal_label"),
        "ticket_type": record.text("ticket_type.name"),
        "channel": record.text("source.type"),
        "team": "" if record.text("team_assignee_id") == "0" else record.text("team_assignee_id"),
        "tags": ", ".join(_tags(record)),
    }
    return labels_of({name: text for name, text in told.items() if text})


def _who(admin: Record) -> Who:
    return Who(id=admin.text("id"), name=admin.text("name", 100), email=admin.text("email", 200))


def _author(author: Record) -> Who:
    """Return who wrote a part; bots act as an author of their own type."""
    who = _who(author)
    bot = author.text("type") in {"bot", "workflow"} or author.flag("from_ai_agent")
    return Who(who.id, who.name, who.email, bot=bot)
