"""Ce dont chaque carnet du cours se sert : données, figures, nombres, vérifications."""

import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from attentif.data.corpora import SHIPPED, load
from attentif.data.split import stratified
from attentif.lab.language import LANGUAGES
from attentif.report.gradient_curves import plain
from attentif.report.palette import BLUE, GREY, INK, MUTED, ORANGE
from attentif.report.style import house

POINT, THOUSANDS, BETWEEN = ",", "\u202f", "\u202f; "
COLOURS = (BLUE, ORANGE, INK, GREY, "#3f8f5f", "#8a5aa8")
PICTURES = "COURSE_PICTURES"  # un dossier ; les figures y sont gardées

# Le réseau nu : mots entiers, un seul sens, rien contre le sur-apprentissage.
PLAIN: dict[str, Any] = {
    "subwords": False,
    "shapes": False,
    "evidence": False,
    "bidirectional": False,
    "hidden_size": 64,
    "dropout": 0.0,
    "word_dropout": 0.0,
    "patience": 0,
}


class Rows(NamedTuple):
    """Des textes et leurs étiquettes."""

    texts: list[str]
    labels: list[str]


class Parts(NamedTuple):
    """Les lignes pour apprendre, pour choisir, pour juger."""

    train: Rows
    validation: Rows
    test: Rows


def all_rows(data: str) -> Rows:
    """Tous les messages d'un jeu de données, par son nom ou son fichier."""
    examples = load(data).train.examples
    return Rows([one.text for one in examples], [one.label for one in examples])


def parts_of(data: str, seed: int = 0) -> Parts:
    """Trois cinquièmes pour apprendre, un pour choisir, un pour juger, sans texte à cheval."""
    texts, labels = all_rows(data)
    split = stratified(labels, texts, test=0.2, validation=0.2, seed=seed)
    rows = (
        Rows([texts[row] for row in where], [labels[row] for row in where])
        for where in (split.train, split.validation, split.test)
    )
    return Parts(*rows)


def column(model: Any, name: str) -> list[float]:
    """Un nombre par époque d'un modèle entraîné, par exemple "validation_loss"."""
    return [row[name] for row in model.history_]


def number(value: float, digits: int = 2) -> str:
    """Un nombre comme il s'écrit en français."""
    return f"{round(value, digits) + 0.0:,.{digits}f}".translate(
        {ord("."): POINT, ord(","): THOUSANDS}
    )


def percent(share: float, digits: int = 0) -> str:
    """Une part en pourcentage."""
    return f"{number(100 * share, digits)}\u202f%"


def size(value: float) -> str:
    """Un nombre de toute taille : 0,0052 ou 3,1 × 10⁻⁹."""
    return LANGUAGES["fr"].size(value)


def vector(values: Iterable[float], digits: int = 2) -> str:
    """Quelques nombres entre parenthèses."""
    return f"({BETWEEN.join(number(float(value), digits) for value in values)})"


def measured(name: str, value: object) -> None:
    """Imprimer une mesure sous son nom, que les réponses reprennent."""
    if isinstance(value, list | tuple):
        value = BETWEEN.join(map(str, value))
    print(f"{name} : {value}")


def check(claim: str, holds: bool, data: str = SHIPPED) -> None:
    """Une réponse dit-elle vrai ? Il le faut sur les messages fournis ; ailleurs, on le dit."""
    print(f"{'✓' if holds else '✗'} {claim}")
    if not holds and data == SHIPPED:
        raise ValueError(f"ce n'est plus vrai : {claim}")


def show(figure: Figure) -> None:
    """Montrer une figure dans le carnet ; la garder si COURSE_PICTURES nomme un dossier."""
    kept = io.BytesIO()
    with house():
        figure.savefig(kept, format="png", dpi=140)
    picture = kept.getvalue()
    if "ipykernel" in sys.modules:
        from IPython.display import Image, display

        display(Image(picture, width=700))
    folder = os.environ.get(PICTURES)
    if folder:
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{len(list(place.iterdir())) + 1:02d}.png").write_bytes(picture)


def document(text: str) -> None:
    """Montrer un texte en Markdown, ses titres petits ; hors d'un carnet, l'imprimer."""
    if "ipykernel" in sys.modules:
        from IPython.display import Markdown, display

        display(Markdown(re.sub("^#", "###", text, flags=re.MULTILINE)))
    else:
        print(text)


@house()
def drawing(
    title: str, draw: Callable[[Axes], None], across: str = "", up: str = "", height: float = 3.2
) -> Figure:
    """Une figure à un panneau, dans le style de la bibliothèque."""
    figure = Figure(figsize=(7.0, height), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", weight="bold", size=11)
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}".replace(".", POINT)))
    draw(axes)
    return figure


def lines(
    title: str,
    curves: Mapping[str, Sequence[float]],
    across: str,
    up: str,
    *,
    first: int = 1,
    log: bool = False,
) -> Figure:
    """Quelques courbes sur un panneau, nommées dans leur couleur."""

    def draw(axes: Axes) -> None:
        axes.grid(axis="y")
        for place, (name, values) in enumerate(curves.items()):
            steps = range(first, first + len(values))
            colour = COLOURS[place % len(COLOURS)]
            dash = "-" if place < len(COLOURS) else "--"
            axes.plot(steps, values, dash, color=colour, label=name, marker="o", markersize=3)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        if log:
            axes.set_yscale("log")
            axes.minorticks_off()
            shown = FuncFormatter(lambda v, _: plain(v).replace(".", POINT))
            axes.yaxis.set_major_formatter(shown)
        names = axes.legend(frameon=False, labelcolor="linecolor", loc="center left")
        names.set_bbox_to_anchor((1.0, 0.5))

    return drawing(title, draw, across, up)


def bars(title: str, values: Mapping[str, float], across: str) -> Figure:
    """Des barres horizontales, chacune avec son nombre."""

    def draw(axes: Axes) -> None:
        axes.barh(list(values), list(values.values()), color=BLUE, height=0.6)
        axes.invert_yaxis()
        for place, value in enumerate(values.values()):
            axes.text(max(value, 0), place, f" {number(value)}", va="center", color=MUTED)
        axes.tick_params(axis="y", length=0, labelcolor=INK)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, place: list(values)[place or 0]))
        axes.margins(x=0.12)

    return drawing(title, draw, across, height=0.9 + 0.32 * len(values))
