"""A config in several files: what they come to together, and what is said about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.config.includes import DEEPEST, MOST_FILES
from console.config.load import Loaded, load
from console.config.policy import policy_of, setup_of
from console.errors import ConfigError
from tests.config.samples import SOURCE, TEAM

MINE = 'include = ["team.toml"]\n[me]\nid = "budi"\n'
TEAM_ONLY = TEAM.replace('[me]\nid = "asha"\n', "")


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write the files, for their owner only; return the first."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)
    return folder / next(iter(files))


def complaint(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return str(caught.value).replace(f"{path.parent}/", "").splitlines()


def people(loaded: Loaded) -> list[str]:
    return [person.id for person in loaded.config.people]


def person(name: str) -> str:
    return f'[[people]]\nid = "{name}"\n'


def test_the_team_may_be_in_a_file_of_its_own(tmp_path: Path) -> None:
    loaded = load(write(tmp_path, {"oncall.toml": MINE, "team.toml": TEAM_ONLY + SOURCE}))
    assert loaded.warnings == ()
    assert loaded.config.me.id == "budi"
    assert people(loaded) == ["asha", "budi", "dewi"]
    assert loaded.files == (tmp_path / "oncall.toml", tmp_path / "team.toml")
    assert loaded.config.include == ()


def test_lists_follow_one_another_and_tables_are_put_together(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {
            "oncall.toml": 'include = ["d", "z.toml"]\n' + person("eko") + '[sla.P1]\nack = "3m"\n',
            "z.toml": person("fajar") + '[sla.P1]\nresolve = "2h"\n[sla.P2]\nack = "6m"\n',
            "d/2.toml": person("citra") + "[sla]\nwarn_ack = 0.4\n[ui.keys]\n",
            "d/10.toml": 'include = ["../more.toml"]\n' + person("asha"),
            "d/notes.txt": "no TOML",
            "d/.hidden.toml": "no TOML",
            "d/sub.toml/x": "no TOML",
            "more.toml": person("budi"),
        },
    )
    loaded = load(path)
    assert people(loaded) == ["eko", "asha", "budi", "citra", "fajar"]
    assert [file.name for file in loaded.files] == ["oncall.toml", "10.toml", "more.toml", "2.toml", "z.toml"]
    sla = loaded.config.sla
    assert sla.P1.ack is not None
    assert sla.P1.resolve is not None
    assert (sla.P1.ack.seconds, sla.P1.resolve.seconds, sla.warn_ack) == (180, 7200, 0.4)


def test_a_file_that_is_included_twice_counts_once(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {
            "oncall.toml": 'include = ["a.toml", "b.toml", "./a.toml"]\n',
            "a.toml": 'include = ["base.toml"]\n',
            "b.toml": 'include = ["base.toml"]\n',
            "base.toml": person("asha"),
        },
    )
    assert people(load(path)) == ["asha"]


def test_home_and_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    path = write(
        tmp_path / "checkout",
        {"oncall.toml": 'include = ["~/mine.toml", "team.toml"]\n', "team.toml": person("asha")},
    )
    write(tmp_path, {"home/mine.toml": '[me]\nid = "asha"\n'})
    link = tmp_path / "linked.toml"
    link.symlink_to(path)
    assert load(link).config.me.id == "asha"
    assert people(load(link)) == ["asha"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"oncall.toml": MINE, "team.toml": TEAM_ONLY + SOURCE + '[sla.P1]\nack = "5 min"\n'},
            'team.toml:53: [sla.P1]: ack: "5 min" is not a duration',
        ),
        (
            {"oncall.toml": MINE + person("eko"), "team.toml": person("asha") + "[[people]]\nid = 5\n"},
            "team.toml:4: [[people]] #2: id: must be text in quotes",
        ),
        (
            {"oncall.toml": MINE + person("eko"), "team.toml": '\n[[people]]\nname = "B"\n'},
            'team.toml:2: [[people]] #1 "B": "id" is missing',
        ),
        (
            {"oncall.toml": MINE + person("asha"), "team.toml": "\n" + person("budi") + person("asha")},
            'team.toml:5: [[people]] #2 "asha": id: "asha" is in [[people]] already (oncall.toml:5)',
        ),
        (
            {"oncall.toml": MINE + '[sla.P1]\nack = "5m"\n', "team.toml": '[sla.P1]\nack = "6m"\n'},
            "team.toml:2: [sla.P1]: ack: is said in oncall.toml:5 already",
        ),
        (
            {"oncall.toml": MINE, "team.toml": '[me]\nid = "asha"\n'},
            "team.toml:2: [me]: id: is said in oncall.toml:3 already",
        ),
        (
            {"oncall.toml": MINE + "[[people]]\n", "team.toml": "[people]\n"},
            "team.toml:1: [people]: is said in oncall.toml:4 already",
        ),
        (
            {
                "oncall.toml": MINE + '[store]\npassword = { env = "A" }\n',
                "team.toml": '[store.password]\nfile = "b"\n',
            },
            "team.toml:1: [store.password]: is said in oncall.toml:5 already",
        ),
        (
            {"oncall.toml": MINE, "team.toml": "[runbooks]\npths = []\n"},
            'team.toml:2: [runbooks]: unknown key "pths" — did you mean "paths"?',
        ),
        ({"oncall.toml": MINE, "team.toml": "a = [\n"}, "team.toml:1: not valid TOML: "),
        ({"oncall.toml": MINE}, "oncall.toml:1: include: team.toml: No such file or directory"),
        ({"oncall.toml": 'include = [\n"a.toml",\n"\\u0000"]\n', "a.toml": ""}, "oncall.toml:3: include: "),
        ({"oncall.toml": 'include = "team.toml"\n'}, "oncall.toml:1: include: must be a list in [ ]"),
        ({"oncall.toml": "include = [\n1]\n"}, "oncall.toml:2: include: must be a file or folder in quotes"),
        (
            {"oncall.toml": '[me]\ninclude = ["team.toml"]\n'},
            'oncall.toml:2: [me]: unknown key "include"; it stands before the first [section] of a file',
        ),
        (
            {"oncall.toml": 'include = ["oncall.toml"]\n'},
            "oncall.toml:1: include: oncall.toml is being read already: it includes itself, directly or through",
        ),
        (
            {"oncall.toml": 'include = ["d"]\n', "d/a.toml": '\n\ninclude = ["../oncall.toml"]\n'},
            "d/a.toml:3: include: d/../oncall.toml is being read already",
        ),
    ],
)
def test_what_is_wrong_is_told_with_the_file_and_line_it_stands_on(
    tmp_path: Path, files: dict[str, str], expected: str
) -> None:
    (line,) = complaint(write(tmp_path, files))
    assert line.startswith(expected)


def test_problems_are_told_file_by_file(tmp_path: Path) -> None:
    files = {"oncall.toml": MINE + "\n\n[ui]\nmous = 1\n", "team.toml": "[ui]\nkey = 1\n", "b.toml": ""}
    assert [line.split(": ")[0] for line in complaint(write(tmp_path, files))] == [
        "oncall.toml:7",
        "team.toml:2",
    ]


def test_how_deep_and_how_many_is_bounded(tmp_path: Path) -> None:
    chain = {f"{n}.toml": f'include = ["{n + 1}.toml"]\n' for n in range(DEEPEST + 2)}
    (line,) = complaint(write(tmp_path / "deep", chain))
    assert line == f"{DEEPEST}.toml:1: include: more than {DEEPEST} files include one another in a row"
    many = {f"d/{n}.toml": "" for n in range(MOST_FILES)}
    (line,) = complaint(write(tmp_path / "many", {"oncall.toml": 'include = ["d"]\n', **many}))
    assert line == f"oncall.toml:1: include: more than {MOST_FILES} files"


def test_a_folder_without_files_is_doubtful(tmp_path: Path) -> None:
    path = write(tmp_path, {"oncall.toml": 'include = ["d"]\n' + SOURCE, "d/team.tml": ""})
    assert load(path).warnings == (f"{path}:1: include: {tmp_path}/d has no *.toml file",)


def test_paths_are_relative_to_the_file_they_stand_in(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {
            "oncall.toml": 'include = ["team/all.toml", "own/store.toml"]\n',
            "team/all.toml": SOURCE
            + 'token = { file = "am.token" }\nca_file = "ca.pem"\n[runbooks]\npaths = ["books", "~/mine"]\n',
            "own/store.toml": '[store]\nurl = "sqlite:///oncall.db"\npassword = { file = "db.password" }\n',
        },
    )
    loaded = load(path)
    (options,) = loaded.options
    assert options.model_dump()["ca_file"] == tmp_path / "team" / "ca.pem"
    assert getattr(options, "token").where == (str(tmp_path / "team" / "am.token"),)  # noqa: B009 - the kind's own
    assert loaded.config.store.password is not None
    assert loaded.config.store.password.where == (str(tmp_path / "own" / "db.password"),)
    setup = setup_of(loaded)
    assert setup.runbooks == (str(tmp_path / "team" / "books"), str(Path("~/mine").expanduser()))
    assert setup.store_folder == tmp_path / "own"
    assert setup.store_secret


def test_url_and_password_of_the_store_may_stand_in_different_files(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {
            "oncall.toml": 'include = ["team.toml"]\n[store]\npassword = { env = "DB" }\n',
            "team.toml": '[store]\nurl = "postgresql://oncall@db.shop.example/oncall"\n',
        },
    )
    store = load(path).config.store
    assert store.url == "postgresql://oncall@db.shop.example/oncall"
    assert repr(store.password) == "Secret(env DB)"


@pytest.mark.parametrize("section", [SOURCE + "token", "[store]\npassword"])
def test_a_literal_is_judged_by_the_file_it_stands_in(tmp_path: Path, section: str) -> None:
    path = write(tmp_path, {"oncall.toml": MINE, "team.toml": f'{section} = "hunter2"\n'})
    path.chmod(0o644)
    warnings = [line for line in load(path).warnings if "secret" in line]
    assert len(warnings) == 1
    assert warnings[0].startswith(f"{tmp_path}/team.toml:")
    assert "is a secret in the file itself" in warnings[0]
    (tmp_path / "team.toml").chmod(0o640)
    (line,) = complaint(path)
    assert "others may read; chmod 600 team.toml" in line
    assert "hunter2" not in line


def test_the_later_of_two_overrides_counts_across_files(tmp_path: Path) -> None:
    override = '[[overrides]]\nteam = "payments"\nrole = "primary"\nperson = "{}"\nstart = 2026-01-07T09:00:00\nend = 2026-01-08T09:00:00\n'
    path = write(
        tmp_path,
        {"oncall.toml": MINE + override.format("asha"), "team.toml": TEAM_ONLY + override.format("dewi")},
    )
    assert [one.person for one in policy_of(load(path)).roster.overrides] == ["asha", "dewi"]
