"""Files of data sets: found where the user keeps them, or fetched from their authors.

A fetched file is checked against the hash of its content before it gets its name, so
what is in the cache is what was meant.
"""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from attentif.data.findings import excerpt
from attentif.errors import DataError, MissingExtraError

VARIABLE = "ATTENTIF_DATA"


class DataFile(NamedTuple):
    """One file of a data set.

    Attributes:
        path: where it lies under the user's data folder or the cache, with slashes.
        url: its authors' address; empty if it is not fetched.
        sha256: hash of the content.
        member: the file's name inside the archive, if the address gives a zip.
        packaged: its place in a package of the registry that holds it too, from the package's
            name on, with slashes.
    """

    path: str
    url: str = ""
    sha256: str = ""
    member: str = ""
    packaged: str = ""


def locate(file: DataFile, home: str) -> Path:
    """The file in the folder named by ATTENTIF_DATA, the cache or a package, or fetched.

    Args:
        home: the page where a person finds the data set.

    Raises:
        DataError: it is nowhere and cannot be fetched; the message says where to put it.
    """
    package = file.packaged.partition("/")[0]
    places = [folder / file.path for folder in folders()]
    places += [folder.parent / file.packaged for folder in folders_of(package)]
    for place in places:
        if place.is_file():
            return place
    wanted = folders()[-1] / file.path
    what = f"{file.member}, which it holds," if file.member else "it"
    advice = f"Run: pip install {package}. Or get" if package else "Get"
    advice += (
        f" {file.url or home} and put {what} at {wanted}, or name the folder with"
        f" {file.path} in the variable {VARIABLE}."
    )
    if not file.url:
        raise DataError(f"{file.path} is not on this machine and is not fetched. {advice}")
    try:
        fetch(file, wanted)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(f"{file.path} could not be fetched ({said(error)}). {advice}") from error
    return wanted


def folders_of(package: str) -> list[Path]:
    """The folders of an installed package, which is not imported; none if it is not there."""
    spec = find_spec(package) if package else None
    return [Path(place) for place in (spec and spec.submodule_search_locations) or ()]


def said(error: Exception) -> str:
    """Why, for a person: of a failed connection the host, not the layers that it went through."""
    host = getattr(getattr(error, "request", None), "url", None)
    if host and isinstance(error, OSError) and getattr(error, "response", None) is None:
        return f"no connection to {urlsplit(host).hostname}"
    return excerpt(str(error), 120)


def folders() -> Sequence[Path]:
    """Where files are looked for; the last is the cache."""
    own = os.environ.get(VARIABLE)
    return [*([Path(own)] if own else []), cache()]


def cache() -> Path:
    """The user's cache folder for data sets."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "attentif"


def fetch(file: DataFile, wanted: Path) -> None:
    """Download, unpack, check, and only then give the file its name.

    Raises:
        OSError: the network or the disk failed.
        ValueError: the content is not what it should be.
        MissingExtraError: pooch is not installed.
    """
    try:
        import pooch
    except ImportError as error:
        raise MissingExtraError(
            f"expected pooch to fetch {file.path}, but it is not installed."
            " Run: pip install 'attentif[train]'."
        ) from error
    wanted.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=wanted.parent) as folder:
        found = Path(
            pooch.retrieve(
                file.url,
                known_hash=None if file.member else f"sha256:{file.sha256}",
                path=folder,
                fname="download",
            )
        )
        if file.member:
            with zipfile.ZipFile(found) as archive:
                found = Path(archive.extract(file.member, folder))
        checked(found, file)
        os.replace(found, wanted)


def checked(path: Path, file: DataFile) -> None:
    """Compare a file's hash with what it should be.

    Raises:
        ValueError: it differs.
    """
    with path.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != file.sha256:
        raise ValueError(f"its sha256 is {found}, expected {file.sha256}")
