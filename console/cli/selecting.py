"""Which incidents a command is about: those named, or those that a filter finds, after a list and a yes."""

from __future__ import annotations

import argparse

from console.cli.confirm import confirmed
from console.cli.context import Context
from console.cli.ids import incident_ids
from console.cli.output import complain
from console.cli.report import priority_word, state_word
from console.domain.filters import Circumstances, Filter, FilterError, parse
from console.domain.human import count
from console.domain.look import Look, arrange
from console.domain.roster import duties
from console.domain.standing import Standing, standing, viewer
from console.errors import UsageError


def query_of(text: str) -> Filter:
    """Return the filter that ``--filter`` gives. Raises ``UsageError``."""
    try:
        return parse(text)
    except FilterError as error:
        raise UsageError(f"--filter: {error}") from None


def asked_for(args: argparse.Namespace) -> tuple[tuple[str, ...], Filter | None]:
    """Return the incidents named, or the filter; checked before the store is opened. Raises ``UsageError``."""
    ids = incident_ids(args.incidents)
    if args.filter is None:
        if not ids:
            raise UsageError("which incidents?", hint='give INC-42, or --filter "p:3 svc:mail"')
        return ids, None
    if ids:
        raise UsageError("incidents are named or found by --filter, not both")
    query = query_of(args.filter)
    if not query.terms:
        raise UsageError("--filter: an empty query would mean every incident", hint="say which, as in p:4")
    return (), query


def found(context: Context, query: Filter) -> tuple[Standing, ...]:
    """Return the open incidents that a filter finds; of storms only those of the service itself."""
    now = context.store.now()
    who = viewer(context.me, duties(context.policy.roster, now), context.policy)
    around = Circumstances(who, now, storms=False)
    rows = (standing(row, context.policy) for row in context.store.open_rows().rows)
    return arrange(rows, Look(query), around).shown


def chosen(context: Context, query: Filter, verb: str, *, yes: bool) -> tuple[str, ...]:
    """List what a filter finds on stderr and return the ids after a yes.

    Empty where nothing is found, or the answer is no: then nothing is done (peer bug B27).
    """
    items = found(context, query)
    if not items:
        complain(f"nothing open matches {query.words}: nothing is done")
        return ()
    for item in items:
        row = item.row
        complain(f"{row.id} {priority_word(row)} {state_word(row)} {row.service} {row.title}")
    if not confirmed(f"{verb} these {count(len(items), 'incident')} ({query.words})?", yes=yes):
        return ()
    return tuple(item.row.id for item in items)
