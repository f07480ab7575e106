"""Why an answer: the decisive word is found, at its place, and nothing in the model changes."""

import copy
import json
import math
import unicodedata
from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau
from toy_messages import DECISIVE, messages, tiny

from attentif.config import POOLINGS
from attentif.inspect.explain import evenness, explain, rank_agreement, without_each
from attentif.train.predict import read

TEXTS, LABELS = messages(60, seed=6)
ATTENTIVE = ("dot", "general", "additive")
FAMILY = "👨\u200d👩\u200d👧"


@pytest.fixture(scope="module", params=["gru-mean", "gru-dot", "lstm-additive"])
def other(request):
    """Networks of other cells and poolings that have learnt the same messages."""
    cell, pooling = request.param.split("-")
    return tiny(cell=cell, pooling=pooling, epochs=12).fit(*messages(120, seed=1))


def decisive(tokens):
    return [t for t, token in enumerate(tokens) if token.text in sum(DECISIVE.values(), [])]


# What is found


def test_leaving_the_decisive_word_out_changes_most(tiny_classifier):
    for text, label in zip(TEXTS, LABELS, strict=True):
        found = tiny_classifier.explain(text)
        changes = [token.left_out for token in found.tokens]
        assert found.label == found.explained == label
        assert decisive(found.tokens) == [int(np.argmax(changes))], text
        assert max(changes) > 0


def test_also_for_other_cells_and_poolings(other):
    right = 0
    for text in TEXTS[:30]:
        found = other.explain(text)
        right += decisive(found.tokens) == [int(np.argmax([t.left_out for t in found.tokens]))]
    assert right >= 28


def test_left_out_is_the_probability_with_minus_without(tiny_classifier):
    words = TEXTS[2].split()
    found = tiny_classifier.explain(" ".join(words))
    place = tiny_classifier.classes_.tolist().index(found.explained)
    whole = tiny_classifier.predict_proba(" ".join(words))[place]
    for t, token in enumerate(found.tokens):
        without = tiny_classifier.predict_proba(" ".join(words[:t] + words[t + 1 :]))[place]
        assert token.left_out == pytest.approx(whole - without, abs=1e-6)
    assert found.probabilities[found.explained] == whole


def test_attention_sums_to_one(tiny_classifier):
    for text in TEXTS:
        weights = [token.attention for token in tiny_classifier.explain(text).tokens]
        assert sum(weights) == pytest.approx(1, abs=1e-5) and min(weights) >= 0


@pytest.mark.parametrize("pooling", POOLINGS)
def test_weights_are_given_where_the_network_has_them(pooling):
    found = tiny(pooling=pooling).fit(TEXTS[:20], LABELS[:20]).explain(TEXTS[0])
    attended = [token.attention is not None for token in found.tokens]
    assert attended == [pooling not in ("last", "max")] * len(found.tokens)
    if pooling not in ATTENTIVE:  # a mean weighs all alike: there is no order to agree with
        assert found.agreement is None
        assert len({token.attention for token in found.tokens}) == 1


def test_unsure_explains_the_most_probable_class(tiny_classifier):
    model = copy.copy(tiny_classifier)
    model.decision_ = copy.copy(tiny_classifier.decision_)
    object.__setattr__(model.decision_, "unsure", 0.999)
    found = model.explain(TEXTS[1])
    assert (found.label, found.explained) == ("unsure", "spam")
    assert found.tokens == tiny_classifier.explain(TEXTS[1]).tokens


# Places in the text


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Win a prize now!", ["Win", "a", "prize", "now", "!"]),
        ("  spaced\tout\n\nwin  ", ["spaced", "out", "win"]),
        (FAMILY + "😀 now ❤\ufe0f", [FAMILY, "😀", "now", "❤\ufe0f"]),
        ("x\u200by I\u0092m £1.50", ["x\u200by", "I\u0092m", "£", "1.50"]),
        ("Gagnez l\u2019e\u0301te\u0301", ["Gagnez", "l\u2019", "e\u0301te\u0301"]),
    ],
)
def test_tokens_stand_where_they_are_said_to(tiny_classifier, text, pieces):
    found = tiny_classifier.explain(text)
    assert found.text == text
    assert [text[token.start : token.end] for token in found.tokens] == pieces


def test_an_accent_typed_apart_is_part_of_its_word(tiny_classifier):
    text = unicodedata.normalize("NFD", "the été win")
    tokens = tiny_classifier.explain(text).tokens
    assert [text[token.start : token.end] for token in tokens] == ["the", "e\u0301te\u0301", "win"]
    assert [token.text for token in tokens] == ["the", "été", "win"]
    assert [token.known for token in tokens] == [True, False, True]


