"""`attentif train`: what it makes, what it says, and what it refuses before it begins."""

import json
import os
import signal

import pytest

from app.samples import QUICK, TINY, refused, run, said, strict_json, toy_rows, write_rows
from attentif import TextClassifier
from attentif.app.progress import ProgressBar
from attentif.measure.baselines import BASELINES
from attentif.train.checkpoint import FILE

SCORES = {"n", "accuracy", "macro_f1", "mcc", "per_class", "confusion", "labels"}
LONGER = [*QUICK, "--epochs", "4", "--patience", "0"]


def train(source, out, *flags):
    ran = run("train", source, "--out", out, *QUICK, *flags)
    assert ran.code == 0, ran
    return ran


def weights(folder):
    return (folder / "model.safetensors").read_bytes()


def test_json_is_the_content_of_metrics_json(trained):
    assert trained.ran.code == 0
    [line] = trained.ran.out.splitlines()
    found = strict_json(line)
    assert found == json.loads((trained.folder / "metrics.json").read_text(encoding="utf-8"))
    for part in ("validation", "test"):
        assert found[part].keys() >= SCORES
    assert found["split"]["train"] + found["split"]["validation"] + found["split"]["test"] == 60
    assert len(found["baselines"]) == len(BASELINES) and found["training"]["epochs"] == 2


def test_progress_goes_to_standard_error(trained):
    err = trained.ran.err
    for words in ("60 examples", "epoch   1  loss", "epoch   2  loss", "baseline word-svm ..."):
        assert words in err


def test_the_folder_is_a_model_and_nothing_is_left_beside_it(trained):
    assert TextClassifier.load(trained.folder).predict(["win a prize"]).shape == (1,)
    assert [path.name for path in trained.folder.parent.iterdir()] == [trained.folder.name]
    card = (trained.folder / "README.md").read_text(encoding="utf-8")
    assert "A classifier of short texts: ham, spam" in card


def test_a_person_reads_the_verdict_first(toy, tmp_path):
    out = train(toy, tmp_path / "m").out
    assert out.startswith("\nVerdict\n")
    assert f"Model: {tmp_path / 'm'}" in out and "Report:" not in out
    assert not (tmp_path / "m" / "report.html").exists()


def test_quiet_says_nothing_beside_the_result(toy, tmp_path):
    ran = train(toy, tmp_path / "m", "--quiet", "--json")
    assert ran.err == "" and strict_json(ran.out)


def test_flags_stand_above_the_preset_s(toy, tmp_path):
    flags = ["--preset", "workshop-rnn", "--hidden-size", "4"]
    [found] = said("train", toy, "--out", tmp_path / "m", *QUICK, *flags)
    settings = TextClassifier.load(tmp_path / "m").settings_
    assert (settings.architecture, settings.hidden_size, settings.optimizer) == ("rnn", 4, "sgd")
    assert found["split"]["how"].startswith("the workshop's 33% to judge on")
    assert found["split"]["test"] == 20


@pytest.mark.parametrize("architecture", ["rnn", "lstm", "gru", "attention"])
def test_each_architecture(toy, tmp_path, architecture):
    train(toy, tmp_path / "m", "--architecture", architecture, "--epochs", "1")
    assert TextClassifier.load(tmp_path / "m").settings_.architecture == architecture


