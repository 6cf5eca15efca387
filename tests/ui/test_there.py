"""What keys do where an incident is kept is on the screen before they are pressed for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.domain.ability import Ability
from console.domain.alert import AlertRef, Upstream, Who
from console.domain.health import EngineReport, SourceHealth
from console.domain.incident import Effect
from console.domain.oncall import OnCall
from console.domain.snapshot import Detail
from console.domain.standing import standing
from console.domain.vocabulary import EffectKind, EffectState
from console.ui.glyphs import UNICODE
from console.ui.text import Spans
from console.ui.views.frame import Frame
from console.ui.views.incidents import Around, Item, columns
from console.ui.views.roster import roster_lines
from console.ui.views.there import cannot_end, there_lines, waiting_parts
from console.ui.views.timeline import alert_lines
from tests.abilities import keeping
from tests.ui import scenes
from tests.ui.scenes import NOW, POLICY

FRAME = Frame(UNICODE, scenes.UTC_ZONE, NOW, "asha")
CANNOT = "cannot be resolved: a monitor ends when it recovers"
MONITORS = Ability(lacks=((EffectKind.RESOLVE, CANNOT),))
KNOWN = replace(POLICY, abilities={**keeping("pd"), "dd": MONITORS})


def texts(lines: list[Spans]) -> str:
    return "\n".join("".join(words for words, _ in line) for line in lines)


def test_each_source_says_what_it_does_or_why_not() -> None:
    lines = there_lines(["pd", "dd", "pd", "silent"], EffectKind.RESOLVE, KNOWN)
    assert texts(lines) == f"pd resolves it\nonly here: dd {CANNOT}"
    assert texts(there_lines(["pd"], EffectKind.SNOOZE, KNOWN)) == "pd snoozes it"
    assert there_lines(["silent"], EffectKind.ACK, KNOWN) == []


def test_only_what_goes_on_firing_is_warned_of() -> None:
    assert not cannot_end(["pd"], KNOWN)
    assert cannot_end(["pd", "dd"], KNOWN)
    assert cannot_end(["unknown"], KNOWN)


def test_an_incident_kept_elsewhere_says_how_it_stands_there() -> None:
    incident = scenes.detail("INC-1042").incident
    ref, member = incident.members[0]
    budi = Who("PB1", "Budi", "budi@shop.example")
    kept = Upstream("#1234", NOW, acked=True, acked_by=budi, acked_at=NOW, assignees=("Citra", "Dewi"))
    alert = replace(member.alert, ref=AlertRef("pd", "Q1"), upstream=kept)
    shown = replace(incident, members=((alert.ref, replace(member, alert=alert)),))
    lines = texts(alert_lines(shown, KNOWN, FRAME, 200))
    assert f"pd  #1234 · acked there by Budi {NOW:%H:%M} · assigned to Citra, Dewi" in lines
    keys = ["keys at pd", "  ack       acknowledges it", "  resolve   resolves it"]
    assert "\n".join(keys) in lines
    assert ref != alert.ref


def test_an_ack_by_a_machine_is_told_from_a_persons() -> None:
    incident = scenes.detail("INC-1042").incident
    _, member = incident.members[0]
    kept = Upstream(acked=True, acked_by=Who(name="auto-ack", bot=True))
    alert = replace(member.alert, upstream=kept)
    shown = replace(incident, members=((alert.ref, replace(member, alert=alert)),))
    assert "acked there by auto-ack (no person)" in texts(alert_lines(shown, KNOWN, FRAME, 200))


def test_who_other_products_say_is_on_call_stands_under_our_own_roster() -> None:
    budi = OnCall("Payments", Who(name="Budi"), level=1, until=NOW + timedelta(hours=2))
    nobody = OnCall("Search", Who(), level=2)
    pd = SourceHealth("pd", "pagerduty", 15, on_call=(budi, nobody), on_call_at=NOW - timedelta(minutes=3))
    empty = SourceHealth("og", "opsgenie", 15, on_call_at=NOW)
    silent = SourceHealth("prod", "alertmanager", 15)
    engine = EngineReport("one", "db1", 1, 1, NOW, NOW, NOW, sources=(pd, empty, silent))
    lines = texts(roster_lines(scenes.scene(engine=engine), FRAME, 60))
    assert lines.index("payments") < lines.index("at pd")
    assert "said 3m ago" in lines
    assert " Payments\n  level 1  Budi  until 23:14\n" in lines
    assert " Search\n  level 2  nobody\n" in lines
    assert "nobody is on call there" in lines
    assert "at prod" not in lines


def test_what_was_asked_last_of_each_source_stands_with_its_alerts() -> None:
    incident = scenes.detail("INC-1042").incident

    def effect(source: str, state: EffectState, text: str = "") -> Effect:
        return Effect(f"e-{source}-{state}", source, EffectKind.ASSIGN, state, NOW, text)

    done = effect("pd", EffectState.DONE, "assigned #7 to budi@shop.example")
    failed = effect("og", EffectState.FAILED, "no such user")
    shown = replace(incident, effects=(effect("pd", EffectState.FAILED, "slow"), failed, done))
    lines = texts(alert_lines(shown, KNOWN, FRAME, 200))
    assert "pd  assigned #7 to budi@shop.example\nog  assign FAILED: no such user\n\nkeys" in lines
    asked = replace(incident, effects=(effect("pd", EffectState.PENDING),))
    assert "pd  asked to assign …\n" in texts(alert_lines(asked, KNOWN, FRAME, 200))


def test_what_waits_says_why_and_when_it_is_tried_again() -> None:
    incident = scenes.detail("INC-1042").incident
    waits = Effect("e1", "page", EffectKind.PUBLISH, EffectState.PENDING, NOW, text="waits: no connection")
    asked = replace(incident, effects=(waits,))
    for seconds, words in (
        (90, f"tried again at {NOW + timedelta(seconds=90):%H:%M:%S}"),
        (0, "tried again now"),
    ):
        lines = texts(alert_lines(asked, KNOWN, FRAME, 200, (("e1", NOW + timedelta(seconds=seconds)),)))
        assert f"page  publish waits: no connection; {words}\n" in lines
        told = Detail(asked, (), None, tries=(("e1", NOW + timedelta(seconds=seconds)),))
        assert texts(waiting_parts(told, FRAME)) == f"waits     page  no connection; {words}"
    assert "page  publish waits: no connection\n" in texts(alert_lines(asked, KNOWN, FRAME, 200))
    done = replace(incident, effects=(replace(waits, state=EffectState.DONE, text="update added"),))
    assert waiting_parts(Detail(done, (), None), FRAME) == []


def test_that_it_failed_is_on_the_row_however_narrow_it_is() -> None:
    row = replace(
        scenes.incident_rows()[0], effect=EffectState.FAILED, effect_text="not assigned: no such user"
    )
    (column,) = [one for one in columns() if one.title == "INCIDENT"]
    assert column.tail is not None
    forms = column.tail(Item(standing(row, POLICY)), Around(FRAME, POLICY))
    assert [texts([form]) for form in forms] == ["FAILED: not assigned: no such user", "FAILED"]
