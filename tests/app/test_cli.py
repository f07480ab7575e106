"""The outermost door: help, version, exit codes, and one sentence for every mistake."""

import sys

import pytest

from app.samples import refused, run
from attentif import __version__
from attentif.app import data
from attentif.errors import AttentifError, MissingExtraError


def test_the_version():
    assert run("--version") == (0, f"{__version__}\n", "")


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_help_names_every_verb(arguments):
    ran = run(*arguments)
    assert (ran.code, ran.err) == (0, "")
    assert "Usage: attentif" in ran.out
    for verb in ("train", "test", "predict", "explain", "data", "compare"):
        assert f"│ {verb} " in ran.out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["trian"], "No such command 'trian'. Did you mean 'train'?"),
        (["--verbose"], "No such option: --verbose"),
        (["data", "a.csv", "b.csv"], "unexpected extra argument"),
        (["data", "--rows=yes"], "--rows"),
        (["train", "--epochs"], "--epochs"),
    ],
)
def test_what_the_parser_finds_is_one_line_and_says_where_help_is(arguments, sentence):
    said = refused(*arguments)
    assert sentence in said
    assert "For help: attentif" in said and said.endswith("--help")
    assert "?." not in said and "--target-file" not in said


def fails_with(error: BaseException, monkeypatch):
    """What is left behind when a verb fails so."""

    def broken(*arguments):
        raise error

    monkeypatch.setattr(data, "run", broken)
    return run("data")


def test_our_own_errors(monkeypatch):
    assert fails_with(AttentifError("expected a, got b."), monkeypatch) == (
        2,
        "",
        "attentif: expected a, got b.\n",
    )
    missing = MissingExtraError("expected pyarrow. Run: pip install 'attentif[tables]'.")
    assert fails_with(missing, monkeypatch).err == f"attentif: {missing}\n"


@pytest.mark.parametrize("name", ["torch", "sklearn.base", "safetensors"])
def test_a_missing_part_is_named_with_its_command(monkeypatch, name):
    ran = fails_with(ModuleNotFoundError("no", name=name), monkeypatch)
    assert ran == (
        2,
        "",
        f"attentif: this needs {name}, which is not installed."
        " Run: pip install 'attentif[train]'\n",
    )


def test_a_mistake_of_ours_keeps_its_traceback(monkeypatch):
    with pytest.raises(ModuleNotFoundError):
        fails_with(ModuleNotFoundError("no", name="attentif.nowhere"), monkeypatch)
    with pytest.raises(ZeroDivisionError):
        fails_with(ZeroDivisionError(), monkeypatch)


def test_ctrl_c(monkeypatch):
    assert fails_with(KeyboardInterrupt(), monkeypatch) == (130, "", "attentif: interrupted.\n")


def test_a_full_disk(monkeypatch):
    full = OSError(28, "No space left on device", "answers.csv")
    assert fails_with(full, monkeypatch).err == "attentif: answers.csv: No space left on device.\n"
    assert fails_with(OSError(28, "No space left on device"), monkeypatch).code == 2


def test_python_m_attentif_is_the_same(monkeypatch, capsys):
    import runpy

    monkeypatch.setattr(sys, "argv", ["attentif", "--version"])
    runpy.run_module("attentif", run_name="__main__")
    assert capsys.readouterr().out == f"{__version__}\n"
