"""The tuning list as Markdown for a ticket, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from console.domain.human import count, length, stamp
from console.domain.noise.advice import Kind
from console.domain.noise.episodes import Episode
from console.domain.noise.tuning import DEFINITIONS, Noise, RuleNoise
from console.domain.policy import Policy
from console.outputs import values
from console.outputs.markup import bullets, section, table, text

HEADS = (
    "rule",
    "service",
    "fired",
    "self",
    "flaps",
    "marks",
    "FP",
    "pages",
    "night",
    "paged",
    "cleared after",
)


def to_markdown(noise: Noise, policy: Policy, zone: tzinfo) -> str:
    """Return the list; the same bytes for the same list."""
    totals = noise.totals
    summary = (
        f"{count(len(noise.rules), 'rule')} fired {count(totals.fired, 'time')} in "
        f"{count(noise.incidents, 'incident')}; {totals.auto_cleared} cleared before a person acked; "
        f"{count(totals.pages, 'page')}, {totals.night_pages} at night."
    )
    lines = [
        f"# Noise, {_span(noise, zone)}",
        "",
        summary,
        *section("Suggestions", bullets(map(_suggestion, with_advice(noise)))),
        *section("Rules", table(HEADS, [_row(one, policy) for one in noise.rules])),
        *section("Left out", bullets(f"{n} {text(what)}" for what, n in noise.left_out)),
        *section("What the numbers mean", bullets(f"{name}: {words}" for name, words in DEFINITIONS.items())),
    ]
    return "\n".join(lines) + "\n"


def suggestion(one: RuleNoise) -> str:
    """Return a rule's suggestion as a Markdown line of its own, for a ticket."""
    return f"- {_suggestion(one)}\n"


def with_advice(noise: Noise) -> Iterator[RuleNoise]:
    """Yield the rules for which there is something to change."""
    return (one for one in noise.rules if one.advice.kind is not Kind.NOTHING)


def to_json(noise: Noise) -> dict[str, object]:
    """Return the list as plain values; spans in seconds, shares 0-1."""
    return {
        "from": values.stamp(noise.start),
        "to": values.stamp(noise.end),
        "team": noise.team or None,
        "incidents": noise.incidents,
        "totals": {name: getattr(noise.totals, name) for name in noise.totals.__dataclass_fields__},
        "rules": [_rule_json(one) for one in noise.rules],
        "left_out": dict(noise.left_out),
        "definitions": DEFINITIONS,
    }


def spread_words(one: RuleNoise) -> str:
    """Return how long it took to clear: ``3m, 8m, 1h`` (P50, P90, longest); empty where none did."""
    spread = one.clear
    known = (spread.p50, spread.p90, spread.longest)
    return ", ".join(length(each) for each in known if each is not None)


def _span(noise: Noise, zone: tzinfo) -> str:
    team = f"team {text(noise.team)}, " if noise.team else ""
    return f"{team}{stamp(noise.start, zone)} to {stamp(noise.end, zone)}"


def _suggestion(one: RuleNoise) -> str:
    return f"**{text(one.rule or 'no name')}** ({text(one.service or 'no service')}): {text(one.advice.text)}"


def _row(one: RuleNoise, policy: Policy) -> tuple[str, ...]:
    numbers = (one.fired, one.auto_cleared, one.flaps, one.marks)
    return (
        text(one.rule),
        text(one.service),
        *map(str, numbers),
        f"{one.false:.0%}",
        str(one.pages),
        str(one.night_pages),
        text(", ".join(map(policy.name_of, one.people))),
        spread_words(one),
    )


def _rule_json(one: RuleNoise) -> dict[str, object]:
    return {
        "rule": one.rule,
        "service": one.service,
        "fired": one.fired,
        "auto_cleared": one.auto_cleared,
        "acked": one.acked,
        "flaps": one.flaps,
        "noise_marks": one.marks,
        "false_share": round(one.false, 4),
        "pages": one.pages,
        "night_pages": one.night_pages,
        "people": list(one.people),
        "clear": {
            "n": one.clear.n,
            "p50": _seconds(one.clear.p50),
            "p90": _seconds(one.clear.p90),
            "longest": _seconds(one.clear.longest),
        },
        "suggestion": {
            "kind": one.advice.kind.value,
            "text": one.advice.text,
            "for": _seconds(one.advice.wait),
        },
        "episodes": [_episode_json(each) for each in one.episodes],
    }


def _episode_json(one: Episode) -> dict[str, object]:
    return {
        "incident": one.incident,
        "from": values.stamp(one.start),
        "to": _stamp(one.end),
        "acked_at": _stamp(one.acked_at),
        "pages": len(one.pages),
    }


def _seconds(span: timedelta | None) -> float | None:
    return span.total_seconds() if span is not None else None


def _stamp(at: datetime | None) -> str | None:
    return values.stamp(at) if at is not None else None
