"""A file, or data by name; an option that a name cannot heed is refused, never ignored."""

import pytest

from attentif.app.source import load, load_paired, to_judge
from attentif.data.options import ReadOptions
from attentif.errors import ConfigError, DataError


def test_a_file_is_read_as_the_options_say(toy):
    loaded = load(str(toy), ReadOptions(max_rows=5))
    assert len(loaded.train.examples) == 5
    assert to_judge(loaded) is loaded.train


def test_max_rows_cuts_data_by_name_and_says_so():
    loaded = load("messages", ReadOptions(max_rows=7))
    assert len(loaded.train.examples) == 7
    assert "Only the first 7 rows were read (--max-rows)" in loaded.train.account()[-1]
    whole = load("messages", ReadOptions())
    assert whole.train.examples[:7] == loaded.train.examples
    many = load("messages", ReadOptions(max_rows=10**6))
    assert many.train == whole.train


@pytest.mark.parametrize(
    "option", [{"text_column": "x"}, {"delimiter": ";"}, {"header": "no"}, {"merge_case": True}]
)
def test_other_options_are_refused_for_data_by_name(option):
    name = next(iter(option)).replace("_", "-")
    with pytest.raises(ConfigError, match=f"--{name} is for files; how messages is read is known"):
        load("messages", ReadOptions(**option))


def test_names_of_the_other_task_are_told_where_they_belong():
    with pytest.raises(DataError, match="dates is pairs of texts, .* with --task transduce"):
        load("dates", ReadOptions())
    with pytest.raises(DataError, match="messages is labelled texts, .* without --task transduce"):
        load_paired("messages", ReadOptions())


def test_pairs_by_name_heed_max_rows_and_refuse_the_rest():
    loaded = load_paired("dates", ReadOptions(max_rows=7))
    assert len(loaded.train.pairs) == 7
    assert "Only the first 7 rows were read (--max-rows)" in loaded.train.account()[-1]
    with pytest.raises(ConfigError, match="--text-column is for files; how dates is read"):
        load_paired("dates", ReadOptions(text_column="x"))


def test_a_file_comes_before_a_name(toy, tmp_path, monkeypatch):
    (tmp_path / "messages").write_bytes(toy.read_bytes())
    monkeypatch.chdir(tmp_path)
    assert len(load("messages", ReadOptions(text_column="text")).train.examples) == 60


def test_neither_a_file_nor_a_name():
    with pytest.raises(DataError, match="Did you mean 'messages'"):
        load("mesages", ReadOptions())


def test_a_data_set_s_own_test_rows_judge(data_folder, monkeypatch):
    monkeypatch.setenv("ATTENTIF_DATA", str(data_folder))
    loaded = load("trec", ReadOptions(max_rows=20))
    assert len(loaded.train.examples) == 20
    assert len(to_judge(loaded).examples) == 500
