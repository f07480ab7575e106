"""One account of a training: judged on rows it did not learn from, the bad news first."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from toy_messages import DECISIVE, messages, tiny

from attentif.account import (
    MISTAKES,
    NETWORK,
    BaselineRow,
    Fitting,
    Judged,
    Parts,
    Rows,
    ids_of,
    judge,
    judge_baseline,
    metrics_of,
    mistakes_of,
    score_rows,
    shaded_pieces,
    train_and_judge,
    verdict_of,
)
from attentif.config import Settings
from attentif.errors import ConfigError, DataError
from attentif.measure.baselines import BASELINES
from attentif.measure.decision import UNSURE
from attentif.measure.metrics import Scores, score
from attentif.train import linear
from attentif.train.loop import Callback

LABELS = ["ham", "spam"]
MIXED = {"ham": [*DECISIVE["ham"], "win"], "spam": [*DECISIVE["spam"], "lunch"]}
DATA = {"rows": 110, "labels": {"ham": 55, "spam": 55}, "n_dropped": 0, "warnings": []}
ABOUT = {"source": "toy", "provenance": "", "data": DATA}
NONE = Rows([], [], [])


def rows(n, seed, first=2, decisive=DECISIVE):
    return Rows(*messages(n, seed, decisive), list(range(first, first + n)))


def settings(**changed):
    return Settings.from_dict({**tiny(epochs=6).get_params(), **changed})


def parts(train=None, validation=None, test=None):
    return Parts(
        rows(60, 1) if train is None else train,
        rows(20, 2, first=100) if validation is None else validation,
        rows(30, 3, first=200, decisive=MIXED) if test is None else test,
        "drawn by hand",
    )


class Watch(Callback):
    """Counts the epochs that are trained."""

    def __init__(self):
        self.epochs = 0

    def on_epoch(self, run):
        self.epochs += 1


@pytest.fixture(scope="module")
def stages():
    return []


@pytest.fixture(scope="module")
def account(stages):
    """Sixty rows to learn from; the rows to judge on hold words of the wrong class."""
    return train_and_judge(settings(), parts(), on_stage=stages.append)


@pytest.fixture(scope="module")
def metrics(account):
    return metrics_of(account, ABOUT)


# The account


def test_validation_rows_teach_the_linear_models_after_they_were_judged(account):
    given = parts()
    alone = tiny(**settings().to_dict()).fit(
        given.train.texts,
        given.train.labels,
        validation=(given.validation.texts, given.validation.labels),
    )
    assert np.array_equal(
        account.validation.probabilities, alone.predict_proba(given.validation.texts)
    )
    both = given.train.and_also(given.validation)
    alone.teach_evidence(both.texts, both.labels)
    assert np.array_equal(account.test.probabilities, alone.predict_proba(given.test.texts))


def test_where_rows_are_drawn_validation_rows_teach_nothing(monkeypatch):
    given = parts()
    monkeypatch.setattr(linear, "MOST_ROWS", len(given.train.texts))
    found = train_and_judge(settings(), given, baselines=[])
    judged_again = judge(found.model, given.validation)
    assert np.array_equal(found.validation.probabilities, judged_again.probabilities)


def test_without_test_rows_validation_rows_teach_nothing():
    given = parts(test=NONE)
    found = train_and_judge(settings(), given, baselines=[])
    judged_again = judge(found.model, given.validation)
    assert np.array_equal(found.validation.probabilities, judged_again.probabilities)


def test_what_is_judged(account):
    assert account.part == "test"
    assert account.judged is account.test
    assert (account.test.scores.n, account.validation.scores.n) == (30, 20)
    assert account.test.probabilities.shape == (30, 2)
    assert (
        account.test.answers.tolist()
        == account.model.predict_proba(account.parts.test.texts).argmax(axis=1).tolist()
    )
    assert account.test.truth.tolist() == [LABELS.index(x) for x in account.parts.test.labels]
    assert account.seconds > account.model.seconds_ > 0


def test_the_network_learns_from_the_training_rows_only(account):
    alone = tiny(epochs=6).fit(
        *account.parts.train[:2],
        validation=(account.parts.validation[0], account.parts.validation[1]),
    )
    weights = dict(account.model.network_.named_parameters())
    for name, own in alone.network_.named_parameters():
        assert torch.equal(own, weights[name])


def test_every_baseline_stands_beside_and_has_learnt_all_other_rows(account):
    assert [row.name for row in account.baselines] == list(BASELINES)
    learnt = account.parts.train.and_also(account.parts.validation)
    for row in account.baselines:
        baseline = BASELINES[row.name]().fit(learnt.texts, learnt.labels)
        found = [LABELS[answer] for answer in row.answers]
        assert found == baseline.predict(account.parts.test.texts), row.name
        chances = baseline.predict_proba(account.parts.test.texts)
        assert row.scores.log_loss == score(account.test.truth, chances, LABELS).log_loss, row.name
        assert row.scores.n == 30 and row.fit_seconds > 0 and row.messages_per_second > 0


def test_the_stages_are_told(account, stages):
    assert stages == ["judging", *(f"baseline {name}" for name in BASELINES)]


def test_without_test_rows_the_validation_rows_are_judged():
    found = train_and_judge(settings(), parts(test=NONE), baselines=("word-svm",))
    assert (found.part, found.test, found.judged) == ("validation", None, found.validation)
    assert found.verdict[-1].startswith("Judged on the 20 validation rows that also chose")
    assert "`attentif test`" in found.verdict[-1]
    told = metrics_of(found, ABOUT)
    assert told["judged_on"] == "validation" and "test" not in told
    baseline = BASELINES["word-svm"]().fit(*found.parts.train[:2])
    assert [LABELS[a] for a in found.baselines[0].answers] == baseline.predict(
        found.parts.validation.texts
    )


def test_without_any_row_kept_aside_nothing_is_known():
    found = train_and_judge(settings(), parts(validation=NONE, test=NONE))
    assert found.judged is None
    assert found.verdict == [
        "No row was kept aside, so nothing is known about how good this model is."
    ]
    assert (found.baselines, found.mistakes, score_rows(found)) == ([], [], [])
    told = metrics_of(found, ABOUT)
    assert not {"validation", "test"} & set(told)
    assert told["split"] == {"how": "drawn by hand", "train": 60, "validation": 0, "test": 0}


def test_without_validation_rows():
    found = train_and_judge(settings(), parts(validation=NONE), baselines=())
    assert (found.part, found.validation) == ("test", None)
    assert found.baselines == []


def test_callbacks_and_checkpoint_are_passed_on(tmp_path):
    watch = Watch()
    fitting = Fitting([watch], tmp_path / "checkpoint")
    train_and_judge(settings(epochs=2), parts(), baselines=(), fitting=fitting)
    assert watch.epochs == 2
    assert (tmp_path / "checkpoint").is_dir()


def test_a_label_that_was_never_learnt_is_refused_before_training():
    watch = Watch()
    strange = Rows(["win", "eggs?"], ["spam", "eggs"], [7, 8])
    for wrong in (parts(test=strange), parts(validation=strange)):
        with pytest.raises(DataError) as caught:
            train_and_judge(settings(), wrong, fitting=Fitting([watch]))
        assert str(caught.value) == (
            "line 8: the model was not trained on the label 'eggs'; it knows ['ham', 'spam']."
            " Correct the label, or leave the row out."
        )
    with pytest.raises(DataError, match="at least two classes, got only 'ham'"):
        train_and_judge(settings(), parts(train=Rows(["a", "b"], ["ham", "ham"], [1, 2])))
    assert watch.epochs == 0


def test_a_baseline_that_cannot_read_the_texts_is_left_out():
    signs = {"ham": ["😀", "é"], "spam": ["😡", "£"]}
    texts, labels = ["😀 é", "😡 £", "é", "£", "😀", "😡"] * 4, ["ham", "spam"] * 12
    given = Rows(texts, labels, list(range(24)))
    assert set(signs) == set(labels)
    found = train_and_judge(
        settings(epochs=1),
        Parts(given, NONE, given, "twice the same"),
        baselines=("word-svm", "char-svm"),
    )
    assert [row.name for row in found.baselines] == ["char-svm"]
    assert found.verdict[-1].startswith("The baseline word-svm is left out: word-svm needs at")


def test_an_unknown_baseline():
    with pytest.raises(ConfigError, match="baseline must be one of .* Did you mean 'word-svm'"):
        train_and_judge(settings(epochs=1), parts(), baselines=("word-smv",))


# The verdict


def judged(wrong, n=100, majority=0.5):
    """Answers of which so many are wrong."""
    truth = (np.arange(n) >= majority * n).astype(int)
    said = np.where(np.arange(n) % 50 < wrong / 2, 1 - truth, truth)
    chances = np.eye(2)[said] * 0.6 + 0.2
    return Judged(score(truth, chances, LABELS, positive=1), chances, said, truth)


def baseline(name, wrong):
    found = judged(wrong)
    return BaselineRow(name, found.scores, found.answers, 0.1, 1000.0)


def test_a_baseline_that_wins_is_said_first():
    beside = [baseline("majority", 50), baseline("word-svm", 2), baseline("char-svm", 6)]
    first, last = verdict_of(judged(30), beside, "validation", 100)
    assert first.startswith("The baseline word-svm is better than the network by 28.0 points")
    assert last.startswith("Judged on the 100 validation rows")


def test_a_network_that_wins_is_said_to():
    (sentence,) = verdict_of(judged(2), [baseline("word-svm", 30)], "test", 100)
    assert sentence.startswith("The network is better than the baseline word-svm by 28.0 points")
    (sentence,) = verdict_of(judged(2), [baseline("word-svm", 4)], "test", 100)
    assert sentence.startswith("No difference of macro F1 can be shown between the network and")


def test_rows_without_an_answer_are_said_before_the_accuracy_that_they_cost():
    found = judged(2)
    answers = np.full(100, UNSURE)
    scores = score(found.truth, found.probabilities, LABELS, positive=1, decided=answers)
    declined = found._replace(scores=scores, answers=answers)
    first, second, _ = verdict_of(declined, [], "test", 100)
    assert first == "100 of the 100 rows got the answer 'unsure', which counts as wrong here."
    assert second.startswith("The network is no better than always answering")


def test_no_better_than_doing_nothing_is_said_before_all():
    first, second = verdict_of(judged(50), [baseline("word-svm", 2)], "test", 100)
    assert first == (
        "The network is no better than always answering the largest class: accuracy 0.500, and"
        " 0.500 for doing nothing."
    )
    assert second.startswith("The baseline word-svm is better")


def test_no_baseline_no_comparison():
    (sentence,) = verdict_of(judged(2), [], "test", 100)
    assert sentence == "No baseline was judged: whether a network pays here is not known."
    assert NETWORK == "the network"


# Mistakes


def test_the_most_certain_mistakes_come_first(account):
    found = account.mistakes
    wrong = np.flatnonzero(account.test.answers != account.test.truth)
    assert len(found) == min(MISTAKES, len(wrong)) == MISTAKES
    sure = [mistake.probability for mistake in found]
    assert sure == sorted(sure, reverse=True)
    assert max(account.test.probabilities[wrong].max(axis=1)) == sure[0] > 0.5
    for mistake in found:
        row = account.parts.test.lines.index(mistake.line)
        assert mistake.text == account.parts.test.texts[row]
        assert mistake.true == account.parts.test.labels[row] != mistake.predicted
        assert mistake.predicted == account.model.predict(mistake.text)
        assert "".join(piece for piece, _ in mistake.tokens) == mistake.text


def test_an_unsure_answer_is_no_mistake(account):
    model = account.model
    before = model.decision_
    try:
        model.decision_ = replace(before, unsure=0.999)
        found = judge(model, account.parts.test)
        assert (found.answers == -1).all() and found.scores.accuracy == 0
        assert mistakes_of(model, account.parts.test, found) == []
    finally:
        model.decision_ = before


@pytest.mark.parametrize(
    "text", ["win a prize!", "", "  a  \n", "½ win", "été 😀", "win " * 60, "\u202ewin\u202c ok"]
)
def test_shaded_pieces_are_the_whole_text(tiny_classifier, text):
    explanation = tiny_classifier.explain(text)
    pieces = shaded_pieces(explanation)
    assert "".join(piece for piece, _ in pieces) == text
    assert len(pieces) == len(explanation.tokens) + 1
    assert sum(weight for _, weight in pieces) == pytest.approx(1, abs=1e-5)


# Numbers


def test_metrics_are_strict_json_with_all_that_is_promised(account, metrics):
    assert json.loads(json.dumps(metrics, allow_nan=False)) == metrics
    assert {*ABOUT, "split", "judged_on", "verdict", "notes", "training", "decision"} < set(metrics)
    for part in ("validation", "test"):
        scores = metrics[part]
        assert {
            "n", "accuracy", "macro_f1", "mcc", "per_class", "confusion", "labels", "intervals",
        } < set(scores)  # fmt: skip
        assert Scores.from_dict(scores) == getattr(account, part).scores
        assert scores["labels"] == LABELS
        assert set(scores["per_class"]) == set(LABELS)
        assert np.sum(scores["confusion"]) == scores["n"]
    assert [row["name"] for row in metrics["baselines"]] == list(BASELINES)
    assert all(row["n"] == 30 for row in metrics["baselines"])
    assert metrics["split"] == {"how": "drawn by hand", "train": 60, "validation": 20, "test": 30}
    assert metrics["training"]["epochs"] == len(account.model.history_) == 6
    assert metrics["training"]["parameters"] == account.model.n_parameters_
    assert [mistake["line"] for mistake in metrics["mistakes"]] == [
        mistake.line for mistake in account.mistakes
    ]
    assert set(metrics["mistakes"][0]) == {"text", "true", "predicted", "probability", "line"}


def test_numbers_that_are_none_become_null(account):
    history = account.model.history_
    try:
        account.model.history_ = [{**history[0], "texts_per_second": float("nan")}]
        assert metrics_of(account, ABOUT)["training"]["texts_per_second"] is None
        account.model.history_ = []
        assert metrics_of(account, ABOUT)["training"]["texts_per_second"] is None
    finally:
        account.model.history_ = history


def test_rows_for_tables_and_pictures(account):
    first, *others = score_rows(account)
    low, high = account.test.scores.intervals["macro_f1"]
    assert first == {
        "name": "attention",
        "value": account.test.scores.macro_f1,
        "low": low,
        "high": high,
        "is_baseline": False,
    }
    assert [row["name"] for row in others] == list(BASELINES)
    assert all(row["is_baseline"] for row in others)


def test_the_card_and_the_folder_take_the_account(account, metrics, tmp_path):
    folder = account.model.save(tmp_path / "model", metrics=metrics)
    assert json.loads((folder / "metrics.json").read_text(encoding="utf-8")) == metrics
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert account.verdict[0] in card
    assert "## Scores on the test rows (30)" in card and "| char-svm |" in card
    assert "60 rows to train, 20 to choose the epoch, 30 to judge on; drawn by hand." in card


# Small parts


def test_rows():
    one = Rows(["a", "b", "c"], ["x", "y", "z"], [4, 5, 6])
    assert one.at(np.array([2, 0])) == Rows(["c", "a"], ["z", "x"], [6, 4])
    assert one.at(np.arange(0)) == NONE
    assert NONE.and_also(one) == one
    assert one.and_also(Rows(["d"], ["x"], [9])).lines == [4, 5, 6, 9]


def test_ids_of():
    found = ids_of(Rows(["a", "b"], ["spam", "ham"], [1, 2]), LABELS)
    assert found.tolist() == [1, 0] and found.dtype == np.int64
    assert ids_of(NONE, LABELS).shape == (0,)


def test_judge_nothing(tiny_classifier):
    assert judge(tiny_classifier, NONE) is None
    with pytest.raises(DataError, match="line 3: the model was not trained on the label 'eggs'"):
        judge(tiny_classifier, Rows(["a"], ["eggs"], [3]))


def test_a_baseline_that_never_saw_a_class_gives_it_no_probability(account):
    beside = score(np.array([0, 1, 2]), np.eye(3), ["eggs", "ham", "spam"])
    found = judge_baseline("naive-bayes", rows(20, 1), rows(10, 2), beside)
    assert found.scores.labels == ("eggs", "ham", "spam")
    assert (found.answers > 0).all() and found.scores.n == 10
    assert found.scores.confusion[0] == (0, 0, 0)
