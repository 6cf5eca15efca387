"""What workers share is there as long as one of them is, and goes with the last."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

from tests.paths import REPO
from tests.servers.processes import GONE, state, until
from tests.waiting import PATIENCE

# Starts a server or finds it started, says its process, and waits to be killed.
USER = """
import subprocess, sys
from pathlib import Path
from tests.servers.processes import Guard, Shared
folder = Path(sys.argv[1])
shared = Shared(folder)
with shared.alone():
    if not (folder / "server").exists():
        (folder / "server").mkdir()
        server = subprocess.Popen(["sleep", "60"])
        guard = Guard(server.pid, folder / "server", shared.users)
        (folder / "server" / "pid").write_text(str(server.pid))
print((folder / "server" / "pid").read_text(), flush=True)
sys.stdin.read()
"""


def start(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", USER, str(folder)]
    return subprocess.Popen(command, cwd=REPO, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_a_server_outlives_who_started_it_and_ends_with_its_last_user(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    with contextlib.ExitStack() as stack:
        users = [stack.enter_context(start(folder)) for _ in range(3)]
        for user in users:
            stack.callback(user.kill)
        (pid,) = {int(user.stdout.readline()) for user in users if user.stdout}
        for user in users[:2]:
            user.kill()
            user.wait()
        assert state(pid) not in GONE
        assert (folder / "server").exists()
    until(lambda: state(pid) in GONE and not (folder / "server").exists(), PATIENCE)
    with start(folder) as user:  # there may be another one after it
        assert user.stdout is not None
        assert int(user.stdout.readline()) != pid
        user.kill()
    until(lambda: not (folder / "server").exists(), PATIENCE)
