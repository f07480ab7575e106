"""The face of transduction: the conventions of an estimator, and nothing lost."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from attentif import Transducer
from attentif.config import TransducerSettings
from attentif.errors import ConfigError, DataError, InputTypeError, NotFittedError
from attentif.train.transduce import Pairs
from attentif.transducer import split_pairs

SOURCES = ["ab", "ba", "abb", "bab", "bba", "aab"] * 20
TARGETS = [source[::-1] for source in SOURCES]
SMALL = {"hidden_size": 32, "embedding_size": 8, "epochs": 12, "learning_rate": 0.01}


@pytest.fixture(scope="module")
def model():
    return Transducer(**SMALL, validation=0.0).fit(SOURCES, TARGETS)


def test_every_setting_is_a_parameter():
    assert Transducer().get_params() == TransducerSettings().to_dict()
    assert clone(Transducer(beam=3)).beam == 3
    assert Transducer().set_params(decoder="none").decoder == "none"


def test_fit_returns_self_and_learns(model):
    assert model.predict(["abb", "bab"]).tolist() == ["bba", "bab"]
    assert model.predict("abb") == "bba"
    assert model.score(SOURCES[:12], TARGETS[:12]) == 1.0
    assert model.score(["abb"], ["abb"]) == 0.0


def test_empty_in_empty_out_and_the_rest_is_there(model):
    """S04, S05."""
    assert model.predict(["abb", "", "bab"]).tolist() == ["bba", "", "bab"]
    assert model.predict([]).tolist() == []
    assert [output.note for output in model.write(["", "zz"])] == ["empty", "no known unit"]


def test_a_thousand_texts_in_order(model):
    texts = [f"{'ab' * (n % 3 + 1)}{'' if n % 7 else 'b'}" for n in range(1000)]
    together = model.predict(texts)
    assert len(together) == 1000
    some = [0, 7, 500, 999]
    assert [model.predict(texts[n]) for n in some] == together[some].tolist()


def test_an_alignment_has_offsets_and_rows_of_sum_one(model):
    found = model.explain(" ab b\u0301")
    assert [unit.text for unit in found.source] == ["a", "b", " ", "b", "\u0301"]
    assert found.weights.shape == (len(found.target), len(found.source))
    np.testing.assert_allclose(found.weights.sum(axis=1), 1, atol=1e-6)
    assert found.to_dict()["unknown"] == [" ", "\u0301"]
    empty = model.explain("")
    assert empty.target == () and empty.to_dict()["note"] == "empty"


def test_beams_give_several(model):
    model = pickle.loads(pickle.dumps(model))
    with pytest.raises(ConfigError, match=r"n_best must be .* from 1 to the beam \(1\), got 3"):
        model.write(["ab"], n_best=3)
    model.beam = 4
    with pytest.raises(ConfigError, match="n_best must be a whole number"):
        model.write(["ab"], n_best=1.5)
    [output] = model.write(["ab"], n_best=3)
    assert len({output.text, *(text for text, _ in output.others)}) == 3
    assert output.text == "ba"


def test_a_model_of_dates_says_what_is_doubtful(model):
    model = pickle.loads(pickle.dumps(model))
    assert [output.note for output in model.write(["ab 31/02/2020", "ab"])] == ["", ""]
    model.metrics_ = {"source": "dates", "day_first": True}
    notes = [output.note for output in model.write(["ab 31/02/2020", "", "ab 03/04/2020"])]
    assert notes[:2] == ["no such day", "empty"] and notes[2].startswith("ambiguous")
    assert model.explain("ab 31/02/2020").to_dict()["note"] == "no such day"
    model.metrics_["day_first"] = False
    assert model.write(["ab 13/04/2020"])[0].note.startswith("no such day with the month first")


def test_mistakes_are_said(model):
    with pytest.raises(NotFittedError):
        Transducer().predict(["a"])
    with pytest.raises(DataError, match="as many rows, got 2 and 1"):
        Transducer().fit(["a", "b"], ["c"])
    with pytest.raises(InputTypeError, match="one text"):
        Transducer().fit("ab", ["c"])
    with pytest.raises(InputTypeError, match="expected one text to explain, got list"):
        model.explain(["ab"])
    with pytest.raises(InputTypeError, match="a list of callbacks, got int"):
        Transducer(epochs=1).fit(["ab"], ["ba"], callbacks=3)
    with pytest.raises(DataError, match="leaves none to train on"):
        Transducer(validation=0.9).fit(["a"], ["b"])
    with pytest.raises(ConfigError, match="hidden_size must be even"):
        Transducer(hidden_size=7).fit(["a"], ["b"])
    with pytest.raises(ConfigError, match="must be the same where subwords"):
        Transducer(source_units="subwords").fit(["a"], ["b"])
    with pytest.raises(DataError, match="0 pairs are left"):
        Transducer().fit([], [])


def test_copying_without_attention_is_refused():
    model = Transducer(**{**SMALL, "epochs": 1}, decoder="none").fit(SOURCES, TARGETS)
    model.copy_unknown = True
    with pytest.raises(ConfigError, match="this model has none"):
        model.predict(["ab"])
    model.copy_unknown = False
    assert model.explain("ab").output.weights is None


def test_validation_sources_are_not_taught():
    training, held_out = split_pairs(Pairs(SOURCES, TARGETS), TransducerSettings(validation=0.3))
    assert not set(training.sources) & set(held_out.sources)
    assert len(training.sources) + len(held_out.sources) == len(SOURCES)
    model = Transducer(**{**SMALL, "epochs": 1})
    model.fit(SOURCES, TARGETS, validation=(["ab"], ["ba"]))
    assert (model.n_training_, model.n_validation_) == (120, 1)
