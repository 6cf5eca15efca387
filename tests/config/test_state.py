from __future__ import annotations

from pathlib import Path

import pytest

from console.config.state import read_state, write_state


def test_what_is_written_is_read_back_and_only_ours_to_read(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "state.toml"
    write_state(path, {"theme": "dusk", "zoom": None, "panes": {"left": 60}})
    assert read_state(path) == {"theme": "dusk", "panes": {"left": 60}}
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("content", [b"", b"theme = ", b"\xff", b"a = " + b"[" * 50_000])
def test_rubbish_is_the_same_as_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.toml"
    path.write_bytes(content)
    assert read_state(path) == {}
    assert read_state(tmp_path / "absent.toml") == {}


def test_a_write_that_fails_leaves_the_old_state_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state.toml"
    write_state(path, {"theme": "dusk"})

    def full(_self: Path, _target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="No space"):
            write_state(path, {"theme": "dawn"})
    assert read_state(path) == {"theme": "dusk"}
    assert list(tmp_path.iterdir()) == [path]
