"""The commands about noise: what to tune, and saying that an incident was noise."""

from __future__ import annotations

from console.cli.parser import Commands


def noise(commands: Commands) -> None:
    """Add them."""
    tuning = commands.add("noise", "noise:tuning", "which alert rules to tune, and how", reads=True)
    tuning.add_argument("--weeks", type=int, default=4, metavar="N", help="look so many weeks back (4)")
    tuning.add_argument("--team", metavar="TEAM", default="", help="this team's incidents only")
    tuning.add_argument("--md", action="store_true", help="as Markdown, for a ticket")
    actions = Commands(tuning)
    mark = actions.add("mark", "acting:mark_noise", "say that incidents were noise", ids=True, writes=True)
    mark.add_argument(
        "-m", "--message", metavar="WHY", required=True, help="why: whoever tunes the rule reads it"
    )
    actions.add("unmark", "acting:unmark_noise", "take that back", ids=True, writes=True)
