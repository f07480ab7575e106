"""The front door: public names, fetched when first used."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import attentif

HEAVY = {"numpy", "torch", "sklearn", "rich", "typer"}


def test_every_public_name_can_be_fetched_and_is_listed():
    assert set(attentif.HOMES) == set(attentif.__all__)
    assert set(dir(attentif)) == {*attentif.__all__, "__version__"}
    for name in attentif.__all__:
        assert getattr(attentif, name).__name__ == name


def test_an_unknown_name_is_refused_as_python_does():
    with pytest.raises(AttributeError, match="module 'attentif' has no attribute 'TextClasifier'"):
        _ = attentif.TextClasifier
    with pytest.raises(ImportError):
        from attentif import TextClasifier  # noqa: F401


def test_the_version_is_the_package_s():
    project = Path(__file__).resolve().parents[1] / "pyproject.toml"
    assert tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"] == (
        attentif.__version__
    )


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, attentif; attentif.AttentifError; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(ran.stdout.split())
