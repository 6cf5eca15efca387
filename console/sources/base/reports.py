"""What sources of human reports have in common: who told us, and whom a report was given to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import Field

from console.config.base import Line
from console.domain.alert import Alert
from console.domain.vocabulary import ReporterKind
from console.sources.base.options import SourceOptions


class ReportOptions(SourceOptions):
    """Keys of a source where people report."""

    reporter: ReporterKind = ReporterKind.CLIENT
    """Who reports there: "client", "team", "qa", "support" or "anonymous"."""

    reporters: dict[Line, ReporterKind] = Field(default_factory=dict)
    """Exceptions by the domain of the reporter's email or a label of the report: ``{ "ours.example" = "team" }``."""

    def reporter_of(self, email: str, labels: Iterable[str] = ()) -> ReporterKind:
        """Return what kind of reporter somebody is; a label counts before the address."""
        known = {name.casefold(): kind for name, kind in self.reporters.items()}
        words = (*labels, email.rpartition("@")[2])
        return next((known[word.casefold()] for word in words if word.casefold() in known), self.reporter)


def handle_of(report: Alert, person: str) -> str:
    """Return what is kept of whom we gave a report to; see ``handled``."""
    return f"{report.ref.fingerprint}={person}"


def handled(handle: str) -> Mapping[str, str]:
    """Return whom we gave each report to, by its fingerprint."""
    return dict(pair.split("=", 1) for pair in handle.split() if "=" in pair)
