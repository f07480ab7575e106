import gzip
import io
import sys

import pytest

from attentif.data.read import read
from attentif.data.stream import stream
from attentif.errors import DataError, MissingExtraError

parquet = pytest.importorskip("pyarrow.parquet")
arrow = pytest.importorskip("pyarrow")


@pytest.fixture
def path(tmp_path):
    columns = {"id": [7, 8, 9], "text": ["see you", None, "win"], "label": [0, 1, 1]}
    parquet.write_table(arrow.table(columns), tmp_path / "data.parquet")
    return tmp_path / "data.parquet"


def test_rows_as_text(path):
    reading = read(path)
    assert reading.texts == ["see you", "win"] and reading.labels == ["0", "1"]
    assert reading.encoding == "parquet" and reading.columns == ["id", "text", "label"]
    assert [dropped.line for dropped in reading.dropped] == [2]
    assert read(io.BytesIO(path.read_bytes())).texts == reading.texts


def test_every_row_is_predicted(path):
    found = [(r.line, r.text, r.label, r.fields) for r in stream(path)]
    assert found[1] == (2, "", "1", {"id": "8"}) and len(found) == 3


def test_categories_and_many_rows(tmp_path):
    labels = arrow.array(["ham", "spam"] * 3000).dictionary_encode()
    table = arrow.table({"text": [f"text {i}" for i in range(6000)], "label": labels})
    parquet.write_table(table, tmp_path / "a")
    assert read(tmp_path / "a").examples[5999][:2] == ("text 5999", "spam")


def test_names_lie(path, tmp_path):
    for name, content in (("a.csv", path.read_bytes()), ("b.gz", path.read_bytes()),
                          ("c.parquet", gzip.compress(path.read_bytes()))):  # fmt: skip
        (tmp_path / name).write_bytes(content)
        assert read(tmp_path / name).texts == ["see you", "win"]


def test_damage_and_emptiness(path, tmp_path):
    damaged = tmp_path / "damaged"
    damaged.write_bytes(path.read_bytes()[:50])
    with pytest.raises(DataError, match="damaged"):
        read(damaged)
    content = bytearray(path.read_bytes())
    content[4:60] = bytes(56)
    damaged.write_bytes(content)
    with pytest.raises(DataError, match="damaged"):
        read(damaged)
    parquet.write_table(arrow.table({"text": arrow.array([], arrow.string())}), tmp_path / "b")
    with pytest.raises(DataError, match="no rows"):
        read(tmp_path / "b")


def test_without_pyarrow_the_extra_is_named(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'attentif\[tables\]'"):
        read(path)
