"""Pages that were fetched: shown at once, asked for again when they are old, kept for when the wiki is down."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from console.config.files import write_whole
from console.domain.pages import Fetched, PageRule
from console.errors import SourceError
from console.library import pages as pages_module
from console.library.copies import Copies, Copy
from console.library.index import Index
from console.library.pages import Pages
from console.ports.pages import Page

NOW = datetime(2026, 11, 22, 13, 31, tzinfo=UTC)
URL = "https://wiki.example/runbooks/disk.md"
RULE = PageRule("https://wiki.example/runbooks")


class Wiki:
    """Answers what it is told to, one after the other, and says what it was asked."""

    def __init__(self, *answers: Page | Exception | None) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, str]] = []

    def __call__(self, url: str, etag: str, modified: str) -> Page | None:
        self.asked.append((url, etag, modified))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Held:
    """A clock to be set, and fetches to be begun by hand."""

    def __init__(self) -> None:
        self.at, self.ticks = NOW, 1_000.0
        self.jobs: list[Callable[[], None]] = []

    def now(self) -> datetime:
        return self.at

    def pass_(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.ticks += seconds

    def run(self) -> None:
        while self.jobs:
            self.jobs.pop(0)()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    made = Held()
    monkeypatch.setattr(pages_module, "ticks", lambda: made.ticks)
    return made


def copies(folder: Path) -> Copies:
    return Copies(folder / "cache", partial(write_whole, overwrite=True))


def pages(wiki: Wiki, held: Held, folder: Path) -> Pages:
    return Pages([RULE], wiki, copies(folder), held, held.jobs.append)


DISK = Page("# Disk\n\n## Fix\n\n1. Free some space\n", '"1"')
DOWN = SourceError("wiki.example refuses the connection")


def test_a_page_is_shown_when_it_is_there_and_asked_for_again_when_it_is_old(
    held: Held, tmp_path: Path
) -> None:
    wiki = Wiki(DISK, None, DOWN)
    known = pages(wiki, held, tmp_path)
    assert known.find(URL) == (None, Fetched("wiki.example", None))
    known.find(URL)
    assert len(held.jobs) == 1
    held.run()
    book, fetched = known.find(f"{URL}#fix")
    assert book is not None
    assert (book.path, book.title, [step.text for step in book.steps]) == (URL, "Disk", ["Free some space"])
    assert fetched == book.fetched == Fetched("wiki.example", NOW)
    held.pass_(601)
    assert known.find(URL)[1].at == NOW
    held.run()
    assert known.find(URL)[1] == Fetched("wiki.example", held.at)
    held.pass_(601)
    known.find(URL)
    held.run()
    again = known.find(URL)[1]
    assert (again.at, again.trouble) == (NOW + timedelta(seconds=601), "wiki.example refuses the connection")
    assert wiki.asked == [(URL, "", ""), (URL, '"1"', ""), (URL, '"1"', "")]


def test_what_cannot_be_fetched_is_tried_again_but_not_at_every_look(held: Held, tmp_path: Path) -> None:
    wiki = Wiki(DOWN, ValueError("hush"), DISK)
    known = pages(wiki, held, tmp_path)
    for trouble in ("wiki.example refuses the connection", "it cannot be fetched (ValueError)"):
        known.find(URL)
        held.run()
        assert known.find(URL) == (None, Fetched("wiki.example", None, trouble))
        assert not held.jobs
        held.pass_(61)
    known.find(URL)
    held.run()
    assert known.find(URL)[0] is not None


def test_the_copy_outlives_the_process_and_is_ours_alone(held: Held, tmp_path: Path) -> None:
    known = pages(Wiki(DISK), held, tmp_path)
    known.find(URL)
    held.run()
    (file,) = (tmp_path / "cache").iterdir()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    held.pass_(3 * 3600)
    later = pages(Wiki(DOWN), held, tmp_path)
    book, _ = later.find(URL)
    held.run()
    fetched = later.find(URL)[1]
    assert book is not None
    assert fetched.words(held.at, UTC) == (
        "could not be fetched: wiki.example refuses the connection, showing the copy of 13:31"
    )
    assert Fetched("wiki.example", NOW).words(held.at, UTC) == "fetched 13:31 from wiki.example, 3h old"


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"url": 1}', "null", json.dumps({"url": URL, "at": "x", "text": ""})]
)
def test_a_copy_that_is_none_is_passed_over(content: str, tmp_path: Path) -> None:
    kept = copies(tmp_path)
    kept.keep(Copy(URL, NOW, "text"))
    (file,) = (tmp_path / "cache").iterdir()
    assert kept.read(URL) == Copy(URL, NOW, "text")
    file.write_text(content)
    assert kept.read(URL) is None


def test_a_copy_that_others_may_read_or_that_is_a_link_does_not_count(tmp_path: Path) -> None:
    kept = copies(tmp_path)
    kept.keep(Copy(URL, NOW, "text"))
    (file,) = (tmp_path / "cache").iterdir()
    file.chmod(0o644)
    assert kept.read(URL) is None
    file.chmod(0o600)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert kept.read(URL) is None


def test_only_so_many_are_kept_in_memory_and_fetched_at_once(held: Held, tmp_path: Path) -> None:
    known = pages(Wiki(*[DISK] * 80), held, tmp_path)
    for n in range(40):
        known.find(f"{URL}?{n}")
    assert len(held.jobs) == pages_module.MOST_AT_ONCE
    held.run()
    for n in range(40):
        known.find(f"{URL}?{n}")
        held.run()
    assert len(known._known) <= pages_module.MOST_KNOWN


def test_the_alerts_page_goes_before_the_services_runbook_and_tells_where_it_is_missing(
    held: Held, tmp_path: Path
) -> None:
    folder = tmp_path / "books"
    folder.mkdir()
    (folder / "payments.md").write_text("# payments\n\n1. Check the pods\n")
    index = Index([folder], (), pages(Wiki(DOWN, DISK), held, tmp_path))
    index.find("Slow", "payments", (), URL)
    held.run()
    found, _ = index.find("Slow", "payments", (), URL)
    assert found is not None
    assert found.path == "payments.md"
    assert found.fetched is not None
    assert found.fetched.words(NOW, UTC) == (
        "the alert's own runbook could not be fetched: wiki.example refuses the connection"
    )
    nothing, note = index.find("Slow", "nobody's", (), URL)
    assert nothing is None
    assert "could not be fetched: wiki.example refuses the connection" in note
    held.pass_(61)
    index.find("Slow", "payments", (), URL)
    held.run()
    found, note = index.find("Slow", "payments", (), f"{URL}#fix")
    assert found is not None
    assert (found.path, found.section, note) == (URL, "Fix", "found by runbook_url")


def test_an_address_off_the_allow_list_says_what_to_do(held: Held, tmp_path: Path) -> None:
    wiki = Wiki()
    index = Index([tmp_path], (), pages(wiki, held, tmp_path))
    _, note = index.find("Slow", "payments", (), "https://evil.example/runbooks/disk.md")
    assert note.endswith("evil.example/runbooks/disk.md, which is not on the allow-list: open it with o")
    assert not held.jobs


def test_a_link_in_a_page_is_followed_where_it_may_be_fetched(held: Held, tmp_path: Path) -> None:
    wiki = Wiki(DISK, Page("# Common\n\n## Restart\n\n1. Restart it\n"))
    index = Index([tmp_path], (), pages(wiki, held, tmp_path))
    index.find("Slow", "payments", (), URL)
    held.run()
    same = index.follow(URL, "#fix")
    assert same is not None
    assert (same.path, same.section) == (URL, "Fix")
    assert index.follow(URL, "common.md#restart") is None
    held.run()
    other = index.follow(URL, "common.md#restart")
    assert other is not None
    assert (other.path, other.section) == ("https://wiki.example/runbooks/common.md", "Restart")
    for target in ("../admin.md", "//evil.example/a.md", "http://[", "/etc/passwd.md"):
        assert index.follow(URL, target) is None
    assert not held.jobs
    assert [url for url, _, _ in wiki.asked] == [URL, "https://wiki.example/runbooks/common.md"]


def test_without_folders_only_the_page_is_spoken_of(held: Held, tmp_path: Path) -> None:
    wiki = Wiki(SourceError("it is a web page, no Markdown: open it with o"))
    index = Index([], (), pages(wiki, held, tmp_path))
    _, note = index.find("Slow", "payments", (), URL)
    assert note == f"the alert's own runbook is being fetched from wiki.example: {URL}"
    held.run()
    _, note = index.find("Slow", "payments", (), URL)
    assert note == (
        "the alert's own runbook could not be fetched: it is a web page, no Markdown: open it with o: " + URL
    )
