"""What systemd is told, read from the other end of its socket."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.domain.health import EngineReport
from console.engine.servicemanager import STUCK_AFTER, ServiceManager
from console.errors import StoreError
from tests.engine.kits import Office
from tests.fakes.sources import FakeSource
from tests.fakes.virtualtime import VirtualClock, run_virtual


class Systemd:
    """The receiving end."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        self.socket.setblocking(False)

    def heard(self) -> list[str]:
        """Return the lines that have come since the last time."""
        lines: list[str] = []
        try:
            while True:
                lines += self.socket.recv(4096).decode().splitlines()
        except BlockingIOError:
            return lines

    async def over(self, seconds: int) -> list[str]:
        """Return what comes in a span; its queue is short, as systemd's is."""
        lines: list[str] = []
        for _ in range(2 * seconds):
            await asyncio.sleep(0.5)
            lines += self.heard()
        return lines


@pytest.fixture(params=["path", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Systemd]:
    address = str(tmp_path / "notify") if request.param == "path" else f"@oncall-test-{os.getpid()}"
    found = Systemd(address)
    yield found
    found.socket.close()


def manager(systemd: Systemd) -> ServiceManager:
    return ServiceManager({"NOTIFY_SOCKET": systemd.address, "WATCHDOG_USEC": "9000000"})


def test_a_working_engine_is_ready_says_so_in_words_and_is_alive(systemd: Systemd) -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        engine = office.engine(FakeSource())
        async with office.running(engine):
            telling = asyncio.create_task(manager(systemd).follow(engine.view))
            await asyncio.sleep(0)
            assert "READY=1" not in systemd.heard()
            heard = await systemd.over(20)
            telling.cancel()
        assert heard.count("READY=1") == 1
        assert "STATUS=working since 2026-03-02 10:00 UTC, 1 of 1 source live" in heard
        assert 15 <= heard.count("WATCHDOG=1") <= 21
        assert len([line for line in heard if line.startswith("STATUS=")]) <= 3

    run_virtual(scenario)


def test_a_standby_is_ready_and_names_who_works(systemd: Systemd) -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        now = clock.now()
        office.store.acquire(EngineReport("other", "db1", 42, 0, now, now, now), 3600)
        engine = office.engine(FakeSource())
        async with office.running(engine):
            telling = asyncio.create_task(manager(systemd).follow(engine.view))
            await asyncio.sleep(3)
            telling.cancel()
        heard = systemd.heard()
        assert "READY=1" in heard
        assert "STATUS=standby: db1, pid 42 works" in heard

    run_virtual(scenario)


def test_an_engine_without_its_store_is_alive_but_not_ready(systemd: Systemd) -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        connection = office.store.another()
        connection.down = StoreError("unreachable")
        engine = office.engine(FakeSource(), store=connection)
        async with office.running(engine):
            telling = asyncio.create_task(manager(systemd).follow(engine.view))
            heard = await systemd.over(60)
            assert "READY=1" not in heard
            assert "STATUS=the store cannot be used: unreachable" in heard
            assert heard.count("WATCHDOG=1") > 50
            connection.down = None
            assert "READY=1" in await systemd.over(3)
            telling.cancel()

    run_virtual(scenario)


def test_an_engine_that_is_stuck_gives_no_sign_of_life(systemd: Systemd) -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        engine = office.engine(FakeSource())
        stop = asyncio.Event()
        running = asyncio.create_task(engine.run(stop))
        telling = asyncio.create_task(manager(systemd).follow(engine.view))
        await asyncio.sleep(5)
        running.cancel()  # as if everything waited for everything else; the loop itself turns
        assert "WATCHDOG=1" in await systemd.over(int(STUCK_AFTER))
        assert "WATCHDOG=1" not in await systemd.over(30)
        telling.cancel()
        await asyncio.gather(running, telling, return_exceptions=True)

    run_virtual(scenario)


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "/nowhere/at/all"}])
async def test_without_anybody_who_listens_nothing_happens(environment: dict[str, str]) -> None:
    quiet = ServiceManager(environment)
    quiet.tell("READY=1")
    quiet.status("fine")
    if not environment.get("NOTIFY_SOCKET"):
        await quiet.follow(lambda: pytest.fail("nobody asked"))


def test_the_watchdog_of_another_process_is_not_ours() -> None:
    told = {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}
    assert ServiceManager(told).watchdog is None
    assert ServiceManager({**told, "WATCHDOG_PID": str(os.getpid())}).watchdog == 30.0
    assert ServiceManager({"WATCHDOG_USEC": "soon"}).watchdog is None


def test_what_was_not_taken_is_told_again(systemd: Systemd) -> None:
    async def scenario(clock: VirtualClock) -> None:
        engine = Office(clock).engine(FakeSource())
        stop = asyncio.Event()
        running = asyncio.create_task(engine.run(stop))
        full = manager(systemd)
        while full.tell("WATCHDOG=1"):
            pass
        telling = asyncio.create_task(full.follow(engine.view))
        await asyncio.sleep(3)
        assert "READY=1" not in systemd.heard()
        assert "READY=1" in await systemd.over(3)
        stop.set()
        telling.cancel()
        await asyncio.gather(running, telling, return_exceptions=True)

    run_virtual(scenario)


def test_what_it_says_is_one_line(systemd: Systemd) -> None:
    manager(systemd).status("the store\nREADY=1\x1b[31m is gone")
    (line,) = systemd.heard()
    assert line.startswith("STATUS=the store ")
    assert "\x1b" not in line
