"""Training a transducer: small tasks are learnt, both kinds of numbers are named, bits repeat."""

import math

import numpy as np
import pytest
import torch
from pair_samples import reversed_pairs, settings, trained, words

from attentif.errors import ArtifactError, ConfigError, DataError
from attentif.train.loop import Callback
from attentif.train.outputs import Writer, write
from attentif.train.pair_batches import CodedPairs, coded, gather_pairs
from attentif.train.transduce import Pairs, doubts, outcome_of, train_transducer, usable

KINDS = [{}, {"decoder": "bahdanau"}, {"input_feeding": True}, {"attention_score": "concat"}]


class StopAfter(Callback):
    """Ends a training as an interruption would."""

    def __init__(self, epoch: int):
        self.epoch = epoch

    def on_epoch(self, run):
        if run.epoch == self.epoch:
            run.stop("enough")


def weights_of(found):
    return found.network.state_dict()


def same(one, other) -> bool:
    theirs = weights_of(other)
    return all(torch.equal(weight, theirs[name]) for name, weight in weights_of(one).items())


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_words_are_learnt_backwards(kind):
    found = trained(900, epochs=14, learning_rate=0.01, dropout=0.0, **kind)
    best = found.history[found.best_epoch - 1]
    assert best["validation_exact_match"] >= 0.9
    assert best["validation_teacher_forced_accuracy"] > 0.97
    [output] = write(found.network, Writer(found.units, found.ratio), ["fedca"])
    assert output.text == "acdef"
    assert output.weights.argmax(axis=1).tolist() == [4, 3, 2, 1, 0]  # where it stood


def test_copying_is_learnt_without_attention():
    sources = words(900, 0, "ab", 3)
    pairs = Pairs(sources, sources)
    found = train_transducer(
        settings(epochs=8, learning_rate=0.01, decoder="none", dropout=0.0), pairs, pairs
    )
    assert found.history[-1]["validation_exact_match"] > 0.95


def test_numbers_say_whether_they_are_teacher_forced():
    row = trained().history[-1]
    forced = {name for name in row if "teacher_forced" in name}
    assert forced == {
        "teacher_forced_loss", "teacher_forced_accuracy",
        "validation_teacher_forced_loss", "validation_teacher_forced_accuracy",
    }  # fmt: skip
    assert {"validation_exact_match", "validation_token_accuracy", "validation_token_error",
            "validation_cut", "target_units_per_second"} <= row.keys()  # fmt: skip


def test_free_running_numbers_do_not_see_the_right_answer():
    """S08: on an untaught network the two kinds differ, and the output is what is judged."""
    found = trained(epochs=1, learning_rate=1e-5)
    held_out = reversed_pairs(30, seed=1)
    outputs = write(found.network, Writer(found.units, found.ratio), held_out.sources)
    right = np.mean([o.text == t for o, t in zip(outputs, held_out.targets, strict=True)])
    assert found.history[0]["validation_exact_match"] == right


def test_the_epoch_kept_is_the_best_by_free_running_output():
    found = trained(300, epochs=6, learning_rate=0.01)
    errors = [row["validation_token_error"] for row in found.history]
    assert found.best_epoch == 1 + errors.index(min(errors))
    found = trained(300, epochs=6, learning_rate=0.01, monitor="exact_match")
    exact = [row["validation_exact_match"] for row in found.history]
    assert found.best_epoch == 1 + exact.index(max(exact))


def test_patience_ends_training():
    found = trained(epochs=30, patience=1, learning_rate=1e-7)
    assert len(found.history) < 30
    assert found.stop_reason == "no better validation token error for 1 epochs"


@pytest.mark.parametrize("kind", [{}, {"decoder": "bahdanau", "own_outputs": 0.5}], ids=str)
def test_the_same_bits_twice(kind):
    torch.manual_seed(1)
    one = trained(**kind)
    torch.manual_seed(2)
    other = trained(**kind)
    assert same(one, other)
    assert not same(one, trained(seed=1, **kind))


def test_a_resumed_training_equals_an_uninterrupted_one(tmp_path):
    whole = trained(epochs=4, own_outputs=0.3)
    trained(epochs=4, own_outputs=0.3, checkpoint=tmp_path / "c", callbacks=[StopAfter(2)])
    # The stop was asked for after the checkpoint was written, as Ctrl-C does.
    found = trained(epochs=4, own_outputs=0.3, checkpoint=tmp_path / "c", resume=True)
    assert same(whole, found)
    assert [row["epoch"] for row in found.history] == [1, 2, 3, 4]
    with pytest.raises(ArtifactError, match="had batch_size = 32, now it is 16"):
        trained(epochs=4, own_outputs=0.3, batch_size=16, checkpoint=tmp_path / "c", resume=True)


