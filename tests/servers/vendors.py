"""The vendors' own published specs as servers: ``../shared/vendors/mocks.js``, run by node on loopback.

Take the fixture ``vendors`` and ask it for a product; what comes back is a ``Witness`` that stands
between the source and the mock::

    async def test_its_requests_are_what_the_vendor_specifies(vendors: Vendors) -> None:
        witness = vendors("pagerduty")
        options = Options.model_validate({"url": witness.url, "token": "…"})
        source = Source("under-test", options, clock)
        await source.fetch()
        await source.close()

The test fails at its end if any request broke the spec (``sl-violations``) or is not in it at all.
The names are the files of ``../shared/vendors/specs``. A mock answers with the vendor's example; where
that is of no use::

    witness.prefer = "code=429"  # or "example=NAME", "dynamic=true"; "" again for the usual answer
    witness.instead["GET", "/incidents"] = {"incidents": [...]}  # or a function of the Request
    witness.replies.append(Reply(503))  # said by the witness alone: this request is not checked

``witness.requests`` is what was asked; ``witness.exchanges`` pairs it with status and headers of the answer.

One node process serves all vendors and all workers, from the first test that asks to the end of the last
worker: its start takes 2 s for one vendor and 3.5 s for all fourteen. It needs node, and the modules in the
folder that ``ONCALL_MOCKS`` names. Where they are missing the tests are skipped, saying so; with
``ONCALL_REQUIRE_MOCKS=1`` they fail instead. Where ``../shared`` is missing they are always skipped.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.fakes.http import FakeServer, Reply, Request, serving
from tests.paths import SHARED
from tests.servers.processes import Guard, Shared, until

FOLDER = "ONCALL_MOCKS"
REQUIRE = "ONCALL_REQUIRE_MOCKS"
SCRIPT = SHARED / "vendors" / "mocks.js"
PACKAGE = "@stoplight/prism-cli@5.14.2"
START_WITHIN = 45.0  # seconds; usually 4, but other tests may want both cores
STOP_WITHIN = 5.0
ANSWER_WITHIN = 20.0

_PER_CONNECTION = frozenset(
    {"host", "connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
)


@dataclass(frozen=True)
class Exchange:
    """A request and how the mock answered it; ``headers`` by lower-case name."""

    request: Request
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def violation(self) -> str:
        """What was wrong with the request, empty if nothing was."""
        said = self.headers.get("sl-violations", "")
        if not said and b"stoplight.io/prism/errors" in self.body[:200]:  # no such path, method or answer
            said = self.body[:500].decode("utf-8", "replace")
        if not said:
            return ""
        asked = f"{self.request.method} {self.request.target}"
        sent = f"\n  sent: {self.request.content.decode('utf-8', 'replace')}" if self.request.content else ""
        return f"{asked}{sent}\n  answer {self.status}: {said}"


class Witness(FakeServer):
    """Forwards every request to one vendor's mock and remembers both sides."""

    def __init__(self, upstream: str) -> None:
        super().__init__()
        self.prefer = ""
        self.instead: dict[tuple[str, str], Any] = {}
        self.exchanges: list[Exchange] = []
        self._upstream = urlsplit(upstream).netloc

    @property
    def violations(self) -> list[str]:
        """Return what was wrong with each request that broke the spec."""
        return [exchange.violation for exchange in self.exchanges if exchange.violation]

    def answer(self, request: Request) -> Reply:
        """Return what the mock answers, or ours in its place if the mock accepts the request."""
        exchange = self._forward(request)
        self.exchanges.append(exchange)
        headers = {name: text for name, text in exchange.headers.items() if name not in _PER_CONNECTION}
        place = (request.method, request.path)
        if place in self.instead and exchange.status < 400:
            ours = self.instead[place]
            return Reply.json(ours(request) if callable(ours) else ours, exchange.status)
        return Reply(exchange.status, exchange.body, headers)

    def _forward(self, request: Request) -> Exchange:
        headers = {
            name: text for name, text in request.headers.items() if name.lower() not in _PER_CONNECTION
        }
        if self.prefer:
            headers["Prefer"] = self.prefer
        connection = http.client.HTTPConnection(self._upstream, timeout=ANSWER_WITHIN)
        with contextlib.closing(connection):
            connection.request(request.method, request.target, request.content or None, headers)
            answer = connection.getresponse()
            body = answer.read()
        kept = {name.lower(): text for name, text in answer.getheaders()}
        return Exchange(request, answer.status, kept, body)


