"""``[[runbooks.fetch]]``: which addresses may be fetched, and what that takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from console.config.access import access_of_page
from console.config.kept import load_setup
from console.domain.pages import PageRule
from console.errors import ConfigError
from tests.config.samples import SOURCE, TEAM, loaded
from tests.paths import REPO

WIKI = '[[runbooks.fetch]]\nurl = "https://wiki.example/runbooks"\n'


def test_the_example_of_the_documentation_loads() -> None:
    text = (REPO / "docs" / "runbooks.md").read_text()
    (example,) = [block for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "fetch" in block]
    (table,) = loaded(TEAM + SOURCE + example).config.runbooks.fetch
    assert table.rule == PageRule("https://wiki.example/runbooks", internal=True, own=True)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('url = "http://wiki.example"\ntoken = { env = "X" }', "token is sent over https only"),
        ('url = "https://asha:hush@wiki.example"', "must not hold a user name"),
        ('url = "file:///etc"', "is not an address"),
        ('url = "wiki.example"', "is not an address"),
        ("internal = true", "url"),
    ],
)
def test_what_is_wrong_is_told_without_the_secret(line: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        loaded(f"{TEAM}{SOURCE}[[runbooks.fetch]]\n{line}\n")
    assert "hush" not in str(caught.value)


def test_the_token_is_read_when_it_is_needed_and_kept_nowhere(tmp_path: Path) -> None:
    config, token = tmp_path / "oncall.toml", tmp_path / "wiki.token"
    token.write_text("hush-5150\n")
    token.chmod(0o600)
    config.write_text(f'{TEAM}{SOURCE}{WIKI}token = {{ file = "wiki.token" }}\n')
    config.chmod(0o600)
    checked, kept = (load_setup(config, tmp_path / "kept") for _ in range(2))
    for setup in (checked, kept):
        assert setup.runbook_pages == (PageRule("https://wiki.example/runbooks", own=True),)
    on_disk = b"".join(file.read_bytes() for file in (tmp_path / "kept").iterdir())
    assert b"hush" not in on_disk
    access = access_of_page(config, kept.runbook_pages[0])
    assert access.headers == {"Authorization": "Bearer hush-5150"}
    assert "hush" not in repr(access)
    assert not access_of_page(config, PageRule("https://other.example")).headers


def test_a_token_in_the_file_itself_is_warned_of() -> None:
    found = loaded(f'{TEAM}{SOURCE}{WIKI}token = "hush"\n')
    assert any("is a secret in the file itself" in warning for warning in found.warnings)
    assert "hush" not in repr(found)


def test_files_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    config, team = tmp_path / "oncall.toml", tmp_path / "team" / "wiki.toml"
    team.parent.mkdir()
    (team.parent / "wiki.token").write_text("hush-5150\n")
    team.write_text(f'{WIKI}token = {{ file = "wiki.token" }}\nca_file = "ca.pem"\n')
    config.write_text(f'include = ["team/wiki.toml"]\n{TEAM}{SOURCE}[store]\npassword = {{ env = "PG" }}\n')
    for file in (config, team, team.parent / "wiki.token"):
        file.chmod(0o600)
    access = access_of_page(config, PageRule("https://wiki.example/runbooks", own=True))
    assert access.headers == {"Authorization": "Bearer hush-5150"}
    assert access.ca_file == team.parent / "ca.pem"
