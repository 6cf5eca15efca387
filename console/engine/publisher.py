"""An outlet for clients as the outbox sees it: something that can be asked to publish."""

from __future__ import annotations

import asyncio
from datetime import datetime

from console.domain.comms.draft import headline
from console.domain.comms.series import handle_in, series, standing
from console.domain.human import length
from console.domain.incident import Incident
from console.domain.vocabulary import ComponentState, EffectKind, EffectState, Stage
from console.engine.kit import Kit
from console.engine.lease import LeaseKeeper
from console.engine.promise import kept
from console.engine.waits import say_that_it_waits
from console.errors import SourceError
from console.ports.outlets import Outlet, Publication, Published
from console.ports.sources import NOBODY, People, Settled
from console.ports.store import OutboxEntry


class Publisher:
    """Publishes at one outlet what an effect asks for.

    Where our credentials or rights are not accepted (401, 403) it is given up at once and told: an account is not
    asked again and again, and what clients read an hour late would be worse than nothing. It is for a person to
    post it again. Nor is an update published once a later one waits: ``first_of_each`` keeps their order.
    One that is tried again says in the incident's log why it waits.
    """

    can = frozenset({EffectKind.PUBLISH})

    def __init__(self, kit: Kit, outlet: Outlet, keeper: LeaseKeeper) -> None:
        self._kit = kit
        self._outlet = outlet
        self._keeper = keeper
        self.name = outlet.name

    async def act(
        self,
        entry: OutboxEntry,
        incident: Incident,
        now: datetime,
        people: People = NOBODY,  # noqa: ARG002 - clients read no names
    ) -> Settled:
        """Publish one update. Raises ``SourceError`` where trying again later may help."""
        asked = next((one for one in incident.effects if one.id == entry.id), None)
        if asked is None:
            return Settled(EffectState.FAILED, f"{incident.id} never asked for it")
        late = now - asked.asked_at
        if late.total_seconds() > self._kit.settings.stale_update:
            text = f"not published: it waited for {length(late)}, and clients are told how it stands now or nothing"
            return Settled(EffectState.FAILED, text)
        try:
            done = await self._publish(self._publication(entry, incident, asked.asked_at))
        except SourceError as error:
            if error.parked:
                return Settled(EffectState.FAILED, f"{error}; then post the update again")
            if not error.permanent:
                await say_that_it_waits(self._kit, self._keeper, entry, error)
            raise
        return Settled(EffectState.DONE, done.said, done.handle)

    async def _publish(self, publication: Publication) -> Published:
        patience = self._kit.settings.act_deadline * 0.9
        try:
            async with asyncio.timeout(patience):
                return await kept(self._outlet.publish(publication), self.name)
        except TimeoutError:
            raise SourceError(f"no answer within {patience:.0f} s") from None

    def _publication(self, entry: OutboxEntry, incident: Incident, at: datetime) -> Publication:
        posted = series(incident, at)
        began = posted[0][0] if posted else at
        last = posted[-1][2] if posted else None
        components = standing(posted)
        failing = last.failing if last else None
        stage = last.stage if last else None
        return Publication(
            key=entry.id,
            series=f"{incident.id}@{began:%Y%m%dT%H%M%S}.{began.microsecond // 1000:03}",
            incident=incident.id,
            title=headline(
                last.components if last else incident.services,
                failing or ComponentState.DEGRADED,
                self._kit.policy_of(),
                part=bool(incident.merged_into) and stage is Stage.RESOLVED,
            ),
            text=entry.text,
            stage=stage or Stage.INVESTIGATING,
            began=began,
            at=at,
            next_at=last.next_at if last else None,
            handle=handle_in(incident, self.name, posted),
            components=components,
            refs=tuple(ref for ref, _ in incident.members),
        )
