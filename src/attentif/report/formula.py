r"""Formulas, written in a small part of TeX, as MathML that every browser draws by itself.

Known: letters, numbers, ``^ _ { }``, ``\frac``, ``\sqrt``, ``\text``, ``\bar``, ``\hat``,
``\tilde``, Greek letters, the usual signs, and the names of functions.
"""

import re
from collections.abc import Callable

from markupsafe import Markup, escape

from attentif.errors import DataError

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "theta": "θ",
    "lambda": "λ", "mu": "μ", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ",
    "ell": "ℓ", "infty": "∞",
}  # fmt: skip
SIGNS = {
    "cdot": "·", "odot": "⊙", "times": "×", "le": "≤", "ge": "≥", "ne": "≠", "approx": "≈",
    "to": "→", "in": "∈", "partial": "∂", "sum": "∑", "prod": "∏", "top": "⊤", "dots": "…",
    "norm": "‖", "lfloor": "⌊", "rfloor": "⌋", "sim": "∼", "pm": "±", "quad": "\u2003",
}  # fmt: skip
NAMES = ("tanh", "softmax", "max", "min", "log", "exp", "diag", "relu", "init")
OVER = {"bar": "¯", "hat": "^", "tilde": "~"}
CLOSING = {f"<mo>{sign}</mo>": Markup(f'<mo stretchy="false">{sign}</mo>') for sign in ")]"}
LIMITS = ("∑", "∏")  # signs whose scripts stand below and above
_TOKEN = re.compile(r"\\text\{[^}]*\}|\\[a-zA-Z]+|\\[,;]|\d+(?:[.,]\d+)?|\S")


def formula(tex: str) -> Markup:
    r"""A formula as a `<math>` element, on a line of its own.

    Raises:
        DataError: a command that is not known, or braces that do not match.

    Example:
        >>> formula(r"h_t = \tanh a")[:26]
        Markup('<math display="block"><mro')
        >>> "<msub><mi>h</mi><mi>t</mi></msub>" in formula("h_t")
        True
    """
    tokens = _TOKEN.findall(tex)
    body, rest = _row(tokens)
    if rest:
        raise DataError(f"braces of a formula must match, got {tex!r}.")
    return Markup('<math display="block">{}</math>').format(body)


def _row(tokens: list[str]) -> tuple[Markup, list[str]]:
    """Atoms with their scripts until a closing brace; what follows it."""
    parts = []
    while tokens and tokens[0] != "}":
        base, tokens = _atom(tokens)
        scripts: dict[str, Markup] = {}
        while tokens and tokens[0] in "^_" and tokens[0] not in scripts:
            mark = tokens[0]
            scripts[mark], tokens = _atom(tokens[1:])
        parts.append(_scripted(base, scripts))
    return Markup("<mrow>{}</mrow>").format(Markup("").join(parts)), tokens


def _atom(tokens: list[str]) -> tuple[Markup, list[str]]:
    """One letter, number, sign, command with its arguments, or group in braces."""
    if not tokens:
        raise DataError("a formula must not end after ^, _ or a command that needs more.")
    token, rest = tokens[0], tokens[1:]
    if token == "{":
        body, rest = _row(rest)
        if not rest:
            raise DataError("braces of a formula must match, got one that stays open.")
        return body, rest[1:]
    if token.startswith("\\text{"):
        return Markup("<mtext>{}</mtext>").format(token[6:-1]), rest
    if token.startswith("\\"):
        return _command(token[1:], rest)
    if token[0].isdigit():
        return Markup("<mn>{}</mn>").format(token), rest
    kind = "mi" if token.isalpha() else "mo"
    return Markup(f"<{kind}>{escape(token)}</{kind}>"), rest


def _command(name: str, rest: list[str]) -> tuple[Markup, list[str]]:
    """A command and as many atoms as it takes."""
    if name in ",;":
        return Markup('<mspace width="0.4em"/>'), rest
    if name in GREEK:
        return Markup(f"<mi>{GREEK[name]}</mi>"), rest
    if name in SIGNS:
        return Markup(f"<mo>{SIGNS[name]}</mo>"), rest
    if name in NAMES:
        return Markup(f'<mrow><mi>{name}</mi><mspace width="0.15em"/></mrow>'), rest
    if name == "frac":
        above, rest = _atom(rest)
        below, rest = _atom(rest)
        return Markup(f"<mfrac>{above}{below}</mfrac>"), rest
    wrappers: dict[str, Callable[[Markup], Markup]] = {
        "sqrt": lambda body: Markup(f"<msqrt>{body}</msqrt>"),
        **{over: _accented(sign) for over, sign in OVER.items()},
    }
    if name in wrappers:
        body, rest = _atom(rest)
        return wrappers[name](body), rest
    raise DataError(f"a formula's command must be one that is known, got \\{name}.")


def _accented(sign: str) -> Callable[[Markup], Markup]:
    """What puts a sign over a letter."""
    return lambda body: Markup(f'<mover accent="true">{body}<mo>{sign}</mo></mover>')


def _scripted(base: Markup, scripts: dict[str, Markup]) -> Markup:
    """An atom with what stands below and above at its right."""
    if scripts and base in CLOSING:  # a fence that stretches with its script leaves the line
        base = CLOSING[base]
    below, above = scripts.get("_"), scripts.get("^")
    limits = any(sign in base for sign in LIMITS) and base.startswith("<mo>")
    if below is not None and above is not None:
        kind = "munderover" if limits else "msubsup"
        return Markup(f"<{kind}>{base}{below}{above}</{kind}>")
    if below is not None:
        kind = "munder" if limits else "msub"
        return Markup(f"<{kind}>{base}{below}</{kind}>")
    if above is not None:
        kind = "mover" if limits else "msup"
        return Markup(f"<{kind}>{base}{above}</{kind}>")
    return base
