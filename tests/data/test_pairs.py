"""Pairs from a table or from two files: none lost without a word."""

import gzip
import io

import pytest

from attentif.data.options import ReadOptions
from attentif.data.pairs import alternatives, read_pairs, split_by_source
from attentif.errors import ConfigError, DataError


def table(text: str) -> io.BytesIO:
    return io.BytesIO(text.encode())


def test_two_columns_in_their_order():
    reading = read_pairs(table("hello\tbonjour\nbye\tau revoir\nhello\tsalut\n"))
    assert [pair[:2] for pair in reading.pairs] == [
        ("hello", "bonjour"), ("bye", "au revoir"), ("hello", "salut"),
    ]  # fmt: skip
    assert "3 pairs (1 of them with a source that has another target too)" in reading.account()[0]


def test_a_comma_is_told_in_quotes():
    assert "Encoding utf-8, delimiter ',', no header." in read_pairs(table("a,b\nc,d\n")).account()


def test_empty_sides_are_dropped_and_counted():
    reading = read_pairs(table("a\tb\n\tc\nd\t \n"))
    assert [(d.reason, d.line) for d in reading.dropped] == [
        ("empty source", 2),
        ("empty target", 3),
    ]
    assert "2 pairs with an empty side dropped (line 2, line 3)." in reading.warnings


def test_case_of_labels_is_no_wish_for_pairs():
    with pytest.raises(ConfigError, match="merge_case is about labels"):
        read_pairs(table("a\tb\n"), options=ReadOptions(merge_case=True))


def test_nothing_left_is_an_error():
    with pytest.raises(DataError, match="2 records, none of them with two sides"):
        read_pairs(table("a\t\nb\t\n"), options=ReadOptions(header="no"))


def test_columns_by_name_and_by_number():
    content = "id,en,fr\n1,hi,salut\n2,bye,adieu\n"
    for left, right in (("en", "fr"), ("2", "3")):
        options = ReadOptions(text_column=left, label_column=right)
        assert read_pairs(table(content), options=options).sources == ["hi", "bye"]
    with pytest.raises(DataError, match="expected two columns, source and target, got 3"):
        read_pairs(table(content))
    with pytest.raises(DataError, match="one column called 'de', got 0"):
        read_pairs(table(content), options=ReadOptions(text_column="en", label_column="de"))


def test_at_most_so_many_rows():
    content = "a\tb\nc\td\ne\tf\n"
    reading = read_pairs(table(content), options=ReadOptions(max_rows=2))
    assert reading.sources == ["a", "c"]
    assert "Only the first 2 rows were read (--max-rows)." in reading.warnings
    whole = read_pairs(table(content), options=ReadOptions(max_rows=3))
    assert len(whole.pairs) == 3 and "max-rows" not in " ".join(whole.warnings)


def test_two_files_packed_or_not(tmp_path):
    (tmp_path / "a.en").write_text("one\n\nthree\n", encoding="utf-8")
    (tmp_path / "a.fr.gz").write_bytes(gzip.compress(b"un\ndeux\ntrois\n"))
    reading = read_pairs(tmp_path / "a.en", tmp_path / "a.fr.gz")
    assert [pair for pair in reading.pairs] == [("one", "un", 1), ("three", "trois", 3)]
    assert [dropped.line for dropped in reading.dropped] == [2]


@pytest.mark.parametrize(
    "option", [{"text_column": "2"}, {"delimiter": ";"}, {"header": "yes"}, {"quotes": "no"}]
)
def test_options_about_columns_are_refused_for_two_files(option):
    with pytest.raises(ConfigError, match=f"{next(iter(option))} is about a table's columns"):
        read_pairs(io.BytesIO(b"a\n"), io.BytesIO(b"b\n"), ReadOptions(**option))


def test_standard_input_is_not_read_twice():
    with pytest.raises(ConfigError, match="cannot both come from standard input"):
        read_pairs("-", "-")


def test_two_files_of_other_lengths_are_refused(tmp_path):
    (tmp_path / "a").write_text("one\ntwo\n", encoding="utf-8")
    (tmp_path / "b").write_text("un\n", encoding="utf-8")
    with pytest.raises(DataError, match="as many lines, got 2 and 1"):
        read_pairs(tmp_path / "a", tmp_path / "b")


def test_a_source_is_on_one_side():
    sources = [f"s{n // 3}" for n in range(90)] + ["S0", " s0 "]
    split = split_by_source(sources, validation=0.2, test=0.3, seed=1)
    assert sorted([*split.train, *split.validation, *split.test]) == list(range(92))
    keys = [{sources[row].strip().lower() for row in part} for part in split]
    assert not keys[0] & keys[1] and not keys[0] & keys[2] and not keys[1] & keys[2]
    assert [len(part) for part in keys] == [15, 6, 9]
    assert split == split_by_source(sources, validation=0.2, test=0.3, seed=1)
    assert split != split_by_source(sources, validation=0.2, test=0.3, seed=2)


def test_a_target_told_twice_is_one_reference():
    assert list(alternatives(["a", "a"], ["1", "1"])) == [("a", ["1"])]


def test_alternatives_keep_their_order():
    found = alternatives(["b", "a", "b", "b"], ["3", "2", "1", "3"])
    assert list(found) == [("b", ["3", "1"]), ("a", ["2"])]
