from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.alert import AlertRef, Link, Poll
from console.domain.priority import Priority
from console.sources.alertmanager import parse
from console.sources.alertmanager.reader import Reader
from tests.fakes.alertmanager import record
from tests.paths import SHARED, needs_shared
from tests.sources.conftest import options_for

OPTIONS = options_for("http://am.example:9093")
SILENCE = {
    "id": "5f0c",
    "createdBy": "budi",
    "comment": "disk is being\nreplaced",
    "endsAt": "2026-01-05T21:30:00.000Z",
    "status": {"state": "active"},
}


def read(*records: Any, silences: object = (), **options: Any) -> Poll:
    made = options_for("http://am.example:9093", **options) if options else OPTIONS
    return parse(json.loads(json.dumps(list(records))), "prod", made, silences)


def test_a_record_becomes_an_alert() -> None:
    full = record(
        "DiskFull",
        fingerprint="aae7a1432b5d2f1b",
        labels={"instance": "db-2:9100"},
        annotations={
            "summary": "Disk  full\non db-2",
            "description": "90 %\r\nof /var",
            "runbook_url": "https://runbooks.example/disk",
            "dashboard": "https://grafana.example/d/1",
            "note": "see https://not-a-link.example",
        },
        startsAt="2026-01-05T10:00:00.123456789+02:00",
    )
    poll = read(full)
    assert poll.complete
    assert poll.problems == ()
    alert = poll.alerts[0]
    assert alert.ref == AlertRef("prod", "aae7a1432b5d2f1b")
    assert (alert.name, alert.title, alert.service) == ("DiskFull", "Disk full ⏎ on db-2", "orders-db")
    assert alert.priority is Priority.P1
    assert alert.description == "90 %\nof /var"
    assert alert.started_at == datetime(2026, 1, 5, 8, 0, 0, 123000, tzinfo=UTC)
    assert alert.runbook_url == "https://runbooks.example/disk"
    assert alert.links == (
        Link("query", "http://prometheus.example:9090/graph?g0.expr=up"),
        Link("dashboard", "https://grafana.example/d/1"),
    )
    assert alert.label("instance") == "db-2:9100"
    assert (alert.muted_until, alert.muted_by) == (None, "")


@pytest.mark.parametrize(
    ("severity", "priority"),
    [
        ("critical", Priority.P1), ("page", Priority.P1), ("Disaster", Priority.P1), ("P1", Priority.P1),
        ("error", Priority.P2), ("high", Priority.P2), ("major", Priority.P2), ("p2", Priority.P2),
        ("warning", Priority.P3), ("warn", Priority.P3), ("medium", Priority.P3), ("p3", Priority.P3),
        ("info", Priority.P4), ("low", Priority.P4), ("none", Priority.P4), ("p4", Priority.P4),
        ("", Priority.P3), ("banana", Priority.P3), ("SEV0", Priority.P1),
    ],
)  # fmt: skip
def test_severities(severity: str, priority: Priority) -> None:
    alert = read(record(labels={"severity": severity}), severity={"sev0": "P1"}).alerts[0]
    assert alert.priority is priority


def test_severity_may_be_absent_or_under_another_label() -> None:
    labels = {"alertname": "X", "level": "page"}
    assert read(record() | {"labels": labels}).alerts[0].priority is Priority.P3
    assert read(record() | {"labels": labels}, severity_label="level").alerts[0].priority is Priority.P1


@pytest.mark.parametrize(
    ("labels", "service"),
    [
        ({"service": "pay", "job": "node"}, "pay"),
        ({"service": "", "job": "node"}, "node"),
        ({"namespace": "pay-prod"}, "pay-prod"),
        ({}, "unknown"),
    ],
)
def test_the_service_is_the_first_of_several_labels(labels: dict[str, str], service: str) -> None:
    assert read(record() | {"labels": {"alertname": "X", **labels}}).alerts[0].service == service


def test_titles_fall_back_to_the_name() -> None:
    assert read(record("X", annotations={"message": "m"})).alerts[0].title == "m"
    assert read(record("X", annotations={"summary": " \x00"})).alerts[0].title == "^@"
    assert read(record("X", annotations=None)).alerts[0].title == "X"
    assert read({"labels": {"job": "j"}}).alerts[0].title == "unnamed"


