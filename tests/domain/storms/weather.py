"""Made-up outages: services that stand on each other, some that fail, and what monitoring says of it.

The rules are real ones. Who fails by whom is decided here, so the truth is known; nothing of the product is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from console.domain.alert import Alert, AlertRef, Poll
from console.domain.policy import Policy, Service
from console.domain.priority import Priority
from tests.domain.world import DAY, policy
from tests.paths import SHARED

RULES = SHARED / "samples" / "rules" / "rules.jsonl"
LAYERS = (20, 60, 100, 120)  # databases and queues below, what customers see on top
POLLS = 21  # one every 30 s, ten minutes
EVERY = 30.0
LEAST = 6  # services, with the root: fewer are no storm
START = DAY + timedelta(hours=10)
SPANS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
PRIORITIES = {"critical": Priority.P1, "warning": Priority.P3, "info": Priority.P4}


@dataclass(frozen=True)
class Rule:
    name: str
    priority: Priority
    wait: float  # seconds of ``for``


@cache
def rules() -> tuple[Rule, ...]:
    """Return the real rules that fire within five minutes."""
    found: dict[str, Rule] = {}
    for line in RULES.read_text(encoding="utf-8").splitlines():
        one: dict[str, Any] = json.loads(line)
        wait = seconds(one["for"] or "0s")
        priority = PRIORITIES.get(one["severity"] or "", Priority.P2)
        if wait <= 300:
            found.setdefault(one["alertname"], Rule(one["alertname"], priority, wait))
    return tuple(found.values())


def seconds(text: str) -> float:
    digits = "".join(letter for letter in text if letter.isdigit())
    unit = text[len(digits) : len(digits) + 1]
    return float(digits or 0) * SPANS.get(unit, 1)


@dataclass
class Outage:
    """A graph, the roots that fail in it and how, and every alert with the second at which it begins to fire."""

    services: dict[str, Service]
    roots: dict[str, str] = field(default_factory=dict)  # root -> loud, late or silent
    alerts: list[tuple[float, Alert]] = field(default_factory=list)
    background: set[AlertRef] = field(default_factory=set)

    @property
    def policy(self) -> Policy:
        return policy(services=self.services, teams=("payments", *(f"team-{n}" for n in range(12))))

    def polls(self) -> Iterator[tuple[datetime, Poll]]:
        """Yield what each poll finds."""
        for n in range(POLLS):
            now = n * EVERY
            firing = tuple(alert for at, alert in self.alerts if at <= now)
            yield START + timedelta(seconds=now), Poll("prod", firing)


def graph(dice: Random) -> dict[str, Service]:
    """Return services in layers, each standing on one to three below it, and a few circles."""
    layers: list[list[str]] = []
    needed: dict[str, set[str]] = {}
    for depth, size in enumerate(LAYERS):
        names = [f"s{depth}-{n:03}" for n in range(size)]
        for name in names:
            below = layers[-1] if layers else []
            some = [below[int(len(below) * dice.random() ** 1.6)] for _ in range(dice.randint(1, 3)) if below]
            if len(layers) > 1 and dice.random() < 0.2:
                some.append(dice.choice(layers[-2]))
            needed[name] = set(some)
        layers.append(names)
    for _ in range(5):
        upper = dice.choice(layers[2])
        lower = next(iter(sorted(needed[upper])))
        needed[lower].add(upper)
    return {
        name: Service(name, f"team-{n % 12}", tuple(sorted(below)))
        for n, (name, below) in enumerate(needed.items())
    }


def outage(seed: int, size: int = 5000) -> Outage:
    """Return an outage of about so many alerts: one to three roots, what falls with them, and what just happens besides."""
    dice = Random(seed)  # noqa: S311 - made-up weather
    made = Outage(graph(dice))
    failing, touched = fall(made, dice)
    loud = [name for name in failing if made.roots.get(name) != "silent"]
    each = max(1, round(size / max(1, len(loud)) / 4))
    for name in loud:
        wait = dice.uniform(150, 360) if made.roots.get(name) == "late" else 0.0
        for rule in dice.sample(rules(), 4):
            for n in range(max(1, round(each * dice.uniform(0.6, 1.4)))):
                at = failing[name] + wait + rule.wait + dice.uniform(0, 45)
                made.alerts.append((at, alert(name, rule, n, at)))
    for name in dice.sample(sorted(set(made.services) - touched), 15):
        for rule in dice.sample(rules(), dice.randint(1, 2)):
            at = dice.uniform(0, 600)
            noise = alert(name, rule, 0, at)
            made.background.add(noise.ref)
            made.alerts.append((at, noise))
    return made


def fall(made: Outage, dice: Random) -> tuple[dict[str, float], set[str]]:
    """Choose the roots; return when each service fails, and all that could have failed with them."""
    under: dict[str, list[str]] = {}
    for name, one in made.services.items():
        for below in one.depends_on:
            under.setdefault(below, []).append(name)
    wide = [name for name in sorted(under) if 8 <= len(reached(name, under)) <= 150]
    failing: dict[str, float] = {}
    touched: set[str] = set()
    wanted = dice.randint(1, 3)
    for _ in range(20):
        root = dice.choice([name for name in wide if name not in touched])
        falling = spread(root, dice.uniform(0, 120), under, dice)
        if touched & reached(root, under) or len(falling) < LEAST or len(made.roots) == wanted:
            continue  # it would hit what fails already, or hardly spreads: no storm
        touched |= reached(root, under) | {root}
        failing |= falling
        made.roots[root] = dice.choice(("loud", "loud", "late", "silent"))
    return failing, touched


def spread(root: str, began: float, under: dict[str, list[str]], dice: Random) -> dict[str, float]:
    """Return what fails with a root, and when: with fewer and fewer of what is further away."""
    failing = {root: began}
    edge, chance = [root], 0.9
    while edge:
        further = []
        for below in edge:
            for name in under.get(below, ()):
                if name not in failing and dice.random() < chance:
                    failing[name] = failing[below] + dice.uniform(2, 30)
                    further.append(name)
        edge, chance = further, chance * 0.85
    return failing


def reached(start: str, steps: dict[str, list[str]]) -> set[str]:
    """Return all that can be reached; written anew, so that the truth does not hang on the product's own search."""
    found: set[str] = set()
    todo = [start]
    while todo:
        here = todo.pop()
        for there in steps.get(here, ()):
            if there not in found and there != start:
                found.add(there)
                todo.append(there)
    return found


def alert(service: str, rule: Rule, n: int, at: float) -> Alert:
    return Alert(
        AlertRef("prod", f"{service}/{rule.name}/{n}"),
        rule.name,
        f"{rule.name} on {service} {n}",
        service,
        rule.priority,
        started_at=START + timedelta(seconds=at),
    )
