"""Zabbix' problems as alerts. A problem is read together with its trigger, in which its hosts are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from console.domain.alert import Alert, AlertRef, Link, Poll, Upstream, Who
from console.domain.priority import Priority
from console.domain.text import one_line, safe_url
from console.sources.base.reading.mapping import first, runbook_in
from console.sources.base.reading.records import Reader, Record, answered, labels_of
from console.sources.base.told import teller
from console.sources.zabbix.options import Options

ACKNOWLEDGE, CLOSE, UNACKNOWLEDGE, SUPPRESS = 2, 1, 16, 32
"""Bits of what was done to a problem."""

_SEVERITIES = {
    "0": ("not classified", Priority.P4),
    "1": ("information", Priority.P4),
    "2": ("warning", Priority.P3),
    "3": ("average", Priority.P3),
    "4": ("high", Priority.P2),
    "5": ("disaster", Priority.P1),
}
_RUNBOOKS = ("runbook_url", "runbook")
_MOST_LINKS = 10
_DISABLED = "1"


class Names:
    """What is said of problems elsewhere: triggers by id, users by id."""

    def __init__(self) -> None:
        self.triggers: dict[str, Any] = {}
        self.users: dict[str, Who] = {}


def reader(source: str, options: Options, names: Names) -> Reader:
    """Return what reads the polls of one source."""
    return Reader(source, identity, lambda ref, record: alert_of(ref, record, options, names), "problem")


def joined(problems: Iterable[object], triggers: Mapping[str, Any]) -> Iterator[object]:
    """Yield each problem with its trigger in it, as far as that is known."""
    for problem in problems:
        if isinstance(problem, dict):
            yield {**problem, "trigger": triggers.get(str(problem.get("objectid")))}
        else:
            yield problem


def parse(payload: Any, source: str, options: Options) -> Poll:
    """Return the problems of ``problem.get``, with the answers of ``trigger.get`` and ``user.get`` beside them."""
    record = answered(payload, "Zabbix")
    names = Names()
    names.users = users_in(record.records("users"))
    triggers = triggers_in(record.records("triggers"))
    problems = record.get("problems")
    return reader(source, options, names).read(
        joined(problems if isinstance(problems, list) else [None], triggers)
    )


def triggers_in(records: Iterable[Record]) -> dict[str, Any]:
    """Return triggers by their id."""
    return {record.text("triggerid"): record.raw for record in records}


def users_in(records: Iterable[Record]) -> dict[str, Who]:
    """Return users by their id."""
    found = {}
    for record in records:
        login = record.text("username", 200) or record.text("alias", 200)
        name = f"{record.text('name', 100)} {record.text('surname', 100)}".strip() or login
        mail = login if "@" in login else ""
        found[record.text("userid")] = Who(record.text("userid", 40), name, mail)
    return found


def identity(record: Record) -> str:
    """Return the id of the event with which the problem began. Raises ``UnreadableError``."""
    return record.must("eventid")


def alert_of(ref: AlertRef, record: Record, options: Options, names: Names) -> Alert | None:
    """Return a problem that Zabbix lists as an alert, None for one that its own pages do not show."""
    if hidden(record):
        return None
    trigger, tags = record.record("trigger"), _tags(record)
    hosts = [host.text("name") or host.text("host") for host in trigger.records("hosts")]
    name = record.text("name") or f"problem {ref.fingerprint}"
    level, priority = _SEVERITIES.get(record.text("severity", 20), ("", Priority.P3))
    muted_until, muted_by = _muted(record, names)
    return Alert(
        ref=ref,
        name=name[:200],
        title=name,
        service=one_line(first(tags, options.service_tags) or next(iter(hosts), ""), 200) or "unknown",
        priority=options.severity.get(level, priority),
        started_at=record.time("clock"),
        labels=labels_of({**tags, "host": ", ".join(hosts)} | ({"severity": level} if level else {})),
        description=trigger.lines("comments"),
        runbook_url=safe_url(first(tags, _RUNBOOKS)) or runbook_in(trigger.lines("comments")),
        links=tuple(_links(ref, record, trigger, options))[:_MOST_LINKS],
        muted_until=muted_until,
        muted_by=muted_by,
        upstream=_upstream(ref, record, names),
    )


def reference_of(ref: AlertRef) -> str:
    """Return what the problem is called in messages."""
    return f"#{ref.fingerprint}"


def ended(record: Record) -> bool:
    """Return whether the problem of an event is over."""
    return record.text("r_eventid") not in {"", "0"}


def hidden(record: Record) -> str:
    """Return why Zabbix does not show a problem that is open; empty where it does."""
    cause = record.get("cause_eventid")
    if isinstance(cause, str) and cause.isdecimal() and int(cause):
        return f"it is a symptom of #{cause}"
    trigger = record.record("trigger")
    states = [host.text("status") for host in trigger.records("hosts")]
    if trigger.text("status") == _DISABLED:
        return "its trigger is disabled"
    return "its host is disabled" if states and all(state == _DISABLED for state in states) else ""


def steps(record: Record) -> list[Record]:
    """Return what was done to a problem, the oldest first; Zabbix lists it in any order."""
    return sorted(
        record.records("acknowledges"),
        key=lambda step: (step.number("clock") or 0, step.number("acknowledgeid") or 0),
    )


def last_step(record: Record, bit: int) -> Record | None:
    """Return the latest step in which something was done."""
    found = (step for step in reversed(steps(record)) if int(step.number("action") or 0) & bit)
    return next(found, None)


def who(step: Record, names: Names) -> Who:
    """Return who took a step: whom our own message names, else the user."""
    ours = teller(step.text("message"))
    if ours:
        return Who(name=ours)
    user = step.text("userid", 40)
    return names.users.get(user, Who(id=user))


def suppressed_by_hand(record: Record) -> list[Record]:
    """Return the suppressions that a user made; the others come from a maintenance."""
    return [one for one in record.records("suppression_data") if one.text("userid") not in {"", "0"}]


def _muted(record: Record, names: Names) -> tuple[datetime | None, str]:
    """Return until when notifications are held back, and by whom. Until 0 is for ever."""
    if record.text("suppressed") != "1":
        return None, ""
    by_hand = suppressed_by_hand(record)
    held = record.records("suppression_data")
    ends = [one.time("suppress_until") for one in held]
    known = [end for end in ends if end is not None]
    until = max(known) if known and len(known) == len(ends) else None
    if not by_hand:
        return until, "a maintenance"
    step = last_step(record, SUPPRESS)
    name = who(step, names).name if step is not None else ""
    return until, f"suppressed by {name}" if name else "suppressed"


def _upstream(ref: AlertRef, record: Record, names: Names) -> Upstream:
    acked = record.flag("acknowledged")
    step = last_step(record, ACKNOWLEDGE) if acked else None
    return Upstream(
        reference=reference_of(ref),
        reported_at=record.time("clock"),
        acked=acked,
        acked_by=who(step, names) if step is not None else Who(),
        acked_at=step.time("clock") if step is not None else None,
    )


def _tags(record: Record) -> dict[str, str]:
    """Return the tags as they are: an address must not be cleaned before it is looked at."""
    found = (tag.raw for tag in record.records("tags"))
    return {str(tag["tag"]): str(tag.get("value", "")) for tag in found if tag.get("tag")}


def _links(ref: AlertRef, record: Record, trigger: Record, options: Options) -> Iterator[Link]:
    number = record.text("objectid", 40)
    if number.isdecimal() and ref.fingerprint.isdecimal():
        page = f"{options.url}/tr_events.php?triggerid={number}&eventid={ref.fingerprint}"
        yield Link(f"Zabbix {reference_of(ref)}", page)
    if url := trigger.url("url"):
        yield Link("trigger", url)
    for one in record.records("urls"):
        if url := one.url("url"):
            yield Link(one.text("name", 40) or "link", url)
