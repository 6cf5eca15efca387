"""Escalating by hand: first who, how and what follows is shown, then a person says yes."""

from __future__ import annotations

from dataclasses import replace

from console.domain.commands import Escalate
from console.domain.escalation import level_name, next_level, people_of
from console.domain.human import listed
from console.domain.incident import State
from console.domain.standing import Standing
from console.domain.vocabulary import EffectKind
from console.ui.text import Spans
from console.ui.verbs.base import Verbs
from console.ui.views.clocks import ahead_lines
from console.ui.views.there import there_lines


class Escalating(Verbs):
    """``e`` and ``E``."""

    def next_level(self) -> None:
        """Page the next level."""
        target = self._target()
        if target is not None:
            self.screen.open(self._next, target)

    def chosen(self) -> None:
        """Page a chosen level or person."""
        target = self._target()
        if target is not None:
            self.screen.open(self._chosen, target)

    def _target(self) -> Standing | None:
        if self.screen.drawing.incidents.table.marks:
            self.screen.flash("escalate takes one incident at a time: escape clears the marks")
            return None
        return self.screen.selection.target()

    async def _next(self, target: Standing) -> None:
        from console.ui.screens.confirm import Confirm  # noqa: PLC0415 - dialogs load when they are needed

        row, policy, frame = target.row, self.session.policy, self.session.frame
        planned = next_level(row, policy, frame.now, by=self.session.me)
        if planned is None:
            key = self.screen.key_of("incident.escalate-to")
            self.screen.flash(f"nobody new to page above this level: {key} pages a chosen level or person")
            return
        lines: list[Spans] = [((row.service, "name"), ("  ", ""), (row.title, "")), ()]
        lines += [self._reach(person, planned.name) for person in planned.people]
        if planned.note:
            lines.append(((planned.note, "clock-warn"),))
        after = replace(
            row,
            state=State.TRIGGERED,
            snoozed_until=None,
            bot_acked_at=None,
            level=planned.level,
            level_at=frame.now,
            level_round=planned.round,
            paged_now=planned.people,
        )
        if row.owner:
            lines.append(
                ((f"{policy.name_of(row.owner)} no longer has it then: it waits for an ack", "dim"),)
            )
        lines += there_lines(row.sources.split(), EffectKind.ESCALATE, policy)
        lines += [(), *ahead_lines(after, policy, frame, 60, "then, if nobody acks")]
        if await self.screen.ask(Confirm(f"escalate {row.id}", lines, "page now")):
            await self.screen.sender.send(row.id, Escalate(seen_level=row.level), "escalate", row.n)

    def _reach(self, person: str, role: str) -> Spans:
        policy = self.session.policy
        known = policy.people.get(person)
        contacts = "  ".join(f"{kind} {value}" for kind, value in known.contacts) if known else ""
        return (
            ("page ", "dim"),
            (policy.name_of(person), "bold"),
            (f"  {role}", "dim"),
            (f"  {contacts}" if contacts else "  no contact known", "" if contacts else "clock-warn"),
        )

    async def _chosen(self, target: Standing) -> None:
        from console.ui.screens.menu import Menu, Option  # noqa: PLC0415 - dialogs load when they are needed

        row, policy = target.row, self.session.policy
        chain = policy.chains.get(row.team)
        options: list[Option[Escalate]] = []
        for n, level in enumerate(chain.levels if chain else ()):
            people = people_of(level, row.team, policy, self.session.now)
            who = listed(tuple(policy.name_of(one) for one in people)) if people else "nobody"
            options.append(
                Option(Escalate(level=n, seen_level=row.level), f"level {n} · {level_name(level)}", who)
            )
        options += [
            Option(
                Escalate(person=one.id, seen_level=row.level),
                one.name,
                "  ".join(value for _, value in one.contacts),
            )
            for one in policy.people.values()
        ]
        if not options:
            self.screen.flash("nobody is known to page: the config has no people and no escalation chain")
            return
        now = "nobody paged yet" if row.level is None else f"now at level {row.level}"
        ask: list[Spans] = [((now, "dim"),)]
        for what, kind in (("to a level: ", EffectKind.ESCALATE), ("to a person: ", EffectKind.ASSIGN)):
            ask += [((what, "dim"), *line) for line in there_lines(row.sources.split(), kind, policy)]
        command = await self.screen.ask(Menu(f"escalate {row.id} to …", options, ask))
        if command is not None:
            await self.screen.sender.send(row.id, command, "escalate", row.n)
