"""The tuning list as lines: two or three a rule, then what each rule did."""

from __future__ import annotations

from collections.abc import Iterator

from console.domain.human import count, length, listed, until
from console.domain.noise.advice import Kind
from console.domain.noise.episodes import Episode
from console.domain.noise.tuning import DEFINITIONS, Noise, RuleNoise
from console.domain.policy import Policy
from console.ui.text import Spans, wrap_spans
from console.ui.views.frame import Frame, between, cells

MOST_RULES = 300
MOST_EPISODES = 200
"""So many are drawn; what is left out is told."""

Keyed = tuple[Spans, str | None]


def rule_key(one: RuleNoise) -> str:
    """Return what tells a rule's lines from others."""
    return f"{one.service}\n{one.rule}"


def tuning_lines(noise: Noise, policy: Policy, frame: Frame, width: int) -> list[Keyed]:
    """Return the rules, the costliest first, with the key of the rule that each line belongs to."""
    lines: list[Keyed] = [(line, None) for line in _head(noise, frame, width)]
    for one in noise.rules[:MOST_RULES]:
        lines += [((), None), *((line, rule_key(one)) for line in _rule(one, policy, width))]
    rest = len(noise.rules) - MOST_RULES
    foot: list[Spans] = [()]
    if rest > 0:
        foot.append(((f"and {count(rest, 'rule')} more: oncall noise", "dim"),))
    for what, n in noise.left_out:
        foot += wrap_spans(((f"left out: {n} {what}", "dim"),), width, 2)
    for name, words in DEFINITIONS.items():
        foot += wrap_spans(((f"{name}: ", "dim bold"), (words, "dim")), width, 2)
    return [*lines, *((line, None) for line in foot)]


def _head(noise: Noise, frame: Frame, width: int) -> list[Spans]:
    if not noise.rules:
        return wrap_spans((("no rule fired in these weeks, as far as the store knows", "dim"),), width)
    totals = noise.totals
    words = (
        f"{count(len(noise.rules), 'rule')} since {until(noise.start, frame.now, frame.zone)}: "
        f"fired {totals.fired}, {totals.auto_cleared} cleared by themselves, "
        f"{count(totals.pages, 'page')}, {totals.night_pages} at night"
    )
    return wrap_spans(((words, "dim"),), width)


def _rule(one: RuleNoise, policy: Policy, width: int) -> Iterator[Spans]:
    left: Spans = ((one.rule or "no name", "bold"), (f"  {one.service or 'no service'}", "name"))
    night = "clock-warn bold" if one.night_pages else "dim"
    right: Spans = (
        (f"night {one.night_pages}", night),
        (f"  pages {one.pages}  fired {one.fired}  self {one.auto_cleared}  FP {one.false:.0%}", ""),
    )
    if cells(left) + cells(right) < width:
        yield between(left, right, width)
    else:
        yield from wrap_spans(left, width, 2)
        yield from wrap_spans((("  ", ""), *right), width, 2)
    style = "dim" if one.advice.kind is Kind.NOTHING else ""
    yield from wrap_spans((("  ", ""), (one.advice.text, style)), width, 2)
    more = [
        f"paged {listed(tuple(map(policy.name_of, one.people)))}" if one.people else "paged nobody",
        f"flaps {one.flaps}" if one.flaps else "",
        f"marked as noise {one.marks}" if one.marks else "",
    ]
    yield from wrap_spans((("  ", ""), (", ".join(filter(None, more)), "dim")), width, 2)


def episode_lines(one: RuleNoise, policy: Policy, frame: Frame, width: int) -> list[Spans]:
    """Return what a rule did, the latest first."""
    spread = one.clear
    lines: list[Spans] = [*_rule(one, policy, width)]
    if spread.p50 is not None and spread.p90 is not None and spread.longest is not None:
        words = f"cleared after {length(spread.p50)} (P50), {length(spread.p90)} (P90), {length(spread.longest)} at most"
        lines += wrap_spans((("  ", ""), (words, "dim")), width, 2)
    lines.append(())
    for each in one.episodes[: -MOST_EPISODES - 1 : -1]:
        lines += wrap_spans(_episode(each, policy, frame), width, 2)
    rest = len(one.episodes) - MOST_EPISODES
    if rest > 0:
        lines.append(((f"and {rest} before: oncall noise --json", "dim"),))
    return lines


def _episode(one: Episode, policy: Policy, frame: Frame) -> Spans:
    lasted = f"cleared after {length(one.lasted)}" if one.lasted is not None else "fires on"
    taken = f"acked after {length(one.acked_at - one.start)}" if one.acked_at else "never acked"
    paged = tuple(dict.fromkeys(policy.name_of(page.person) for page in one.pages))
    night = " at night" if any(page.night for page in one.pages) else ""
    return (
        (f"{until(one.start, frame.now, frame.zone):<13} ", ""),
        (f"{one.incident:<9} ", "bold"),
        (f"{lasted}, {taken}", "" if one.acked else "dim"),
        (f", paged {listed(paged)}{night}" if paged else "", "dim"),
        (", marked as noise" if one.marked else "", "note"),
    )
