"""All commands and their arguments. What each one does is in the module that it names."""

from __future__ import annotations

import argparse
from collections.abc import Collection

from console import __version__
from console.cli.grammar_changes import changes
from console.cli.grammar_drill import drill
from console.cli.grammar_handover import handover
from console.cli.grammar_noise import noise
from console.cli.grammar_parts import parts
from console.cli.grammar_report import report
from console.cli.grammar_review import review
from console.cli.grammar_steps import step_arguments
from console.cli.grammar_team import maintenance, roster_actions
from console.cli.grammar_tickets import tickets
from console.cli.grammar_tracks import tracks
from console.cli.grammar_update import update
from console.cli.parser import EXIT_CODES, Commands, Parser, everywhere

DESCRIPTION = """\
A terminal console for an on-call shift. Without a command: the console, on the config
found (--config, $ONCALL_CONFIG, the platform's config folder, ./oncall.toml).
"""


def build(words: Collection[str] | None = None) -> Parser:
    """Return the parser of a command line of these words; by default one that knows all commands in full."""
    parser = Parser(
        prog="oncall",
        description=DESCRIPTION,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"oncall {__version__}")
    everywhere(parser)
    parser.set_defaults(
        config=None, store=None, who=None, readonly=False, no_color=False, run="screen:console", writes=False
    )
    commands = Commands(parser, words=words)
    _starting(commands)
    _reading(commands)
    _acting(commands)
    parts(commands)
    maintenance(commands)
    noise(commands)
    report(commands)
    tracks(commands)
    update(commands)
    tickets(commands)
    review(commands)
    drill(commands)
    changes(commands)
    _telling(commands)
    _keeping(commands)
    return parser


def _starting(commands: Commands) -> None:
    demo = commands.add(
        "demo", "screen:demo", "the console on a replayed shift and a private store", writes=True
    )
    demo.add_argument("--speed", type=float, default=1.0, metavar="N", help="play N times as fast")
    init = commands.add("init", "init:init", "write a commented config file by asking a few questions")
    init.add_argument("--force", action="store_true", help="overwrite an existing file without asking")
    check = commands.add(
        "check", "check:check", "try config, sources, store and runbooks; say what to fix", reads=True
    )
    check.add_argument("--days", type=int, default=14, metavar="N", help="look for roster gaps this far (14)")
    watch = commands.add(
        "watch", "watch:watch", "the engine without a screen: polls, groups, escalates", writes=True
    )
    watch.add_argument("--once", action="store_true", help="one cycle, then leave")
    watch.add_argument(
        "--health", action="store_true", help="say who is the engine; exit 1 where nobody is (for probes)"
    )
    watch.add_argument("--json", action="store_true", help="with --health: one JSON document on stdout")
    watch.add_argument(
        "--log", choices=("text", "json"), default="text", help="the log on stderr as text (default) or JSON"
    )
    watch.add_argument(
        "--metrics", metavar="[HOST]:PORT", help="serve Prometheus metrics there, such as 127.0.0.1:9464"
    )
    watch.add_argument("--child", action="store_true", help=argparse.SUPPRESS)


def _reading(commands: Commands) -> None:
    incidents = commands.add("incidents", "reading:incidents", "list incidents", reads=True)
    incidents.add_argument(
        "--state", choices=("open", "all"), default="open", help="open ones (default) or all"
    )
    incidents.add_argument(
        "--filter", metavar="QUERY", default="", help='such as "p:1 svc:pay -st:ack age>30m"'
    )
    incidents.add_argument("--as-of", metavar="TIME", help="the list as it stood then, from the logs")
    show = commands.add("show", "reading:show", "one incident with its clocks and timeline", reads=True)
    show.add_argument("incident", metavar="INC", help="INC-42, inc-42 or 42")
    show.add_argument("--md", action="store_true", help="as Markdown")
    show.add_argument(
        "--similar",
        action="store_true",
        help="what happened before: how often, how it ended, what was like it",
    )
    _roster(commands)
    _runbook(commands)
    handover(commands)
    _checklist(commands)
    status = commands.add("status", "status:status", "how things stand, for a prompt or tmux", reads=True)
    status.add_argument("--line", action="store_true", help="on one line; exit 0 calm, 1 something wants you")


