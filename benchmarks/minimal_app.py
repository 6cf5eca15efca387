"""The smallest Textual app: the floor that the console's start is measured against."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Minimal(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """Show the line that the probe waits for."""
        yield Static("minimal app is ready")


if __name__ == "__main__":
    Minimal().run()
