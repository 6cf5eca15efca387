"""Offering the right name in a complaint about the config; see ``domain.nearest``."""

from __future__ import annotations

from console.domain.nearest import did_you_mean, nearest

__all__ = ["did_you_mean", "nearest"]