def _roster(commands: Commands) -> None:
    roster = commands.add(
        "roster", "roster:roster", "who is on call, who is next, where nobody is", reads=True
    )
    roster.add_argument(
        "--at", metavar="TIME", help='such as "2026-12-24 22:00", "22:00" or 2026-12-24T22:00Z'
    )
    roster.add_argument("--team", metavar="TEAM", help="this team only")
    roster.add_argument("--week", action="store_true", help="seven days as a picture: who covers which hours")
    rosters = Commands(roster)
    roster_actions(rosters)
    export = rosters.add("export", "exporting:export", "the shifts ahead as a calendar or a table")
    form = export.add_mutually_exclusive_group()
    form.add_argument("--ics", action="store_true", help="as an iCalendar file (default)")
    form.add_argument("--csv", action="store_true", help="as a table with commas")
    export.add_argument("-o", "--output", metavar="FILE", help="write it to a file")
    export.add_argument("--team", metavar="TEAM", help="this team only")
    export.add_argument("--role", metavar="ROLE", help="this role only")
    export.add_argument("--person", metavar="WHO", help="this person's shifts only")
    export.add_argument("--at", metavar="TIME", help="from then on instead of now")
    export.add_argument("--weeks", type=int, default=4, metavar="N", help="so many weeks (4)")


def _runbook(commands: Commands) -> None:
    runbook = commands.add(
        "runbook",
        "runbook:runbook",
        "the runbook for an incident or a service; search, lint, new",
        reads=True,
    )
    runbook.add_argument(
        "words",
        nargs="*",
        metavar="SERVICE|INC",
        help="a service or an incident; or lint: what is wrong with them; or new NAME: begin one",
    )
    runbook.add_argument("--alert", metavar="NAME", default="", help="the alert's name")
    runbook.add_argument("--search", metavar="WORDS", help='runbooks in which all words occur; "…" together')
    runbook.add_argument("--service", metavar="S", default="", help="with new: the service it is for")
    step_arguments(runbook)


def _checklist(commands: Commands) -> None:
    checklist = commands.add(
        "checklist", "checklist:show", "what to check before, during and after a shift", reads=True
    )
    checklist.add_argument(
        "words",
        nargs="*",
        metavar="NAME",
        help="a list; or done|fail|skip|undo NAME ITEM; or run [NAME [ITEM…]]",
    )
    checklist.add_argument("--team", metavar="TEAM", help="for this team's shifts only")
    checklist.add_argument("-m", "--message", metavar="TEXT", default="", help="what went wrong, or a remark")
    checklist.add_argument("--value", metavar="V", help="what an item of kind value asks for")


def _acting(commands: Commands) -> None:
    ack = commands.add("ack", "acting:ack", "take incidents", ids=True, writes=True)
    ack.add_argument("--take", action="store_true", help="even where you were not the one paged")
    resolve = commands.add("resolve", "acting:resolve", "declare incidents over", ids=True, writes=True)
    resolve.add_argument("--despite-firing", action="store_true", help="even while alerts still fire")
    resolve.add_argument("--despite-tracks", action="store_true", help="even while tracks are open")
    resolve.add_argument("--cause", metavar="TAG", default="", help="cause tag, such as deploy or capacity")
    resolve.add_argument("--runbook", choices=("yes", "no", "none"), help="whether the runbook sufficed")
    escalate = commands.add("escalate", "acting:escalate", "page the next level", ids=True, writes=True)
    whom = escalate.add_mutually_exclusive_group()
    whom.add_argument("--level", type=int, metavar="N", help="this level instead (0 is the first)")
    whom.add_argument("--to", metavar="WHO", default="", help="this person, or this team's primary, instead")
    escalate.add_argument(
        "--dry-run", action="store_true", help="only say who would hear of it, when and how"
    )
    note = commands.add(
        "note", "acting:note", "write down something; - or no -m reads it from stdin", ids=True, writes=True
    )
    snooze = commands.add(
        "snooze", "acting:snooze", "put incidents out of sight for a while", ids=True, writes=True
    )
    span = snooze.add_mutually_exclusive_group()
    span.add_argument("--for", dest="span", metavar="SPAN", help='such as "15m" or "2h" (default 1h)')
    span.add_argument("--until", metavar="TIME", help='such as "09:00", a full time, or "shift-end"')
    priority = commands.add(
        "priority", "acting:priority", "set the priority: oncall priority INC-42 P2", ids=True, writes=True
    )
    assign = commands.add("assign", "acting:assign", "make somebody the owner", ids=True, writes=True)
    assign.add_argument("--to", metavar="WHO", required=True, help="a person's id")
    undo = commands.add("undo", "acting:undo", "take back your own last action", ids=True, writes=True)
    for parser in (ack, resolve, escalate, note, snooze, priority, assign, undo):
        parser.add_argument(
            "-m", "--message", metavar="TEXT", default="", help="a note or reason to go with it"
        )
    new = commands.add("new", "acting:new", "report an incident", reads=True, writes=True)
    new.add_argument("--service", required=True, metavar="S", help="the service concerned")
    new.add_argument("--title", required=True, metavar="T", help="what is wrong, on one line")
    new.add_argument("--priority", metavar="P", help="P1 to P4")
    new.add_argument(
        "--reporter",
        choices=("client", "team", "qa", "support", "anonymous"),
        default="team",
        help="who told you (default team)",
    )
    new.add_argument("--reported-by", metavar="NAME", default="", help="their name")
    new.add_argument(
        "--at", metavar="TIME", help="when it was reported, if earlier; needs -m with the reason"
    )
    new.add_argument("-m", "--message", metavar="TEXT", default="", help="more about it")