class Mocks:
    """The node process with every vendor's mock. ``urls`` by vendor; ``start`` says when they answer.

    It is shared by all who name the same folder, and ends by itself once they all have.
    """

    def __init__(self, modules: Path, folder: Path) -> None:
        self.urls: dict[str, str] = {}
        self._modules = modules
        self._shared = Shared(folder)
        self._folder = folder / "server"
        self._log = self._folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: Guard | None = None

    def start(self) -> None:
        """Start it, or find it started; another program may take a free port first, so try a few times."""
        found = self._folder / "urls.json"
        with self._shared.alone():
            if not found.exists():
                self._folder.mkdir(exist_ok=True)
                urls = self._start()
                found.write_text(json.dumps(urls))
            self.urls = json.loads(found.read_text())

    def _start(self) -> dict[str, str]:
        for _ in range(3):
            ports = free_ports(spec.stem for spec in (SCRIPT.parent / "specs").glob("*.json"))
            if self._started(ports):
                return {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
            self._stop()
        raise RuntimeError(f"{SCRIPT.name} does not start:\n{self._log.read_text()}")

    def _started(self, ports: dict[str, int]) -> bool:
        asked = [f"{name}:{port}" for name, port in ports.items()]
        with self._log.open("wb") as output:
            process = subprocess.Popen(
                ["node", str(SCRIPT), *asked],
                env={**os.environ, "NODE_PATH": str(self._modules)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for pytest, which then ends it in order
            )
        self._process = process
        self._guard = Guard(process.pid, self._folder, self._shared.users)
        with contextlib.suppress(TimeoutError):
            until(lambda: process.poll() is not None or b"\nready in" in self._log.read_bytes(), START_WITHIN)
            return process.poll() is None
        return False

    def leave(self) -> None:
        """Need it no longer: with the last who does it ends."""
        self._shared.leave()

    def _stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(STOP_WITHIN)
        if self._guard is not None:
            self._guard.dismiss()
        self._process = self._guard = None


def free_ports(names: Iterator[str]) -> dict[str, int]:
    """Return a free port for each name; all are held until the last is found, so that they differ."""
    with contextlib.ExitStack() as held:
        ports = {}
        for name in names:
            probe = held.enter_context(socket.socket())
            probe.bind(("127.0.0.1", 0))
            ports[name] = probe.getsockname()[1]
        return ports


def modules() -> Path:
    """Return the folder of the node modules; skips (or fails, where they are required) without one."""
    if not SCRIPT.is_file():
        pytest.skip("the vendors' specs do not lie beside the project")
    named = os.environ.get(FOLDER)
    found = Path(named or "nowhere") / "node_modules"
    if shutil.which("node") and (found / "@stoplight").is_dir():
        return found
    missing = f"no node, or no modules in {named or 'a folder'}: install nodejs and npm, then "
    missing += f"npm install --prefix DIR --ignore-scripts --no-save {PACKAGE}, and export {FOLDER}=DIR"
    if os.environ.get(REQUIRE) == "1":
        pytest.fail(missing)
    pytest.skip(missing)


Vendors = Callable[[str], Witness]
"""What the fixture ``vendors`` is: asked for a product's name it returns its witness."""


_STARTED = pytest.StashKey[Mocks]()


@pytest.fixture
def vendor_mocks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Mocks:
    """The mocks of all workers, started by the first who asks; take ``vendors`` instead.

    They are kept for all of pytest rather than as a fixture of the session, of which a worker that has
    nothing to do for a moment lets go, and of which every module that imports it has its own.
    """
    config = request.config
    mocks = config.stash.get(_STARTED, None)
    if mocks is None:
        run = tmp_path_factory.getbasetemp()
        if "PYTEST_XDIST_WORKER" in os.environ:
            run = run.parent  # each worker has a folder of its own in the run's
        mocks = config.stash[_STARTED] = Mocks(modules(), run / "vendors")
        config.add_cleanup(mocks.leave)
        mocks.start()
    if not mocks.urls:
        pytest.fail("the vendors' mocks have not started: see the first test that failed")
    return mocks


@contextlib.contextmanager
def witnesses(mocks: Mocks) -> Iterator[Vendors]:
    """Yield what gives a witness for each product asked for. Fails at its end if a request broke a spec."""
    asked: dict[str, Witness] = {}
    with contextlib.ExitStack() as running:

        def witness(name: str) -> Witness:
            if name not in asked:
                asked[name] = running.enter_context(serving(Witness(mocks.urls[name])))
            return asked[name]

        yield witness
    broken = [f"{name}: {said}" for name, one in asked.items() for said in one.violations]
    if broken:
        pytest.fail("requests that break the vendor's spec:\n" + "\n".join(broken), pytrace=False)


@pytest.fixture
def vendors(vendor_mocks: Mocks) -> Iterator[Vendors]:
    """A witness before the mock of each product asked for: see the top of this module."""
    with witnesses(vendor_mocks) as asked:
        yield asked
