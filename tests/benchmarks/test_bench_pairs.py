"""The benchmark on pairs: protocols, scores of outputs, lines, trainings that are kept."""

from dataclasses import replace

import pytest
from benchmarks import pair_training, pairs
from benchmarks.pair_protocols import (
    PROTOCOLS,
    Line,
    PairProtocol,
    bleu_of,
    exact,
    phone_error,
    settings_for,
    word_error,
)
from benchmarks.pair_training import learnt
from benchmarks.pairs import goals_of, section_of, token_bleu

from attentif.config import TransducerSettings
from attentif.data.pair_corpora import NAMES, LoadedPairs
from attentif.data.pairs import Pair, PairReading
from attentif.errors import ConfigError
from attentif.measure.transduction import Outputs, bleu, score_outputs
from attentif.train.callbacks import INTERRUPTED

TINY = {"hidden_size": 8, "embedding_size": 4, "epochs": 1, "patience": 0}
SMALL = PairProtocol(
    "Words backwards", TINY, (Line("exact match at least 99 %", exact, 99.0, True),), beam=2
)


def reading(start: int, stop: int) -> PairReading:
    words = ["ab" * (n % 3 + 1) + str(n) for n in range(start, stop)]
    return PairReading(name="made", pairs=[Pair(w, w[::-1], n) for n, w in enumerate(words)])


LOADED = LoadedPairs(
    name="made", train=reading(0, 60), validation=reading(60, 70), test=reading(70, 80),
    provenance="Made here.",
)  # fmt: skip


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(pairs, "FOLDER", tmp_path)
    monkeypatch.setattr(pairs, "load_for", lambda name: LOADED)


def test_each_protocol_is_of_known_pairs_and_its_settings_are_settings():
    assert set(PROTOCOLS) <= set(NAMES)
    for name, protocol in PROTOCOLS.items():
        units = ("subwords",) * 2 if name.startswith("multi30k") else ("characters",) * 2
        found = settings_for(replace(LOADED, name=name, units=units), protocol, 3, {"epochs": 2})
        assert (found.seed, found.epochs) == (3, 2)
        assert protocol.lines


def test_scores_of_the_lines():
    outputs = Outputs(["a b", "a"], [2, 1], [False, False])
    found = score_outputs([["a b"], ["b"]], outputs, units=str.split)
    assert (exact(found), word_error(found)) == (50.0, 50.0)
    assert phone_error(found) == pytest.approx(100 / 3)
    assert bleu_of(found) == 0.0


def test_a_line_may_be_a_floor_or_a_ceiling():
    assert Line("", exact, 99.0, True).reached(99.0)
    assert not Line("", exact, 99.0, True).reached(98.9)
    assert Line("", exact, 8.0, False).reached(8.0) and not Line("", exact, 8.0, False).reached(8.1)


def test_a_section_tells_settings_curve_and_lines(capsys):
    section = section_of("made", SMALL, 2, {"dropout": 0.0})
    assert [row[0] for row in section.rows] == [
        "seed 0, greedy", "seed 0, beam 2", "seed 1, greedy", "seed 1, beam 2",
    ]  # fmt: skip
    assert all(len(row) == len(section.columns) for row in section.rows)
    said = " ".join(section.sentences)
    assert "Made here." in said and "hidden_size 8" in said and "dropout 0.0" in said
    assert "Seed 1, unit error on validation pairs by epoch" in said
    [goal] = section.goals
    assert not goal.passed and "with a beam of 2" in goal.measured
    assert [one["seed"] for one in section.data] == [0, 1]
    assert "made-seed-0 epoch 1: loss" in capsys.readouterr().err


def test_lines_are_about_the_mean_of_the_greedy_outputs():
    tried = [pairs.trial("made", SMALL, LOADED, seed, {}) for seed in (0, 1)]
    found = goals_of(SMALL._replace(lines=(Line("any", exact, -1.0, True),)), tried)
    assert [goal.passed for goal in found] == [True]


def test_tokens_are_marks_and_elisions_apart():
    right, written = "un homme, vite et bien.", "un homme , vite et bien ."
    assert token_bleu([[right]], [written]) == pytest.approx(100)
    references, texts = [["je vois l'homme qui est ici"]], ["je vois l'ami qui est ici"]
    assert token_bleu(references, texts) > bleu(references, texts).score + 1


def test_a_training_is_not_done_twice(tmp_path, monkeypatch):
    settings = TransducerSettings.from_dict(TINY)
    place = tmp_path / "models" / "one"
    first = learnt(place, settings, LOADED.train, LOADED.validation)
    assert first.epochs == 1 and len(first.curve) == 1 and first.seconds > 0
    monkeypatch.setattr(pair_training.Transducer, "fit", lambda *a, **k: pytest.fail("again"))
    again = learnt(place, settings, LOADED.train, LOADED.validation)
    assert (again.seconds, again.best_epoch) == (first.seconds, first.best_epoch)
    assert again.model.predict(["ab1"]).tolist() == first.model.predict(["ab1"]).tolist()
    with pytest.raises(pytest.fail.Exception):
        learnt(place, replace(settings, seed=9), LOADED.train, LOADED.validation)


def test_an_interrupted_training_is_resumed(tmp_path, monkeypatch):
    settings = TransducerSettings.from_dict({**TINY, "epochs": 2})
    place = tmp_path / "one"
    told = pair_training.Told.on_epoch

    def interrupt(self, run):
        told(self, run)
        if run.epoch == 1:
            run.stop(INTERRUPTED)

    monkeypatch.setattr(pair_training.Told, "on_epoch", interrupt)
    with pytest.raises(KeyboardInterrupt):
        learnt(place, settings, LOADED.train, LOADED.validation)
    monkeypatch.setattr(pair_training.Told, "on_epoch", told)
    found = learnt(place, settings, LOADED.train, LOADED.validation)
    assert found.epochs == 2 and not list(tmp_path.glob(".one.training"))


def test_missing_data_are_skipped_and_said(monkeypatch, capsys):
    def missing(name):
        raise ConfigError("not here")

    monkeypatch.setattr(pairs, "load_for", missing)
    monkeypatch.setattr("sys.argv", ["pairs", "cmudict"])
    assert pairs.main() == 0
    assert "cmudict: skipped: not here" in capsys.readouterr().err
