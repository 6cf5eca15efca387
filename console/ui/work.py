"""Starting what runs beside the screen; a failure in it never ends the app (it is told by ``TerminalSafeApp``)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

from textual.dom import DOMNode


def begin(
    node: DOMNode, work: Callable[[], Awaitable[object]], *, name: str, group: str, exclusive: bool = False
) -> None:
    """Run an async function as a worker of a node; ``exclusive``: instead of others in its group.

    The function is called when the worker starts, so that one cancelled before leaves nothing unawaited.
    """
    node.run_worker(cast("Any", work), name=name, group=group, exclusive=exclusive, exit_on_error=False)
