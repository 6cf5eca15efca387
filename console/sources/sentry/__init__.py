"""Sentry's issues: each unresolved one is an alert of its own.

Facts are from docs.sentry.io/api (listing and changing an organization's issues, pagination, permissions)
and, where that is silent, from the source of getsentry/sentry.
"""

from console.sources.sentry.options import Options
from console.sources.sentry.reader import parse
from console.sources.sentry.source import Source

__all__ = ["Options", "Source", "parse"]
