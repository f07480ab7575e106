import math
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy
from train_samples import (
    LABELS,
    NOTHING,
    Forget,
    digest,
    messages,
    same_bits,
    small,
    train,
    weights_of,
)

import attentif
from attentif.errors import ConfigError
from attentif.measure.decision import Decision, choose_threshold, fit_temperature
from attentif.train.classify import Labelled, decide, first_decision, make_network
from attentif.train.cross_fit import CrossFitted
from attentif.train.loop import Callback
from attentif.train.predict import read

THREE = ["ham", "spam", "news"]
HEARING = "recurrent.layers.0.forwards.W.weight"
WORDS_OF_THREE = {"ham": ["lunch"], "spam": ["win"], "news": ["election"]}

IN_A_PROCESS = """
import sys, torch
sys.path[:0] = sys.argv[1:]
torch.set_num_threads(1)
from train_samples import digest, small, train
trained = train(small(epochs=1, dropout=0.5, word_dropout=0.2))
print(digest(trained), trained.history[0]["loss"], hash("a"))
"""


class Never(Callback):
    """Fails when training starts."""

    def on_start(self, run):
        raise AssertionError("training started")


class Look(Callback):
    """What the run is like at its first step."""

    def on_gradients(self, run):
        self.threads = torch.get_num_threads()
        self.rate = run.optimizer.param_groups[0]["lr"]


def accuracy(trained, rows):
    logits = read(trained.network, trained.front_end.encode(rows.texts)).logits
    return (logits.argmax(axis=1) == rows.labels).mean()


# Learning


@pytest.mark.parametrize("architecture", ["rnn", "lstm", "gru", "attention"])
def test_each_architecture_learns_trivial_messages(architecture):
    trained = train(small(architecture=architecture))
    assert accuracy(trained, messages(40, seed=2)) > 0.95
    assert trained.history[-1]["loss"] < trained.history[0]["loss"]
    assert not trained.diverged


def test_a_few_texts_of_four_classes_are_learned_by_heart():
    texts = [f"{word} {other}" for word in ("a", "b", "c", "d") for other in ("x", "y")]
    rows = Labelled(texts, np.repeat(np.arange(4), 2))
    plan = small(epochs=30, dropout=0.0, batch_size=4, learning_rate=0.03)
    trained = train(plan, rows, NOTHING, labels=["1", "2", "3", "4"])
    assert trained.history[trained.best_epoch - 1]["loss"] < 0.01
    assert accuracy(trained, rows) == 1.0


def test_one_long_text_beside_short_ones_spoils_nothing():
    rows = messages(41, seed=1)
    long = " ".join(["the"] * 150 + ["win"] + ["the"] * 149)
    rows = Labelled([*rows.texts[:40], long], np.append(rows.labels[:40], 1))
    plan = small(architecture="lstm", bidirectional=False, batching="random", epochs=20)
    trained = train(plan, rows)  # the long text pads the seven others of its batch
    assert accuracy(trained, messages(40, seed=2)) > 0.95


def test_the_binary_loss_on_other_outputs_learns_too():
    trained = train(small(loss="binary", output_activation="sigmoid", learning_rate=0.02))
    assert accuracy(trained, messages(40, seed=2)) > 0.95


def test_class_weights_reach_the_loss_of_training_and_not_that_of_validation():
    rows = messages(60, seed=1)
    still = {"epochs": 1, "batch_size": 60, "dropout": 0.0, "learning_rate": 1e-9}
    still["evidence"] = False  # of rows that teach it, the network hears what others say
    plain = train(small(**still), rows, rows).history[0]
    weighted = train(small(**still, class_weight="spam=9"), rows, rows).history[0]
    assert plain["loss"] == pytest.approx(plain["validation_loss"], abs=1e-5)
    assert abs(weighted["loss"] - plain["loss"]) > 1e-3
    assert weighted["validation_loss"] == pytest.approx(plain["validation_loss"], abs=1e-5)
    with pytest.raises(ConfigError, match="Did you mean 'spam'"):
        train(small(class_weight="spm=9"), callbacks=[Never()])


def test_in_training_the_network_hears_what_other_rows_say(monkeypatch):
    """Where those say nothing, what hears them keeps its first values; the rest learns."""
    plan = small(epochs=2)
    heard = train(plan).network
    silent = lambda own, batch: torch.zeros(*batch.inputs.words.shape, 2)
    monkeypatch.setattr(CrossFitted, "parts", silent)
    deaf = train(plan).network
    first = make_network(plan, train(plan).front_end, 2)
    weights = [own.state_dict()[HEARING] for own in (first, deaf, heard)]
    assert torch.equal(weights[0][:, -2:], weights[1][:, -2:])
    assert not torch.equal(weights[0][:, :-2], weights[1][:, :-2])
    assert not torch.equal(weights[0][:, -2:], weights[2][:, -2:])
    assert deaf.evidence is not None and deaf.evidence.pieces.any()  # taught all the same


