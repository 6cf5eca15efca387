"""One channel's lane: what is due goes out one after the other for each incident and person, with its outcome kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from console.domain.incident import Incident
from console.domain.notify.channels import ChannelHealth
from console.domain.notify.digest import digest, told_in
from console.domain.notify.moot import moot
from console.domain.notify.notification import Delivery, Notification
from console.domain.notify.packing import Line, pack
from console.domain.notify.saying import in_order
from console.engine.kit import Kit
from console.engine.lease import LeaseKeeper
from console.engine.messages import Messages
from console.engine.pace import retry_delay
from console.engine.promise import kept
from console.errors import DeliveryError, FenceLost, StoreError
from console.ports.channels import Channel, Sent

AT_ONCE = 8  # messages on their way at the same time
MANY_FAILURES = 3  # in a row: then the channel is left alone for a while
LONGEST_REST = 60.0  # seconds
GRACE = timedelta(seconds=15)  # beyond the deadline, until what stands as sending goes out again

Incidents = Callable[[Sequence[str]], Awaitable[dict[str, Incident]]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt: ``error`` None: it was taken."""

    told: Notification
    sent: Sent | None
    error: DeliveryError | None


class Lane:
    """Sends what is due by one channel. One that hangs or fails delays only itself.

    An attempt is written down before it is made: after a crash in between, the message goes out again and says
    so (``Message.again``): a page twice is better than never. ``health`` is how the channel does.
    """

    def __init__(
        self, channel: Channel, kit: Kit, keeper: LeaseKeeper, incidents: Incidents, messages: Messages
    ) -> None:
        self.channel = channel
        self.health = ChannelHealth(channel.name, channel.kind)
        self._kit = kit
        self._keeper = keeper
        self._incidents = incidents
        self._messages = messages
        self._settings = kit.settings
        self._lines: dict[str, Line] = {}  # by person, empty: the room
        self._waiting: dict[str, datetime] = {}  # streams in which a message waits for another try
        self._failures = 0
        self.rests_until = float("-inf")  # ticks

    @property
    def rests(self) -> bool:
        """Whether it is left alone for a while."""
        return self._kit.ticks() < self.rests_until

    async def work_off(self, due: Sequence[Notification]) -> None:
        """Send what is due, digests instead of floods. Raises ``FenceLost``; everything else is an outcome."""
        try:
            singles = await self._sort(due)
            await self._send_all(singles)
        except StoreError as error:  # what is due is still there; the next look tries again
            log.warning("deliveries by %s could not be concluded: %s", self.channel.name, error)
        except FenceLost:
            raise
        except Exception as error:  # a bug of ours must not end the other lanes
            if isinstance(error, ExceptionGroup) and error.subgroup(FenceLost) is not None:
                raise
            log.exception("the lane of %s stumbled", self.channel.name)
            self.rests_until = self._kit.ticks() + LONGEST_REST

    async def _sort(self, due: Sequence[Notification]) -> list[Notification]:
        """Drop what is of no use any more, tell floods in digests, and return what goes out now."""
        now, policy = self._kit.now(), self._kit.policy_of()
        for name in [name for name, until in self._waiting.items() if until <= now]:
            del self._waiting[name]
        due = [one for one in due if _stream(one) not in self._waiting]
        incidents = await self._incidents([one.incident for one in due if one.incident])
        dropped: list[Notification] = []
        by_person: dict[str, list[Notification]] = {}
        for one in due:
            if why := moot(one, incidents.get(one.incident), policy):
                dropped.append(replace(one, state=Delivery.DROPPED, said=why, settled_at=now))
            else:
                by_person.setdefault(one.person, []).append(one)
        await self._save(dropped)
        most = next((one.most_per_minute for one in policy.channels if one.name == self.channel.name), 10)
        singles: list[Notification] = []
        for person, theirs in by_person.items():
            line = self._lines.setdefault(person, Line())
            packed = pack(theirs, line, policy.limits, most, now)
            singles += packed.single
            if packed.together:
                singles.append(await self._digest(packed.together, now))
        return singles

    async def _digest(self, parts: Sequence[Notification], now: datetime) -> Notification:
        whole = digest(parts, now)
        done = [told_in(part, whole, now) for part in parts]  # in one transaction: told in one of both ways
        await self._run(self._kit.store.notify, (whole,), None, self._keeper.current(), done)
        return whole

    async def _send_all(self, due: Sequence[Notification]) -> None:
        """Send some streams at the same time, each in its order; one whose first message fails waits with it."""
        streams: dict[str, list[Notification]] = {}
        for one in sorted(due, key=in_order):
            streams.setdefault(_stream(one), []).append(one)
        ready = sorted(streams.values(), key=lambda queue: (not queue[0].urgent, queue[0].priority or 5))
        places = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for queue in ready:
                group.create_task(self._send_stream(queue, places))

    async def _send_stream(self, queue: Sequence[Notification], places: asyncio.Semaphore) -> None:
        async with places:
            for one in queue:
                if self.rests or not await self._attempt(one):
                    return

    async def _attempt(self, one: Notification) -> bool:
        """Write down that we try, try, and write down what came of it; return whether it was taken."""
        due_again = self._kit.now() + timedelta(seconds=self._settings.send_deadline) + GRACE
        begun = replace(one, state=Delivery.SENDING, attempts=one.attempts + 1, due_at=due_again)
        try:
            await self._save([begun])
            self._keeper.current()  # nothing is sent without a lease that is safely ours
            self._lines.setdefault(one.person, Line()).note(one, self._kit.now())
            outcome = await self._send(begun, again=one.tried)
            self._judge(outcome)
            await self._save([self._settled(outcome)])
        except StoreError as error:  # it stands as sending: after a while it goes out again
            log.warning("what became of %s could not be saved: %s", one.id, error)
            return False
        return outcome.error is None

    async def _send(self, told: Notification, *, again: bool) -> Outcome:
        try:
            message = await self._messages.message(told, again)
            async with asyncio.timeout(self._settings.send_deadline):
                sent = await kept(self.channel.send(message), self.channel.name, DeliveryError)
        except TimeoutError:
            seconds = self._settings.send_deadline
            error = DeliveryError(f"no answer within {seconds:g} s", hint="it may have arrived all the same")
            return Outcome(told, None, error)
        except DeliveryError as error:
            return Outcome(told, None, error)
        except StoreError as error:
            return Outcome(told, None, DeliveryError(f"its thread cannot be looked up: {error.message}"))
        except Exception as error:  # a bug with one message must not end the others
            log.exception("%s could not be written", told.id)
            what = f"{type(error).__name__} while it was written"
            return Outcome(told, None, DeliveryError(what, hint="a bug of ours; see the log"))
        return Outcome(told, sent, None)

    def _settled(self, outcome: Outcome) -> Notification:
        """Return the notification as it stands after an attempt."""
        told, now = outcome.told, self._kit.now()
        if outcome.sent is not None:
            sent = outcome.sent
            self._messages.took(told, sent.handle)
            return replace(told, state=Delivery.SENT, said=sent.said, handle=sent.handle, settled_at=now)
        error = outcome.error
        assert error is not None  # noqa: S101 - one of the two is there
        about = {"event": "delivery_failed", "channel": told.channel, "notification": told.id}
        if error.permanent or told.attempts >= self._settings.most_sends:
            log.error("%s was not delivered by %s: %s", told.id, told.channel, error, extra=about)
            tries = "" if error.permanent else f" (given up after {told.attempts} tries)"
            return replace(told, state=Delivery.FAILED, said=f"{error}{tries}", settled_at=now)
        delay = retry_delay(told.attempts, self._settings, self._kit.rng, error.retry_after)
        log.warning(
            "%s not taken by %s, again in %.0f s: %s", told.id, told.channel, delay, error, extra=about
        )
        again_at = now + timedelta(seconds=delay)
        if told.incident and not told.person:
            self._waiting[_stream(told)] = again_at
        return replace(told, state=Delivery.PENDING, said=str(error), due_at=again_at)

    def _judge(self, outcome: Outcome) -> None:
        """Take in how the channel does; one that fails again and again rests, and one that says so."""
        now, error = self._kit.now(), outcome.error
        if error is None:
            self._failures = 0
            self.health = replace(self.health, last_sent=now, error="", hint="")
            return
        self.health = replace(self.health, last_failed=now, error=error.message, hint=error.hint)
        pause = error.retry_after or 0.0
        if not error.permanent:
            self._failures += 1
            if self._failures >= MANY_FAILURES:
                beyond = self._failures - MANY_FAILURES + 1
                pause = max(pause, min(LONGEST_REST, retry_delay(beyond, self._settings, self._kit.rng)))
        self.rests_until = max(self.rests_until, self._kit.ticks() + pause)

    async def _save(self, changed: Sequence[Notification]) -> None:
        if changed:
            await self._run(self._kit.store.deliver, changed, self._keeper.current())

    async def _run(self, fn: Callable[..., object], *args: object) -> None:
        await self._kit.worker.run(fn, *args, deadline=self._settings.ttl)


def _stream(one: Notification) -> str:
    """Return what keeps its order: one incident in the room. To a person each message stands for itself."""
    return f"room {one.incident}" if one.incident and not one.person else one.id
