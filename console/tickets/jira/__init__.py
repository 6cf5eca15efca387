"""Jira, Cloud and Data Center."""

from console.tickets.jira.options import Options
from console.tickets.jira.system import System

__all__ = ["Options", "System"]