# The same again


def test_the_same_seed_gives_the_same_bits_and_another_does_not():
    plan = {"epochs": 2, "dropout": 0.5, "word_dropout": 0.2}
    first = train(small(**plan, seed=3))
    torch.manual_seed(99)
    np.random.seed(99)
    assert same_bits(weights_of(train(small(**plan, seed=3))), weights_of(first))
    assert not same_bits(weights_of(train(small(**plan, seed=4))), weights_of(first))


def test_two_processes_give_the_same_bits_whatever_the_order_of_hashes():
    paths = [str(Path(attentif.__file__).parents[1]), str(Path(__file__).parent)]
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    found = subprocess.run(
        [sys.executable, "-c", IN_A_PROCESS, *paths],
        env=os.environ | {"PYTHONHASHSEED": seed},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    ).stdout.split()
    trained = train(small(epochs=1, dropout=0.5, word_dropout=0.2))
    assert found[0] == digest(trained)
    assert float(found[1]) == trained.history[0]["loss"]
    assert int(found[2]) != hash("a")


def test_the_callers_random_state_and_threads_are_left_alone():
    state, threads, look = torch.random.get_rng_state(), torch.get_num_threads(), Look()
    train(small(epochs=1, threads=2), messages(8, seed=1), NOTHING, callbacks=[look])
    assert look.threads == 2
    assert torch.get_num_threads() == threads == 1
    assert torch.equal(torch.random.get_rng_state(), state)


# What the validation rows may do


def test_words_and_lengths_come_from_training_rows_only():
    plan = small(epochs=1)
    held_out = Labelled(["zyglot win " + "the " * 90, "lunch"] * 5, np.array([1, 0] * 5))
    trained = train(plan, validation=held_out)
    assert "zyglot" not in trained.front_end.vocabulary
    assert "win" in trained.front_end.vocabulary
    assert trained.front_end.max_length < 10
    leaking = train(small(epochs=1, vocabulary_from="all"), validation=held_out)
    assert "zyglot" in leaking.front_end.vocabulary
    assert leaking.front_end.max_length == 92


def test_validation_rows_do_not_change_what_an_epoch_learns():
    plan = small(epochs=2)
    one, other = train(plan), train(plan, validation=messages(10, seed=5))
    assert [row["loss"] for row in one.history] == [row["loss"] for row in other.history]


def test_the_weights_given_back_are_the_best_epochs():
    held_out = messages(40, seed=2)
    plan = small(epochs=6, monitor="loss", patience=0, evidence=False)
    trained = train(plan, validation=held_out, callbacks=[Forget(6)])
    losses = [row["validation_loss"] for row in trained.history]
    assert len(losses) == 6
    assert losses[trained.best_epoch - 1] == min(losses) < losses[-1]
    logits = read(trained.network, trained.front_end.encode(held_out.texts)).logits
    loss = cross_entropy(torch.from_numpy(logits), torch.from_numpy(held_out.labels))
    assert loss.item() == pytest.approx(min(losses), abs=1e-6)
    assert not trained.network.training


def test_the_best_epoch_by_the_loss_at_the_best_temperature():
    held_out = messages(40, seed=2)
    plan = small(epochs=6, monitor="calibrated_loss", patience=0, evidence=False)
    trained = train(plan, validation=held_out, callbacks=[Forget(6)])
    losses = [row["validation_calibrated_loss"] for row in trained.history]
    assert losses[trained.best_epoch - 1] == min(losses) < losses[-1]
    logits = read(trained.network, trained.front_end.encode(held_out.texts)).logits
    scaled = torch.from_numpy(logits / fit_temperature(logits, held_out.labels))
    loss = cross_entropy(scaled, torch.from_numpy(held_out.labels))
    assert loss.item() == pytest.approx(min(losses), abs=1e-5)


def test_the_best_epoch_by_macro_f1():
    trained = train(small(epochs=6, monitor="macro_f1", patience=0), callbacks=[Forget(6)])
    scores = [row["validation_macro_f1"] for row in trained.history]
    assert trained.best_epoch == scores.index(max(scores)) + 1
    assert scores[-1] == pytest.approx(1 / 3)  # one class only


