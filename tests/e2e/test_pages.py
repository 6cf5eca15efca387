"""Engines that are killed while they page: each level is claimed once, each page arrives, under one key."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.pagers import Race, Sink, audit, run


async def test_every_page_arrives_under_one_key_though_engines_are_killed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'oncall.db'}"
    race = Race(engines=3, incidents=20, levels=3, kills=2, step=0.4, within=30)
    made = await run(url, race)
    assert audit(url, race, made) == []
    assert len(made.arrived) == 60
    lost = Sink()
    lost.arrived.update(key for key in list(made.arrived)[1:])
    lost.arrived["INC-1/99/paged/p0/hook"] += 1
    assert len(audit(url, race, lost)) == 2  # the audit finds what it looks for
