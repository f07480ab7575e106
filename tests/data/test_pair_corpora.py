"""Pairs by name: their sizes, their splits, and what is done to them."""

import pytest

from attentif.data.pair_corpora import ENTRY, NAMES, load_pairs, made_dates
from attentif.errors import DataError


@pytest.fixture
def own_data(data_folder, monkeypatch):
    monkeypatch.setenv("ATTENTIF_DATA", str(data_folder))


def parts(name):
    loaded = load_pairs(name)
    return [loaded.train, loaded.validation, loaded.test]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "dates"])
def test_no_source_is_on_two_sides_but_where_the_authors_put_it(name, own_data):
    keys = [{pair.source.casefold() for pair in part.pairs} for part in parts(name)]
    own_split = name.startswith(("multi30k", "g2p"))
    assert own_split or not (keys[0] & keys[1] or keys[0] & keys[2] or keys[1] & keys[2])
    assert all(keys)


def test_official_sizes(own_data):
    assert [len(p.pairs) for p in parts("g2p-fr")] == [3600, 450, 450]
    assert [len(p.pairs) for p in parts("multi30k-de-en")] == [29000, 1014, 1000]


def test_stress_comments_and_numbers_of_variants_are_removed(own_data):
    loaded = load_pairs("cmudict")
    phones = {phone for pair in loaded.train.pairs for phone in pair.target.split()}
    assert len(phones) == 39
    assert not any("(" in pair.source or "#" in pair.target for pair in loaded.train.pairs)
    assert "split by word" in loaded.provenance


def test_an_entry_of_the_dictionary():
    assert ENTRY.fullmatch("zero(2) Z IH1 R OW0 # note").groups() == ("zero", "Z IH1 R OW0")


def test_dates_of_one_part_are_in_no_other():
    loaded = made_dates()
    days = [set(part.targets) for part in (loaded.train, loaded.validation, loaded.test)]
    assert not (days[0] & days[1] or days[0] & days[2] or days[1] & days[2])
    assert "day before the month" in loaded.provenance
    assert "month before the day" in made_dates(day_first=False).provenance


def test_a_file_is_read(tmp_path):
    (tmp_path / "p.tsv").write_text("a\tb\nc\td\n", encoding="utf-8")
    assert load_pairs(str(tmp_path / "p.tsv")).train.sources == ["a", "c"]


def test_an_unknown_name_has_a_nearest_one():
    with pytest.raises(DataError, match="Did you mean 'cmudict'"):
        load_pairs("cmudic")
