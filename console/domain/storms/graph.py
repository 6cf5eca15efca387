"""Which services stand on which."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from console.domain.policy import Policy, Service

Distances = Mapping[str, int]
"""Services, and how many steps of ``depends_on`` they are away; nearest first."""


class ServiceGraph:
    """What each service stands on, directly or by way of others, and what stands on it.

    Services that the config only names in a ``depends_on`` are part of it. Circles are allowed; a
    service never stands on itself. Each answer is worked out once.
    """

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._on: dict[str, tuple[str, ...]] = {name: one.depends_on for name, one in services.items()}
        under: dict[str, set[str]] = {}
        for name, needed in self._on.items():
            for other in needed:
                under.setdefault(other, set()).add(name)
        self._under = {name: frozenset(users) for name, users in under.items()}
        self._dependencies: dict[str, Distances] = {}
        self._dependents: dict[str, Distances] = {}

    @property
    def is_empty(self) -> bool:
        """True where no service stands on another."""
        return not self._under

    def direct(self, service: str) -> frozenset[str]:
        """Return what stands directly on a service."""
        return self._under.get(service, frozenset())

    def needs(self, service: str) -> tuple[str, ...]:
        """Return what a service stands on directly."""
        return self._on.get(service, ())

    def dependencies(self, service: str) -> Distances:
        """Return all that a service stands on."""
        if service not in self._dependencies:
            self._dependencies[service] = _reach(service, self._on)
        return self._dependencies[service]

    def dependents(self, service: str) -> Distances:
        """Return all that stands on a service."""
        if service not in self._dependents:
            self._dependents[service] = _reach(service, self._under)
        return self._dependents[service]


def _reach(start: str, steps: Mapping[str, Collection[str]]) -> Distances:
    """Return whatever can be reached, with the length of the shortest way; breadth first."""
    found = {start: 0}
    edge = [start]
    while edge:
        further: list[str] = []
        for here in edge:
            for there in steps.get(here, ()):
                if there not in found:
                    found[there] = found[here] + 1
                    further.append(there)
        edge = further
    del found[start]
    return found


class _Same:
    """A table of services as a key of the cache: equal only to itself."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self.services = services

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.services is other.services

    def __hash__(self) -> int:
        return id(self.services)


@lru_cache(maxsize=4)
def _made(key: _Same) -> ServiceGraph:
    return ServiceGraph(key.services)


def graph_of(policy: Policy) -> ServiceGraph:
    """Return the graph of a policy's services, made once as long as they are the same."""
    return _made(_Same(policy.services))
