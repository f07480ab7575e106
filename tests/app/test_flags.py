"""Flags come from the tables of settings: one each, of the same type, with the same default."""

from dataclasses import fields
from typing import Any

import pytest
import typer

from attentif.app.commands import app
from attentif.app.flags import with_flags
from attentif.app.options import (
    CompareOptions,
    DataOptions,
    ExportOptions,
    InspectOptions,
    JsonOption,
    LabOptions,
    Options,
    PredictOptions,
    Splitting,
    TrainOptions,
)
from attentif.app.transducer_flags import (
    Apart,
    DecoderOptions,
    PairOptions,
    SearchOptions,
    TransducerFlags,
    WritingOptions,
)
from attentif.config import Settings, setting
from attentif.data.options import ReadOptions

COMMANDS = typer.main.get_command(app).commands
VERBS = {
    "train": (TrainOptions, Splitting, ReadOptions, PairOptions, Settings, TransducerFlags),
    "test": (JsonOption, Apart, SearchOptions, ReadOptions),
    "predict": (PredictOptions, WritingOptions, ReadOptions),
    "explain": (JsonOption, SearchOptions),
    "export": (ExportOptions, ReadOptions),
    "data": (DataOptions, ReadOptions),
    "compare": (
        CompareOptions,
        ReadOptions,
        PairOptions,
        DecoderOptions,
        Settings,
        TransducerFlags,
    ),
    "inspect": (InspectOptions, ReadOptions),
    "lab": (LabOptions,),
}
EVERY = [(verb, f) for verb, groups in VERBS.items() for group in groups for f in fields(group)]
every_flag = pytest.mark.parametrize(
    ("verb", "f"), EVERY, ids=[f"{verb} --{f.name.replace('_', '-')}" for verb, f in EVERY]
)


def parsed(verb: str, *arguments: str) -> dict[str, Any]:
    """What the parser makes of the arguments."""
    needed = {
        "test": ["m", "f"],
        "predict": ["m"],
        "explain": ["m", "t"],
        "inspect": ["m", "f"],
        "export": ["m", "f"],
    }.get(verb, [])
    return COMMANDS[verb].make_context(verb, [*needed, *arguments]).params


def default_of(flag: Any) -> str:
    """What the help gives as the default; that of pairs may stand after it."""
    return flag.help.partition("\\[default: ")[2].rstrip("]").partition("; pairs: ")[0]


@every_flag
def test_each_setting_has_one_flag_of_its_type_and_default(verb, f):
    name = "--" + f.name.replace("_", "-")
    [flag] = [flag for flag in COMMANDS[verb].params if name in flag.opts]
    assert flag.name == f.name
    assert parsed(verb)[f.name] is None  # not given: left to the preset or to the default
    if isinstance(f.default, bool):
        assert flag.secondary_opts == [f"--no-{name[2:]}"]
        assert parsed(verb, name)[f.name] is True
        assert parsed(verb, f"--no-{name[2:]}")[f.name] is False
        assert default_of(flag) == ("on" if f.default else "off")
        return
    example = {int: "3", float: "0.25", str: "x", tuple: "a,b"}[type(f.default)]
    found = parsed(verb, name, example)[f.name]
    assert found == {int: 3, float: 0.25}.get(type(f.default), example)
    shown = ",".join(f.default) if isinstance(f.default, tuple) else f.default
    assert f.default in ("", ()) or default_of(flag) == str(shown)
    if isinstance(f.metadata["allowed"], tuple):
        assert f"({', '.join(f.metadata['allowed'])})" in flag.help


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_has_no_flag_beside_them(verb):
    names = [f.name for group in VERBS[verb] for f in fields(group)]
    assert len(names) == len(set(names))
    more = {"explain": {"texts", "page", "gradients"}, "lab": {"name"}}
    own = {"source", "model"} | more.get(verb, set())
    assert {flag.name for flag in COMMANDS[verb].params} - own == set(names)


def test_every_verb_is_here():
    assert set(VERBS) == set(COMMANDS)


@pytest.mark.parametrize("verb", ["train", "compare"])
def test_the_other_default_of_pairs_is_told_too(verb):
    helps = {flag.name: flag.help for flag in COMMANDS[verb].params}
    assert helps["epochs"].endswith("[default: 10; pairs: 20]")
    assert helps["lowercase"].endswith("[default: on; pairs: off]")
    assert helps["cell"].endswith("[default: auto; pairs: gru (rnn, lstm, gru)]")
    assert helps["seed"].endswith("[default: 0]")
    told = "pairs: token_error (token_error, exact_match, loss)]"
    assert helps["monitor"].endswith(told)


def test_brackets_in_a_help_text_are_no_markup():
    [flag] = [flag for flag in COMMANDS["train"].params if flag.name == "attention_size"]
    assert r"tanh(W_c \[c; h])" in flag.help


def test_a_command_gets_only_what_was_given():
    from dataclasses import dataclass

    @dataclass(frozen=True, kw_only=True)
    class Paint(Options):
        colour: str = setting("red", "of the wall")
        coats: int = setting(2, "of paint", ">= 1")

    got = []
    shop = typer.Typer()

    @shop.command()
    @with_flags(paint={"Paint": Paint})
    def paint(wall: str, *, paint: dict[str, Any]) -> None:
        """Paint a wall."""
        got.append((wall, paint))

    command = typer.main.get_command(shop)
    for line in (["north"], ["south", "--coats", "3"], ["east", "--colour", ""]):
        with command.make_context("paint", line) as context:
            command.invoke(context)
    assert got == [("north", {}), ("south", {"coats": 3}), ("east", {"colour": ""})]
    assert command.help == "Paint a wall."
