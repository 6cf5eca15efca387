"""Whether the names in outlets mean something, one is told apart from a source, and each writes its own files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.config.lines import Path
from console.config.model import Config
from console.config.nearest import did_you_mean
from console.config.problems import Problem
from console.domain.comms.outlets import Outlet
from console.outlets.base.options import OutletOptions


def check_outlets(config: Config, outlets: Sequence[Outlet]) -> Iterator[Problem]:
    """Yield a name that a source has too, a source that is not there or no Intercom, and unknown services."""
    services = [service.name for service in config.services]
    kinds = {source.name: source.kind for source in config.sources}
    first: dict[str, int] = {}
    for index, outlet in enumerate(outlets):
        place: Path = ("outlets", index)
        if outlet.name in kinds:
            yield Problem((*place, "name"), f'"{outlet.name}" is in [[sources]] already')
        if outlet.name in first:
            other: Path = ("outlets", first[outlet.name], "name")
            yield Problem((*place, "name"), f'"{outlet.name}" is in [[outlets]] already', other=other)
        first.setdefault(outlet.name, index)
        if outlet.source and kinds.get(outlet.source) != "intercom":
            text = f'no [[sources]] of kind intercom has the name "{outlet.source}"'
            yield Problem((*place, "source"), f"{text}{did_you_mean(outlet.source, list(kinds))}")
        named = [("services", one) for one in sorted(outlet.services)]
        named += [("components", service) for service, _ in outlet.components]
        for key, service in named:
            if service not in services:
                text = f'no [[services]] has the name "{service}"{did_you_mean(service, services)}'
                yield Problem((*place, key), text, warning=True)


def check_files(options: Sequence[OutletOptions]) -> Iterator[Problem]:
    """Yield a file that is written twice: clients would read each update twice, or one file in place of another."""
    first: dict[object, Path] = {}
    for index, one in enumerate(options):
        for key in ("path", "markdown"):
            file = getattr(one, key, None)
            if file is None or one.KIND != "file":
                continue
            place: Path = ("outlets", index, key)
            if file in first:
                yield Problem(
                    place, f"{file.name} is written already; give it a file of its own", other=first[file]
                )
            elif file.is_dir():
                yield Problem(place, f"{file.name or file} is a folder; name a file in it")
            first.setdefault(file, place)
