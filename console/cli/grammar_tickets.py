"""The command about tickets in other systems."""

from __future__ import annotations

from console.cli.parser import Commands


def tickets(commands: Commands) -> None:
    """Add it."""
    ticket = commands.add(
        "ticket", "tickets:ticket", "the ticket of an incident in Jira, GitHub or GitLab", reads=True
    )
    ticket.add_argument("incident", metavar="INC", help="INC-42, inc-42 or 42; alone: show its tickets")
    ticket.add_argument("--new", action="store_true", help="have one made (so do --to, --actual and --ideal)")
    ticket.add_argument("--to", metavar="NAME", default="", help="which [[tickets]]; left out: the first")
    ticket.add_argument("--actual", metavar="TEXT", default="", help="what happened")
    ticket.add_argument("--ideal", metavar="TEXT", default="", help="what should have happened")
    ticket.add_argument(
        "--dry-run", action="store_true", help="show what would be written, and write nothing"
    )
    which = ticket.add_mutually_exclusive_group()
    which.add_argument(
        "--link", metavar="KEY", default="", help="link one that exists, by its key or address"
    )
    which.add_argument("--unlink", metavar="KEY", default="", help="take a link off; the ticket stays")
