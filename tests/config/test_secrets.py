from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import BaseModel, ValidationError

from console.config import secrets
from console.config.secrets import MASK, Secret, readable_by_others
from console.errors import ConfigError

VALUE = "hunter2-very-private"


class Model(BaseModel):
    token: Secret | None = None


def test_a_literal_reveals_itself_and_shows_nowhere_else() -> None:
    model = Model.model_validate({"token": VALUE})
    assert model.token is not None
    assert model.token.reveal() == VALUE
    shown = [
        repr(model),
        str(model),
        str(model.token),
        f"{model.token}",
        repr(model.token),
        model.token.described,
        json.dumps(model.model_dump(mode="json")),
        model.model_dump_json(),
        str(model.model_dump()),
    ]
    assert not [text for text in shown if VALUE in text]
    assert model.model_dump() == {"token": MASK}


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = Secret.parse({"env": "ONCALL_TEST_TOKEN"})
    monkeypatch.setenv("ONCALL_TEST_TOKEN", VALUE)
    assert secret.reveal() == VALUE
    monkeypatch.setenv("ONCALL_TEST_TOKEN", "")
    with pytest.raises(ConfigError, match="env ONCALL_TEST_TOKEN is empty"):
        secret.reveal()
    monkeypatch.delenv("ONCALL_TEST_TOKEN")
    with pytest.raises(ConfigError, match="ONCALL_TEST_TOKEN is not set"):
        secret.reveal()


def test_from_a_command_without_a_shell_and_with_stdin_closed() -> None:
    program = "import sys; print(sys.argv[1] + '|' + sys.stdin.read())"
    secret = Secret.parse({"command": [sys.executable, "-c", program, "$HOME;`x`"]})
    assert secret.reveal() == "$HOME;`x`|"


def test_a_failing_command_is_named_but_its_words_are_not_repeated() -> None:
    program = f"import sys; print('{VALUE}'); print('{VALUE}', file=sys.stderr); sys.exit(3)"
    secret = Secret.parse({"command": [sys.executable, "-c", program]})
    with pytest.raises(ConfigError, match="ended with 3") as caught:
        secret.reveal()
    assert VALUE not in str(caught.value)


def test_a_missing_and_a_hanging_command(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="no-such-program-x was not found"):
        Secret.parse({"command": ["no-such-program-x"]}).reveal()
    monkeypatch.setattr(secrets, "COMMAND_SECONDS", 0.05)
    with pytest.raises(ConfigError, match="gave no answer"):
        Secret.parse({"command": ["sleep", "30"]}).reveal()


def test_from_a_file_beside_the_config(tmp_path: Path) -> None:
    file = tmp_path / "pd.token"
    file.write_text(f"{VALUE}\n")
    file.chmod(0o600)
    model = Model.model_validate({"token": {"file": "pd.token"}}, context={"folder": tmp_path})
    assert model.token is not None
    assert model.token.reveal() == VALUE
    assert not readable_by_others(file)
    for mode in (0o640, 0o604):
        file.chmod(mode)
        assert readable_by_others(file)
        with pytest.raises(ConfigError, match=r"pd\.token is readable by others: chmod 600"):
            model.token.reveal()
    file.unlink()
    with pytest.raises(ConfigError, match=r"pd\.token cannot be read"):
        model.token.reveal()


def test_binary_rubbish_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_bytes(b"\xff\xfe")
    file.chmod(0o600)
    with pytest.raises(ConfigError, match="UTF-8"):
        Secret.parse({"file": str(file)}).reveal()


def test_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = Secret.parse({"keyring": "oncall/pd"})
    entries = {("oncall", "pd"): VALUE}
    fake = SimpleNamespace(get_password=lambda service, user: entries.get((service, user)))
    monkeypatch.setitem(sys.modules, "keyring", fake)
    assert secret.reveal() == VALUE
    entries.clear()
    with pytest.raises(ConfigError, match="no entry oncall/pd"):
        secret.reveal()
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ConfigError, match="needs the keyring package"):
        secret.reveal()


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"env": ""},
        {"env": 3},
        {"env": "A", "file": "b"},
        {"vault": VALUE},
        {"command": VALUE},
        {"command": []},
        {"command": [1]},
        {"keyring": VALUE},
        12,
    ],
)
def test_other_shapes_are_refused_without_quoting_them(value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        Model.model_validate({"token": value})
    (problem,) = caught.value.errors()
    assert VALUE not in problem["msg"]
