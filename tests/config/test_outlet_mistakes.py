"""What is wrong with ``[[outlets]]``: each mistake one clear line, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.config.kept import load_setup
from console.config.secretvalues import secret_values
from console.errors import ConfigError

HEAD = """[[teams]]
id = "payments"
[[services]]
name = "payments"
team = "payments"
[[sources]]
kind = "alertmanager"
name = "prod"
urls = ["https://am.example"]
"""
FILE = '[[outlets]]\nkind = "file"\nname = "static"\npath = "a.json"\n'
OTHER = FILE.replace("static", "second")
WEB = '[[outlets]]\nkind = "{}"\nname = "page"\ntoken = {{ env = "X" }}\n'
PAGE = WEB.format("statuspage") + 'page = "k1"\n'
SLACK = WEB.format("slack")
MAIL = '[[outlets]]\nkind = "email"\nname = "mail"\nhost = "h.example"\nsender = "a@b.example"\n'


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        (FILE.replace('"file"', '"fiel"'), 2, 'kind: unknown kind "fiel" — did you mean "file"?'),
        (FILE.replace('kind = "file"\n', ""), 1, '"kind" is missing'),
        (FILE.replace('name = "static"\n', ""), 1, '"name" is missing'),
        (FILE.replace('path = "a.json"\n', ""), 1, '"path" is missing'),
        (FILE + "pth = 1\n", 5, 'unknown key "pth"'),
        (FILE.replace('"static"', '"prod"'), 3, '"prod" is in [[sources]] already'),
        (FILE + FILE.replace("a.json", "b.json"), 7, '"static" is in [[outlets]] already'),
        (FILE + OTHER, 8, "path: a.json is written already; give it a file of its own"),
        (FILE + 'markdown = "a.json"\n', 5, "markdown: a.json is written already"),
        (FILE.replace("a.json", "."), 4, "is a folder; name a file in it"),
        (FILE.replace("a.json", ""), 4, "is a folder; name a file in it"),
        (FILE + 'keep = "0s"\n', 5, 'keep: must be longer than "0s"'),
        (FILE + 'priorities = ["P9"]\n', 5, '"P9" is not one of P1, P2, P3, P4'),
        (SLACK + 'channel = "#clients"\n', 5, "channel: is no id of a channel"),
        (SLACK + 'channel = "D01234567"\n', 5, "channel: is no id of a channel"),
        (MAIL + "to = []\n", 6, "to: must not be empty"),
        (MAIL + 'to = ["a@b.example, c@d.example"]\n', 6, "to #1: is not an address"),
        (MAIL.replace("a@b.example", "a@b.example\\nBcc: c@d.example"), 5, "sender: must be one line"),
        (WEB.format("intercom"), 1, '"source" is missing'),
        (WEB.format("intercom") + 'source = "prod"\n', 5, "no [[sources]] of kind intercom"),
        (WEB.format("cachet") + 'url = "ftp://x"\n', 5, "url: is not an address"),
        (PAGE + 'components = ["x"]\n', 6, "components: must be a table"),
        (PAGE + 'components = { payments = "" }\n', 6, "components.payments: must be one line"),
    ],
)
def test_a_mistake_is_said_with_its_line(text: str, at: int, said: str, tmp_path: Path) -> None:
    path = tmp_path / "oncall.toml"
    path.write_text(HEAD + text)
    with pytest.raises(ConfigError) as caught:
        load_setup(path, tmp_path / "cache")
    first = HEAD.count("\n")
    (line,) = [one for one in str(caught.value).splitlines() if said in one]
    assert f"oncall.toml:{first + at}: [[outlets]]" in line


@pytest.mark.parametrize(
    "text", [FILE + 'services = ["paymens"]\n', PAGE + 'components = { paymens = "x" }\n']
)
def test_an_unknown_service_is_a_warning(text: str, tmp_path: Path) -> None:
    path = tmp_path / "oncall.toml"
    path.write_text(HEAD + text)
    warnings = load_setup(path, tmp_path / "cache").warnings
    assert any("[[outlets]]" in one and 'did you mean "payments"?' in one for one in warnings)


def test_the_secrets_of_outlets_and_ticket_systems_are_masked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X", "hush-outlet")
    monkeypatch.setenv("Y", "hush-ticket")
    hub = '[[tickets]]\nkind = "github"\nname = "hub"\ntoken = { env = "Y" }\nproject = "acme/shop"\n'
    path = tmp_path / "oncall.toml"
    path.write_text(HEAD + PAGE + hub)
    assert set(secret_values(path)) == {"hush-outlet", "hush-ticket"}
