"""Over-fitting: widths, remedies, and sentences that follow the numbers."""

import pytest

from attentif.lab.language import LANGUAGES
from attentif.lab.near_words import Closeness, NearWords
from attentif.lab.overfitting import Size, answer, meaning, remedied, remedies, rise, run, widths
from attentif.lab.results import Wishes

TINY = Size(widths=(2, 4), hidden=4, epochs=2, texts=60)
EN, FR = LANGUAGES["en"], LANGUAGES["fr"]


@pytest.fixture(scope="module")
def findings(wishes):
    return run(wishes, TINY)


def test_every_network_is_trained(findings):
    found = {one["variant"]: one for one in findings.numbers["networks"]}
    assert list(found) == [
        "width-2", "width-4", "frozen", "early-stopping", "dropout", "word-dropout",
        "no-rare-words", "all",
    ]  # fmt: skip
    assert found["width-2"]["weights"] < found["width-4"]["weights"]
    assert found["frozen"]["weights"] < found["width-4"]["weights"]
    assert found["no-rare-words"]["weights"] <= found["width-4"]["weights"]
    assert all(len(one["losses"]) == one["epochs"] for one in found.values())


def test_pictures_tables_and_words(findings):
    assert [one.name for one in findings.pictures] == ["overfitting", "widths", "remedies"]
    near, every = findings.tables
    assert [len(every.rows), len(every.head)] == [8, 8]
    assert {len(row) for row in every.rows} == {8} and len(near.rows) >= 4
    assert len(findings.details) == 3


def test_the_table_of_a_frozen_embedding_does_not_move(parts):
    from attentif.lab.variants import train_one

    frozen = remedies(EN, TINY)[0]
    one = train_one(frozen, parts, 0)
    tables = [n.network.embedding.pieces.weight for n in (one.trial.first, one.trial.network)]
    assert tables[0].equal(tables[1])
    outputs = [n.network.output.weight for n in (one.trial.first, one.trial.network)]
    assert not outputs[0].equal(outputs[1])


def test_each_changes_one_thing_of_the_widest():
    widest = widths(EN, TINY)[-1].settings
    frozen, *treated, everything = remedies(EN, TINY)
    assert frozen.settings == widest and frozen.frozen
    changed = [{key for key in one.settings if one.settings[key] != widest[key]} for one in treated]
    assert all(len(keys) == 1 for keys in changed)
    assert {key for key in widest if everything.settings[key] != widest[key]} == set.union(*changed)


class Made:
    """Stands for a trained network with such validation losses and such an MCC."""

    def __init__(self, name, *losses, mcc=0.5):
        rows = [{"loss": 0.1, "validation_loss": loss} for loss in losses]
        best = min(range(len(losses)), key=lambda k: losses[k])
        scores = type("S", (), {"mcc": mcc})
        self.variant = type("V", (), {"name": name})
        self.trial = type("T", (), {"history": rows, "best": rows[best], "last": rows[-1],
                                    "best_epoch": best + 1, "scores": scores})  # fmt: skip


def test_the_answer_follows_the_losses():
    rising = Made("w", 0.6, 0.4, 0.8)
    assert rise(rising) == pytest.approx(2)
    said = answer(rising, EN)
    assert "From epoch 3 on" in said and "from 0.40 to 0.80" in said and "to 0.10" in said
    assert "no over-fitting" in answer(Made("w", 0.6, 0.4, 0.41), EN)
    assert "0,40" in answer(rising, FR)


def test_what_the_embedding_is_for_follows_the_cosines():
    near, wide, frozen = NearWords({}, Closeness(0, 0), Closeness(0.3, -0.1), {}), Made(
        "w", 0.5, 1.0, mcc=0.6), Made("f", 0.5, 0.5, mcc=0.4)  # fmt: skip
    said = meaning(near, wide, frozen, EN)
    assert "class come together" in said and "0.30 after" in said
    assert (
        "MCC of 0.40, learnt 0.60" in said and "1.00 times its lowest, learnt at 2.00 times" in said
    )
    still = near._replace(after=Closeness(0.01, 0.0))
    assert "hardly come together" in meaning(still, wide, frozen, EN)
    assert "à peine" in meaning(still, wide, frozen, FR)


def test_the_remedies_are_told_by_their_numbers():
    plain = Made("plain", 0.5, 1.5, mcc=0.5)
    stop, drop = Made("stop", 0.5, 0.9, mcc=0.5), Made("drop", 0.6, 0.7, mcc=0.7)
    said = remedied(plain, [stop, drop], EN)
    assert "at 0.90 instead of 1.50, after 2 epochs" in said
    assert "lowest validation loss: “stop”" in said and "best MCC: “drop”, 0.70" in said


def test_french_throughout(toy_file):
    found = run(Wishes(data=toy_file, language=FR), TINY._replace(texts=40, epochs=1))
    words = " ".join([found.answer, *found.details, *(t.note for t in found.tables)])
    assert " the " not in words and "plongement" in words
