"""Prometheus itself (also Thanos' and Mimir's rulers, and vmalert): what its rules say fires.

For a Prometheus without an Alertmanager, or to see what a rule finds before anybody is told. Prometheus
only evaluates: nothing can be acked or silenced there.
"""

from __future__ import annotations

import asyncio
import marshal
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple
from urllib.parse import quote

from console.clock import Clock
from console.domain.ability import Ability
from console.domain.alert import Alert, AlertRef, Poll
from console.domain.text import one_line
from console.domain.vocabulary import EffectKind
from console.errors import SourceError
from console.ports.sources import Proof
from console.sources.base.cluster import ClusterOptions, ask_all
from console.sources.base.reading.labelled import LabelOptions, identity_of, is_labelled, labelled, texts_of
from console.sources.base.reading.records import Reader, Record, UnreadableError, few
from console.sources.base.source import BaseSource
from console.web.answers import decode
from console.web.http import HttpClient

_RULES = "/api/v1/rules"
_ONLY_ALERTS = (("type", "alert"),)
_FINE = ("ok", "", None)  # health of a rule; others are "err" and "unknown" (not evaluated yet)
_ALERTMANAGERS = "Prometheus only evaluates; add its Alertmanager as a source"

Key = tuple[str, str, str]
"""File and group, name and query of a rule: the same on all servers that were given the same rules."""


class Options(ClusterOptions, LabelOptions):
    """``[[sources]]`` with ``kind = "prometheus"``."""

    PORT: ClassVar[int] = 9090

    pending: bool = False
    """True: alerts that wait for their rule's ``for`` are shown too."""

    @property
    def ability(self) -> Ability:
        """Nothing: holding back and telling people is Alertmanager's work."""
        return Ability(
            lacks=(
                (EffectKind.ACK, f"knows no ack: {_ALERTMANAGERS}"),
                (EffectKind.SNOOZE, f"knows no snooze: {_ALERTMANAGERS}"),
                (EffectKind.RESOLVE, "cannot resolve: an alert ends when its rule no longer holds"),
                (EffectKind.NOTE, "keeps no notes"),
            )
        )


class _Rule(NamedTuple):
    """A rule as one server sees it. ``doubt`` says why its alerts are not known; empty where they are."""

    key: Key
    doubt: str
    alerts: tuple[Any, ...]
    server: str

    @property
    def query(self) -> str:
        """What it evaluates."""
        return self.key[2]


def parse(payload: object, source: str, options: Options) -> Poll:
    """Return the alerts in an answer of ``GET /api/v1/rules``."""
    return RuleReader(source, options).read({"": payload})


class RuleReader:
    """Reads the polls of one source, one after the other.

    A rule that cannot be evaluated is unknown, not quiet: what it last said is kept. Where it has not
    said anything yet, the poll is incomplete.
    """

    def __init__(self, source: str, options: Options) -> None:
        self._options = options
        self._reader = Reader(source, _identity, self._alert, "alert")
        self._said: dict[Key, tuple[Alert, ...]] = {}
        self._values: dict[str, str] = {}
        self._names: dict[bytes, str] = {}

    def read(self, payloads: Mapping[str, object]) -> Poll:
        """Return what fires according to servers with the same rules; payloads by the server's address."""
        problems: list[str] = []
        found = (rule for url, payload in payloads.items() for rule in _rules(url, payload, problems))
        rules = _one_each(found)
        rule_of: dict[str, Key] = {}
        poll = self._reader.read(self._records(rules, rule_of))
        said: dict[Key, list[Alert]] = {rule.key: [] for rule in rules if not rule.doubt}
        for alert in poll.alerts:
            said.setdefault(rule_of[alert.ref.fingerprint], []).append(alert)
        doubtful = [rule for rule in rules if rule.doubt]
        kept = self._kept(doubtful, {alert.ref for alert in poll.alerts} if doubtful else ())
        for key, alerts in kept.items():
            said.setdefault(key, []).extend(alerts)
        known = all(rule.key in said for rule in doubtful)
        self._said = {key: tuple(alerts) for key, alerts in said.items()}
        problems += [rule.doubt for rule in doubtful]
        return replace(
            poll,
            alerts=(*poll.alerts, *(alert for alerts in kept.values() for alert in alerts)),
            complete=poll.complete and known and len(problems) == len(doubtful),
            problems=(*poll.problems, *few(problems, "rule")),
        )

    def _kept(self, rules: Iterable[_Rule], listed: Container[AlertRef]) -> dict[Key, list[Alert]]:
        """Return what these rules said that cannot be evaluated now, as far as their servers list it no more."""
        return {
            rule.key: [alert for alert in self._said[rule.key] if alert.ref not in listed]
            for rule in rules
            if rule.key in self._said
        }

    def _records(self, rules: Iterable[_Rule], rule_of: dict[str, Key]) -> Iterator[Any]:
        """Yield the alerts that count, with what they do not say themselves."""
        before = {alert.ref.fingerprint for alerts in self._said.values() for alert in alerts}
        values, self._values = self._values, {}
        names, self._names = self._names, {}
        for rule in rules:
            for alert in rule.alerts:
                labels = _bytes_of(alert)
                if labels is None:
                    yield {} if isinstance(alert, dict) else alert
                    continue
                # Most labels are those of the last poll, and to sort and hash them takes longest of all.
                name = self._names[labels] = names.get(labels) or identity_of(alert["labels"])
                # What fired and is pending now still holds: after a restart Prometheus counts ``for`` again.
                state = alert.get("state")
                waits = state == "pending" and name not in before
                if state == "inactive" or (waits and not self._options.pending):
                    continue
                rule_of.setdefault(name, rule.key)
                # The first value stays: a new one at every poll would be news at every poll.
                value = self._values[name] = values.get(name) or _number(alert.get("value"))
                yield {**alert, "value": value, "rule": (rule.server, rule.query), "identity": name}

    def _alert(self, ref: AlertRef, record: Record) -> Alert:
        waits = {"alertstate": "pending"} if record.get("state") == "pending" else {}
        value = record.text("value")
        return labelled(
            ref,
            {**texts_of(record.get("labels")), **waits},
            texts_of(record.get("annotations")),
            self._options,
            started_at=record.time("activeAt"),
            links=[("query", _page(*record.raw["rule"]))],
            above=f"value when first seen: {value}" if value else "",
        )


