"""The shift that the demo plays: what is firing at the start, what comes, what goes, and when.

Seconds count from the start of the demo. Every name is made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

METRICS, PROBES, LOGS = "metrics", "probes", "logs"
"""The three sources of the demo; ``logs`` falls silent for a while."""

LOGS_SILENT = ((40.0, 150.0), (420.0, 480.0))
"""Spans (seconds from start) in which the ``logs`` source cannot be reached."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An alert of the play: fires at ``at``, clears at ``until`` (None: fires to the end).

    ``since`` is how long it had been firing before the demo started.
    """

    at: float
    source: str
    name: str
    service: str
    severity: str
    title: str
    where: str
    until: float | None = None
    since: timedelta = timedelta()


def _first_minute() -> Iterator[Fault]:
    """Yield what the engineer finds on arriving."""
    for node in range(3, 17):
        yield Fault(
            0, METRICS, "HighErrorRate", "payments", "critical", "5xx 14 % on api-gw", f"api-gw-{node}",
            since=timedelta(minutes=3),
        )  # fmt: skip
    yield Fault(0, PROBES, "Latency", "checkout", "critical", "Latency p99 > 4s  [canary]", "checkout-canary")
    yield Fault(0, METRICS, "ReplicationLag", "orders-db", "high", "ReplicationLag 38s", "orders-db-2")
    yield Fault(0, METRICS, "IndexStale", "search", "high", "Index is 22 minutes old", "search-indexer")
    yield Fault(0, METRICS, "QueueDepth", "mailer", "warning", "QueueDepth > 10k", "mailer-queue")
    yield Fault(
        0, METRICS, "CertExpiry", "batch", "info", "Certificate expires in 13 d", "batch.demo.example"
    )
    yield Fault(0, LOGS, "PanicInLogs", "ledger", "high", "panic: nil pointer in posting.go", "ledger-1")
    yield Fault(4, PROBES, "CacheHitRatioLow", "cdn", "warning", "CacheHitRatio < 80 %", "edge-fra", until=30)
    yield Fault(
        9, METRICS, "PodCrashLooping", "auth", "warning", "auth-worker restarts 6× in 10 min", "auth-worker"
    )


def _flapping() -> Iterator[Fault]:
    """Yield one alert that cannot make up its mind."""
    for start in range(14, 600, 40):
        yield Fault(
            start, PROBES, "TargetFlapping", "gateway", "warning", "gateway probe times out", "gw-probe",
            until=start + 18,
        )  # fmt: skip


def _storm(start: float) -> Iterator[Fault]:
    """Yield a rack losing power: many alerts, few incidents."""
    for node in range(24):
        yield Fault(
            start + node * 0.4, METRICS, "NodeNotReady", "platform-nodes", "critical",
            "Node is not ready", f"node-c{node:02}", until=start + 200,
        )  # fmt: skip
    for service in ("search", "mailer", "auth", "cart", "catalog", "reports"):
        for pod in range(4):
            yield Fault(
                start + 5 + pod, METRICS, "PodsMissing", service, "high",
                f"{service} runs 2 of 6 pods", f"{service}-{pod}", until=start + 170,
            )  # fmt: skip


_LATER = (
    (25, PROBES, "SmokeTestFailing", "checkout", "high", "Smoke test: cannot pay with a voucher", "smoke-eu"),
    (48, METRICS, "ConsumerLagHigh", "invoices", "warning", "invoices consumer is 90 s behind", "invoices-0"),
    (70, LOGS, "ErrorBudgetBurn", "cart", "warning", "cart burns 4 % of its budget an hour", "cart"),
    (160, METRICS, "BackupMissing", "orders-db", "high", "No backup for 26 h", "orders-db"),
    (185, PROBES, "ThirdPartyDown", "shipping", "warning", "Carrier API answers 503", "carrier-a"),
    (210, LOGS, "SlowQueries", "ledger", "warning", "ledger: 12 queries over 5 s", "ledger-db"),
    (240, METRICS, "DiskWillFill", "reports", "warning", "Disk full in 4 hours", "reports-0"),
    (270, METRICS, "OOMKilled", "catalog", "warning", "catalog was killed for memory 3×", "catalog-5"),
    (300, PROBES, "DNSErrors", "gateway", "high", "2 % of look-ups fail", "resolver-1"),
    (330, METRICS, "CronJobLate", "batch", "info", "nightly-export is 40 min late", "nightly-export"),
    (360, METRICS, "RateLimited", "fraud", "warning", "fraud check is rate limited", "fraud-api"),
    (390, PROBES, "TLSHandshakeSlow", "cdn", "info", "TLS handshake p95 900 ms", "edge-sin"),
    (440, METRICS, "MemoryPressure", "recommendations", "info", "memory above 90 %", "reco-2"),
    (470, LOGS, "LoginFailures", "auth", "high", "failed logins 8× the usual rate", "auth-eu"),
    (510, METRICS, "DeadLetterGrowing", "invoices", "high", "dead letters: 1,204", "invoices-dlq"),
)


def _passes(fault: Fault) -> Fault:
    """Let every third of the later faults clear by itself after two minutes."""
    return replace(fault, until=fault.at + 120) if int(fault.at) % 30 == 0 else fault


def faults() -> tuple[Fault, ...]:
    """Return all faults of the demo in the order in which they fire."""
    later = (_passes(Fault(*fields)) for fields in _LATER)
    return tuple(sorted((*_first_minute(), *_flapping(), *_storm(95), *later), key=lambda fault: fault.at))
