"""The names that people give to a column of texts or of labels, in English and French."""

import re
import unicodedata

from attentif.data.repair import trim

# Sure names first: one of them wins over any number of usual ones.
TEXT_NAMES = (
    frozenset({"text", "texte"}),
    frozenset(
        "message sms content contenu body message_body comment commentaire comments review avis"
        " question sentence phrase v2 tweet document utterance msg email mail post description"
        " verbatim texts messages reviews sentences".split()
    ),
)
LABEL_NAMES = (
    frozenset({"label", "etiquette"}),
    frozenset(
        "class classe category categorie target cible sentiment spam is_spam isspam type v1 y tag"
        " topic intent intention polarity polarite labels classes gold".split()
    ),
)
# Values that are labels wherever they stand.
KNOWN_VALUES = frozenset(
    "ham spam pos neg positive negative neutral positif negatif neutre".split()
)
# A name with one of these words is about a text or label: message_id, review_date.
ABOUT = frozenset(
    "id ids uid date time timestamp heure length len longueur count num number nombre no numero"
    " lang language langue url link author auteur user name nom index score source".split()
)


def plain(name: str) -> str:
    """A name as it is compared: trimmed, lower case, without accents, joined by underscores.

    >>> plain(" Étiquette "), plain("Message-Body")
    ('etiquette', 'message_body')
    """
    bare = unicodedata.normalize("NFKD", trim(name).casefold())
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return re.sub(r"[\s.\-_]+", "_", bare).strip("_")


def rank(name: str, known: tuple[frozenset[str], ...]) -> int:
    """How well a name is known: 0 sure, 1 usual, 2 one of its words is usual, 3 not at all.

    >>> [rank(n, TEXT_NAMES) for n in ("Text", "message", "tweet_text", "message_id", "kind")]
    [0, 1, 2, 3, 3]
    """
    bare = plain(name)
    for level, names in enumerate(known):
        if bare in names:
            return level
    words = set(bare.split("_"))
    if 1 < len(words) <= 3 and not words & ABOUT and any(words & names for names in known):
        return 2
    return 3


def is_known(name: str) -> bool:
    """Whether a cell of the first row is a column's name beyond doubt (a 'spam' is not)."""
    if plain(name) in KNOWN_VALUES:
        return False
    return rank(name, TEXT_NAMES) <= 1 or rank(name, LABEL_NAMES) <= 1


def names_both(cells: list[str]) -> bool:
    """Whether the cells hold a known name for the texts and another one for the labels."""
    texts = [cell for cell in cells if rank(cell, TEXT_NAMES) <= 1]
    labels = [cell for cell in cells if rank(cell, LABEL_NAMES) <= 1]
    return bool(texts and labels)
