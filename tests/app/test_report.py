"""The report of a training: a page, its pictures, and numbers that are the account's own."""

from dataclasses import replace

from attentif.app.report import (
    CAPTIONS,
    PAGE,
    PICTURES,
    decided,
    draw,
    large_numbers,
    score_table,
    write,
)
from attentif.measure.metrics import score
from attentif.ship.saving import OURS


def test_the_page_and_the_pictures_stand_in_the_model_s_folder(trained):
    page = (trained.folder / PAGE).read_text(encoding="utf-8")
    names = {path.stem for path in (trained.folder / PICTURES).iterdir()}
    assert names >= {"class_counts", "lengths", "curves", "confusion", "calibration", "scores"}
    for name in names:
        assert {path.suffix for path in (trained.folder / PICTURES).glob(f"{name}.*")} == {
            ".png",
            ".svg",
        }
    assert page.count("<svg") == len(names)
    assert "majority" in page and "word-svm" in page
    assert {path.name for path in trained.folder.iterdir()} <= OURS


def test_commands_can_be_pasted_though_the_folder_has_a_blank(trained):
    page = (trained.folder / PAGE).read_text(encoding="utf-8")
    assert "my model&#39; held-out.csv" in page or "my model' held-out.csv" in page


def test_pictures_of_what_there_are_numbers_for(untested):
    assert draw(untested).keys() == {"class_counts", "lengths", "curves"}


def test_precision_and_recall_are_of_a_class_looked_for(account):
    assert "precision_recall" in draw(account)
    none = account.judged._replace(scores=replace(account.judged.scores, positive=None))
    assert "precision_recall" not in draw(replace(account, test=none))


def test_a_page_without_rows_to_judge_on(untested, tmp_path):
    counts = {"rows": 30, "n_dropped": 0, "labels": {"ham": 15, "spam": 15}}
    read = {name: "found" for name in ("encoding", "delimiter", "text_column", "label_column")}
    data = {**counts, **read, "warnings": [], "dropped": []}
    metrics = {"source": "<b>toy</b>", "provenance": "", "data": data}
    page = write(untested, metrics, tmp_path, "attentif train toy").read_text(encoding="utf-8")
    assert "No row was kept aside" in page
    assert "<b>toy</b>" not in page and "&lt;b&gt;toy" in page


def test_every_caption_is_of_a_picture(account):
    assert CAPTIONS.keys() <= draw(account).keys()


def test_the_large_numbers(account):
    scores = account.judged.scores
    caught, blocked, mcc = large_numbers(scores)
    assert (caught.name, caught.value) == ("spam caught", scores.positive_caught)
    assert (blocked.value, mcc.value) == (scores.negative_blocked, scores.mcc)
    assert (caught.percent, mcc.percent) == (True, False)
    many = score(account.judged.truth, account.judged.probabilities, ("ham", "spam"))
    assert [number.name for number in large_numbers(many)] == ["Accuracy", "Macro F1"]


def test_the_table_of_scores(account):
    scores = account.judged.scores
    table = score_table("Test", scores, "a note")
    assert [number.name for number in table.overall][:3] == ["Accuracy", "Macro F1", "MCC"]
    assert table.overall[0].value == scores.accuracy
    assert [row.label for row in table.classes] == ["ham", "spam"]
    assert table.classes[1].support == scores.per_class["spam"].support


def test_how_a_probability_becomes_an_answer(account, monkeypatch):
    assert decided(account) == "The most probable class is the answer."
    model = account.model
    decision = replace(model.decision_, threshold=0.75, unsure=0.125, temperature=1.5)
    settings = replace(model.settings_, max_false_positive_rate=0.01)
    monkeypatch.setattr(model, "decision_", decision)
    monkeypatch.setattr(model, "settings_", settings)
    said = decided(account)
    assert "spam is answered from a probability of 0.7500 on" in said
    assert "at most 1.00% of the others blocked" in said
    assert "Nearer than 0.125 to the border the answer is 'unsure'" in said
    assert "divided by 1.50" in said
    monkeypatch.setattr(model, "settings_", replace(settings, max_false_positive_rate=0.0))
    assert "a precision of at least" in decided(account)
