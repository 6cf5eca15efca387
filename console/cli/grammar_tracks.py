"""The commands about parallel work and the fix clock that waits for it."""

from __future__ import annotations

from console.cli.parser import Commands


def tracks(commands: Commands) -> None:
    """Add them."""
    track = commands.add(
        "track", "tracks:track", "parallel work in an incident: a vendor, support, a second fix", reads=True
    )
    track.add_argument("incident", metavar="INC", help="INC-42, inc-42 or 42; alone: list its tracks")
    track.add_argument("track", metavar="TRACK", nargs="?", default="", help="the track to open or change")
    track.add_argument("--what", metavar="TEXT", help="what it is about, such as a ticket")
    track.add_argument("--owner", metavar="WHO", help='a person\'s id; "" for whoever has the incident')
    track.add_argument("--state", choices=("doing", "waiting", "done"), help="how it stands")
    check = track.add_mutually_exclusive_group()
    check.add_argument("--check", metavar="TIME", help='when to remind: "10:30", "+45m" or a full time')
    check.add_argument("--no-check", action="store_true", help="do not remind")
    track.add_argument("-m", "--message", metavar="TEXT", default="", help="what happened just now")
    pause = commands.add("pause", "tracks:pause", "pause the fix clock of a P3 or P4", ids=True, writes=True)
    pause.add_argument(
        "--reason", choices=("vendor", "client", "scheduled"), required=True, help="what is waited for"
    )
    pause.add_argument("--text", metavar="TEXT", default="", help="such as a ticket")
    commands.add("resume", "tracks:resume", "let the fix clock run again", ids=True, writes=True)
