"""``oncall noise``: which alert rules to tune, and how."""

from __future__ import annotations

import argparse

from console import bootstrap
from console.cli.context import opened
from console.cli.output import print_json, say, table, width
from console.clock import local_zone
from console.config.nearest import did_you_mean
from console.domain.human import count, stamp
from console.domain.noise.tuning import DEFINITIONS, Noise, RuleNoise
from console.errors import UsageError
from console.outputs.noise import spread_words, to_json, to_markdown, with_advice

HEADS = ("RULE", "SERVICE", "FIRED", "SELF", "FLAPS", "MARKS", "FP", "PAGES", "NIGHT", "CLEARED AFTER")
MOST_WEEKS = 520


def tuning(args: argparse.Namespace) -> int:
    """Print the tuning list."""
    if not 1 <= args.weeks <= MOST_WEEKS:
        raise UsageError(f"--weeks: give 1 to {MOST_WEEKS}")
    with opened(args) as context:
        policy = context.policy
        if args.team and policy.teams and args.team not in policy.teams:
            hint = did_you_mean(args.team, policy.teams)
            raise UsageError(f'--team: there is no team "{args.team}"{hint}')
        noise = bootstrap.read_noise(context.store, policy, args.weeks, args.team)
        if args.json:
            print_json(to_json(noise))
        elif args.md:
            say(to_markdown(noise, policy, local_zone()).rstrip("\n"))
        else:
            say("\n".join(_lines(noise)))
    return 0


def _lines(noise: Noise) -> list[str]:
    zone = local_zone()
    totals = noise.totals
    head = (
        f"{count(len(noise.rules), 'rule')}, {stamp(noise.start, zone)} to {stamp(noise.end, zone)}: "
        f"fired {totals.fired}, cleared alone {totals.auto_cleared}, pages {totals.pages}, "
        f"at night {totals.night_pages}"
    )
    lines = [head]
    if noise.rules:
        lines += ["", table([_row(one) for one in noise.rules], HEADS, width(), stretch=0)]
    advised = list(with_advice(noise))
    lines += ["", "suggestions" if advised else "nothing to suggest"]
    lines += [
        f"  {one.rule or 'no name'} ({one.service or 'no service'}): {one.advice.text}" for one in advised
    ]
    if noise.left_out:
        lines += ["", "left out", *(f"  {n} {what}" for what, n in noise.left_out)]
    lines += ["", "what the numbers mean", *(f"  {name}: {words}" for name, words in DEFINITIONS.items())]
    return lines


def _row(one: RuleNoise) -> tuple[str, ...]:
    numbers = (one.fired, one.auto_cleared, one.flaps, one.marks)
    shown = (f"{one.false:.0%}", str(one.pages), str(one.night_pages), spread_words(one))
    return (one.rule, one.service, *map(str, numbers), *shown)
