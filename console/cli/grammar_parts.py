"""The commands that make one incident of several, and take one apart."""

from __future__ import annotations

from console.cli.parser import Commands


def parts(commands: Commands) -> None:
    """Add them."""
    merge = commands.add("merge", "acting:merge", "make incidents part of another", ids=True, writes=True)
    merge.add_argument("--into", metavar="INC", required=True, help="the one that goes on")
    merge.add_argument("-m", "--message", metavar="TEXT", default="", help="a note on the one that goes on")
    split = commands.add(
        "split",
        "splitting:split",
        "take an incident apart: what was merged into it, or the alerts of a service",
        reads=True,
        writes=True,
    )
    split.add_argument("incident", metavar="INC", help="INC-42, inc-42 or 42")
    which = split.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--service", nargs="+", metavar="S", default=[], help="their alerts get an incident of their own"
    )
    which.add_argument(
        "--child", nargs="+", metavar="INC", default=[], help="each stands alone again, as before the merge"
    )
