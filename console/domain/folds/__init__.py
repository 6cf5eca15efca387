"""What each kind of event does to an incident; ``fold`` puts the pieces together.

A step is total: whatever a log says, it yields an incident. Whether something may happen at all
is decided before it is written (``decide``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from console.domain.events import Event
from console.domain.incident import Incident

Step = Callable[[Incident, Event, Any], Incident]
"""(incident before, the event, its body) -> incident after. ``fold`` sets ``n`` and the activity."""

Steps = Mapping[type, Step]
