"""The commands about the team: covers, leave, maintenance, and all that is held back."""

from __future__ import annotations

from console.cli.parser import Commands

TIME = 'such as "2026-12-24 22:00" or "22:00" (the next one)'


def roster_actions(actions: Commands) -> None:
    """Add what changes a roster to the commands below the one that shows it."""
    override = actions.add("override", "team:override", "let somebody cover a role for a while", writes=True)
    for name in ("team", "role"):
        override.add_argument(f"--{name}", metavar=name.upper(), required=True, help=f"the {name}")
    override.add_argument("--person", metavar="WHO", default="", help="who covers it: a person's id")
    override.add_argument("--nobody", action="store_true", help="nobody, on purpose")
    take = actions.add("take", "team:take", "take the pager yourself, from anybody", writes=True)
    take.add_argument(
        "--for", dest="span", metavar="SPAN", default="1h", help='such as "1h", the default; 24h at most'
    )
    swap = actions.add("swap", "team:swap", "swap a shift of yours with another one", writes=True)
    swap.add_argument("--mine", metavar="TIME", required=True, help="a time in your shift")
    swap.add_argument("--with", dest="other", metavar="TIME", required=True, help="a time in the other one")
    for parser in (take, swap):
        parser.add_argument("--team", metavar="TEAM", default="", help="the team (yours by default)")
        parser.add_argument("--role", metavar="ROLE", default="", help="the role (primary by default)")
    leave = actions.add("leave", "team:leave", "somebody is away for a while", writes=True)
    leave.add_argument("--person", metavar="WHO", default="", help="who (you by default)")
    for parser in (override, leave):
        parser.add_argument(
            "--from", dest="start", metavar="TIME", default="", help=f"{TIME}; now by default"
        )
        ends = parser.add_mutually_exclusive_group(required=True)
        ends.add_argument("--to", dest="end", metavar="TIME", default="", help=TIME)
        ends.add_argument("--for", dest="span", metavar="SPAN", default="", help='such as "2h" or "5d"')
    for parser in (override, take, swap, leave):
        parser.add_argument("-m", "--message", metavar="WHY", default="", help="the reason")
    back = actions.add("back", "team:back", "somebody is back from leave", writes=True)
    drop = actions.add("drop", "team:drop", "withdraw a cover or a swap", writes=True)
    for parser, example in ((back, "L1"), (drop, "C1 or S1")):
        parser.add_argument("id", metavar="ID", help=f"such as {example}, see oncall roster covers")
    covers = actions.add("covers", "team:covers", "covers and leave that were arranged, with ids", reads=True)
    covers.add_argument("--all", action="store_true", help="those that are over, too")


def maintenance(commands: Commands) -> None:
    """Add the commands about maintenance."""
    family = commands.family("maintenance", "services that page nobody for a while")
    start = family.add("start", "maintenance:start", "let services page nobody", writes=True)
    start.add_argument(
        "--service", metavar="S", action="append", default=[], help="this service; more than once"
    )
    start.add_argument("--team", metavar="T", action="append", default=[], help="all services of this team")
    start.add_argument("--from", dest="start", metavar="TIME", default="", help=f"{TIME}; now by default")
    start.add_argument("--for", dest="span", metavar="SPAN", required=True, help='such as "2h"')
    start.add_argument("-m", "--message", metavar="WHY", default="", help="the reason")
    end = family.add("end", "maintenance:end", "end a maintenance now", writes=True)
    end.add_argument("id", metavar="ID", help="such as M1, see oncall maintenance list")
    family.add("list", "maintenance:show", "what is in maintenance, and what will be", reads=True)
    commands.add("holds", "holds:show", "what is held back, until when, and what comes back then", reads=True)
