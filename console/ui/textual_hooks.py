"""Everything private of Textual that the console leans on, in one place.

``tests/ui/test_textual_hooks.py`` checks that each still exists, so that an upgrade tells.
"""

from __future__ import annotations

from textual.widget import Widget


def repaint_pending(widget: Widget) -> bool:
    """Whether the widget asked for a repaint that no frame has taken up yet.

    Textual may ask for a widget's lines while drawing another one, and then throws away those
    that were not asked to be repainted.
    """
    return bool(widget._repaint_regions)  # noqa: SLF001 - the hook
