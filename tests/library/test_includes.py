"""Runbooks that include others, and links from one to another: never out of the folders, never round in circles."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from console.domain.runbook import Reference, Runbook
from console.library.includes import DEEPEST, MOST, Piece, expand, included
from console.library.index import Index
from console.library.lint import lint
from console.library.parse import MAX_BYTES, parse

COMMON = "---\nservices: [x]\n---\n# Common\n\n## Restart\n\n1. Restart the pods\n\n## Drain\n\n1. Drain the node\n"


def write(folder: Path, **files: str) -> Index:
    for name, text in files.items():
        file = folder / name.replace("__", "/").replace("_md", ".md")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return Index([folder])


def book(index: Index, path: str) -> Runbook:
    index.refresh()
    found = index.at(path)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("line", "target"),
    [
        ('{{< include "common.md" >}}', "common.md"),
        ("{{< include file='a/common.md' >}}", "a/common.md"),
        ("{{% include common.md %}}", "common.md"),
        ('--8<-- "common.md"', "common.md"),
        ("!include common.md", "common.md"),
        ('   !include "common.md#restart"', "common.md#restart"),
        ("    !include common.md", ""),
        ("see !include common.md", ""),
        ("!included common.md", ""),
        ("{{ include }}", ""),
        ("--8<--", ""),
        ("!include", ""),
    ],
)
def test_what_a_line_includes(line: str, target: str) -> None:
    assert included(line) == target


@pytest.mark.parametrize(
    "line", ['{{< include "../common.md" >}}', '--8<-- "common.md"', "!include ../common.md#restart"]
)
def test_an_include_stands_in_its_place_below_the_heading_there(tmp_path: Path, line: str) -> None:
    text = f"# Disk\n\n## Mitigation\n\n1. Look first\n\n{line}\n\n## Notes\n\nnone\n"
    index = write(tmp_path, common_md=COMMON, a__disk_md=text)
    found = book(index, "a/disk.md")
    steps = [step.text for step in found.steps]
    assert steps[:2] == ["Look first", "Restart the pods"]
    assert ("Drain the node" in steps) is ("#" not in line)
    assert "services: [x]" not in found.text
    assert "\n## Notes" in found.text
    assert "# Restart" in found.text


def test_code_includes_nothing(tmp_path: Path) -> None:
    index = write(tmp_path, common_md=COMMON, a_md="# A\n\n```sh\n!include common.md\n```\n")
    assert "Restart" not in book(index, "a.md").text


def test_a_change_of_what_is_included_is_seen(tmp_path: Path) -> None:
    index = write(tmp_path, a_md="# A\n\n!include common.md\n")
    assert "common.md is not included: no such runbook" in book(index, "a.md").text
    write(tmp_path, common_md="1. Call Budi\n2. Call Dewi\n")
    assert [step.text for step in book(index, "a.md").steps] == ["Call Budi", "Call Dewi"]
    write(tmp_path, common_md="1. Call nobody at all\n2. Wait\n")
    assert book(index, "a.md").steps[0].text == "Call nobody at all"


def test_circles_are_said(tmp_path: Path) -> None:
    index = write(tmp_path, a_md="!include a.md\n!include b.md\n", b_md="!include a.md\n")
    text = book(index, "a.md").text
    assert "a.md is not included: it includes itself" in text
    assert "a.md is not included: it is included by what it includes" in text


def test_depth_number_and_length_are_bounded() -> None:
    deep = expand("!include 0", "start", lambda _above, name: Piece(f"p{name}", f"!include {int(name) + 1}"))
    assert f"it would be more than {DEEPEST} deep" in deep.text
    many = expand("!include x\n" * 500, "start", lambda _above, _name: Piece("x", "y"))
    assert many.text.count("y") == MOST
    assert len(many.missing) == 500 - MOST
    fan = expand("!include 0", "start", lambda _above, name: Piece(f"p{name}", f"!include {name}1\n" * 9))
    assert len(fan.text) < 100_000
    long = expand(
        "!include x\n!include x\n", "start", lambda _above, _name: Piece("x", "z" * (MAX_BYTES - 99))
    )
    assert "the runbook would be too long" in long.text


@pytest.mark.parametrize(
    "target",
    [
        "../secret.md", "../../etc/passwd", "/etc/passwd", "{outside}/secret.md", "link.md", "%2e%2e/secret.md",
        "..\\secret.md", "file:///etc/passwd", "http://127.0.0.1/x.md", ".hidden.md", ".git/config", "pipe.md",
        "big.md", "$(id).md",
    ],
)  # fmt: skip
def test_nothing_outside_the_folders_is_included_or_followed(tmp_path: Path, target: str) -> None:
    folder = tmp_path / "books"
    (tmp_path / "secret.md").write_text("# hush\n")
    target = target.replace("{outside}", str(tmp_path))
    index = write(folder, a_md=f"# A\n\n!include {target}\n", _hidden_md="x")
    (folder / ".hidden.md").write_text("hush")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    (folder / "big.md").write_text("hush " * MAX_BYTES)
    found = book(index, "a.md")
    assert "hush" not in found.text
    assert "root:" not in found.text
    assert index.follow("a.md", target) is None


def test_links_to_other_runbooks_are_kept_with_their_step_and_followed(tmp_path: Path) -> None:
    text = (
        "# A\n\n## Steps\n\n1. [Restart](../common.md#restart)\n2. Look at [the graph](https://graph.example)\n"
        "3. Go [back](#steps), or not ([x](javascript:alert(1)) [y](/etc/passwd) [z](pic.png))\n"
    )
    index = write(tmp_path, common_md=COMMON, a__a_md=text)
    first, second, third = book(index, "a/a.md").steps
    assert first.references == (Reference("Restart", "../common.md#restart"),)
    assert (second.references, second.links[0].url) == ((), "https://graph.example")
    assert third.references == (Reference("back", "#steps"),)
    there = index.follow("a/a.md", "../common.md#restart")
    assert there is not None
    assert (there.path, there.section, len(there.steps)) == ("common.md", "Restart", 1)
    here = index.follow("a/a.md", "#steps")
    assert here is not None
    assert (here.path, here.section) == ("a/a.md", "Steps")
    assert index.follow("a/a.md", "gone.md") is None
    assert index.follow("gone.md", "#steps") is None


def test_steps_found_by_their_wording_alone_are_told_apart() -> None:
    sure = parse("# A\n\n## Mitigation\n\n1. Check the pods\n2. Restart them\n", "a.md")
    unsure = parse("# A\n\nText.\n\n1. Check the pods\n2. Restart them\n", "a.md")
    assert [step.sure for step in sure.steps] == [True, True]
    assert [step.sure for step in unsure.steps] == [False, False]


def test_lint_names_includes_that_lead_nowhere_with_their_line(tmp_path: Path) -> None:
    index = write(
        tmp_path,
        a_md="# A\n\n!include gone.md\n!include b.md\n",
        b_md="# B\n\n!include common.md#nope\n",
        common_md=COMMON,
    )
    index.refresh()
    found = [fault for fault in lint(index, date(2026, 11, 22), 6) if fault.kind == "dead-include"]
    assert [(fault.path, fault.line, fault.text) for fault in found] == [
        ("a.md", 3, "gone.md: no such runbook"),
        ("a.md", 4, "common.md#nope: no such section"),
        ("b.md", 3, "common.md#nope: no such section"),
    ]
