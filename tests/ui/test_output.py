from __future__ import annotations

import os
import pty
import select
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from console.ui.terminal.encoding import encoder
from console.ui.terminal.output import BEHIND_AFTER, Output
from tests.waiting import PATIENCE


class Wire:
    """A terminal nobody reads unless ``take`` is called, with our writer at its other end."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        self.caught_up = threading.Event()
        self.gone = threading.Event()
        self.output = Output(self.slave, str.encode, caught_up=self.caught_up.set, gone=self.gone.set)
        self.output.start()

    def take(self, enough: Callable[[bytes], bool]) -> bytes:
        data = b""
        end = time.monotonic() + PATIENCE
        while not enough(data) and time.monotonic() < end:
            if select.select((self.master,), (), (), 0.05)[0]:
                data += os.read(self.master, 65536)
        return data

    def until(self, reached: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        tick = threading.Event()
        while not reached():
            assert time.monotonic() < end
            tick.wait(0.02)


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.output.stop(0.1)
    for fd in (wire.master, wire.slave):
        try:
            os.close(fd)
        except OSError:
            continue


def test_what_is_written_arrives_in_order(wire: Wire) -> None:
    for number in range(100):
        wire.output.write(f"{number},")
    expected = "".join(f"{number}," for number in range(100)).encode()
    assert wire.take(lambda data: len(data) >= len(expected)) == expected
    assert not wire.output.is_behind()
    assert wire.output.isatty()


def test_a_terminal_that_does_not_read_holds_nobody_up_and_is_noticed(wire: Wire) -> None:
    start = time.monotonic()
    for _ in range(100):
        wire.output.write("x" * 10_000)
    wire.output.flush()
    assert time.monotonic() - start < BEHIND_AFTER * 10
    wire.until(wire.output.is_behind)
    assert not wire.caught_up.is_set()
    wire.take(lambda _: wire.caught_up.is_set())
    assert wire.caught_up.is_set()
    assert not wire.output.is_behind()


def test_what_has_not_been_read_can_be_dropped(wire: Wire) -> None:
    wire.output.write("x" * 200_000)
    wire.until(wire.output.is_behind)
    wire.output.drop_queue()
    wire.output.write("the end")
    data = wire.take(lambda data: data.endswith(b"the end"))
    assert data.endswith(b"the end")
    assert len(data) < 200_000


def test_the_queue_has_an_end(wire: Wire) -> None:
    for _ in range(100):
        wire.output.write("x" * 100_000)
    assert wire.output._size < 2 << 20
    assert wire.output.is_behind()


def test_stopping_writes_what_is_left_but_does_not_wait_for_ever(wire: Wire) -> None:
    wire.output.write("last words")
    wire.output.stop(PATIENCE)
    assert wire.take(lambda data: data.endswith(b"words")) == b"last words"
    assert not wire.output.is_alive()
    wire.output.write("nobody hears this")
    wire.output.stop()


def test_stopping_gives_up_on_a_terminal_that_does_not_read() -> None:
    wire = Wire()
    wire.output.write("x" * 500_000)
    start = time.monotonic()
    wire.output.stop(0.2)
    assert time.monotonic() - start < PATIENCE
    os.close(wire.master)
    os.close(wire.slave)


def test_a_terminal_that_is_gone_is_noticed() -> None:
    wire = Wire()
    os.close(wire.master)
    wire.output.write("hello?")
    assert wire.gone.wait(PATIENCE)
    wire.output.write("hello??")
    wire.output.stop()
    os.close(wire.slave)


@pytest.mark.parametrize(
    ("encoding", "text", "written"),
    [
        ("utf-8", "● → 日", "● → 日".encode()),
        ("latin-1", "é ● → ━┓ 日", b"\xe9 * > -+ ??"),
        ("ascii", "é…│█", b"?~|#"),
    ],
)
def test_what_an_encoding_lacks_is_replaced_cell_for_cell(encoding: str, text: str, written: bytes) -> None:
    assert encoder(encoding, ascii_signs=False)(text) == written


def test_signs_alone_can_be_replaced() -> None:
    encode = encoder("utf-8", ascii_signs=True)
    assert encode("╭─ Überfällig → 日 ─╮") == "+- Überfällig > 日 -+".encode()
    assert encode("plain") == b"plain"
