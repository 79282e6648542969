"""The pages about the product, held against the product."""

import re
import tomllib
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from click.testing import CliRunner

from tagger.cli.main import cli
from tagger.codecs import dead_letters
from tagger.codecs.decode import RecordDecoder
from tagger.domain.commands import OutcomeCode
from tagger.domain.dead_letters import DeadLetterCode
from tagger.domain.events import Browse
from tagger.settings import Settings
from tagger.stream.topics import Topics

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = [
    README,
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted(ROOT.glob("docs/**/*.md")),
]
NAMES_A_FILE = re.compile(
    r"(tagger|docs|tests|rules|schemas|deploy|\.ci)/[\w./*-]*|[\w.-]+\.(toml|lock|yml)|\.importlinter"
)
GUIDE = ROOT / "docs" / "guides" / "events.md"
GROUPS = ("rules", "topics", "dead-letters")
SETTINGS = ("settings.py", "registry_access.py", "cli/main.py", "demo/datasets.py")
FIRST_RULE = "Your first rule in five minutes"


def _text(page: Path) -> str:
    return page.read_text("utf-8")


def _fences(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", _text(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).strip().lower().replace(" ", "-") for each in headings}


def _is_broken(link: str, page: Path) -> bool:
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    return not target.exists() or bool(anchor and anchor not in _anchors(target))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_named_files_exist(page: Path) -> None:
    text = _text(page)
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert [link for link in links if _is_broken(link, page)] == []
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    named = [span for span in re.findall(r"`([^`\n]+)`", prose) if NAMES_A_FILE.fullmatch(span)]
    assert [name for name in named if not any(ROOT.glob(name))] == []


def test_every_file_of_the_picture_exists() -> None:
    (picture,) = _fences(_text(ROOT / "docs" / "architecture.md"), "text")
    named = re.findall(r"[\w/]+\.py", picture)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / "tagger" / name).is_file()] == []


def test_every_direct_dependency_is_explained_with_its_locked_version() -> None:
    project = tomllib.loads(_text(ROOT / "pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(each for extra in extras.values() for each in extra)]
    names = [re.split(r"[\[<>=!~; ]", each)[0] for each in wanted]
    locked = dict(re.findall(r"^([\w.-]+)==(\S+)", _text(ROOT / "requirements.lock"), re.MULTILINE))
    page = _text(ROOT / "docs" / "dependencies.md")
    rows = re.findall(r"^\| ([\w.-]+) \| (\S+) \| \S.* \| \S.*\. \|$", page, re.MULTILINE)
    expected = [(name, locked[name.lower().replace(".", "-")]) for name in names]
    assert sorted(rows) == sorted(expected)
    for name, version in re.findall(r"`([\w-]+)` \((\d[\d.]+),", page):
        assert locked[name] == version


def test_the_first_rule_of_the_readme_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = _text(README).partition(f"## {FIRST_RULE}\n")[2].partition("\n## ")[0]
    pack, cases = _fences(section, "yaml")
    (events,) = _fences(section, "json")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "coffee.yaml").write_text(pack, "utf-8")
    (tmp_path / "mine" / "coffee.test.yaml").write_text(cases, "utf-8")
    (tmp_path / "events.jsonl").write_text(events, "utf-8")
    dialogues = _fences(section, "console")
    assert len(dialogues) == 3
    for dialogue in dialogues:
        command, _, expected = dialogue.partition("\n")
        arguments = command.removeprefix("$ .venv/bin/tagger ").split()
        answer = CliRunner().invoke(cli, arguments)
        assert (answer.exit_code, answer.output) == (0, expected)


def test_the_guide_for_events_knows_the_topics_the_codes_and_the_headers() -> None:
    text = _text(GUIDE)
    rows = re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
    unused = {Topics().action_outcome, Topics().rule_pack}
    internal = {Topics().dead_letter, Topics().profile_changelog}
    topics = set(msgspec.structs.astuple(Topics())) - unused - internal
    assert {row for row in rows if row.endswith(".v1")} == topics
    assert [row for row in rows if not row.endswith(".v1")] == [
        each.value for each in DeadLetterCode
    ]
    assert [name for name in dead_letters.NAMES if f"`{name}`" not in text] == []
    assert f"{Settings.max_skew_ms // 60_000} minutes" in text


def test_every_answer_to_a_command_is_explained() -> None:
    rows = re.findall(r"^\| (done|refused) \| `([\w-]+)` \| \S.* \|$", _text(GUIDE), re.MULTILINE)
    assert sorted(code for _, code in rows) == sorted(get_args(OutcomeCode))
    assert {code for status, code in rows if status == "done"} == {"done", "unchanged"}


def test_the_event_of_the_guide_is_read() -> None:
    (example,) = _fences(_text(GUIDE), "json")
    event = RecordDecoder(strict=True).decode("browse", example.encode())
    assert isinstance(event, Browse)


def test_settings_that_the_pages_name_exist() -> None:
    source = "".join(_text(ROOT / "tagger" / each) for each in SETTINGS)
    named = {name for page in PAGES for name in re.findall(r"TAGGER_([A-Z_]*[A-Z])\b", _text(page))}
    known = set(re.findall(r'"(?:TAGGER_)?([A-Z_]+)"', source))
    known |= {f"{name}_FILE" for name in re.findall(r'read\.secret\("([A-Z_]+)"\)', source)}
    known |= {f"TOPIC_{role.upper()}" for role in Topics.__struct_fields__}
    assert named
    assert sorted(named - known) == []


def test_options_in_the_pages_are_options_of_the_program() -> None:
    reference = _text(ROOT / "docs" / "reference" / "cli.md")
    commands = dict(
        re.findall(
            r"^## `tagger ?(.*?)`\n\n```text\n(.*?)^```", reference, re.DOTALL | re.MULTILINE
        )
    )
    used = [
        line.split()
        for page in PAGES
        for fence in _fences(_text(page), "sh") + _fences(_text(page), "console")
        for line in re.findall(r"^(?:\$ )?\.venv/bin/tagger (.*)$", fence, re.MULTILINE)
    ]
    assert used
    for words in used:
        name = " ".join(words[:2]) if words[0] in GROUPS else words[0]
        options = [word for word in words if word.startswith("--")]
        assert [each for each in options if each not in commands[name]] == []
