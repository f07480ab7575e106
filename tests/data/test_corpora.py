import pytest

from attentif.data.corpora import CORPORA, NAMES, load, resolve
from attentif.errors import DataError


@pytest.fixture
def own(data_folder, monkeypatch):
    monkeypatch.setenv("ATTENTIF_DATA", str(data_folder))


SIZES = {  # train, validation, test, classes
    "messages": (1321, 0, 0, 2),
    "sms-spam": (5574, 0, 0, 2),
    "sms-spam-almeida": (1674, 0, 3900, 2),
    "youtube-spam": (1956, 0, 0, 2),
    "trec": (5452, 0, 500, 6),
    "trec-fine": (5452, 0, 500, 50),
    "french-tv-reviews": (2739, 391, 782, 2),
    "sst2": (6920, 872, 1821, 2),
    "sst5": (8544, 1101, 2210, 5),
    "sms-french": (5572, 0, 0, 2),
}


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("name", NAMES)
def test_sizes_and_classes(name):
    loaded = load(name)
    readings = (loaded.train, loaded.validation, loaded.test)
    found = tuple(len(reading.examples) if reading else 0 for reading in readings)
    if name == "messages":
        assert found[0] > 1000 and found[1:] == (0, 0)
    else:
        assert (*found, len(set(loaded.train.labels))) == SIZES[name]
    assert loaded.licence and loaded.provenance
    assert not loaded.train.dropped


@pytest.mark.usefixtures("own")
def test_details():
    videos = load("youtube-spam")
    assert videos.groups is not None and len(videos.groups) == 1956 and len(set(videos.groups)) == 5
    assert videos.groups[0] == "youtube01-psy" and videos.groups[-1] == "youtube05-shakira"
    assert set(load("trec").train.labels) == {"ABBR", "DESC", "ENTY", "HUM", "LOC", "NUM"}
    assert any("sister\u00f0city" in text for text in load("trec").train.texts)
    almeida = load("sms-spam-almeida")
    assert almeida.test is not None
    assert almeida.train.texts + almeida.test.texts == load("sms-spam").train.texts


def test_the_shipped_messages_are_a_demonstration():
    loaded = resolve(None)
    assert loaded.name == "messages" and set(loaded.train.labels) == {"ham", "spam"}
    assert "demonstration, not a benchmark" in loaded.provenance


def test_a_file_comes_before_a_name(write, monkeypatch, tmp_path):
    path = write("label,text\nham,hi\nspam,win\n", "trec")
    assert resolve(path).train.texts == ["hi", "win"]
    monkeypatch.chdir(tmp_path)
    assert resolve("trec").train.texts == ["hi", "win"]
    assert str(path) in resolve(path).provenance


def test_neither_a_file_nor_a_name():
    with pytest.raises(DataError, match="file or a data set .*Did you mean 'sms-spam'"):
        resolve("sms-spm")
    with pytest.raises(DataError, match="no such file"):
        resolve("sms-spam.csv")
    with pytest.raises(DataError, match="Did you mean 'trec'"):
        load("trek")


def test_fetched_files_have_a_hash():
    files = [f for c in CORPORA.values() for f in (*c.train, *c.validation, *c.test)]
    assert all(len(file.sha256) == 64 for file in files if file.url)
    assert {f.path.split("/")[0] for f in files if f.url} == {"sms-spam", "trec"}
