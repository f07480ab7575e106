"""Protocols by name: settings in their types, what is skipped, what is kept."""

import json
import sys

import pytest
from benchmarks.protocol_runs import run_protocols, typed
from benchmarks.record import Goal, Section

from attentif.config import Settings
from attentif.errors import ConfigError, DataError

DEFAULTS = Settings().to_dict()


def test_settings_from_the_command_line():
    given = {"dropout": "0.3", "shapes": "True", "clean": "urls", "subwords": "False"}
    expected = {"dropout": 0.3, "shapes": True, "clean": "urls", "subwords": False}
    assert typed(given, DEFAULTS) == expected
    with pytest.raises(ConfigError, match="Did you mean 'dropout'"):
        typed({"dropuot": "0.3"}, DEFAULTS)


@pytest.mark.parametrize(("passed", "code"), [(True, 0), (False, 1)])
def test_each_is_run_shown_and_kept(passed, code, monkeypatch, tmp_path, capsys):
    seen = []

    def section_of(name, protocol, seeds, given):
        if protocol is None:
            raise DataError("its file is missing.")
        seen.append((name, protocol, seeds, given))
        return Section(f"about {name}", goals=[Goal("wanted", "measured", passed)])

    out = tmp_path / "kept.json"
    line = ["x", "a", "gone", "--seeds", "2", "--set", "dropout=0.3", "--json", str(out)]
    monkeypatch.setattr(sys, "argv", line)
    protocols = {"a": "A", "b": "B", "gone": None}
    found = run_protocols("About.", "q", protocols, section_of, defaults=DEFAULTS, seeds=5)
    assert found == code
    assert seen == [("a", "A", 2, {"dropout": 0.3})]
    said = capsys.readouterr()
    assert "about a" in said.out and "gone: skipped: its file is missing." in said.err
    assert list(json.loads(out.read_text(encoding="utf-8"))["sections"]) == ["a"]
