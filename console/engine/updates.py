"""The first message about an incident shows how it stands now, in channels that can change what they have said."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping

from console.domain.incident import Incident
from console.engine.kit import Kit
from console.engine.lane import Lane
from console.engine.messages import Messages
from console.engine.promise import kept
from console.errors import DeliveryError, StoreError
from console.ports.channels import Updating

EVERY = 3.0  # seconds between two rounds: many changes of one incident become one
MOST = 20  # updates a round and channel
MOST_SHOWN = 5_000  # incidents of which is known what their message says

Shown = tuple[object, ...]

log = logging.getLogger(__name__)


class Updater:
    """Brings first messages up to date; a help to readers, so what a crash loses is told by the next change."""

    def __init__(self, kit: Kit, lanes: Mapping[str, Lane], messages: Mapping[str, Messages]) -> None:
        self._kit = kit
        self._lanes = {name: lane for name, lane in lanes.items() if isinstance(lane.channel, Updating)}
        self._messages = messages
        self._shown: dict[str, Shown] = {}
        self._changed: dict[str, dict[str, Incident]] = {name: {} for name in self._lanes}

    def note(self, incidents: Iterable[Incident]) -> None:
        """Take in incidents that have changed; only what a message shows counts."""
        if not self._lanes:
            return
        for incident in incidents:
            shows = _shows(incident)
            before = self._shown.get(incident.id)
            self._shown[incident.id] = shows
            if before != shows and (before is not None or incident.n > 1):
                for waiting in self._changed.values():
                    waiting[incident.id] = incident
        if len(self._shown) > MOST_SHOWN:
            self._shown.clear()

    async def run(self) -> None:
        """Update until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            for name, lane in self._lanes.items():
                if not lane.rests:
                    await self.update(name)

    async def update(self, name: str) -> None:
        """Update some messages in one channel; one without a first message there needs none."""
        waiting = self._changed[name]
        for incident_id in list(waiting)[:MOST]:
            incident = waiting.pop(incident_id)
            try:
                await self._update(name, incident)
            except (DeliveryError, TimeoutError) as error:
                told = {"event": "update_failed", "channel": name, "incident": incident.id}
                log.info(
                    "the message about %s in %s stays as it is: %s", incident.id, name, error, extra=told
                )
                if isinstance(error, DeliveryError) and error.permanent:
                    continue
                waiting.setdefault(incident_id, incident)
                return
            except StoreError as error:
                waiting.setdefault(incident_id, incident)
                log.debug("messages cannot be updated: %s", error)
                return

    async def _update(self, name: str, incident: Incident) -> None:
        channel = self._lanes[name].channel
        thread = await self._messages[name].thread(incident.id)
        if not thread or not isinstance(channel, Updating):
            return
        message = await self._messages[name].update(incident, thread)
        async with asyncio.timeout(self._kit.settings.send_deadline):
            await kept(channel.update(message), name, DeliveryError)


def _shows(incident: Incident) -> Shown:
    return incident.state, incident.owner, incident.effective_priority, incident.title, incident.merged_into
