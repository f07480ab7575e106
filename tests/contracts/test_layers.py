"""Which room may import which, how large a file may be, and that each file has its tests.

The rules are written in ARCHITECTURE.md; here they are kept.
"""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src"
ROOT = SRC / "attentif"
TESTS = Path(__file__).resolve().parents[1]

TIERS = (  # a room may import itself and the rooms of the tiers before its own
    {"errors"},
    {"config", "inputs"},
    {"data", "text", "nn", "report", "measure"},
    {"train"},
    {"inspect", "ship"},
    {"estimator"},
    {"contestant"},
    {"account", "lab", "transducer"},
    {"app"},
)
NARROWER = {"nn": {"errors", "config"}, "report": {"errors"}}
WITHOUT_TORCH = {"errors", "config", "inputs", "data", "text", "measure", "report"}
DOORS = {ROOT / "__init__.py", ROOT / "__main__.py"}  # they open on everything
FORWARDING = {ROOT / "app" / "flags.py"}  # its ** has the signature that the flags have
WITHOUT_MIRROR = {"__init__.py", "__main__.py", "errors.py", "taps.py"}

FILES = sorted(ROOT.rglob("*.py"))
MODULES = [path for path in FILES if path not in DOORS]
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
every_module = pytest.mark.parametrize(
    "path", MODULES, ids=lambda path: str(path.relative_to(ROOT))
)


def room(path: Path) -> str:
    """The first folder, or the file where there is none."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def module(path: Path) -> str:
    """As it is imported."""
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def rooms_below(name: str) -> set[str]:
    """What a room may import, itself included."""
    if name in NARROWER:
        return NARROWER[name] | {name}
    below: set[str] = set()
    for tier in TIERS:
        if name in tier:
            return below | {name}
        below |= tier
    raise LookupError(f"{name} is no room of {[sorted(tier) for tier in TIERS]}")


def rooms_imported(parsed: ast.Module) -> set[str]:
    """The rooms of this package that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(parsed):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "attentif":
            names = [f"attentif.{n.name}" for n in node.names if n.name != "__version__"]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("attentif.")}
        found |= {"attentif" for name in names if name == "attentif"}
    return found


@every_module
def test_a_file_imports_only_rooms_below_its_own(path):
    above = rooms_imported(tree(path)) - rooms_below(room(path))
    assert not above, f"{module(path)} imports {sorted(above)}"


def test_what_counts_as_an_import_of_a_room():
    source = (
        "import attentif\nimport attentif.nn.cells\nimport torch.nn\n"
        "from attentif import __version__, app\n"
        "def f():\n    from attentif.text.clean import clean\n"
    )
    assert rooms_imported(ast.parse(source)) == {"nn", "app", "attentif", "text"}


def test_rooms_below():
    assert rooms_below("errors") == {"errors"}
    assert rooms_below("config") == {"errors", "config"}
    assert rooms_below("text") == {"errors", "config", "inputs", "text"}
    assert rooms_below("nn") == {"errors", "config", "nn"}
    assert rooms_below("report") == {"errors", "report"}
    assert "inspect" not in rooms_below("ship")
    assert rooms_below("app") == set().union(*TIERS)


@every_file
def test_no_relative_import(path):
    lines = [n.lineno for n in ast.walk(tree(path)) if isinstance(n, ast.ImportFrom) and n.level]
    assert not lines, f"relative imports in lines {lines}"


@every_file
def test_no_assert(path):
    lines = [n.lineno for n in ast.walk(tree(path)) if isinstance(n, ast.Assert)]
    assert not lines, f"assert is gone under python -O: lines {lines}"


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree(path)) if isinstance(node, kinds)]


@every_file
def test_no_function_swallows_names(path):
    lines = [node.lineno for node in functions(path) if node.args.kwarg]
    assert not lines or path in FORWARDING, f"a misspelt name would vanish in **: lines {lines}"


@every_file
def test_a_file_is_400_lines_at_most(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@every_file
def test_a_function_is_50_lines_at_most(path):
    long = {
        node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions(path)
    }
    assert not {name: lines for name, lines in long.items() if lines > 50}


@every_file
def test_no_letter_stands_alone_after_a_name(path):
    """In a docstring `size: E.` begins a list of its own on the documentation's page."""
    written = path.read_text(encoding="utf-8").splitlines()
    assert not [line for line in written if re.fullmatch(r"\s+[\w, ]+: [A-Z]\.", line)]


@every_file
def test_a_room_s_init_is_empty(path):
    if path.name == "__init__.py" and path not in DOORS:
        assert not path.read_text(encoding="utf-8").strip()


@every_module
def test_each_file_has_its_tests(path):
    if path.name not in WITHOUT_MIRROR:
        mirror = TESTS / path.relative_to(ROOT).with_name(f"test_{path.name}")
        assert mirror.is_file(), f"{mirror.relative_to(TESTS.parent)} is missing"


def imported_by(names: list[str], heavy: set[str]) -> set[str]:
    """Which of the heavy packages a new Python has loaded after importing those names."""
    code = f"import sys\nfor name in {names!r}:\n    __import__(name)\nprint(*sys.modules)"
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONPATH": str(SRC)}
    ran = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert ran.returncode == 0, ran.stderr
    return heavy & set(ran.stdout.split())


def test_rooms_without_torch_do_not_load_it():
    names = [module(path) for path in MODULES if room(path) in WITHOUT_TORCH]
    assert imported_by(names, {"torch", "jaxtyping"}) == set()


def test_the_package_itself_loads_nothing_heavy():
    heavy = {"torch", "numpy", "sklearn", "matplotlib", "jinja2", "pooch", "pyarrow"}
    assert imported_by(["attentif"], heavy) == set()
