"""Be somebody without rights for a while: root may write everywhere, which hides what others meet."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534


@contextmanager
def without_rights() -> Iterator[None]:
    """Act as the user nobody where the tests run as root; files made before belong to somebody else."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """Return a folder that others can reach; pytest's own are closed to them."""
    folder = Path(tempfile.mkdtemp(prefix="oncall-test-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)
