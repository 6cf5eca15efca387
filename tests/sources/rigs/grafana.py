"""Grafana's own Alertmanager."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from console.clock import Clock
from tests.fakes.grafana import FakeGrafana
from tests.fakes.http import serving
from tests.sources.rigs.alertmanager import AlertmanagerRig


@contextlib.contextmanager
def rig(_folder: Path, clock: Clock) -> Iterator[AlertmanagerRig]:
    with serving(FakeGrafana()) as fake:
        yield AlertmanagerRig("grafana", fake, clock, token="glsa_made_up")
