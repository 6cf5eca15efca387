"""The document in words, part by part; renderers print these. Blameless: conditions and durations, no verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from console.domain.human import count, length
from console.domain.review.document import NOT_RECORDED, ReviewDocument
from console.domain.review.layout import Block, Cell, Facts, Part, Table, Words, written
from console.domain.review.sections import BY_NAME
from console.domain.review.spans import Spans
from console.domain.vocabulary import ActionState, ReviewState, Sufficed

TIME = "%Y-%m-%d %H:%M:%S"
SUFFICED = {
    Sufficed.YES: "yes",
    Sufficed.NO: "no",
    Sufficed.NO_RUNBOOK: "there was none",
    Sufficed.UNSAID: NOT_RECORDED,
}


def heading(document: ReviewDocument) -> str:
    """Return the title."""
    return f"Review of {document.incident}: {document.title or 'untitled'}"


def parts(document: ReviewDocument) -> tuple[Part, ...]:
    """Return every part, in the order of the template; what is not known says so."""
    one = document
    return (
        Part("At a glance", (Facts(tuple(_facts(one))),)),
        Part("Summary", tuple(_or(one, "summary", Words((_summary(one),))))),
        Part("Impact", tuple(_impact(one))),
        Part("Detection", tuple(_detection(one))),
        Part("Trigger", tuple(_trigger(one))),
        Part("Contributing factors", tuple(_factors(one))),
        Part("Resolution", tuple(_resolution(one))),
        Part("Timeline (UTC)", tuple(_timeline(one))),
        Part("Recurrence", (Words(tuple(_recurrence(one))),)),
        Part("Runbook", (Facts(tuple(_runbook(one))),)),
        *(Part(BY_NAME[name].title, tuple(_or(one, name))) for name in ("actual", "well", "badly", "lucky")),
        Part("Action items", tuple(_items(one))),
        Part("Responders", tuple(_responders(one))),
        Part("Tickets", tuple(_tickets(one))),
        *(Part(BY_NAME[name].title, tuple(_or(one, name))) for name in ("internal", "external")),
        *_unknown(one),
    )


def _facts(one: ReviewDocument) -> Iterator[tuple[str, Cell]]:
    state = (
        one.state.value
        if one.state is not ReviewState.NONE
        else "no review yet: this is a draft from the log"
    )
    ended = utc(one.ended) if one.ended else _open(one)
    times = f", reopened {count(one.reopened, 'time')}" if one.reopened else ""
    yield "Date", Cell(f"{one.day:%Y-%m-%d}")
    yield "Status", Cell(state)
    yield "Owner", Cell(one.owner_name or NOT_RECORDED)
    yield "Due", Cell(f"{one.last_day:%Y-%m-%d}" if one.last_day else "no day set")
    yield "Review meeting", Cell(" ".join(one.written("meeting").split()) or NOT_RECORDED)
    yield "Severity", Cell(one.severity + _priorities(one.spans))
    yield "Services", Cell(", ".join(one.services) or NOT_RECORDED)
    if one.parts:
        yield "Made of", Cell(", ".join((one.incident, *one.parts)))
    yield "Team", Cell(one.team or NOT_RECORDED)
    yield "Began", Cell(utc(one.began))
    yield "Resolved", Cell(ended + times)
    if one.pruned_at is not None:
        yield "Words", Cell(f"notes and steps were cleared away on {one.pruned_at:%Y-%m-%d}")


def _priorities(spans: Spans) -> str:
    held = [
        f"{length(span)} as {priority.label if priority else 'P?'}" for priority, span in spans.in_priority
    ]
    return f" ({', '.join(held)})" if held else ""


def _open(one: ReviewDocument) -> str:
    """Return how it stands while it is not resolved."""
    if one.merged_into:
        return f"part of {one.merged_into}" + (f" since {utc(one.merged_at)}" if one.merged_at else "")
    return f"not yet ({one.incident_state.words})"


def _summary(one: ReviewDocument) -> str:
    """Return two sentences made of facts; what did not happen is not said to have a time."""
    where = ", ".join(one.services) or "an unnamed service"
    spans = one.spans
    if one.ended:
        lasted = f"lasted from {utc(one.began)} until {utc(one.ended)}"
    else:
        lasted = f"began at {utc(one.began)} and is {_open(one) if one.merged_into else 'not resolved yet'}"
    times = f" for the first time, and reopened {count(one.reopened, 'time')}" if one.reopened else ""
    steps = [
        f"detected {one.reported}",
        f"acknowledged after {length(spans.ack)}"
        if spans.ack is not None
        else "never acknowledged by a person",
        f"mitigated after {length(spans.mitigate)}" if spans.mitigate is not None else "",
        f"resolved after {length(spans.first_fix)}{times}" if spans.first_fix is not None else "",
    ]
    return f"{one.title or 'Trouble'} ({where}) {lasted}. It was {', '.join(filter(None, steps))}."


def _impact(one: ReviewDocument) -> Iterator[Block]:
    spans = one.spans
    yield Facts(
        (
            (
                "Duration",
                Cell(_span(spans.open) + (f", of it paused {length(spans.paused)}" if spans.paused else "")),
            ),
            ("Time to acknowledge", Cell(_span(spans.ack))),
            ("Time to mitigate", Cell(_span(spans.mitigate))),
            ("Time to recover", Cell(_span(spans.recover))),
            ("Time to resolve, first", Cell(_span(spans.first_fix))),
            ("Time to resolve, in all", Cell(_span(spans.total))),
            ("Alerts", Cell(str(one.alerts))),
            ("Client updates", Cell(_updates(one))),
            ("Tickets", Cell(str(len(one.tickets)))),
        )
    )
    yield from _or(
        one, "impact", Facts((("Clients and users", Cell(NOT_RECORDED)), ("Requests", Cell(NOT_RECORDED))))
    )


def _updates(one: ReviewDocument) -> str:
    if not one.updates:
        return "none sent"
    return f"{len(one.updates)}, the first after {length(one.updates[0].at - one.reported_at)}"


def _detection(one: ReviewDocument) -> Iterator[Block]:
    rule = f", rule {one.alert_name}" if one.alert_name else ""
    yield Facts(
        (
            ("How", Cell(f"{one.reported}{rule}")),
            ("Source", Cell(", ".join(one.sources) or "no source: a person reported it")),
            ("Delay", Cell(_span(one.spans.detect))),
        )
    )
    yield from written(one.written("detection"))


def _trigger(one: ReviewDocument) -> Iterator[Block]:
    if one.nearest_change:
        near = (
            f"Nearest change: it {one.nearest_change}."
            if one.nearest_change.startswith(("started", "was"))
            else ""
        )
        near = near or f"Nearest change: {one.nearest_change}."
        yield Words((f"{near} A coincidence in time; that it was the trigger is not shown by this.",))
    yield from _or(one, "trigger")


def _factors(one: ReviewDocument) -> Iterator[Block]:
    known = [("Cause tag", one.cause), ("Probable root", one.root)]
    rows = tuple((name, Cell(value)) for name, value in known if value)
    if rows:
        yield Facts(rows)
    yield from _or(one, "factors")


def _resolution(one: ReviewDocument) -> Iterator[Block]:
    yield from _or(one, "resolution", *written(one.resolution))


def _timeline(one: ReviewDocument) -> Iterator[Block]:
    rows = [
        (
            Cell(f"{row.at.astimezone(UTC):{TIME}}"),
            Cell(row.kind),
            Cell(row.by),
            Cell(row.text),
            _page(row.url),
        )
        for row in one.history.moments
    ]
    yield Table(("UTC", "What", "By", "Event", "Data"), tuple(rows))
    if one.history.left_out:
        yield Words((f"{count(one.history.left_out, 'row')} of the middle left out.",))


def _page(url: str) -> Cell:
    return Cell("link", url) if url else Cell("")


def _recurrence(one: ReviewDocument) -> Iterator[str]:
    if one.seen_before is None:
        yield NOT_RECORDED
        return
    yield f"Seen {count(one.seen_before, 'time')} in the 30 days before."
    if one.last_before:
        yield f"Last time: {one.last_before}."


def _runbook(one: ReviewDocument) -> Iterator[tuple[str, Cell]]:
    use = one.runbook
    yield "Runbook", Cell(use.path or NOT_RECORDED)
    yield "Steps", Cell(f"{use.done} done, {use.skipped} skipped, {use.failed} failed")
    yield "Was it adequate?", Cell(SUFFICED[use.sufficed])
    yield from (("Gap", Cell(gap)) for gap in use.gaps)


def _items(one: ReviewDocument) -> Iterator[Block]:
    rows = []
    for item in one.items:
        action = item.action
        due = f"{item.last_day:%Y-%m-%d}" if item.last_day else "no day set"
        state = action.state.value if action.state is not ActionState.OPEN else "open"
        rows.append(
            (
                Cell(action.id),
                Cell(action.text),
                Cell(action.kind.value),
                Cell(item.owner_name or "nobody yet"),
                Cell(due),
                Cell(state),
                _page(action.url),
            )
        )
    yield _table(("Id", "Action", "Kind", "Owner", "Due", "State", "Link"), rows)


def _responders(one: ReviewDocument) -> Iterator[Block]:
    yield Facts((("First to acknowledge", Cell(one.first_acked or "nobody")),))
    rows = [
        (
            Cell(each.name),
            Cell(each.role),
            Cell(_when(each.paged_at, "not paged")),
            Cell(_when(each.joined_at, NOT_RECORDED)),
        )
        for each in one.responders
    ]
    yield _table(("Who", "Role", "Paged", "Joined"), rows)


def _when(at: datetime | None, otherwise: str) -> str:
    return f"{at.astimezone(UTC):{TIME}}" if at is not None else otherwise


def _tickets(one: ReviewDocument) -> Iterator[Block]:
    rows = [
        (Cell(each.key, each.url), Cell(each.outlet), Cell(each.title), Cell(each.state))
        for each in one.tickets
    ]
    yield _table(("Ticket", "Where", "Title", "State"), rows)


def _unknown(one: ReviewDocument) -> Iterator[Part]:
    """Yield sections that a later version of the product wrote, under their own names."""
    for name, text in one.sections:
        if name not in BY_NAME:
            yield Part(name, tuple(written(text)))


def _or(one: ReviewDocument, section: str, *otherwise: Block) -> Iterator[Block]:
    """Yield what people wrote, else what the log says, else that it is not recorded."""
    found = tuple(written(one.written(section))) or otherwise
    yield from found or (Words((NOT_RECORDED,)),)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]) -> Block:
    kept = tuple(rows)
    return Table(heads, kept) if kept else Words((NOT_RECORDED,))


def _span(span: timedelta | None) -> str:
    return length(span) if span is not None else NOT_RECORDED


def utc(at: datetime) -> str:
    """Return an instant as the document says it."""
    return f"{at.astimezone(UTC):{TIME}} UTC"
