import hashlib
import sys
import zipfile
from types import SimpleNamespace

import pytest

from attentif.data.corpora import CORPORA
from attentif.data.fetch import DataFile, checked, locate
from attentif.errors import DataError, MissingExtraError

CONTENT = b"ham\thi\nspam\twin\n"
FILE = DataFile("set/data", "https://example.com/a.zip", hashlib.sha256(CONTENT).hexdigest(), "in")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.delenv("ATTENTIF_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "attentif"


@pytest.fixture
def web(monkeypatch):
    """A download that gives a zip with this content, or fails with this error."""
    pooch = pytest.importorskip("pooch")

    def set_answer(answer):
        def retrieve(url, known_hash, path, fname):
            if isinstance(answer, Exception):
                raise answer
            with zipfile.ZipFile(f"{path}/{fname}", "w") as archive:
                archive.writestr("in", answer)
            return f"{path}/{fname}"

        monkeypatch.setattr(pooch, "retrieve", retrieve)

    return set_answer


def test_the_users_folder_comes_before_the_cache(tmp_path, cache, monkeypatch):
    for folder in (cache, tmp_path / "own"):
        (folder / "set").mkdir(parents=True)
        (folder / "set" / "data").write_bytes(CONTENT)
    assert locate(FILE, "home") == cache / "set" / "data"
    monkeypatch.setenv("ATTENTIF_DATA", str(tmp_path / "own"))
    assert locate(FILE, "home") == tmp_path / "own" / "set" / "data"


def test_a_package_is_looked_into_and_not_run(tmp_path, cache, monkeypatch):
    file = DataFile("set/data", packaged="words_of_the_test/data/words")
    with pytest.raises(DataError, match="Run: pip install words_of_the_test. Or get home and put"):
        locate(file, "home")
    held = tmp_path / "site" / "words_of_the_test"
    (held / "data").mkdir(parents=True)
    (held / "__init__.py").write_text("raise RuntimeError", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    with pytest.raises(DataError, match="not on this machine"):  # another version, without it
        locate(file, "home")
    (held / "data" / "words").write_bytes(CONTENT)
    assert locate(file, "home").read_bytes() == CONTENT
    (cache / "set").mkdir(parents=True)
    (cache / "set" / "data").write_bytes(b"own")
    assert locate(file, "home").read_bytes() == b"own"


def test_a_download_is_checked_and_kept(cache, web):
    web(CONTENT)
    assert locate(FILE, "home").read_bytes() == CONTENT
    assert [path.name for path in (cache / "set").iterdir()] == ["data"]
    web(OSError("must not be asked again"))
    assert locate(FILE, "home").read_bytes() == CONTENT


class Unreached(OSError):
    """A connection that failed, as the library that fetches raises it."""

    request = SimpleNamespace(url="https://example.com/set.zip")


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (Unreached("pool(host=...): retries"), "fetched \\(no connection to example.com\\)"),
        (b"something else", "its sha256 is .*, expected"),
        (OSError("no network"), "could not be fetched \\(no network\\)"),
    ],
)
def test_a_failure_says_where_to_put_the_file(cache, web, answer, what):
    web(answer)
    with pytest.raises(DataError, match=what) as error:
        locate(FILE, "home")
    assert str(cache / "set" / "data") in str(error.value)
    assert "ATTENTIF_DATA" in str(error.value) and "https://example.com" in str(error.value)
    assert not list((cache / "set").iterdir())


def test_what_is_not_fetched_says_where_it_is_found(cache):
    with pytest.raises(DataError, match="not fetched. Get https://home and put it at"):
        locate(DataFile("set/data"), "https://home")


def test_without_pooch_the_extra_is_named(cache, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(MissingExtraError, match="pip install 'attentif"):
        locate(FILE, "home")


def test_the_hashes_are_those_of_the_real_files(data_folder):
    for corpus in CORPORA.values():
        for file in (*corpus.train, *corpus.test):
            if file.url:
                checked(data_folder / file.path, file)