@pytest.mark.parametrize(
    ("status", "silences", "until", "by"),
    [
        ({"state": "active"}, [SILENCE], None, ""),
        ({"state": "unprocessed", "silencedBy": None}, [SILENCE], None, ""),
        (
            {"state": "suppressed", "silencedBy": ["5f0c"]},
            [SILENCE],
            datetime(2026, 1, 5, 21, 30, tzinfo=UTC),
            "budi: disk is being ⏎ replaced",
        ),
        ({"state": "suppressed", "silencedBy": ["5f0c"]}, [], None, "a silence"),
        (
            {"state": "suppressed", "silencedBy": ["5f0c", "77", "none"]},
            [SILENCE, {"id": "77", "endsAt": "2026-01-06T00:00:00Z"}, "odd", {"id": 3}],
            datetime(2026, 1, 6, tzinfo=UTC),
            "a silence",
        ),
        (
            {"state": "suppressed", "mutedBy": ["weekends"], "silencedBy": []},
            [],
            None,
            "time interval weekends",
        ),
        ({"state": "suppressed"}, {"odd": 1}, None, "the server"),
    ],
)
def test_what_is_held_back_says_so(status: Any, silences: Any, until: datetime | None, by: str) -> None:
    alert = read(record(status=status), silences=silences).alerts[0]
    assert (alert.muted_until, alert.muted_by) == (until, by)


def test_inhibited_alerts_are_hidden() -> None:
    status = {"state": "suppressed", "inhibitedBy": ["aa"], "silencedBy": []}
    poll = read(record("A", status=status), record("B"))
    assert [alert.name for alert in poll.alerts] == ["B"]
    assert poll.complete


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (None, "alert 2 of the answer cannot be read: it is not a table"),
        ("x", "it is not a table"),
        ([], "it is not a table"),
        ({}, "it has no labels"),
        ({"labels": None, "fingerprint": "ab\x1b[1m"}, "it has no labels (ab^[[1m)"),
        ({"labels": ["a"]}, "it has no labels"),
        ({"labels": {}}, "it has no labels"),
    ],
)
def test_one_bad_record_hides_no_good_one(bad: Any, said: str) -> None:
    poll = read(record("A"), bad, record("B"))
    assert [alert.name for alert in poll.alerts] == ["A", "B"]
    assert not poll.complete
    assert len(poll.problems) == 1
    assert said in poll.problems[0]


def test_many_bad_records_are_counted() -> None:
    assert read(*[None] * 40).problems[-1] == "and 35 more alerts"


@pytest.mark.parametrize(
    "odd",
    [
        {"status": None}, {"status": 7}, {"status": {"silencedBy": "x", "inhibitedBy": None, "mutedBy": {}}},
        {"annotations": []}, {"annotations": {"summary": None, "description": 4, "runbook_url": {}}},
        {"startsAt": "yesterday"}, {"startsAt": None}, {"startsAt": "0001-01-01T00:00:00Z"},
        {"startsAt": "0001-01-01T00:00:00+14:00"}, {"startsAt": 1700000000},
        {"generatorURL": None}, {"generatorURL": "javascript:alert(1)"}, {"generatorURL": 1},
        {"receivers": "pager"}, {"receivers": None}, {"somethingNew": {"a": [1]}},
        {"fingerprint": None}, {"fingerprint": 12}, {"fingerprint": ""}, {"endsAt": None},
    ],
)  # fmt: skip
def test_odd_and_missing_fields_are_tolerated(odd: dict[str, Any]) -> None:
    poll = read(record("A") | odd)
    assert [alert.name for alert in poll.alerts] == ["A"]
    assert poll.complete
    gone = record("A")
    gone.pop(next(iter(odd)), None)
    assert [alert.name for alert in read(gone).alerts] == ["A"]


def test_odd_label_values_do_not_matter() -> None:
    alert = read(record(labels={"n": 7, "x": None, "y": ["a"], "z": 1.5})).alerts[0]
    assert (alert.label("n"), alert.label("z"), alert.label("x"), alert.label("y")) == ("7", "1.5", "", "")


def test_without_a_fingerprint_the_labels_are_the_identity() -> None:
    first, again, other = (record("A", fingerprint="x") | {"fingerprint": None} for _ in range(3))
    again["annotations"] = {"summary": "changed"}
    other["labels"] = {**other["labels"], "instance": "b"}
    one, two, three = (read(each).alerts[0].ref for each in (first, again, other))
    assert one == two != three


