"""The commands about drills."""

from __future__ import annotations

from console.cli.parser import Commands


def drill(commands: Commands) -> None:
    """Add them."""
    drills = commands.family("drill", "replay a recorded incident on a private store, with a score")
    drills.add("list", "drill:list_all", "the drills that come with the product", reads=True)
    record = drills.add("record", "drill:record", "make a drill of an incident, without people and hosts")
    record.add_argument("incident", metavar="INC", help="INC-42, inc-42 or 42")
    record.add_argument("-o", "--out", metavar="FILE", help="write it to a file; it must not exist yet")
    run = drills.add("run", "drill:run", "the console on a drill; its score at the end", reads=True)
    run.add_argument("drill", metavar="NAME|FILE", help="as oncall drill list names it, or a recorded one")
    run.add_argument(
        "--speed", type=int, choices=(1, 5, 10), default=1, help="so many times as fast, targets too (1)"
    )
    run.add_argument(
        "-o", "--out", metavar="FILE", help="write the score to a file as JSON; it is kept nowhere else"
    )
