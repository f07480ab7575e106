"""A transducer's folder: read back to the bit, and refused where it is damaged."""

import json

import pytest

from attentif.errors import ArtifactError
from attentif.estimator import TextClassifier
from attentif.ship.folder import MODEL, VOCABULARY, WEIGHTS, is_transducer
from attentif.ship.transducer_folder import load_transducer, transducer_card
from attentif.transducer import Transducer

KINDS = [
    {},
    {"decoder": "bahdanau", "cell": "lstm", "layers": 2},
    {"decoder": "none", "tied": "all", "cell": "rnn"},
    {"attention_score": "concat", "input_feeding": True, "layer_norm": True},
    {"source_units": "subwords", "target_units": "subwords", "attention_score": "dot"},
    {"source_units": "words", "target_units": "spaced"},
]
SOURCES = ["ab cd", "cd", "ab", "cd ab", "ab ab", "cd cd"] * 4
TARGETS = [text.upper() for text in SOURCES]


def small(**settings) -> Transducer:
    given = {"hidden_size": 8, "embedding_size": 6, "epochs": 1, "validation": 0.0, **settings}
    return Transducer(**given).fit(SOURCES, TARGETS)


@pytest.fixture
def folder(tmp_path):
    return small().save(tmp_path / "model")


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_the_same_outputs_after_reading_back(kind, tmp_path):
    model = small(**kind)
    again = Transducer.load(model.save(tmp_path / "m"))
    texts = [*SOURCES, "xyz", ""]
    assert again.predict(texts).tolist() == model.predict(texts).tolist()
    assert again.get_params() == model.get_params()
    assert again.history_ == model.history_
    one, other = (m.explain("ab cd").to_dict() for m in (model, again))
    assert one == other
    again.save(tmp_path / "again")
    for name in (WEIGHTS, VOCABULARY):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "m" / name).read_bytes()


def test_the_kind_is_said(folder):
    assert is_transducer(folder)
    for other in (folder / "none", folder.parent, folder / MODEL):
        assert not is_transducer(other)
    with pytest.raises(ArtifactError, match="must be a classifier, got 'transducer'"):
        TextClassifier.load(folder)


@pytest.mark.parametrize("name", [WEIGHTS, VOCABULARY])
def test_a_changed_file_is_refused(folder, name):
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content + b" ")
    with pytest.raises(ArtifactError, match="is not the file that was saved"):
        load_transducer(folder)
    (folder / name).unlink()
    with pytest.raises(ArtifactError, match=f"{name} is missing"):
        load_transducer(folder)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("format", 9, "format 9"),
        ("kind", "classifier", "must be a transducer"),
        ("ratio", None, "ratio > 0, got None"),
        ("ratio", -1, "ratio > 0"),
        ("settings", 3, "'settings' as an object"),
        ("sha256", [], "'sha256' as an object"),
    ],
)
def test_a_damaged_account_is_refused(folder, key, value, said):
    about = json.loads((folder / MODEL).read_text(encoding="utf-8"))
    (folder / MODEL).write_text(json.dumps(about | {key: value}), encoding="utf-8")
    with pytest.raises(ArtifactError, match=said):
        Transducer.load(folder)


def test_weights_of_another_network_are_refused(folder):
    about = json.loads((folder / MODEL).read_text(encoding="utf-8"))
    about["settings"]["hidden_size"] = 10
    (folder / MODEL).write_text(json.dumps(about), encoding="utf-8")
    with pytest.raises(ArtifactError, match="do not fit its settings"):
        Transducer.load(folder)


def test_the_card_says_what_it_is_and_escapes():
    settings = small().settings_
    card = transducer_card(settings, {"verdict": ["<b> 99 %"], "notes": ["a*b"], "provenance": "x"})
    assert "&lt;b&gt; 99 %" in card and "a\\*b" in card and "luong attention" in card
    assert "Nothing was measured" in transducer_card(settings, {})
