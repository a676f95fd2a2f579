"""What holds for the repository as a whole: names, lengths, links, and what no file may say."""

import importlib
import json
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from deployments.definitions import load_definitions

ROOT = Path(__file__).parents[1]
PACKAGES = ("gastown", "blocks", "tasks", "flows", "deployments", "formulas")
MAX_LINES = 400
REGISTRY = re.compile(
    r"(?:pypi|pythonhosted|npmjs|rubygems)\.org|crates\.io|proxy\.golang|yarnpkg\.com"
)
LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|(?:src|href)=\"([^\"]+)\"")
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|#")


def tracked(*patterns: str) -> list[Path]:
    """The files that git tracks and that are there."""
    argv = ["git", "ls-files", "-z", "--", *patterns]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this is no git checkout", allow_module_level=True)
    found = [ROOT / name for name in done.stdout.split("\0") if name]
    return [path for path in found if path.is_file()]


def lines_with(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    """`file:line` of each line of text that matches."""
    found: list[str] = []
    for path in files:
        content = path.read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    return found


def folder(path: Path) -> str:
    """A pattern that finds this absolute path, but no longer or relative one that ends like it."""
    return rf"(?<![\w.~/-]){re.escape(str(path))}(?![\w.-])"


def test_every_entrypoint_of_prefect_yaml_is_a_flow():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # imports of the engine's own dependencies
        from prefect import Flow

    for deployment in load_definitions().deployments:
        module, _, name = deployment.entrypoint.rpartition(".")
        assert isinstance(getattr(importlib.import_module(module), name), Flow)


def test_our_names_are_ours_from_any_folder(tmp_path):
    """An editable checkout comes last: any dependency's top-level `tasks` would win."""
    look = "import importlib.util, json, sys; print(json.dumps([importlib.util.find_spec(n).origin"
    argv = [sys.executable, "-c", f"{look} for n in sys.argv[1:]]))", *PACKAGES]

    said = subprocess.run(argv, cwd=tmp_path, env={}, capture_output=True, text=True, check=True)

    expected = [ROOT / name / "__init__.py" for name in PACKAGES]
    assert [Path(origin) for origin in json.loads(said.stdout)] == expected


def test_no_module_is_longer_than_one_can_hold_in_mind():
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in tracked("*.py")}

    long = {str(path.relative_to(ROOT)) for path, count in lengths.items() if count > MAX_LINES}
    assert long == set()


def test_every_module_of_ours_says_what_it_is():
    missing = [
        str(path.relative_to(ROOT))
        for path in tracked(*(f"{name}/*.py" for name in PACKAGES), ":(glob)examples/*.py")
        if (text := path.read_text("utf-8")) and not text.startswith('"""')
    ]
    assert missing == []


def test_no_file_names_a_package_registry():
    """Whoever installs from a mirror must not be sent elsewhere by a lock file or a script."""
    assert lines_with(REGISTRY, tracked()) == []


def test_no_file_names_a_folder_of_one_machine():
    places = [folder(path) for path in (ROOT, Path.home()) if len(path.parts) > 1]

    assert lines_with(re.compile("|".join(places) or "(?!)"), tracked()) == []


@pytest.mark.parametrize("path", tracked("*.md", ":!examples/**"), ids=lambda path: path.name)
def test_every_relative_link_leads_somewhere(path):
    found = [link or source for link, source in LINK.findall(path.read_text("utf-8"))]
    relative = [link.partition("#")[0] for link in found if not ELSEWHERE.match(link)]

    assert [link for link in relative if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", tracked(":(glob)examples/*.py"), ids=lambda path: path.name)
def test_every_example_compiles(path):
    compile(path.read_text("utf-8"), str(path), "exec")