def test_one_word(tiny_classifier):
    found = tiny_classifier.explain("prize")
    (token,) = found.tokens
    assert (token.text, token.start, token.end, token.known) == ("prize", 0, 5, True)
    assert token.attention == pytest.approx(1)
    nothing = tiny_classifier.predict_proba("")[1]
    assert token.left_out == pytest.approx(tiny_classifier.predict_proba("prize")[1] - nothing)
    assert found.agreement is None


@pytest.mark.parametrize("text", ["", "   ", "\n", "\u200b"])
def test_a_blank_text(tiny_classifier, text):
    found = tiny_classifier.explain(text)
    (token,) = found.tokens
    assert (token.text, token.start, token.end, token.known) == ("", 0, 0, False)
    assert token.left_out == 0.0
    assert found.agreement is None
    assert sum(found.probabilities.values()) == pytest.approx(1)


def test_only_what_is_read_is_explained(tiny_classifier):
    longest = tiny_classifier.front_end_.max_length
    found = tiny_classifier.explain("win " * (longest + 5))
    assert len(found.tokens) == longest


def test_without_each(tiny_classifier):
    encoded = tiny_classifier.front_end_.encode(["win a prize"])
    left = without_each(encoded)
    assert left.lengths.tolist() == [2, 2, 2]
    a, b, c = encoded.words.tolist()
    assert left.words.tolist() == [b, c, a, c, a, b]


# Agreement

few_values = st.lists(st.integers(0, 3).map(float), min_size=2, max_size=12)


@given(st.data())
def test_agreement_is_scipy_s_tau(data):
    one = data.draw(few_values)
    other = data.draw(st.lists(st.integers(-2, 2).map(float), min_size=len(one), max_size=len(one)))
    expected = kendalltau(one, other).statistic
    found = rank_agreement(np.array(one, np.float32), np.array(other))
    if math.isnan(expected):
        assert found is None
    else:
        assert found == pytest.approx(expected)


def test_agreement_of_an_explanation(tiny_classifier):
    for text in TEXTS[:20]:
        found = tiny_classifier.explain(text)
        if len(found.tokens) > 1:
            weights = np.array([token.attention for token in found.tokens], np.float32)
            sizes = np.abs([token.left_out for token in found.tokens])
            assert found.agreement == pytest.approx(kendalltau(weights, sizes).statistic)


def test_agreement_where_there_is_none():
    assert rank_agreement(np.array([1.0]), np.array([1.0])) is None
    assert rank_agreement(np.empty(0), np.array([1.0, 2.0])) is None
    assert rank_agreement(np.array([0.5, 0.5]), np.array([1.0, 2.0])) is None
    assert rank_agreement(np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0])) == -1.0


# For machines


@pytest.mark.parametrize("text", ["win a prize", "", "prize", "été 😀"])
def test_ready_for_json(tiny_classifier, text):
    found = tiny_classifier.explain(text)
    given = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert given == {
        "text": text,
        "label": found.label,
        "explained": found.explained,
        "probability": found.probabilities[found.explained],
        "probabilities": found.probabilities,
        "tokens": [token._asdict() for token in found.tokens],
        "agreement": found.agreement,
        "evenness": found.evenness,
    }
    assert set(given["probabilities"]) == {"ham", "spam"}


@pytest.mark.parametrize("training", [True, False])
def test_explaining_changes_nothing(tiny_classifier, training):
    model = copy.deepcopy(tiny_classifier)
    model.network_.train(training)
    before = {name: value.clone() for name, value in model.network_.state_dict().items()}
    torch.manual_seed(3)
    random = torch.get_rng_state()
    parts = (partial(read, model.network_), model.front_end_, model.decision_)
    first = explain(*parts, TEXTS[0])
    assert explain(*parts, TEXTS[0]) == first == tiny_classifier.explain(TEXTS[0])
    assert model.network_.training is training
    assert all(weight.grad is None for weight in model.network_.parameters())
    assert torch.equal(torch.get_rng_state(), random)
    for name, value in model.network_.state_dict().items():
        assert torch.equal(value, before[name]), name


def test_evenness_of_one_text(tiny_classifier):
    found = tiny_classifier.explain("win a prize")
    assert 0 < found.evenness < 1
    assert tiny_classifier.explain("prize").evenness is None  # one token: nothing to compare
    assert evenness(np.full(3, 1 / 3)) == pytest.approx(1) and evenness(np.eye(2)[0]) == 0
