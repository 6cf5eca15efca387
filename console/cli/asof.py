"""``oncall incidents --as-of TIME``: the list as it stood at a moment, from the logs."""

from __future__ import annotations

import argparse
from datetime import datetime

from console.cli.context import opened
from console.cli.contract import incident_json
from console.cli.output import print_json, say, stamp
from console.cli.reading import listing, open_first
from console.cli.times import parse_past
from console.clock import local_zone
from console.desk.timetravel import Then, as_of
from console.domain import human
from console.domain.filters import Circumstances, Filter
from console.domain.look import Look, arrange
from console.domain.roster import duties
from console.domain.standing import standing, viewer
from console.domain.summary import summarise


def past_incidents(args: argparse.Namespace, query: Filter) -> int:
    """List incidents as they stood then. Targets, names and filters are those of the config as it is now."""
    with opened(args) as context:
        now = context.store.now()
        at = parse_past(args.as_of, now)
        then = as_of(context.store, at, only_open=args.state == "open")
        policy = context.policy
    who = viewer(context.me, duties(policy.roster, at), policy)
    arranged = arrange(
        (standing(summarise(one), policy) for one in then.incidents), Look(query), Circumstances(who, at)
    )
    shown = sorted(arranged.shown, key=open_first)
    if args.json:
        by_id = {one.id: one for one in then.incidents}
        found = [incident_json(by_id[item.row.id], policy, at) for item in shown]
        about = {"as_of": stamp(at), "now": stamp(now), "known": then.known, "pruned": then.pruned}
        print_json({**about, "incidents": found})
        return 0
    if shown:
        say(listing(shown, policy, at))
    say("\n".join(_footer(then, len(shown), arranged.hidden, at)))
    return 0


def _footer(then: Then, shown: int, hidden: int, at: datetime) -> list[str]:
    more = f", {hidden} more hidden by the filter" if hidden else ""
    if not then.known:
        return [
            f"not known: the first incident of this store was reported after {human.stamp(at, local_zone())}"
        ]
    lines = [f"{human.count(shown, 'incident')}{more}, as of {human.stamp(at, local_zone())}"]
    if then.pruned:
        lines.append(
            f"{human.count(then.pruned, 'log')} of these have been cut down since: some detail is gone"
        )
    lines.append("Which sources could be heard then is not kept here: oncall handover tells of gaps.")
    return lines
