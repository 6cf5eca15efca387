"""What a migration works out from the logs: values that need the rules, and no SQL."""

from __future__ import annotations

import json

from console.domain.comms.following import followed
from console.domain.fold import fold
from console.errors import StoreError
from console.store.reading import logs
from console.store.tx import Tx


def fill_followed(tx: Tx) -> None:
    """Say of each incident whose clients were told something which outlets' readers were last told that it goes on.

    A log that cannot be read is left alone: the store is opened all the same.
    """
    for (name,) in tx.all("SELECT DISTINCT incident FROM events WHERE kind = 'UpdatePosted'"):
        try:
            found = followed(fold(logs(tx, [name])[name]))
        except (StoreError, ValueError):
            continue
        if found:
            tx.run("UPDATE incidents SET followed = ? WHERE id = ?", json.dumps(found), name)
