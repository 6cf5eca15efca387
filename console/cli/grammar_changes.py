"""The commands about changes of the world: telling of one, and listing them."""

from __future__ import annotations

from console.cli.parser import Commands

KINDS = ("deploy", "rollback", "flag", "config", "other")
"""Those of ``ChangeKind``, spelt out: ``--help`` answers without the domain."""


def changes(commands: Commands) -> None:
    """Add them."""
    tell = commands.add(
        "change", "changes:tell", "say that something was changed: a deployment, a flag", writes=True
    )
    add = tell.add_argument
    add("--service", metavar="S", action="append", default=[], help="whose; more than once; left out: of all")
    add("--what", metavar="TEXT", required=True, help='on one line, such as "v42 canary 5 percent"')
    add("--kind", choices=KINDS, help="left out: guessed from the words of --what")
    add("--at", metavar="TIME", default="", help='when it took effect: "10m ago", "22:00", 2026-12-24T22:00Z')
    add("--by", metavar="WHO", default="", help="who did it (you by default)")
    add("--url", metavar="URL", default="", help="its page: the pipeline, the release")
    add("--id", metavar="ID", default="", help="told again with the same id, it is not kept twice")
    listing = commands.add("changes", "changes:listing", "what was changed lately", reads=True)
    listing.add_argument("--since", metavar="SPAN", default="24h", help='so far back (24h), such as "7d"')
    listing.add_argument("--service", metavar="S", default="", help="of this service, and of all")
