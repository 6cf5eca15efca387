"""A Zabbix; the source asks for one host group."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from console.clock import Clock
from console.domain.alert import Ending
from console.sources import registry
from console.sources.zabbix.source import PAGE
from tests.fakes.http import Reply, serving
from tests.fakes.zabbix import ACKNOWLEDGE, CLOSE, TOKEN, FakeZabbix, problem, trigger
from tests.sources.rigs import Given

SEVERITIES = {"critical": "5", "error": "4", "warning": "2", "info": "1"}


class ZabbixRig:
    page, cap = PAGE, None
    sizes = ("console.sources.zabbix.source.PAGE",)
    lacks = frozenset({"title"})  # one text only, which is both name and title

    def __init__(self, fake: FakeZabbix, clock: Clock) -> None:
        self.fake = self.server = fake
        self._numbers: dict[str, int] = {}
        table = {"url": fake.url, "token": TOKEN, "groupids": ["4"]}
        options = registry.find("zabbix").options.model_validate(table)
        self.source = registry.build("zabbix", "under-test", options, clock)

    def fires(self, *alerts: Given) -> None:
        self.fake.unreadable = []
        self.fake.problems, self.fake.triggers = {}, {}
        for given in alerts:
            number = self._numbers.setdefault(given.name, len(self._numbers) + 1)
            tags = [
                {"tag": "service", "value": given.service},
                {"tag": "runbook_url", "value": given.runbook_url},
            ]
            made = problem(
                number, given.name, severity=SEVERITIES[given.severity], tags=tags, objectid=str(number)
            )
            self.fake.problems[str(number)] = made
            self.fake.triggers[str(number)] = trigger(number, comments=given.description)
            if given.acked_by:
                self.fake.users["8"] = {"userid": "8", "username": given.acked_by}
                self.fake.change(made, ACKNOWLEDGE, "", "8")

    def spoil(self) -> None:
        self.fake.unreadable = [{"eventid": None, "name": "no id"}]

    def break_down(self) -> None:
        self.fake.replies.append(Reply(500))

    def ends(self, name: str, how: Ending) -> None:
        number = str(self._numbers[name])
        if how is Ending.GONE:
            del self.fake.problems[number]
        elif how is Ending.MOVED:
            self.fake.problems[number]["group"] = "5"
        else:
            self.fake.change(self.fake.problems[number], CLOSE, "", "7")


@contextlib.contextmanager
def rig(_folder: Path, clock: Clock) -> Iterator[ZabbixRig]:
    with serving(FakeZabbix()) as fake:
        yield ZabbixRig(fake, clock)
