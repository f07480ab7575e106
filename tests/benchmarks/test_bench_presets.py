"""Each repair on top of the ones before; without the data nothing is measured, and that is said."""

import pytest
from benchmarks import presets

from attentif.errors import DataError


@pytest.fixture
def tried(monkeypatch):
    """What the trainings were asked for, instead of being trained."""
    asked = []

    def runs_of(name, changed, seeds):
        asked.append((name, dict(changed), seeds))
        return []

    monkeypatch.setattr(presets, "runs_of", runs_of)
    return asked


def test_each_repair_comes_on_top(tried):
    rows = list(presets.repaired("lstm", 2, keras_too=False))
    repairs = presets.REPAIRS["lstm"]
    assert [row["change"] for row in rows] == ["workshop-lstm, as it is", *(r[0] for r in repairs)]
    assert [changed for _, changed, _ in tried][0] == {}
    assert tried[-1] == ("lstm", {k: v for _, change in repairs for k, v in change.items()}, 2)


def test_missing_data_are_skipped_and_said(monkeypatch, capsys, tmp_path):
    def nowhere(*arguments, **others):
        raise DataError("sms-spam is not here. Get it.")

    monkeypatch.setattr(presets, "gather", nowhere)
    monkeypatch.setattr("sys.argv", ["presets", "rnn", "--json", str(tmp_path / "found.json")])
    presets.main()
    assert capsys.readouterr().err == "skipped: sms-spam is not here. Get it.\n"
    assert not (tmp_path / "found.json").exists()
