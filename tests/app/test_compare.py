"""`attentif compare`: who takes part, one table, and what may be concluded."""

import pytest

from app.samples import TINY, refused, run, said
from attentif.app.compare import contestant, named
from attentif.config import Settings
from attentif.estimator import TextClassifier
from attentif.measure.compare import ATTENTION, WITHOUT
from attentif.train.callbacks import INTERRUPTED

FEW = [*TINY, "--splits", "2", "--architectures", "lstm,attention", "--baselines", "majority"]


@pytest.fixture(scope="module")
def compared(toy):
    return run("compare", toy, *FEW)


def test_json_holds_every_run(toy):
    [found] = said(
        "compare", toy, *TINY, "--splits", "2", "--architectures", "gru", "--baselines",
        "majority,word-svm",
    )  # fmt: skip
    assert found["source"] == str(toy) and found["rows"] == 60
    assert [(run["name"], run["split"]) for run in found["runs"]] == [
        (name, split) for split in (0, 1) for name in ("gru", "majority", "word-svm")
    ]
    assert all(0 <= run["scores"]["accuracy"] <= 1 for run in found["runs"])


def test_a_person_reads_two_tables_and_the_conclusions(compared):
    assert compared.code == 0
    out = compared.out
    assert "2 splits, " in out and "to judge on" in out
    for name in (ATTENTION, WITHOUT, "majority"):
        assert out.count(f"\n{name} ") >= 2
    assert "95 % interval of the mean over the splits" in out
    assert "messages a second" in out
    assert "Does a network pay?" in out and "Does attention pay?" in out


def test_the_tables_fit_80_columns(compared):
    tables = compared.out.split("Does a network pay?")[0].splitlines()[3:]
    assert max(map(len, tables)) <= 80
    assert "…" not in compared.out


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--architectures", "rnn,lsmt"], "Did you mean 'lstm'?"),
        (["--baselines", "word-smv"], "Did you mean 'word-svm'?"),
        (["--architectures", "none", "--baselines", "none"], "needs a contender"),
        (["--architecture", "gru"], "give --architectures instead"),
        (["--splits", "0"], "splits must be >= 1"),
        (["--test", "0"], "a split needs rows on both sides"),
        (["--preset", "workshop-rnn"], "No such option: --preset"),
    ],
)
def test_mistakes(toy, flags, sentence):
    assert sentence in refused("compare", toy, *flags)


def test_one_class(tmp_path):
    (tmp_path / "one.csv").write_text("label,text\nham,a b\nham,c d\n", encoding="utf-8")
    flags = ["--architectures", "none", "--baselines", "majority"]
    assert "got only 'ham' (2 examples)" in refused("compare", tmp_path / "one.csv", *flags)


def test_names():
    assert named("all", ("a", "b")) == ("a", "b")
    assert named("none", ("a",)) == ()
    assert named(" b , a,", ("a", "b")) == ("b", "a")


def test_each_split_has_its_own_seed():
    settings = Settings(seed=3, epochs=1)
    models = [contestant(settings, "gru", split).model for split in (0, 1)]
    assert [model.seed for model in models] == [3, 4]
    assert {model.architecture for model in models} == {"gru"}


def test_ctrl_c_ends_the_comparison(toy, monkeypatch):
    def stopped(self, *args, **given):
        self.stop_reason_ = INTERRUPTED

    monkeypatch.setattr(TextClassifier, "fit", stopped)
    ran = run("compare", toy, *FEW)
    assert (ran.code, ran.out, ran.err) == (130, "", "attentif: interrupted.\n")
