"""The command that tells clients."""

from __future__ import annotations

from console.cli.parser import Commands
from console.domain.vocabulary import ComponentState, Stage


def update(commands: Commands) -> None:
    """Add ``oncall update``."""
    telling = commands.add(
        "update", "updating:update", "tell clients, or list what they were told", reads=True
    )
    telling.add_argument("incident", metavar="INC", help="INC-42, inc-42 or 42")
    telling.add_argument("--stage", choices=[one.value for one in Stage], help="how far we are")
    telling.add_argument("--impact", metavar="TEXT", help="what clients see; left out: as in the last update")
    telling.add_argument("--scope", metavar="TEXT", help="who and where; left out: the services")
    telling.add_argument("--doing", metavar="TEXT", help="what we do")
    telling.add_argument("--workaround", metavar="TEXT", help="what clients can do meanwhile")
    telling.add_argument(
        "--failing",
        choices=[one.value for one in ComponentState if one is not ComponentState.OPERATIONAL],
        help="how the components stand",
    )
    telling.add_argument("--next", metavar="WHEN", help="20m, 1h or 10:30; left out: as the clock asks")
    telling.add_argument(
        "--to", action="append", default=[], metavar="OUTLET", help="only there; may be repeated"
    )
    telling.add_argument(
        "--dry-run", action="store_true", help="show the text and the findings, post nothing"
    )
    telling.add_argument(
        "--none-needed", metavar="WHY", help="it is over, and clients need no update that says so"
    )
    telling.add_argument("--list", action="store_true", help="what clients were told, and what became of it")
