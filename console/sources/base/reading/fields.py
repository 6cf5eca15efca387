"""Alerts out of JSON of any shape: where each field stands is said in the config, in JMESPath.

What ``http`` and ``command`` share. Expressions are compiled when the config is checked, so that a
mistake is named by its key; the library (https://jmespath.org) is loaded with the first of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from console.config.base import Line, Table
from console.config.secrets import Secret
from console.domain.ability import Ability
from console.domain.alert import Alert, AlertRef, Link, Poll
from console.domain.priority import Priority
from console.domain.text import one_line
from console.domain.vocabulary import EffectKind
from console.errors import SourceError
from console.sources.base.options import Priorities, SourceOptions
from console.sources.base.reading.mapping import named_priority
from console.sources.base.reading.records import Reader, Reading, Record, UnreadableError, labels_of

_MOST_LETTERS = 1000
_MOST_KEYS = 8
_SAID = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _compiled(text: str) -> str:
    import jmespath  # noqa: PLC0415 - only where such a source is configured

    if len(text) > _MOST_LETTERS:
        raise ValueError(f"is longer than {_MOST_LETTERS} characters")
    try:
        jmespath.compile(text).search({})  # an unknown function is found only when it is called
    except jmespath.exceptions.JMESPathTypeError:
        return text  # there is nothing in an empty table that a function could work on
    except jmespath.exceptions.JMESPathError as error:
        why = one_line(str(error).partition("\n")[0].rstrip(":"), 160)
        raise ValueError(f'"{one_line(text, 60)}" is no JMESPath: {why}') from None
    return text


Expression = Annotated[str, AfterValidator(_compiled)]
"""A JMESPath expression, such as ``labels.team || owner.name``."""


class Fields(Table):
    """``fields = { id = "key", … }``: where each field of an alert stands in an item.

    ``id`` and ``name`` must be found in every item; the others may be missing.
    """

    id: Expression = "id"
    """What tells it from all others, and stays the same from poll to poll."""

    name: Expression = "name || title"
    """What it is called: the rule or check, not the occasion."""

    title: Expression = "title || summary || message"
    """One line for a person; where it is missing, the name."""

    service: Expression = "service"
    """What it is about."""

    severity: Expression = "severity || priority"
    """How bad it is."""

    started_at: Expression = "started_at || startsAt || created_at"
    """When it began: RFC 3339, or seconds or milliseconds since 1970."""

    description: Expression = "description"
    """More about it, in several lines."""

    url: Expression = "url"
    """Where to look at it."""

    runbook_url: Expression = "runbook_url"
    """What to do about it."""

    labels: Expression = "labels"
    """A table of texts."""

    firing: Expression | None = None
    """True or false; left out: all that is listed fires. ``state && state != 'closed'`` errs on the safe side:
    what has no state is named, and a state that nobody thought of fires."""


class MappedOptions(SourceOptions):
    """Keys of every source that is told where things stand."""

    items: Expression = "@"
    """Where the list stands in the answer; left out: the answer is the list."""

    fields: Fields = Field(default_factory=Fields)
    """Where each field stands in an item of it."""

    severity: Priorities = Field(default_factory=dict)
    """Priorities for your own severities: ``{ sev0 = "P1" }``. The common ones are known."""

    service: Line = "unknown"
    """The service of items that name none."""

    @property
    def ability(self) -> Ability:
        """Nothing: it is not known how."""
        return Ability(lacks=tuple(_LACKS.items()))


_ONLY_READ = "is only read from: how to act there is not known"
_LACKS = dict.fromkeys(
    (
        EffectKind.ACK,
        EffectKind.SNOOZE,
        EffectKind.RESOLVE,
        EffectKind.NOTE,
        EffectKind.ASSIGN,
        EffectKind.ESCALATE,
    ),
    _ONLY_READ,
)


class Mapper:
    """Reads the polls of one source as its options say."""

    def __init__(self, source: str, options: MappedOptions) -> None:
        self._options = options
        self._items = searcher(options.items)
        self._search = {
            name: searcher(text) for name, text in options.fields if text is not None and name != "id"
        }
        self._id = searcher(options.fields.id)
        self._reader = Reader(source, self._identity, self._alert, noun="item")

    def items(self, payload: object) -> list[Any]:
        """Return the list in an answer. Raises ``SourceError`` where there is none."""
        found = self._items(payload)
        if isinstance(found, list):
            return found
        raise SourceError(
            f"the answer has no list at items = {self._options.items!r} ({_shape(payload)})",
            hint="say in items where the list stands, in JMESPath",
        )

    def read(self, items: list[Any]) -> Poll:
        """Return what fires. Items that cannot be read are named and make the poll incomplete."""
        return self._reader.read(items)

    def reading(self) -> Reading:
        """Begin a poll that comes in pages."""
        return self._reader.reading()

    def _identity(self, item: Record) -> str:
        return Record({"id": self._id(item.raw)}).must("id")

    def _alert(self, ref: AlertRef, item: Record) -> Alert | None:
        found = Record({name: search(item.raw) for name, search in self._search.items()})
        if not self._fires(found):
            return None
        name = found.must("name")
        url = found.url("url")
        return Alert(
            ref=ref,
            name=name,
            title=found.text("title") or name,
            service=found.text("service", 200) or self._options.service,
            priority=named_priority(found.text("severity"), self._options.severity) or Priority.P3,
            started_at=found.time("started_at"),
            labels=labels_of(found.table("labels")),
            description=found.lines("description"),
            runbook_url=found.url("runbook_url"),
            links=(Link("open", url),) if url else (),
        )

    def _fires(self, found: Record) -> bool:
        if self._options.fields.firing is None:
            return True
        said = _SAID.get(found.text("firing").casefold())
        if said is None:
            raise UnreadableError("it does not say whether it fires")
        return said


def literals(key: str, secrets: Mapping[str, Secret]) -> tuple[str, ...]:
    """Return a warning for each text in a table of the config that is called like a secret."""
    return tuple(
        f'{key}: {name} looks like a secret in the file itself; write {{ env = "NAME" }} or another reference'
        for name, secret in secrets.items()
        if secret.kind == "literal" and _SECRET.search(name)
    )


_SECRET = re.compile(r"auth|cookie|key|pass|secret|token", re.IGNORECASE)


def searcher(text: str) -> Callable[[Any], Any]:
    """Return what looks a value up. What an expression cannot be applied to (a number's length) reads as nothing."""
    import jmespath  # noqa: PLC0415 - only where such a source is configured

    compiled = jmespath.compile(text)
    if compiled.parsed["type"] == "field":  # most are, and ten thousand items have ten of them each
        name = compiled.parsed["value"]
        return lambda value: value.get(name) if isinstance(value, dict) else None
    failures = (jmespath.exceptions.JMESPathError, TypeError, ValueError, RecursionError)

    def search(value: Any) -> Any:
        try:
            return compiled.search(value)
        except failures:
            return None

    return search


def _shape(payload: object) -> str:
    if isinstance(payload, Mapping):
        names = [one_line(str(name), 40) for name in list(payload)[:_MOST_KEYS]]
        return f"a table with {', '.join(names)}" if names else "an empty table"
    return {list: "a list", str: "a text", type(None): "nothing"}.get(type(payload), "no table and no list")