def test_history_has_every_number_of_every_epoch():
    trained = train(small(epochs=2))
    assert [row["epoch"] for row in trained.history] == [1, 2]
    for row in trained.history:
        assert list(row) == [
            "epoch", "loss", "accuracy", "validation_loss", "validation_calibrated_loss",
            "validation_accuracy", "validation_macro_f1", "learning_rate", "gradient_norm",
            "texts_per_second", "seconds",
        ]  # fmt: skip
        assert all(map(math.isfinite, row.values()))
    assert sum(row["seconds"] for row in trained.history) < trained.seconds


def test_without_validation_rows_training_still_works():
    trained = train(small(epochs=3), validation=NOTHING)
    assert "validation_loss" not in trained.history[0]
    assert trained.best_epoch > 0
    assert (trained.decision.temperature, trained.decision.threshold) == (1.0, None)
    assert "0 validation rows are too few to calibrate" in trained.notes[0]


# The learning rate


def test_the_rate_follows_the_batches_there_are():
    rows = Labelled(["win " * 3000, "lunch " * 3000] * 6, np.array([1, 0] * 6))
    plan = small(
        epochs=1, batch_size=12, warmup=0.0, decay="linear",
        architecture="rnn", pooling="mean", hidden_size=2, bidirectional=False,
    )  # fmt: skip
    seen = []

    class Rates(Callback):
        def on_step(self, run):
            seen.append(run.optimizer.param_groups[0]["lr"] / plan.learning_rate)

    train(plan, rows, NOTHING, callbacks=[Rates()])
    assert seen == pytest.approx([1.0, 0.5])  # 10 texts of 3,000 tokens make a batch


def test_the_rate_rises_and_falls():
    look = Look()
    trained = train(small(epochs=4, warmup=0.25, decay="linear"), callbacks=[look])
    assert trained.history[0]["learning_rate"] == pytest.approx(0.01)
    assert trained.history[-1]["learning_rate"] == pytest.approx(0.01 / 24)  # of 32 steps, 8 rise


# When it goes wrong

RELU = {"activation": "relu", "gate_activation": "relu", "clip_norm": 0.0, "warmup": 0.0}


@pytest.mark.parametrize(
    "plan",
    [
        {"optimizer": "sgd", "learning_rate": 1e6, "architecture": "rnn"},
        {"optimizer": "sgd", "learning_rate": 1e3, "architecture": "lstm"},
        {"optimizer": "adam", "learning_rate": 0.5, "architecture": "lstm"},
    ],
)
@pytest.mark.parametrize("monitor", ["loss", "macro_f1"])
def test_a_diverging_run_stops_says_why_and_gives_finite_weights_back(plan, monitor):
    trained = train(small(**RELU, **plan, decay="none", patience=0, monitor=monitor))
    assert trained.diverged
    rate = re.escape(format(plan["learning_rate"], ".3g"))
    assert re.match(
        r"diverged: the (loss|gradient) became (nan|inf) in epoch \d, step \d+, a batch of \d texts"
        rf" of up to \d tokens \(learning rate {rate}, norm of the last finite gradient [\d.e+]+\)"
        r"\. Try a learning rate ten times smaller",
        trained.stop_reason,
    )
    assert all(np.isfinite(weight).all() for weight in weights_of(trained).values())
    logits = read(trained.network, trained.front_end.encode(messages(40, seed=2).texts)).logits
    assert np.isfinite(logits).all()


def test_what_was_learned_before_it_diverged_is_kept():
    class Blow(Callback):
        def on_step(self, run):
            if run.epoch == 9:
                for weight in run.model.parameters():
                    weight.data.mul_(1e30)

    trained = train(small(clip_norm=0.0), callbacks=[Blow()])
    assert trained.diverged
    assert 0 < trained.best_epoch <= len(trained.history) == 8
    assert accuracy(trained, messages(40, seed=2)) > 0.9


# Temperature and threshold


def test_temperature_and_threshold_are_chosen_from_validation_rows():
    plan = small(max_false_positive_rate=0.1, epochs=4)
    training, held_out = messages(60, seed=1), messages(60, seed=2)
    held_out.labels[:6] = 1 - held_out.labels[:6]  # some mistakes, so that there is a choice
    trained = train(plan, training, held_out)
    logits = read(trained.network, trained.front_end.encode(held_out.texts)).logits
    temperature = fit_temperature(logits, held_out.labels)
    choice = choose_threshold(
        held_out.labels == 1,
        Decision(("ham", "spam"), temperature=temperature).probabilities(logits)[:, 1],
        max_false_positive_rate=0.1,
    )
    assert trained.decision == Decision(
        ("ham", "spam"), positive=1, threshold=choice.threshold, temperature=temperature
    )
    assert temperature != 1.0
    answers = trained.decision.decide(trained.decision.probabilities(logits))
    assert (answers[held_out.labels == 0] == 1).mean() <= 0.1


