"""The command about how it went over the weeks."""

from __future__ import annotations

from console.cli.parser import Commands


def report(commands: Commands) -> None:
    """Add it."""
    told = commands.add("report", "reports:report", "MTTA, MTTR and load over weeks, with charts", reads=True)
    told.add_argument(
        "--weeks", type=int, default=13, metavar="N", help="so many weeks, the present one included (13)"
    )
    told.add_argument("--team", metavar="TEAM", default="", help="this team's incidents only")
    told.add_argument("--service", metavar="SERVICE", default="", help="this service's incidents only")
    told.add_argument("--until", metavar="TIME", help="an end in the past instead of now")
    told.add_argument(
        "--format",
        choices=("text", "md", "html", "json", "csv"),
        help="text with charts (default), Markdown, one HTML file, JSON, or a table with commas",
    )
    told.add_argument(
        "--table",
        choices=("weeks", "services", "teams", "rules", "people", "breaches", "causes", "all"),
        help="which table CSV has (weeks); all: each as a file in the folder -o",
    )
    told.add_argument("-o", "--output", metavar="FILE", help="write it to a file")
