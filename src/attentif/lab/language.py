"""The two languages of the experiments: sentences, numbers and their typography.

Every text that a reader sees is written twice, side by side, so that neither language is a
translation that lags behind.
"""

import locale
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from attentif.config import choose

THIN, WIDE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
_BEFORE_THIN = re.compile(r" (?=[;!?])")
_BEFORE_WIDE = re.compile(r" (?=[:»%])|(?<=«) ")
_POWER = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def french(text: str) -> str:
    """A French text with its spaces as they are set: none before ; ! ? : » % may break.

    >>> french("Pourquoi ? Voici : « mot »").replace(THIN, "_").replace(WIDE, "~")
    'Pourquoi_? Voici~: «~mot~»'
    """
    return _BEFORE_WIDE.sub(WIDE, _BEFORE_THIN.sub(THIN, text))


@dataclass(frozen=True)
class Language:
    """English or French.

    >>> LANGUAGES["fr"].number(0.5, 2), LANGUAGES["en"].number(0.5, 2)
    ('0,50', '0.50')
    """

    name: str
    decimal: str
    thousands: str

    def say(self, english: str, in_french: str) -> str:
        """The one of the two that is read."""
        return french(in_french) if self.name == "fr" else english

    def number(self, value: float, digits: int = 3) -> str:
        """A number with so many decimals; a dash where there is none."""
        if not math.isfinite(value):
            return "–"
        written = f"{value:,.{digits}f}".replace(",", "\0").replace(".", self.decimal)
        written = written.replace("\0", self.thousands)
        return written.replace("-", "−" if written.strip("-0.,") else "")

    def signed(self, value: float, digits: int = 3) -> str:
        """The same with its sign, also above 0."""
        written = self.number(value, digits)
        return f"+{written}" if value > 0 else written

    def count(self, value: float) -> str:
        """A whole number, its thousands set apart."""
        return self.number(value, 0)

    def percent(self, value: float, digits: int = 1) -> str:
        """A part of 1."""
        return f"{self.number(100 * value, digits)}{WIDE}%" if math.isfinite(value) else "–"

    def size(self, value: float) -> str:
        """A number of any size above 0, in two digits: 0.0052, 3.1 × 10⁻⁹.

        >>> LANGUAGES["en"].size(3.14e-9).replace(WIDE, " "), LANGUAGES["fr"].size(0.0052)
        ('3.1 × 10⁻⁹', '0,0052')
        """
        if value == 0 or not math.isfinite(value):
            return "0" if value == 0 else "∞" if value == math.inf else "–"
        power = math.floor(math.log10(abs(value)))
        if -4 <= power < 5:
            return self.number(value, max(0, 1 - power))
        head, _, tail = f"{value:.1e}".partition("e")
        return f"{head.replace('.', self.decimal)}{WIDE}×{WIDE}10{str(int(tail)).translate(_POWER)}"

    def quoted(self, names: Sequence[str]) -> str:
        """Names in a sentence, in quotation marks, where they have words such as "and" in them.

        >>> LANGUAGES["en"].quoted(["tanh", "mask and gates"])
        '“tanh” and “mask and gates”'
        """
        return self.listed([self.say(f"“{name}”", f"« {name} »") for name in names])

    def listed(self, names: Sequence[str]) -> str:
        """Names in a sentence: "a, b and c"."""
        *others, last = names or ["–"]
        return f"{', '.join(others)} {self.say('and', 'et')} {last}" if others else last


LANGUAGES = {"en": Language("en", ".", ","), "fr": Language("fr", ",", THIN)}


def language_of(wanted: str) -> Language:
    """The language that was asked for; auto: the locale's, English where it is no French.

    Raises:
        ConfigError: neither en, fr nor auto.
    """
    if wanted == "auto":
        spoken = (locale.getlocale()[0] or "").lower()
        wanted = "fr" if spoken.startswith("fr") else "en"
    return choose(LANGUAGES, wanted, "language")
