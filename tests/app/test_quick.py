"""The short way understands what typer understands, and leaves the rest to it."""

from dataclasses import fields
from pathlib import Path

import pytest

from attentif.app import explain, predict, quick
from attentif.app.commands import run as by_typer
from attentif.app.options import JsonOption, PredictOptions
from attentif.data.options import ReadOptions
from attentif.errors import ConfigError

FLAGS = [f for group in (PredictOptions, ReadOptions) for f in fields(group)]
EXAMPLES = {int: ("3", "0", "12"), str: ("x", "-", "a b", "--x", "")}


def flag_lines():
    """Every flag of `predict` in every way of writing it."""
    for f in FLAGS:
        name = "--" + f.name.replace("_", "-")
        if isinstance(f.default, bool):
            yield from ([name], [f"--no-{name[2:]}"], [name, f"--no-{name[2:]}"])
        else:
            for value in EXAMPLES[type(f.default)]:
                yield from ([name, value], [f"{name}={value}"])


PLAIN = [
    ["m"], ["m", "-"], ["m", "a.csv"], ["m", "--json", "a.csv"], ["--threads", "2", "m", "a.csv"],
    ["m", "été 😀.csv", "--lines", "--out", "x y.csv"], *(["m", *line] for line in flag_lines()),
]  # fmt: skip
NOT_PLAIN = [
    [], ["m", "a", "b"], ["m", "--help"], ["m", "-h"], ["m", "--thread", "2"], ["m", "--threads"],
    ["m", "--threads", "two"], ["m", "--threads=2.0"], ["m", "--json=yes"], ["m", "--", "-x"],
    ["m", "--text_column", "x"], ["m", "--no-threads"], ["m", "-1"], ["m", "--threads="],
    ["m", "--threads", "²"],
]  # fmt: skip


@pytest.fixture
def called(monkeypatch):
    """What the verbs are called with, instead of doing it."""
    calls = []
    for verb in (predict, explain):
        monkeypatch.setattr(verb, "run", lambda *given, verb=verb: calls.append((verb, given)))
    return calls


def both_ways(line, called):
    """What the short way and typer's call, or the mistake's class."""
    found = []
    for way in ("quick", "typer"):
        called.clear()
        try:
            if way == "typer":
                by_typer(line)
            elif ready := quick.understood(line):
                ready()
            else:
                found.append(None)
                continue
            found.append(called[0])
        except ConfigError as error:
            found.append(str(error))
    return found


@pytest.mark.parametrize("line", PLAIN, ids=" ".join)
def test_predict_is_called_as_typer_would(line, called):
    short, long = both_ways(["predict", *line], called)
    empty = line[-1:] == [""] or line[-1].endswith("=")
    assert short == long or (short is None and empty)


@pytest.mark.parametrize("line", NOT_PLAIN, ids=" ".join)
def test_what_is_not_plain_is_left_to_typer(line):
    assert quick.understood(["predict", *line]) is None


def test_explain(called):
    for line in (["m", "a text"], ["m", "a", "b", "--json"], ["m", "-"], ["--no-json", "m", "x"]):
        short, long = both_ways(["explain", *line], called)
        assert short is not None and [*short[1][1]] == [*long[1][1]]
        assert (short[0], short[1][0], short[1][2]) == (long[0], long[1][0], long[1][2])
    assert called[0][1][:3] == (Path("m"), ["x"], JsonOption())
    for line in ([], ["m"], ["m", "x", "--lines"], ["m", "--help"]):
        assert quick.understood(["explain", *line]) is None


@pytest.mark.parametrize("verb", ["train", "test", "data", "compare", "trian", "--help"])
def test_other_verbs_are_not_its_business(verb):
    assert quick.understood([verb, "m", "x"]) is None