def _page(server: str, query: str) -> str:
    """Return where a query is shown with what it finds now."""
    return (
        f"{server}/graph?g0.expr={quote(query[:2000], safe='', errors='replace')}&g0.tab=1"
        if server and query
        else ""
    )


def _bytes_of(alert: Any) -> bytes | None:
    """Return the labels as bytes, to know them again by; None where there are none to go by."""
    if not is_labelled(alert):
        return None
    try:
        return marshal.dumps(alert["labels"], 2)
    except ValueError:  # more than 2,000 tables within each other, which json reads from Python 3.12 on
        return None


def _identity(record: Record) -> str:
    if not record.raw:
        raise UnreadableError("it has no labels")
    return str(record.raw["identity"])  # what ``_records`` put there


def _rules(url: str, payload: object, problems: list[str]) -> Iterator[_Rule]:
    """Yield the rules of one server; what cannot be read is named."""
    for number, group in enumerate(_groups(payload, problems), 1):
        rules = group.get("rules") if isinstance(group, dict) else None
        if not isinstance(rules, list):
            problems.append(f"group {number} of the answer has no rules")
            continue
        named = Record(group)
        where = f"{named.text('file')}/{named.text('name')}"
        for place, rule in enumerate(rules, 1):
            try:
                yield _rule(url, where, Record(rule))
            except UnreadableError as error:
                problems.append(f"rule {place} of group {number} cannot be read: {error}")


def _groups(payload: object, problems: list[str]) -> list[Any]:
    data = payload.get("data") if isinstance(payload, dict) else None
    groups = data.get("groups", ()) if isinstance(data, dict) else ()
    if isinstance(groups, list):
        return groups
    if groups is not None:
        problems.append("the answer has no groups of rules")
    return []


def _rule(url: str, where: str, rule: Record) -> _Rule:
    """Return a rule. Its texts stay as they are: of thousands few are ever shown."""
    raw = rule.raw
    name, query, health = raw.get("name"), raw.get("query"), raw.get("health")
    if not isinstance(name, str) or not name:
        name = rule.must("name")
    alerts = raw.get("alerts")
    if alerts is None and rule.text("state") == "inactive":
        alerts = []  # vmalert leaves out what is empty
    if not isinstance(alerts, list):
        raise UnreadableError(f"the alerts of rule {one_line(name, 100)} are no list")
    doubt = "" if health in _FINE else _doubt(rule)
    query = query if isinstance(query, str) else ""
    return _Rule((where, name, query), doubt, tuple(alerts), url)


def _doubt(rule: Record) -> str:
    why = "has not been evaluated yet" if rule.text("health") == "unknown" else "cannot be evaluated"
    error = rule.text("lastError", 200)
    return f"rule {rule.text('name', 200)} {why}{f': {error}' if error else ''}"


def _one_each(rules: Iterable[_Rule]) -> list[_Rule]:
    """Return each rule once: what servers that could evaluate it say counts, together."""
    found: dict[Key, _Rule] = {}
    for rule in rules:
        other = found.get(rule.key)
        if other is None or (other.doubt and not rule.doubt):
            found[rule.key] = rule
        elif bool(other.doubt) == bool(rule.doubt):
            found[rule.key] = other._replace(alerts=(*other.alerts, *rule.alerts))
    return list(found.values())


def _number(value: object) -> str:
    """Return a value as people write it: Prometheus says 3e+00."""
    try:
        return f"{float(value):.6g}" if isinstance(value, str | int | float) else ""
    except ValueError:
        return one_line(str(value), 40)


class Source(BaseSource):
    """Fetches what the rules of one Prometheus, or of several that have the same rules, find."""

    kind = "prometheus"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        super().__init__(name, options)
        self._options = options
        self._clients = tuple(HttpClient(url, options, clock) for url in options.servers)
        self._reader = RuleReader(name, options)

    async def fetch(self) -> Poll:
        """Return what fires now. One poll at a time. Raises ``SourceError``."""
        answers = await ask_all(self._clients, _RULES, _ONLY_ALERTS)
        payloads = answers.decode(lambda server, body: _answer(body, self._clients[server].place))
        await asyncio.sleep(0)  # others have their turn between two things that take long
        poll = self._reader.read({self._clients[server].url: said for server, said in payloads.items()})
        problems = (*self._options.warnings, *(error.message for error in answers.errors))
        return replace(poll, problems=(*problems, *poll.problems))

    async def prove(self) -> Proof:
        """Ask for the rules; a Prometheus knows no users of its own. Raises ``SourceError``."""
        await ask_all(self._clients, _RULES, _ONLY_ALERTS)
        return Proof(self._options.username or "")

    async def close(self) -> None:
        """Let go of all connections; safe to call twice."""
        await asyncio.gather(*(client.close() for client in self._clients))


def _answer(body: bytes, place: str) -> Any:
    payload = decode(body, place)
    data = payload.get("data") if isinstance(payload, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get("groups"), list | None):
        raise SourceError(
            f"{place} answers with JSON that is no list of rules",
            hint="is it a Prometheus, version 2.5 or later?",
        )
    return payload
