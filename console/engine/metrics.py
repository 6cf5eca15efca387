"""Metrics for Prometheus, on an address that was asked for; needs the extra ``[metrics]``.

Read from the engine's parts at each scrape. What is not known is left out: an engine that stands
by says nothing about sources and incidents, for another one works.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from typing import TypeAlias

from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from console.domain.incident import State
from console.engine.view import View
from console.errors import UsageError

ANSWER_WITHIN = 2.0  # seconds the engine's loop has for a scrape

Families: TypeAlias = Iterator[Metric]

log = logging.getLogger(__name__)


class MetricsServer:
    """Answers scrapes in a thread of its own until closed; the figures are read in the engine's loop.

    Make it in the running loop. ``port`` 0 takes a free one. Raises ``UsageError`` where the
    address cannot be had.
    """

    def __init__(self, view: Callable[[], View], host: str, port: int) -> None:
        registry = CollectorRegistry()
        registry.register(_EngineCollector(view, asyncio.get_running_loop()))
        ProcessCollector(registry=registry)
        try:
            self._server, self._thread = start_http_server(port, host, registry)
        except OSError as error:
            raise UsageError(
                f"metrics cannot be served on {host}:{port} ({error.strerror or error})",
                hint="name another address with --metrics",
            ) from None
        self.port = int(self._server.server_port)
        log.info("metrics on http://%s:%d/metrics", host, self.port, extra={"event": "metrics"})

    async def close(self) -> None:
        """Stop answering; no thread is left."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _EngineCollector(Collector):
    def __init__(self, view: Callable[[], View], loop: asyncio.AbstractEventLoop) -> None:
        self._view = view
        self._loop = loop

    def collect(self) -> Iterable[Metric]:
        """Return all figures of one moment; nothing where the engine's loop does not answer."""
        reading = asyncio.run_coroutine_threadsafe(self._read(), self._loop)
        try:
            return reading.result(ANSWER_WITHIN)
        except (TimeoutError, CancelledError):
            reading.cancel()
            log.warning("the engine was too busy to tell its metrics")
            return ()

    async def _read(self) -> list[Metric]:
        view = self._view()
        return [*_engine(view), *_polls(view), *_sources(view), *_incidents(view), *_effects(view)]


def _engine(view: View) -> Families:
    working = view.token is not None
    yield GaugeMetricFamily(
        "oncall_engine_working",
        "1 while this engine holds the lease and works, 0 while it waits",
        int(working),
    )
    if view.token is not None:
        yield GaugeMetricFamily(
            "oncall_engine_lease_token", "Number of the lease; grows with each taking over", view.token
        )
    if view.heartbeat_age is not None:
        yield GaugeMetricFamily(
            "oncall_engine_heartbeat_age_seconds",
            "Time since the last heartbeat of the engine that works, as this one knows it",
            view.heartbeat_age,
        )
    yield CounterMetricFamily(
        "oncall_store_errors", "Questions that the store refused or did not answer", view.tally.store_errors
    )
    yield CounterMetricFamily(
        "oncall_escalation_steps",
        "Times this engine paged the next level of an incident (levels overdue at once count once)",
        view.tally.steps,
    )


def _polls(view: View) -> Families:
    polls = CounterMetricFamily(
        "oncall_polls",
        "Polls by source and outcome (success, partial, failed, timeout)",
        labels=("source", "outcome"),
    )
    for (source, outcome), count in view.tally.polls.items():
        polls.add_metric((source, outcome.value), count)
    yield polls
    spans = HistogramMetricFamily(
        "oncall_poll_duration_seconds",
        "Time from asking a source to its answer or failure",
        labels=("source",),
    )
    for source, span in view.tally.poll_spans.items():
        spans.add_metric((source,), span.cumulative(), span.sum)
    yield spans


def _sources(view: View) -> Families:
    success = GaugeMetricFamily(
        "oncall_source_last_success_timestamp_seconds",
        "When a source last answered, seconds since 1970 by the store's clock",
        labels=("source",),
    )
    alerts = GaugeMetricFamily(
        "oncall_source_alerts", "Alerts firing in a source's last answer", labels=("source",)
    )
    for source in view.sources:
        if source.last_success is not None:
            success.add_metric((source.name,), source.last_success.timestamp())
        if source.alerts is not None:
            alerts.add_metric((source.name,), source.alerts)
    yield from (success, alerts)


def _incidents(view: View) -> Families:
    if view.incidents is None:
        return
    opened, unacked = Counter[str](), Counter[str]()
    for incident in view.incidents:
        if not incident.is_open:
            continue
        label = incident.effective_priority.label if incident.effective_priority else "none"
        opened[label] += 1
        unacked[label] += incident.state is State.TRIGGERED
    names = ("P1", "P2", "P3", "P4", "none")
    for name, text, counts in (
        (
            "oncall_incidents_open",
            "Open incidents by priority (the source's where nobody has set one)",
            opened,
        ),
        ("oncall_incidents_unacked", "Open incidents that wait for an ack, by priority", unacked),
    ):
        family = GaugeMetricFamily(name, text, labels=("priority",))
        for label in names:
            family.add_metric((label,), counts[label])
        yield family


def _effects(view: View) -> Families:
    if view.pending is not None:
        yield GaugeMetricFamily(
            "oncall_outbox_pending",
            "Upstream effects not concluded yet (500 at most are counted)",
            view.pending,
        )
    attempts = CounterMetricFamily(
        "oncall_outbox_attempts",
        "Attempts at upstream effects by outcome (done, refused, retry)",
        labels=("outcome",),
    )
    for outcome, count in view.tally.attempts.items():
        attempts.add_metric((outcome.value,), count)
    yield attempts