def test_the_same_alert_from_two_peers_is_one() -> None:
    reader = Reader("prod", OPTIONS)
    poll = reader.read([[record("A"), record("B")], [record("B"), record("C")]])
    assert [alert.name for alert in poll.alerts] == ["A", "B", "C"]


def test_groups_and_webhook_bodies_are_understood() -> None:
    groups = [{"alerts": [record("A")], "labels": {}}, {"alerts": [record("A"), record("B")]}]
    assert [alert.name for alert in parse(groups, "prod", OPTIONS).alerts] == ["A", "B"]
    webhook = {"alerts": [record("A", status="firing"), record("B", status="resolved")], "version": "4"}
    assert [alert.name for alert in parse(webhook, "prod", OPTIONS).alerts] == ["A"]


def test_what_has_not_changed_is_the_same_object() -> None:
    reader = Reader("prod", OPTIONS)
    first = reader.read([[record("A"), record("B")]])
    touched = record("A", updatedAt="2026-01-05T09:02:00.000Z", endsAt="2026-01-05T09:06:00.000Z")
    processed = record("B", status={"inhibitedBy": [], "silencedBy": [], "state": "unprocessed"})
    second = reader.read([[touched, processed]])
    assert second.alerts[0] is first.alerts[0]
    assert second.alerts[1] is first.alerts[1]
    third = reader.read([[record("A", annotations={"summary": "worse"})]])
    assert third.alerts[0].title == "worse"
    assert reader.fingerprints() == {third.alerts[0].ref.fingerprint}


def test_a_silence_that_is_extended_shows_although_the_record_is_the_same() -> None:
    reader = Reader("prod", OPTIONS)
    silenced = record(status={"state": "suppressed", "silencedBy": ["5f0c"]})
    before = reader.read([[silenced]], [SILENCE]).alerts[0]
    after = reader.read([[silenced]], [SILENCE | {"endsAt": "2026-01-05T22:00:00Z"}]).alerts[0]
    assert before.muted_until == datetime(2026, 1, 5, 21, 30, tzinfo=UTC)
    assert after.muted_until == datetime(2026, 1, 5, 22, 0, tzinfo=UTC)


HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from("\x1b\x9b\n\u202e\u200b[]/")), max_size=30)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_comes_through_uncleaned(key: str, label: str, note: str) -> None:
    hostile = {
        "labels": {"alertname": label, "service": label, key: label},
        "annotations": {"summary": note, "description": note, "runbook_url": note, key: f"https://{note}"},
        "fingerprint": label,
        "generatorURL": f"https://{note}",
        "status": {"state": "suppressed", "silencedBy": ["1"], "mutedBy": [note]},
    }
    silence = {"id": "1", "createdBy": label, "comment": note}
    alert = parse([hostile], "prod", OPTIONS, [silence]).alerts[0]
    texts = [alert.ref.fingerprint, alert.name, alert.title, alert.service, alert.muted_by]
    texts += [text for pair in alert.labels for text in pair]
    texts += [text for link in alert.links for text in (link.title, link.url)] + [alert.runbook_url]
    for text in [*texts, *alert.description.split("\n")]:
        assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in text)
        assert not set(text) & set("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                        st.sampled_from(["labels", "alerts", "status", "annotations", "fingerprint", "alertname",
                                         "silencedBy", "inhibitedBy", "startsAt"]), inner, max_size=4)))  # fmt: skip
def test_any_json_is_read_without_a_crash(payload: Any) -> None:
    poll = parse(payload, "prod", OPTIONS, payload)
    assert poll.complete is (poll.problems == ())


@needs_shared
@pytest.mark.parametrize("pattern", ["alertmanager/*.json", "hostile/*.alertmanager.json"])
def test_payloads_from_the_field(pattern: str) -> None:
    files = sorted((SHARED / "samples" / "alerts").glob(pattern))
    assert files
    for file in files:
        poll = parse(json.loads(file.read_text(encoding="utf-8")), "prod", OPTIONS)
        assert poll.alerts, file.name
        assert poll.complete, file.name
        for alert in poll.alerts:
            assert alert.title.isprintable(), file.name
            assert all(value.isprintable() for _name, value in alert.labels), file.name
