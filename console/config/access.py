"""What fetching a runbook takes besides its address: a token, an authority. Read when it is needed, kept nowhere."""

from __future__ import annotations

from pathlib import Path

from console.config.load import load
from console.domain.pages import PageRule
from console.web.page import Access


def access_of_page(config: Path, rule: PageRule) -> Access:
    """Return what the ``[[runbooks.fetch]]`` of a rule says now. Raises ``ConfigError``.

    May read files and run programs, see ``Secret.reveal``.
    """
    tables = load(config).config.runbooks.fetch
    table = next((one for one in tables if one.rule == rule), None)
    if table is None:
        return Access()
    headers = {"Authorization": f"Bearer {table.token.reveal()}"} if table.token is not None else {}
    return Access(headers, table.ca_file)