def logits_of(n):
    """n rows of each class, the positive class second, more certain from row to row."""
    certainty = np.linspace(0.5, 3, n)
    logits = np.stack([np.zeros(2 * n), np.append(certainty, -certainty)], axis=1)
    return logits.astype(np.float32), np.repeat([1, 0], n)


def test_enough_rows_for_a_temperature_and_no_wish():
    logits, truth = logits_of(25)
    decision, notes = decide(small(), Decision(("ham", "spam"), 1), logits, truth)
    assert decision.temperature == pytest.approx(fit_temperature(logits, truth)) != 1.0
    assert (decision.threshold, notes) == (None, [])


def test_too_few_rows_for_a_temperature_are_said_and_a_wish_is_still_kept():
    logits, truth = logits_of(24)
    decision, notes = decide(small(), Decision(("ham", "spam"), 1), logits, truth)
    assert (decision.temperature, decision.threshold) == (1.0, None)
    assert notes == [
        "48 validation rows are too few to calibrate the probabilities (at least 50 are needed):"
        " they are taken as they come."
    ]
    plan = small(max_false_positive_rate=0.001)
    decision, notes = decide(plan, Decision(("ham", "spam"), 1), logits, truth)
    assert decision.threshold > 0.5
    assert [note[:9] for note in notes] == ["48 valida", "24 negati"]


def test_numbers_that_are_not_finite_decide_nothing():
    logits, truth = logits_of(30)
    logits[3] = np.nan
    first = Decision(("ham", "spam"), 1)
    decision, notes = decide(small(min_precision=0.9), first, logits, truth)
    assert decision == first
    assert "not finite" in notes[0]


def test_three_classes_get_a_temperature_and_no_positive_class():
    rows = messages(90, seed=1, labels=THREE, decisive=WORDS_OF_THREE)
    held_out = messages(60, seed=2, labels=THREE, decisive=WORDS_OF_THREE)
    trained = train(small(unsure=0.1, epochs=8), rows, held_out, labels=THREE)
    assert accuracy(trained, held_out) > 0.95
    assert trained.decision.labels == tuple(THREE)
    assert (trained.decision.positive, trained.decision.threshold) == (None, None)
    assert (trained.decision.unsure, trained.notes) == (0.1, [])
    assert trained.decision.temperature != 1.0


@pytest.mark.parametrize(
    "wish",
    [{"max_false_positive_rate": 0.01}, {"min_precision": 0.9}, {"positive_label": "spam"}],
)
def test_a_wish_for_three_classes_is_refused_before_training(wish):
    rows = messages(30, seed=1, labels=THREE, decisive=WORDS_OF_THREE)
    with pytest.raises(ConfigError, match="need two classes, got 3. Leave them out"):
        train(small(**wish), rows, labels=THREE, callbacks=[Never()])


@pytest.mark.parametrize(
    ("truth", "found"), [([], "0 of 'ham' and 0"), ([0] * 60, "60 of 'ham' and 0 of 'spam'")]
)
def test_a_wish_without_validation_rows_of_both_classes_is_refused_before_training(truth, found):
    held_out = Labelled(["win"] * len(truth), np.array(truth, np.int64))
    with pytest.raises(ConfigError, match=f"rows of both classes .* got {found}"):
        train(small(min_precision=0.9), validation=held_out, callbacks=[Never()])


def test_a_positive_label_that_is_no_class_is_refused_before_training():
    with pytest.raises(ConfigError, match="positive_label must be one of .* Did you mean 'spam'"):
        train(small(positive_label="spa"), callbacks=[Never()])


def test_the_class_looked_for():
    ids, truth = np.array([0, 1, 1]), np.array([0, 1])
    assert first_decision(small(), LABELS, ids, truth).positive == 1
    assert first_decision(small(), ["cat", "dog"], ids, truth).positive == 0  # the rarer one
    wanted = small(positive_label="dog", unsure=0.2)
    decision = first_decision(wanted, ["cat", "dog"], ids, truth)
    assert decision == Decision(("cat", "dog"), positive=1, unsure=0.2)