def test_a_recipe_that_diverges_is_a_lesson_and_no_crash(toy, tmp_path):
    flags = ["--preset", "workshop-lstm", "--epochs", "3", "--learning-rate", "1e30", "--no-report"]
    ran = run("train", toy, "--out", tmp_path / "m", *flags, "--threads", "1")
    assert ran.code == 0, ran
    assert "diverged: the " in ran.err
    assert "Training ended early: diverged: " in ran.out and "Try a learning rate" in ran.out
    metrics = json.loads((tmp_path / "m" / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["training"]["diverged"] is True
    [answer] = said("predict", tmp_path / "m", "-", stdin=b"win a prize\n")
    assert 0 <= answer["probability"] <= 1


def test_no_row_is_kept_aside(toy, tmp_path):
    [found] = said("train", toy, "--out", tmp_path / "m", *TINY, "--test", "0", "--validation", "0")
    assert not {"test", "validation"} & found.keys()
    assert found["verdict"][0].startswith("No row was kept aside")
    assert (tmp_path / "m" / "report.html").is_file()


def test_only_validation_rows_judge(toy, tmp_path):
    [found] = said("train", toy, "--out", tmp_path / "m", *QUICK, "--test", "0")
    assert found["judged_on"] == "validation" and "test" not in found
    assert "also chose the epoch" in found["verdict"][-1]


def test_ways_to_choose_the_rows_to_judge_on(toy, tmp_path):
    other = write_rows(tmp_path / "other.csv", toy_rows(10, seed=9))
    for flags, n in (
        (["--first", 45], 15),
        (["--split-column", "part"], 12),
        (["--test-file", other], 10),
    ):
        [found] = said("train", toy, "--out", tmp_path / "m", *QUICK, "--epochs", 1, *flags)
        assert found["test"]["n"] == n


def test_a_model_that_stands_there_is_replaced(toy, tmp_path):
    train(toy, tmp_path / "m", "--epochs", "1")
    (tmp_path / "m" / "notes.txt").write_text("mine", encoding="utf-8")
    before = weights(tmp_path / "m")
    train(toy, tmp_path / "m", "--epochs", "1", "--seed", "1")
    assert weights(tmp_path / "m") != before
    assert (tmp_path / "m" / "notes.txt").read_text(encoding="utf-8") == "mine"


def interrupt_after(epochs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Press Ctrl-C in the first step after so many epochs."""
    moved = ProgressBar.on_step

    def on_step(bar, run):
        if run.epoch == epochs + 1:
            os.kill(os.getpid(), signal.SIGINT)
        moved(bar, run)

    monkeypatch.setattr(ProgressBar, "on_step", on_step)


def test_ctrl_c_saves_and_resume_goes_on_as_if_nothing_had_been(toy, tmp_path):
    train(toy, tmp_path / "whole", *LONGER)
    with pytest.MonkeyPatch.context() as patch:
        interrupt_after(2, patch)
        ran = train(toy, tmp_path / "m", *LONGER)
    assert "To go on with this training, give the same command with --resume." in ran.err
    assert "Training ended early: stopped by Ctrl-C." in ran.out
    assert (tmp_path / ".m.training" / FILE).is_file()
    TextClassifier.load(tmp_path / "m")
    assert "the interrupted training had learning_rate = 0.02, now it is 0.5" in refused(
        "train", toy, "--out", tmp_path / "m", *LONGER, "--learning-rate", "0.5", "--resume"
    )
    again = train(toy, tmp_path / "m", *LONGER, "--resume")
    assert "resumed after epoch 2" in again.err and "epoch   2  " not in again.err
    assert weights(tmp_path / "m") == weights(tmp_path / "whole")
    assert not (tmp_path / ".m.training").exists()


def test_ctrl_c_in_the_first_epoch_leaves_nothing_to_resume(toy, tmp_path, monkeypatch):
    interrupt_after(0, monkeypatch)
    ran = train(toy, tmp_path / "m")
    assert "--resume" not in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


MISTAKES = [
    (["--epochs", "0"], "epochs must be >= 1, got 0"),
    (["--epochs", "few"], "Invalid value for '--epochs'"),
    (["--learning-rate", "-1"], "learning_rate must be > 0"),
    (["--architecture", "lsmt"], "Did you mean 'lstm'?"),
    (["--preset", "workshop-lsmt"], "preset must be one of"),
    (["--clean", "nothing-known"], "nothing-known"),
    (["--class-weight", "spam=x"], "class_weight"),
    (["--positive-label", "eggs"], "eggs"),
    (["--max-false-positive-rate", "0.1", "--min-precision", "0.9"], "give one"),
    (["--validation", "0", "--min-precision", "0.9"], "need validation rows of both classes"),
    (["--ngram-min", "6"], "ngram_max must be at least ngram_min"),
    (["--test", "1"], "test must be from 0 up to 1"),
    (["--first", "60"], "--first must be from 1 to 59"),
    (["--first", "10", "--test-file", "x.csv"], "give one of them"),
    (["--split-column", "prat"], "has no column 'prat'"),
    (["--split-column", "sender"], "must say train, validation or test"),
    (["--test-file", "none.csv"], "none.csv: no such file"),
    (["--text-column", "txet"], "txet"),
    (["--label-column", "9"], "9"),
    (["--encoding", "utf-99"], "utf-99"),
    (["--delimiter", "tba"], "Did you mean 'tab'?"),
    (["--resume"], "holds no interrupted training to resume"),
    (["--epoch", "3"], "No such option: --epoch"),
    (
        ["another.csv"],
        "unexpected extra argument(s) (another.csv). One file is read; a file of"
        " targets goes to --target-file.",
    ),
]


@pytest.mark.parametrize(("flags", "sentence"), MISTAKES, ids=[" ".join(f) for f, _ in MISTAKES])
def test_a_mistake_is_one_sentence(toy, tmp_path, monkeypatch, flags, sentence):
    monkeypatch.chdir(tmp_path)
    assert sentence in refused("train", toy, "--out", "m", *QUICK, *flags)
    assert list(tmp_path.iterdir()) == []


def test_files_that_cannot_be_used(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.csv").write_bytes(b"")
    write_rows(tmp_path / "one.csv", [["label", "text"], ["ham", "a b"], ["ham", "c d"]])
    for source, sentence in (
        ("none.csv", "none.csv: no such file"),
        ("empty.csv", "the file is empty"),
        ("one.csv", "two"),
        (".", "folder"),
        ("mesages", "Did you mean 'messages'?"),
        ("-", "is empty"),
    ):
        assert sentence in refused("train", source, *QUICK), source


def test_places_that_hold_no_model(toy, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    for out, sentence in (
        ("file", "is a file; a model is a folder"),
        ("full", "holds other files"),
        ("file/m", "cannot hold a folder"),
        (".", "the folder in which you are"),
        ("", "the folder in which you are"),
    ):
        assert sentence in refused("train", toy, "--out", out, *QUICK), out
    assert (tmp_path / "full" / "mine.txt").is_file()


def test_a_test_file_with_an_unknown_label(toy, tmp_path):
    other = write_rows(tmp_path / "o.csv", [["label", "text"], ["eggs", "a b"], ["ham", "c d"]])
    flags = ["--out", tmp_path / "m", *QUICK, "--test-file", other]
    assert "line 2: the model was not trained on the label 'eggs'" in refused("train", toy, *flags)


def test_data_by_name_with_their_own_split(data_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("ATTENTIF_DATA", str(data_folder))
    [found] = said("train", "trec", "--out", tmp_path / "m", *QUICK, "--max-rows", "200")
    assert found["test"]["n"] == 500 and found["data"]["rows"] == 200
    assert found["split"]["how"].startswith("trec's own split; drawn with seed 0")
    assert len(found["test"]["labels"]) == 6
    assert "Only the first 200 rows were read (--max-rows)" in found["data"]["warnings"][0]


def test_the_attention_at_each_epoch_is_drawn(toy, tmp_path):
    ran = train(toy, tmp_path / "m", "--attention")
    page = (tmp_path / "m" / "attention.html").read_text(encoding="utf-8")
    assert "epoch" in page and (tmp_path / "m" / "attention.gif").read_bytes()[:4] == b"GIF8"
    assert "attention.html" in ran.err


def test_a_network_without_attention_has_none_to_draw(toy, tmp_path):
    refused(
        run("train", toy, "--out", tmp_path / "m", *QUICK, "--attention", "--architecture", "gru"),
        "--attention draws weights of tokens, got the pooling 'last'",
    )
    assert not (tmp_path / "m").exists()
