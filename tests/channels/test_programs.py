"""Channels that run a program: one of the user's own for each message, and the helper in which apprise is loaded."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console.channels import apprise, command
from console.channels.apprise import child
from console.errors import DeliveryError
from tests.channels.messages import HOSTILE, message
from tests.channels.rigs import LIGHT, SENTINEL, Sink
from tests.fakes.http import Reply, serving
from tests.paths import REPO
from tests.servers.processes import until
from tests.sources.conftest import HeldClock
from tests.waiting import PATIENCE


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# command


def program(tmp_path: Path, script: str, **more: Any) -> command.Channel:
    (tmp_path / "page.sh").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "page.sh").chmod(0o755)
    table = {"command": ["./page.sh"], "folder": str(tmp_path), **more}
    return command.Channel("page", command.Options.model_validate(table), HeldClock())


async def test_its_last_line_is_what_it_says(tmp_path: Path) -> None:
    sent = await program(tmp_path, "cat >/dev/null; echo one; printf 'queued as 7\\033[31m\\n'").send(
        message()
    )
    assert sent.said.startswith("queued as 7")
    assert sent.said.isprintable()


async def test_nothing_of_a_message_is_in_its_arguments_or_environment(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    os.environ["ONCALL_TEST_TOKEN"] = SENTINEL
    try:
        await program(tmp_path, f'(env; echo "$0" "$@") >"{seen}"; cat >/dev/null').send(
            message(title=HOSTILE)
        )
    finally:
        del os.environ["ONCALL_TEST_TOKEN"]
    text = seen.read_text()
    assert "Bcc" not in text
    assert SENTINEL not in text


async def test_a_program_that_reads_nothing_is_well(tmp_path: Path) -> None:
    assert (await program(tmp_path, "exit 0").send(message(text="x" * 1_000_000))).said == "done"


@pytest.mark.parametrize(("code", "permanent"), [(1, False), (64, True), (75, False)])
async def test_its_exit_code_decides(tmp_path: Path, code: int, *, permanent: bool) -> None:
    with pytest.raises(DeliveryError, match=f"page.sh ended with {code}: no such number") as caught:
        await program(tmp_path, f"echo first >&2; echo no such number >&2; exit {code}").send(message())
    assert caught.value.permanent is permanent


async def test_one_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    channel = program(tmp_path, f'sleep 60 & echo $! >"{tmp_path}/pid"; wait', timeout=timedelta(seconds=0.3))
    with pytest.raises(DeliveryError, match=r"did not end within 0\.3 s"):
        await channel.send(message())
    pid = int((tmp_path / "pid").read_text())
    until(lambda: not running(pid), PATIENCE)


@pytest.mark.parametrize("name", ["./nothing", "/etc"])
async def test_one_that_cannot_be_run_is_named(tmp_path: Path, name: str) -> None:
    options = command.Options.model_validate({"command": [name], "folder": str(tmp_path)})
    with pytest.raises(DeliveryError, match="cannot be run"):
        await command.Channel("page", options, HeldClock()).send(message())


# apprise


@pytest.fixture
def sink() -> Iterator[Sink]:
    with serving(Sink(Reply(200, b"ok"))) as server:
        yield server


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is about the helper only does without the library, which takes half a second to load."""
    monkeypatch.setenv("PYTHONPATH", LIGHT)


def library(*urls: str, **more: Any) -> apprise.Channel:
    return apprise.Channel("all", apprise.Options.model_validate({"urls": urls, **more}), HeldClock())


def address(sink: Sink, path: str = "") -> str:
    return f"json://{sink.url.removeprefix('http://')}/{path}?cto=2&rto=2"


def shown_to_others(pid: int) -> bytes:
    return b"".join(Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ"))


def helper_pid(channel: apprise.Channel) -> int:
    process = channel._helper._process
    assert process is not None
    return process.pid


async def test_one_helper_serves_many_messages_and_has_no_address_in_its_arguments(sink: Sink) -> None:
    channel = library(address(sink, SENTINEL))
    await channel.send(message())
    pid = helper_pid(channel)
    await channel.send(message(key="b", title="second"))
    assert helper_pid(channel) == pid
    assert [body["title"] for body in sink.took()] == ["P1 checkout is down: you are paged", "second"]
    assert {body["type"] for body in sink.took()} == {"failure"}
    assert SENTINEL.encode() not in shown_to_others(pid)
    await channel.close()
    assert not running(pid)


@pytest.mark.usefixtures("light")
async def test_a_helper_that_dies_is_started_anew(sink: Sink) -> None:
    channel = library(address(sink))
    await channel.send(message())
    os.kill(helper_pid(channel), signal.SIGKILL)
    with contextlib.suppress(DeliveryError):  # it may be met before its end is known
        await channel.send(message(key="b"))
    await channel.send(message(key="c"))
    assert next(body["title"] for body in sink.took()) == message().title
    assert len(sink.requests) in {2, 3}
    await channel.close()


@pytest.mark.usefixtures("light")
async def test_a_message_nobody_waits_for_any_more_answers_no_other(sink: Sink) -> None:
    channel = library(address(sink))
    await channel.send(message())
    sink.mode = "stall"
    sending = asyncio.create_task(channel.send(message(key="b")))
    async with asyncio.timeout(PATIENCE):
        await asyncio.to_thread(sink.hanging.wait, 5)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    sink.mode = "busy"
    with pytest.raises(DeliveryError, match="could not send"):
        await channel.send(message(key="c"))
    await channel.close()


@pytest.mark.usefixtures("light")
async def test_who_has_taken_a_message_is_not_sent_it_again(sink: Sink) -> None:
    with serving(Sink(Reply(200, b"ok"))) as other:
        other.mode = "refuse"
        channel = library(address(sink), address(other))
        with pytest.raises(DeliveryError, match=r"json://….*\(1 of 2 addresses\)"):
            await channel.send(message())
        other.mode = "well"
        assert (await channel.send(message())).said == "taken by all 2"
        assert (len(sink.requests), len(other.requests)) == (1, 2)
        await channel.close()


@pytest.mark.usefixtures("light")
async def test_an_address_it_cannot_use_is_final_and_not_shown() -> None:
    channel = library(f"nosuch://{SENTINEL}/x")
    with pytest.raises(DeliveryError, match="nosuch://…") as caught:
        await channel.send(message())
    assert caught.value.permanent
    assert SENTINEL not in str(caught.value)
    await channel.close()


async def test_without_the_library_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "apprise.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    channel = library("json://127.0.0.1:1/")
    with pytest.raises(DeliveryError, match=r"oncall-console\[notify\]") as caught:
        await channel.send(message())
    assert caught.value.permanent
    await channel.close()


@pytest.mark.usefixtures("light")
def test_the_helper_ends_with_whoever_started_it(sink: Sink) -> None:
    code = f"""
import asyncio, os, signal
from console.channels import apprise
from tests.channels.messages import message
from tests.sources.conftest import HeldClock
channel = apprise.Channel("all", apprise.Options.model_validate({{"urls": ["{address(sink)}"]}}), HeldClock())
async def go():
    await channel.send(message())
    print(channel._helper._process.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(go())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=REPO, check=False, timeout=PATIENCE
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    until(lambda: not running(int(done.stdout)), PATIENCE)


def test_the_engine_never_loads_the_library() -> None:
    code = "import sys, console.channels.apprise; assert 'apprise' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=REPO, timeout=PATIENCE)
    assert child.__name__ == "console.channels.apprise.child"