def _telling(commands: Commands) -> None:
    notify = commands.family("notify", "who was told of what, and whether it arrived")
    test = notify.add("test", "notify:test", "send a message by each channel, now", reads=True)
    test.add_argument("--to", metavar="WHO", help="to this person instead of the rooms")
    test.add_argument("--via", metavar="CHANNEL", help="by this channel only")
    listing = notify.add("list", "notify:list_all", "the latest messages and how they stand", reads=True)
    listing.add_argument("--failed", action="store_true", help="those given up only")
    listing.add_argument("--incident", metavar="INC", help="about this incident only")
    retry = notify.add("retry", "notify:retry", "send what was given up again", writes=True)
    dismiss = notify.add("dismiss", "notify:dismiss", "take what was given up off the list", writes=True)
    for parser in (retry, dismiss):
        parser.add_argument("ids", nargs="*", metavar="ID", help="as oncall notify list shows them")
        parser.add_argument("--all", action="store_true", help="all that were given up")


def _keeping(commands: Commands) -> None:
    store = commands.family("store", "look after the store")
    store.add("migrate", "storage:migrate", "bring the store to this version's schema", writes=True)
    store.add("check", "storage:check", "examine the store", reads=True)
    backup = store.add("backup", "moving:backup", "write a complete copy while the store is in use")
    backup.add_argument("file", metavar="FILE", help="the copy, an SQLite file; it must not exist yet")
    restore = store.add("restore", "moving:restore", "fill the empty store from a backup", writes=True)
    restore.add_argument("file", metavar="FILE", help="what oncall store backup wrote")
    copy = store.add(
        "copy", "moving:copy", "copy a store into another, such as SQLite into PostgreSQL", writes=True
    )
    copy.add_argument("source", metavar="FROM", help="its address, such as sqlite:///oncall.db")
    copy.add_argument("target", metavar="TO", help="such as postgresql://oncall@db.example.org/oncall")
    copy.add_argument("--while-open", action="store_true", help="even while others have FROM open")
    prune = store.add("prune", "storage:prune", "cut old incidents down to their numbers")
    prune.add_argument("--older", required=True, metavar="AGE", help='such as "18mo", "2y" or "90d"')
    prune.add_argument("--dry-run", action="store_true", help="only say what would be cut")
    for parser in (restore, prune):
        parser.add_argument("--yes", action="store_true", help="do not ask")
    roles = store.add("roles", "storage:roles", "print the SQL that makes the roles in PostgreSQL")
    for role in ("reader", "responder", "engine", "analyst"):
        name = f"oncall_{role}"
        roles.add_argument(f"--{role}", metavar="NAME", default=name, help=f"instead of {name}")
    commands.add("themes", "looks:themes", "the themes there are", reads=True)
    commands.add("keys", "looks:keys", "all actions and their keys, with your overrides applied", reads=True)
