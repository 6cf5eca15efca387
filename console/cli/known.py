"""An incident that somebody names: its log, how it stands, all about it. Where there is none, that is said."""

from __future__ import annotations

from console import bootstrap
from console.cli.context import Context
from console.domain.events import Event
from console.domain.fold import fold
from console.domain.incident import Incident
from console.domain.snapshot import Detail
from console.errors import OncallError


def log_of(context: Context, name: str) -> tuple[Event, ...]:
    """Return an incident's log. Raises ``OncallError``."""
    log = context.store.log(name)
    if not log:
        raise no_such(name)
    return log


def incident_of(context: Context, name: str) -> Incident:
    """Return an incident. Raises ``OncallError``."""
    return fold(log_of(context, name))


def detail_of(context: Context, name: str) -> Detail:
    """Return all about an incident. Raises ``OncallError``."""
    detail = bootstrap.read_detail(context.setup, context.store, name)
    if detail is None:
        raise no_such(name)
    return detail


def no_such(name: str) -> OncallError:
    """Return what is said of an incident that is not there."""
    return OncallError(f"{name}: no such incident", hint="oncall incidents --state all lists them")
