"""Rules of a Prometheus: what they find, and what it means that one cannot be evaluated."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from console.domain.alert import Link, Poll
from console.domain.vocabulary import EffectKind
from console.errors import SourceError
from console.sources.prometheus import Options, RuleReader, Source, parse
from tests.fakes.http import Reply, serving
from tests.fakes.prometheus import FakePrometheus, active, rule, rules_answer
from tests.sources.conftest import HeldClock


@pytest.fixture
def prometheus() -> Iterator[FakePrometheus]:
    with serving(FakePrometheus()) as fake:
        yield fake


@pytest.fixture
async def source(prometheus: FakePrometheus, clock: HeldClock) -> AsyncIterator[Source]:
    made = Source("prom", options(prometheus.url), clock)
    yield made
    await made.close()


def options(url: str = "http://prometheus.example:9090", **more: Any) -> Options:
    return Options.model_validate({"url": url, **more})


def reader(**more: Any) -> RuleReader:
    return RuleReader("prom", options(**more))


def read(rules: RuleReader, *listed: Any) -> Poll:
    return rules.read({"http://prometheus.example:9090": rules_answer(*listed)})


def names(poll: Poll) -> list[str]:
    return [alert.name for alert in poll.alerts]


def test_the_query_is_linked() -> None:
    (alert,) = read(reader(), rule("DiskFull", active())).alerts
    assert alert.links == (
        Link("query", "http://prometheus.example:9090/graph?g0.expr=sum%28diskfull%29%20%3E%203&g0.tab=1"),
    )


def test_an_alert_whose_labels_are_no_texts_keeps_its_identity() -> None:
    odd: Any = []
    for _ in range(5_000):
        odd = [odd]
    deep = {**active(), "labels": {"alertname": odd}}
    plain = {**active(), "labels": {"alertname": "DiskFull", "replica": 1}}
    rules = reader()
    before, after = (read(rules, rule("DiskFull", deep, plain)) for _ in range(2))
    assert [one.ref for one in after.alerts] == [one.ref for one in before.alerts]
    assert after.alerts[0].label("replica") == "1"
    assert after.problems == ("alert 1 of the answer cannot be read: it has no labels",)


def test_what_waits_for_its_time_is_shown_only_if_wanted() -> None:
    waiting = rule("Slow", active("Slow", state="pending"))
    assert names(read(reader(), waiting)) == []
    (alert,) = read(reader(pending=True), waiting).alerts
    assert alert.label("alertstate") == "pending"


def test_an_alert_is_the_same_one_when_it_begins_to_fire() -> None:
    rules = reader(pending=True)
    before = read(rules, rule("Slow", active("Slow", state="pending"))).alerts[0]
    after = read(rules, rule("Slow", active("Slow"))).alerts[0]
    assert before.ref == after.ref


def test_what_fired_and_waits_again_after_a_restart_has_not_cleared() -> None:
    rules = reader()
    read(rules, rule("Slow", active("Slow")))
    poll = read(rules, rule("Slow", active("Slow", state="pending")))
    assert (names(poll), poll.complete) == (["Slow"], True)
    assert names(read(rules, rule("Slow"))) == []


def test_a_new_value_is_no_news() -> None:
    rules = reader()
    first = read(rules, rule("DiskFull", active(value="3.25e+00"))).alerts[0]
    second = read(rules, rule("DiskFull", active(value="4e+00"))).alerts[0]
    assert first is second
    assert first.description == "value when first seen: 3.25"


def test_a_rule_that_cannot_be_evaluated_keeps_what_it_said() -> None:
    rules = reader()
    read(rules, rule("Ratio", active("Ratio")), rule("Other", active("Other")))
    broken = rule("Ratio", health="err", lastError="many-to-many matching")
    for _ in range(3):
        poll = read(rules, broken, rule("Other"))
        assert (names(poll), poll.complete) == (["Ratio"], True)
        assert poll.problems == ("rule Ratio cannot be evaluated: many-to-many matching",)
    assert names(read(rules, rule("Ratio"))) == []


def test_a_rule_of_which_nothing_is_known_yet_clears_nothing() -> None:
    rules = reader()
    poll = read(rules, rule("Ratio", health="unknown"), rule("Other", active("Other")))
    assert (names(poll), poll.complete) == (["Other"], False)
    assert poll.problems == ("rule Ratio has not been evaluated yet",)
    assert not read(rules, rule("Ratio", health="unknown")).complete
    assert read(rules, rule("Ratio")).complete


def test_a_broken_rule_that_lists_alerts_has_said_what_it_knows() -> None:
    poll = read(reader(), rule("Ratio", active("Ratio"), health="err", lastError="x"))
    assert (names(poll), poll.complete) == (["Ratio"], True)


def test_a_rule_that_was_taken_away_has_no_alerts() -> None:
    rules = reader()
    read(rules, rule("Ratio", active("Ratio")))
    poll = read(rules)
    assert (poll.alerts, poll.complete, poll.problems) == ((), True, ())


def test_of_a_pair_the_one_that_can_evaluate_counts() -> None:
    poll = reader().read(
        {
            "http://a.example": rules_answer(rule("Ratio", active("Ratio"), health="err", lastError="x")),
            "http://b.example": rules_answer(rule("Ratio", active("Ratio", labels={"zone": "b"}))),
        }
    )
    assert [alert.label("zone") for alert in poll.alerts] == ["b"]
    assert (poll.complete, poll.problems) == (True, ())


def test_a_pair_shows_each_alert_once() -> None:
    pair = {f"http://{name}.example": rules_answer(rule("Ratio", active("Ratio"))) for name in "ab"}
    assert names(reader().read(pair)) == ["Ratio"]


@pytest.mark.parametrize(
    "bad", [None, 7, {}, {"name": "X", "alerts": 3}, {"name": "", "alerts": []}, {"alerts": [active()]}]
)
def test_one_bad_rule_hides_no_good_one(bad: Any) -> None:
    poll = read(reader(), bad, rule("DiskFull", active()))
    assert (names(poll), poll.complete, len(poll.problems)) == (["DiskFull"], False, 1)


@pytest.mark.parametrize("payload", [None, [], {}, {"data": None}, {"data": {"groups": 3}}])
def test_an_answer_that_is_none_is_not_quiet(payload: Any) -> None:
    poll = parse(payload, "prom", options())
    assert (poll.complete, len(poll.problems)) == (False, 1)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(anything, anything, anything)
def test_any_json_is_read_without_a_crash(group: Any, listed: Any, alert: Any) -> None:
    parse({"data": {"groups": [group]}}, "prom", options())
    parse(rules_answer(listed), "prom", options())
    poll = parse(rules_answer(rule("A", alert), rule("B", active("B"))), "prom", options())
    assert "B" in names(poll)


async def test_a_pair_of_which_one_is_down_goes_on(prometheus: FakePrometheus, clock: HeldClock) -> None:
    prometheus.rules = [rule("DiskFull", active())]
    with serving(FakePrometheus()) as dead:
        pass
    source = Source("prom", Options.model_validate({"urls": [dead.url, prometheus.url]}), clock)
    poll = await source.fetch()
    assert (names(poll), poll.complete) == (["DiskFull"], True)
    assert poll.problems == (f"{dead.url.removeprefix('http://')} refuses the connection",)
    await source.close()


@pytest.mark.parametrize("body", [b"[]", b'{"status":"success","data":{"groups":7}}', b"<html>"])
async def test_something_else_at_that_address(
    prometheus: FakePrometheus, source: Source, body: bytes
) -> None:
    prometheus.replies.append(Reply(200, body))
    with pytest.raises(SourceError):
        await source.fetch()


def test_it_can_do_nothing_and_says_why() -> None:
    ability = options().ability
    assert ability.does == ()
    assert "Alertmanager" in ability.words(EffectKind.ACK)
    assert "Alertmanager" in ability.words(EffectKind.SNOOZE)


async def test_trying_the_credentials_asks_for_the_rules(
    prometheus: FakePrometheus, clock: HeldClock
) -> None:
    table = {"username": "asha", "password": "made-up"}
    source = Source("prom", options(prometheus.url, **table), clock)
    assert (await source.prove()).identity == "asha"
    prometheus.replies.append(Reply(401))
    with pytest.raises(SourceError) as caught:
        await source.prove()
    assert caught.value.parked
    await source.close()


@pytest.mark.parametrize(
    "table", [{}, {"url": "prometheus"}, {"url": "http://p.example", "pending": "often"}]
)
def test_options_that_cannot_be_used(table: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate(table)
