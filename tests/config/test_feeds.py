"""``[[changes]]``: what is wrong in it is said with its place, and its secrets stay where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.config.kept import load_setup
from console.config.load import load
from console.config.policy import policy_digest, setup_of
from console.config.setup import SourceSpec
from console.errors import ConfigError
from console.service import make_feeds
from tests.config.samples import SOURCE, TEAM, loaded

FEED = """
[[changes]]
kind = "github"
name = "hub"
repos = ["acme/shop"]
"""


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('kind = "github"', 'kind = "gitub"', 'unknown kind "gitub" — did you mean "github"?'),
        ('name = "hub"', 'name = "a:b"', "must not have a colon"),
        ('name = "hub"', 'name = "CLI"', 'must not be "cli"'),
        ("repos =", "repo =", "repo"),
        ('["acme/shop"]', '["shop"]', 'is not written as "owner/name"'),
        ('name = "hub"', 'name = "hub"\ninterval = "2s"', 'must be at least "10s"'),
        ('name = "hub"', 'name = "hub"\nurl = "ftp://x.example"', "is not an address"),
        (FEED, FEED + FEED, '"hub" is in [[changes]] already'),
    ],
)
def test_what_is_wrong_is_said(before: str, after: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(TEAM + SOURCE + FEED.replace(before, after))
    assert said in caught.value.message
    assert "[[changes]]" in caught.value.message


def test_a_token_in_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "oncall.toml"
    file.write_text(TEAM + SOURCE + FEED + 'token = "made-up"\n')
    file.chmod(0o600)
    assert any("token: is a secret in the file itself" in line for line in load(file).warnings)
    file.chmod(0o644)
    with pytest.raises(ConfigError, match="is a secret in a file that others may read") as caught:
        load(file)
    assert "made-up" not in str(caught.value)


def test_it_survives_being_kept_without_its_token(tmp_path: Path) -> None:
    file, cache = tmp_path / "oncall.toml", tmp_path / "cache"
    file.write_text(TEAM + SOURCE + FEED + 'token = "very-made-up"\n')
    file.chmod(0o600)
    first, setup = load_setup(file, cache), load_setup(file, cache)
    assert first.feeds == setup.feeds == (SourceSpec("hub", "github", 60.0),)
    assert b"very-made-up" not in b"".join(one.read_bytes() for one in cache.iterdir())
    (feed,) = make_feeds(setup)
    assert (feed.name, feed.kind, feed.interval, feed.deadline) == ("hub", "github", 60.0, 30.0)


def test_without_any_nothing_is_made() -> None:
    assert make_feeds(setup_of(loaded())) == ()


def test_what_is_asked_belongs_to_the_teams_rules_and_the_token_does_not() -> None:
    plain = policy_digest(loaded(TEAM + SOURCE + FEED))
    assert policy_digest(loaded(TEAM + SOURCE)) != plain
    assert policy_digest(loaded(TEAM + SOURCE + FEED.replace("acme/shop", "acme/web"))) != plain
    assert policy_digest(loaded(TEAM + SOURCE + FEED + 'token = { env = "X" }\n')) == plain
