"""The speed of learning and writing: who takes part, and ratios within a repeat."""

import numpy as np
import pytest
import torch
from benchmarks import transducing_speed
from benchmarks.transducing_speed import (
    ALIKE,
    TUTORIAL,
    Material,
    learning,
    rate_of,
    settings_of,
    tutorial_network,
    tutorial_step,
    writing,
)

from attentif.errors import DataError
from attentif.text.units import fit_units
from attentif.train.pair_batches import CodedPairs, coded, gather_pairs
from attentif.transducer import Transducer

SOURCES = [f"w{n % 7} x{n % 5} y{n % 3}" for n in range(300)]


@pytest.fixture
def found(monkeypatch) -> Material:
    small = {**transducing_speed.SETTINGS, "hidden_size": 8, "embedding_size": 4}
    monkeypatch.setattr(transducing_speed, "SETTINGS", small)
    units = fit_units(SOURCES, SOURCES, settings_of("none"), shared=False)
    pairs = CodedPairs(coded(units.source, SOURCES), coded(units.target, SOURCES))
    return Material(units, pairs, SOURCES)


def test_the_tutorial_s_network_learns(found):
    network, batch = tutorial_network(found.units), gather_pairs(found.pairs, np.arange(64))
    ones = torch.ones(2, 5, dtype=torch.long)
    assert network(ones[:, :3], ones).shape == (2, 5, len(found.units.target))
    step, before = tutorial_step(network), network.output.weight.detach().clone()
    assert rate_of(step, [batch] * 3) > 0
    assert not torch.equal(network.output.weight, before)


def test_all_take_turns_and_goals_are_about_the_tutorial(found, capsys):
    section = learning(found, repeats=2, steps=1)
    assert [row[0] for row in section.rows] == ["none", "luong", "bahdanau", TUTORIAL, ALIKE]
    assert all(len(rates) == 2 for rates in section.data.values())
    assert "the tutorial's" in section.sentences[0]
    assert section.rows[3][3] == "1.00 (1.00 to 1.00)"
    assert [goal.wanted.split(":")[0] for goal in section.goals] == ["luong", "bahdanau"]
    assert "repeat 2: luong:" in capsys.readouterr().err


def test_writing_is_timed_with_each_beam():
    model = Transducer(hidden_size=8, embedding_size=4, epochs=1, validation=0.0)
    model.fit(["ab", "ba"] * 8, ["b", "a"] * 8)
    section = writing(model, ["ab", "ba"], repeats=1)
    assert [row[0] for row in section.rows] == ["greedy", "beam 5"]
    assert "Writing 2 sentences" in section.title


def test_missing_data_are_skipped_and_said(monkeypatch, capsys):
    def missing(name):
        raise DataError("not here")

    monkeypatch.setattr(transducing_speed, "load_pairs", missing)
    monkeypatch.setattr("sys.argv", ["transducing_speed"])
    assert transducing_speed.main() == 0
    assert "skipped: not here" in capsys.readouterr().err
