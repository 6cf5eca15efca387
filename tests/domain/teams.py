"""A team's log for tests of what is decided about it: commands go through ``decide`` and ``fold``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from console.domain.actors import Actor
from console.domain.decisions.base import NoChange, Rejected
from console.domain.policy import Policy
from console.domain.roster import duty
from console.domain.team.commands import TeamCommand
from console.domain.team.decide import as_facts, decide
from console.domain.team.deciding import Answer, Around, Arranged
from console.domain.team.facts import Fact
from console.domain.team.fold import fold
from console.domain.team.live import live
from console.domain.team.state import TeamState
from tests.domain.world import ASHA, POLICY


@dataclass
class Team:
    """The log, and the rules as the config says them."""

    config: Policy = POLICY
    log: list[Fact] = field(default_factory=list)

    @property
    def state(self) -> TeamState:
        return fold(self.log)

    @property
    def policy(self) -> Policy:
        return live(self.config, self.state)

    def ask(self, now: datetime, command: TeamCommand, actor: Actor = ASHA) -> Answer:
        """Decide a command and keep what comes of it."""
        around = Around(now, actor, self.state, self.policy)
        answer = decide(command, around)
        if isinstance(answer, Arranged):
            before = self.state
            new = as_facts(answer, around, "")
            self.log += new
            assert fold(new, before) == self.state, "step by step it comes to the same"
        return answer

    def done(self, now: datetime, command: TeamCommand, actor: Actor = ASHA) -> str:
        answer = self.ask(now, command, actor)
        assert isinstance(answer, Arranged), answer
        return answer.text

    def refused(self, now: datetime, command: TeamCommand, actor: Actor = ASHA) -> str:
        answer = self.ask(now, command, actor)
        assert isinstance(answer, Rejected), answer
        return answer.text

    def nothing(self, now: datetime, command: TeamCommand, actor: Actor = ASHA) -> str:
        answer = self.ask(now, command, actor)
        assert isinstance(answer, NoChange), answer
        return answer.text

    def holder(self, at: datetime, role: str = "primary") -> str | None:
        return duty(self.policy.roster, "payments", role, at).person
