"""The commands about reviews (RCA, postmortem)."""

from __future__ import annotations

import argparse

from console.cli.parser import Commands

# Written out, so that --help answers at once; tests/cli/test_review.py compares them with the domain's.
SECTIONS = "meeting, summary, impact, detection, trigger, factors, resolution, actual, well, badly, lucky, internal, external"
KINDS = ("prevent", "mitigate", "detect", "repair", "process")
NAMES = (
    ("postmortem", "the review of an incident: a draft from its log, what people write, action items"),
    ("review", "the same as postmortem"),
)


def review(commands: Commands) -> None:
    """Add them."""
    for name, words in NAMES:
        parser = commands.add(name, "review:postmortem", words, reads=True)
        parser.add_argument("incident", metavar="INC", nargs="?", default="", help="INC-42, inc-42 or 42")
        parser.add_argument("-o", "--output", metavar="FILE", help="write the document to a file")
        parser.add_argument(
            "--format",
            choices=("md", "jira", "json"),
            default="md",
            help="Markdown (default), Jira's markup, JSON",
        )
        parser.add_argument("--board", action="store_true", help="which reviews and action items are owed")
        _moving(parser)
        _writing(parser)


def _moving(parser: argparse.ArgumentParser) -> None:
    state = parser.add_mutually_exclusive_group()
    state.add_argument("--draft", action="store_true", help="begin the review, or move it back to a draft")
    state.add_argument("--review", action="store_true", help="it is ready to be looked through by others")
    state.add_argument("--close", action="store_true", help="it is done; asks while something is missing")
    parser.add_argument(
        "--despite-gaps", action="store_true", help="with --close: even while something is missing"
    )
    parser.add_argument("-m", "--message", metavar="TEXT", default="", help="with these: a word about it")


def _writing(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--edit", action="store_true", help="write the sections in $EDITOR")
    what.add_argument("--section", metavar="NAME", help=f"write one section with --text: {SECTIONS}")
    what.add_argument("--action", metavar="TEXT", help="add an action item")
    what.add_argument("--item", metavar="ID", help="change this action item")
    what.add_argument("--done", metavar="ID", help="this action item is done")
    what.add_argument("--drop", metavar="ID", help="this action item will not be done")
    parser.add_argument(
        "--text", metavar="TEXT", help="with --section or --item: its text; - reads it from stdin"
    )
    parser.add_argument("--owner", metavar="WHO", help="who owns the action item, or the review")
    parser.add_argument("--due", metavar="DATE", help="the last day for it, such as 2026-12-01")
    parser.add_argument("--kind", choices=KINDS, help="what the action item is for")
    parser.add_argument("--link", metavar="URL", help="the action item's ticket")
