"""The rules of the house, as tests: what is not enforced is only a wish."""

import ast
import hashlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).parent.parent
HOME = ROOT / "src" / "fairwitness"
MODULES = sorted(path for path in HOME.rglob("*.py") if "migrations" not in path.parts)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

# Besides actions.py (or an actions package), these doors write to the database.
WRITERS = {
    "mixing.py",
    "outreach/sending.py",
    "sifting/pictures.py",  # saves a picture into memory, and knows no database
    "surveys/drafts.py",
    "surveys/draft_files.py",
    "surveys/release.py",
    "vault/keystore.py",
}
WRITES = {"save", "create", "bulk_create", "update", "bulk_update", "delete"}

# Every page that opens without signing in. Anything else needs a key.
PUBLIC_PAGES = {
    "front:ask",
    "front:asked",
    "front:campaign",
    "front:campaigns",
    "front:edition",
    "front:edition_file",
    "front:editions",
    "front:figures",
    "front:home",
    "front:icon",
    "front:language",
    "front:leave",
    "front:left",
    "front:limits",
    "front:named",
    "front:notice",
    "front:notice_as_told",
    "front:policy",
    "front:questions",
    "front:received",
    "front:robots",
    "front:security_txt",
    "front:who_we_are",
    "intake:check",
    "intake:close",
    "intake:delete",
    "intake:keep",
    "intake:page",
    "intake:receipt",
    "intake:receipt_file",
    "intake:saved",
    "intake:tell",
    "outreach:forwarded",
    "outreach:landing",
    "outreach:forget",
    "outreach:leave",
    "outreach:mine",
    "reporter:about",
    "reporter:add",
    "reporter:close",
    "reporter:code",
    "reporter:correct",
    "reporter:count",
    "reporter:download",
    "reporter:enter",
    "reporter:erase",
    "reporter:evidence",
    "reporter:later",
    "reporter:messages",
    "reporter:news",
    "reporter:package",
    "reporter:page",
    "reporter:recipient",
    "reporter:sent",
    "reporter:take_back",
    "reporter:who",
    "staff:sign_in",
    "surveys:check",
    "surveys:enclosure",
    "surveys:page",
    "surveys:over",
    "surveys:spent",
    "surveys:thanks",
}


def _name(path: Path) -> str:
    return path.relative_to(HOME).as_posix()


def _writes_rows(node: ast.AST) -> bool:
    """A call of a writing method on a queryset, a manager or a row, or of `inserting.insert`."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "insert":
        return True
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    if node.func.attr in {"get_or_create", "update_or_create", *WRITES} - {
        "update",
        "delete",
    }:
        return True
    source = ast.unparse(node.func.value)
    return node.func.attr in {"update", "delete"} and "objects" in source


def test_only_actions_write():
    offenders = [
        f"{_name(path)}:{node.lineno}"
        for path in MODULES
        if path.name != "actions.py"
        and path.parent.name != "actions"
        and _name(path) not in WRITERS
        for node in ast.walk(ast.parse(path.read_text()))
        if _writes_rows(node) and isinstance(node, ast.Call)
    ]

    assert offenders == []


def test_every_module_says_what_it_is_for():
    silent = [
        _name(path)
        for path in MODULES
        if path.read_text().strip()
        and not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


def test_no_module_grows_past_four_hundred_lines():
    grown = {
        _name(path): length
        for path in MODULES
        if (length := len(path.read_text().splitlines())) > 400
    }

    assert grown == {}


def test_apps_are_installed_in_the_order_of_their_floors():
    floors = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    height = {
        name.strip(): level
        for level, names in enumerate(reversed(floors))
        for name in names.split("|")
    }
    ours = [
        app.removeprefix("fairwitness.")
        for app in settings.INSTALLED_APPS
        if app.startswith("fairwitness.")
    ]

    levels = [height[app] for app in ours]

    assert levels == sorted(levels)


def test_every_dependency_says_why():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    start = lines.index("dependencies = [")
    listed = [
        line
        for line in lines[start : lines.index("[tool.hatch.version]")]
        if line.startswith('  "')
    ]

    assert [line for line in listed if "#" not in line] == []


def test_at_most_fifteen_libraries_run_the_embedded_default():
    assert len(PROJECT["project"]["dependencies"]) <= 15


def test_every_setting_is_documented():
    source = (HOME / "settings.py").read_text()
    names = set(re.findall(r'environment\.\w+\(\s*"([A-Z_]+)"', source))
    documented = (ROOT / "docs" / "settings.md").read_text()

    assert {name for name in names if f"`{name}`" not in documented} == set()


def _pages(patterns, namespace=""):
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = entry.namespace or namespace
            yield from _pages(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}:{entry.name}", entry.callback


def test_a_page_is_public_only_if_it_stands_in_this_list():
    public = {
        name
        for name, view in _pages(get_resolver().url_patterns)
        if not getattr(view, "login_required", True)
    }

    assert public == PUBLIC_PAGES


def test_no_page_or_style_names_another_host():
    pattern = re.compile(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""", re.I)
    offenders = [
        f"{_name(path)}:{number}"
        for kind in ("*.html", "*.css", "*.js")
        for path in HOME.rglob(kind)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line) and "w3.org" not in line
    ]

    assert offenders == []


def test_no_page_carries_a_script_or_style_of_its_own():
    pattern = re.compile(
        r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=[\"']", re.I
    )
    offenders = [
        f"{_name(path)}:{number}"
        for path in HOME.rglob("templates/**/*.html")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]

    assert offenders == []


def test_nothing_is_left_unfinished():
    pattern = re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError|# noqa\s*$")
    offenders = [
        f"{_name(path)}:{number}"
        for path in MODULES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]

    assert offenders == []


def test_floors_and_walls_stand():
    linter = Path(sys.executable).parent / "lint-imports"

    told = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert told.returncode == 0, told.stdout


def test_no_template_hides_another_of_the_same_name():
    names = [
        str(path.relative_to(folder))
        for folder in HOME.glob("*/templates")
        for path in folder.rglob("*.html")
    ]

    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_a_migration_that_centres_have_run_is_never_edited():
    released = (Path(__file__).parent / "upgrades" / "migrations.sha256").read_text()
    edited = [
        name
        for digest, name in map(str.split, released.splitlines())
        if hashlib.sha256((HOME / name).read_bytes()).hexdigest() != digest
    ]

    assert len(released.splitlines()) >= len(list(HOME.glob("*/migrations/0001_*.py")))
    assert edited == []
