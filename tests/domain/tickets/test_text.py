"""What stands in a ticket: everything, bounded, and the same each time."""

from __future__ import annotations

from console.domain.commands import Absorb, Ack, Note, Resolve
from console.domain.fold import fold
from console.domain.tickets.draft import Draft, marker_of
from console.domain.tickets.text import NOT_RECORDED, draft_of, outcome_of, preview, said
from tests.domain.tickets.test_decisions import JIRA, RULES, linked, opened
from tests.domain.world import ASHA, World, at


def drafted(world: World, **more: str) -> Draft:
    return draft_of(world.incident(), tuple(world.logs["INC-1"]), RULES, JIRA, at("12:00"), **more)


def section(draft: Draft, title: str) -> list[str]:
    return [said(item) for one in draft.sections if one.title == title for item in one.items]


def test_everything_that_is_known_is_in_it() -> None:
    world = opened()
    world.do("10:04", Ack(take=True), ASHA)
    world.do("10:05", Note("looking at the gateway"))
    draft = drafted(world, actual="cards are declined", ideal="cards are taken")
    facts = "\n".join(section(draft, "Incident"))
    assert (draft.project, draft.component, draft.assignee) == ("PAY", "Cards", "rina@acme.example")
    for name in (
        "Priority",
        "Reported",
        "Reporter: by monitoring",
        "Where: payments",
        "Services",
        "Team",
        "Owner",
    ):
        assert name in facts
    assert "First looked by: Asha" in facts
    assert "WIB" in facts
    assert "UTC" in facts
    assert section(draft, "Actual") == ["cards are declined"]
    assert section(draft, "Ideal") == ["cards are taken"]
    assert any("looking at the gateway" in line for line in section(draft, "Timeline"))
    assert draft.marker in draft.labels


def test_what_nobody_wrote_says_so() -> None:
    draft = drafted(opened())
    assert section(draft, "Ideal") == [NOT_RECORDED]
    assert "First looked by: nobody yet" in "\n".join(section(draft, "Incident"))
    assert "Ideal" in preview(draft)


def test_the_same_incident_makes_the_same_draft() -> None:
    assert drafted(opened()) == drafted(opened())


def test_a_long_timeline_is_shortened_in_its_middle_and_says_so() -> None:
    world = opened()
    for n in range(200):
        world.do(f"10:{5 + n // 60:02}:{n % 60:02}", Note(f"note {n} " + "x" * 400))
    lines = section(drafted(world), "Timeline")
    assert len(lines) < 70
    assert any("left out" in line for line in lines)
    assert "note 199" in lines[-1]
    shorter: Draft | None = drafted(world)
    sizes = []
    for _ in range(100):
        if shorter is None:
            break
        sizes.append(sum(len(one.items) for one in shorter.sections))
        shorter = shorter.shorter()
    assert shorter is None
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == len(sizes)


def test_a_marker_tells_two_stores_incidents_of_one_id_apart() -> None:
    one = opened().incident()
    other = World(RULES)
    other.open("11:00", *(member.alert for _, member in one.members))
    assert marker_of(one) != marker_of(other.incident())
    assert marker_of(one).startswith("oncall-INC-1-")


def test_the_outcome_names_what_is_not_recorded() -> None:
    world = linked()
    world.do("10:30", Resolve(note="rolled back", despite_firing=True))
    told = outcome_of(world.incident(), RULES)
    assert f"Cause: {NOT_RECORDED}" in told
    assert "Resolution: rolled back" in told
    assert "by Asha, 30m after the report" in told
    assert fold(tuple(world.logs["INC-1"])) is not None


def test_a_marker_stays_when_an_older_incident_is_taken_in() -> None:
    world = opened()
    before = marker_of(world.incident())
    world.do("10:20", Absorb("INC-9", at("09:30")))
    assert world.incident().reported_at == at("09:30")
    assert marker_of(world.incident()) == before


def test_no_secret_leaves_with_the_timeline() -> None:
    world = opened()
    world.do("10:05", Note("tried Bearer abcdefgh12345678, password: hunter2-x"))
    draft = drafted(
        world,
        actual="curl -H 'Authorization: Bearer abcdefgh12345678'",
        ideal="-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----\nin no log",
    )
    everything = "\n".join(preview(draft))
    for secret in ("abcdefgh12345678", "hunter2-x", "MIIEow"):
        assert secret not in everything
    assert "password: ***" in everything
    assert "in no log" in everything
