"""The command about handovers, and those below it."""

from __future__ import annotations

from console.cli.parser import Commands, Parser

FORMATS = ("md", "html", "json")


def handover(commands: Commands) -> None:
    """Add them. Without a command below it the handover that concerns you now is printed."""
    parser = commands.add("handover", "handover:handover", "the handover of the shift", reads=True)
    _team(parser)
    parser.add_argument("--from", dest="start", metavar="TIME", help="instead of the start of the shift")
    parser.add_argument("--to", dest="end", metavar="TIME", help="instead of the end of the shift")
    _form(parser)
    below = Commands(parser)
    note = below.add("note", "handing:note", "write a line for the handover of your shift", writes=True)
    note.add_argument(
        "--section",
        metavar="S",
        default="general",
        help="do-first, watch, muted, not-resolved, runbook or general (default)",
    )
    note.add_argument("-m", "--message", metavar="TEXT", default="", help="the text; otherwise stdin is read")
    offer = below.add("offer", "handing:offer", "offer your shift to the person who follows", writes=True)
    offer.add_argument("--to", metavar="WHO", default="", help="somebody else: a person's id")
    accept = below.add("accept", "handing:accept", "take over what was offered to you", writes=True)
    for one in (offer, accept):
        one.add_argument("-m", "--message", metavar="TEXT", default="", help="a word to go with it")
    back = below.add("return", "handing:give_back", "give it back, with what is missing", writes=True)
    back.add_argument("-m", "--message", metavar="WHY", required=True, help="what is missing")
    listed = below.add("list", "handing:list_all", "handovers that were offered, latest first", reads=True)
    show = below.add("show", "handing:show", "one that was offered, as it was read", reads=True)
    show.add_argument("id", metavar="ID", help="see oncall handover list")
    _form(show)
    send = below.add("send", "handing:send", "send the handover by a notify channel", writes=True)
    send.add_argument("--via", metavar="CHANNEL", required=True, help="the name of a [[channels]]")
    send.add_argument("--to", metavar="WHO", default="", help="a person's id; otherwise the channel's room")
    send.add_argument("--id", metavar="ID", default="", help="an earlier one, see oncall handover list")
    for one in (note, offer, accept, back, listed, send):
        _team(one)


def _team(parser: Parser) -> None:
    parser.add_argument("--team", metavar="TEAM", default="", help="this team's (yours by default)")
    parser.add_argument("--role", metavar="ROLE", default="", help="where you have several: this one's")


def _form(parser: Parser) -> None:
    parser.add_argument(
        "--format", choices=FORMATS, default="md", help="Markdown (default), HTML (one file) or JSON"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write it to a file")