def test_the_loss_counts_real_units_only():
    found = trained()
    pairs = reversed_pairs(6, seed=3)
    every = CodedPairs(coded(found.units.source, pairs.sources),
                       coded(found.units.target, pairs.targets))  # fmt: skip
    together = outcome_of(found.network, gather_pairs(every, np.arange(6)))
    alone = [outcome_of(found.network, gather_pairs(every, np.array([n]))) for n in range(6)]
    rows = sum(one.rows for one in alone)
    assert together.rows == rows == sum(len(t) + 1 for t in pairs.targets)
    assert together.correct == sum(one.correct for one in alone)
    mean = sum(one.loss.item() * one.rows for one in alone) / rows
    assert together.loss.item() == pytest.approx(mean, rel=1e-5)


def test_smoothing_keeps_probability_for_other_units():
    found = trained()
    every = CodedPairs(coded(found.units.source, ["ab"]), coded(found.units.target, ["ba"]))
    batch = gather_pairs(every, np.array([0]))
    plain, smoothed = (outcome_of(found.network, batch, smoothing=s).loss.item() for s in (0, 0.1))
    logits = found.network.decoder.logits(found.network(batch.inputs, batch.fed).vectors)
    others = -logits.log_softmax(dim=2).mean().item()
    assert smoothed == pytest.approx(0.9 * plain + 0.1 * others, rel=1e-5)


def test_drops_are_counted_and_none_left_is_an_error():
    """S11: a pair of 60 units and a limit of 50."""
    found = train_transducer(
        settings(max_length=50, epochs=1), Pairs(["a" * 60, "b", "", "c"], ["x", "y", "z", "w"]),
        Pairs([], []),
    )  # fmt: skip
    assert "1 pair with an empty side not learnt from." in found.notes
    assert "1 pair of more than 50 units on one side not learnt from (max_length)." in found.notes
    with pytest.raises(DataError, match="0 pairs are left .* from 1 to 50 units, got 1 pairs.* 60"):
        train_transducer(settings(max_length=50), Pairs(["a" * 60], ["x"]), Pairs([], []))
    with pytest.raises(DataError, match="0 pairs are left"):
        train_transducer(settings(), Pairs([], []), Pairs([], []))


def test_without_validation_the_training_loss_chooses():
    found = train_transducer(settings(), reversed_pairs(60), Pairs([], []))
    assert found.best_epoch == 2
    assert not any("validation" in name for name in found.history[0])


def test_copying_needs_attention():
    with pytest.raises(ConfigError, match="copy_unknown follows the attention"):
        trained(decoder="none", copy_unknown=True)


@pytest.mark.parametrize("decoder", ["none", "bahdanau"])
@pytest.mark.parametrize("given", [{"input_feeding": True}, {"attention_score": "dot"}])
def test_what_is_about_luong_is_refused_elsewhere(decoder, given):
    with pytest.raises(ConfigError, match=f"{next(iter(given))} is about Luong's attention, got"):
        trained(decoder=decoder, **given)


def test_what_would_have_no_effect_is_refused():
    with pytest.raises(ConfigError, match="own_outputs rises from 0 in the first epoch"):
        trained(epochs=1, own_outputs=0.5)
    pairs, none = reversed_pairs(40), Pairs([], [])
    with pytest.raises(ConfigError, match="monitor is 'exact_match' of validation pairs"):
        train_transducer(settings(monitor="exact_match"), pairs, none)
    assert train_transducer(settings(monitor="loss", epochs=1), pairs, none).best_epoch == 1


def test_divergence_is_said():
    found = trained(learning_rate=1e38, clip_norm=0.0, epochs=4)
    assert found.diverged and "learning rate" in found.stop_reason
    assert all(math.isfinite(w.sum()) for w in weights_of(found).values())


def test_doubts():
    row = {"validation_cut": 0.2, "validation_exact_match": 0.0,
           "validation_teacher_forced_accuracy": 0.89}  # fmt: skip
    cut, nothing = doubts(row)
    assert "20.0% of the validation outputs met the limit" in cut
    assert "No validation output is right as a whole, although 89.0%" in nothing
    assert doubts({"validation_cut": 0.05, "validation_exact_match": 0.1}) == []


def test_what_can_be_learnt_from():
    units = trained(epochs=1).units
    pairs, notes = usable(units, Pairs(["ab", "c"], ["b", ""]), 0)
    assert len(pairs.sources) == 1 and notes == ["1 pair with an empty side not learnt from."]
