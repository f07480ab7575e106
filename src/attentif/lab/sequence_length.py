"""How long a text must be read: score and cost by the length that texts are cut to."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from attentif.config import Settings
from attentif.lab.language import WIDE, Language
from attentif.lab.results import Chapter, Equation, Findings, Picture, Wishes
from attentif.lab.rows import MOST, Parts, parts_of
from attentif.lab.same_rows import differ, difference
from attentif.lab.variants import PLAIN, Trained, Variant, train_one
from attentif.measure.paired import Difference
from attentif.report.named_lines import Curve, Frame, Labels, named_lines
from attentif.report.pages import Table
from attentif.text.encode import FrontEnd

NETWORKS = ("lstm", "attention")
MOST_WORDS = 1_000  # of a text, even where all are read


class Size(NamedTuple):
    """How large the experiment is: words kept, rising, besides all; epochs, texts."""

    lengths: tuple[int, ...] = (2, 4, 8, 16, 32, 64, 128)
    epochs: int = 5
    texts: int = MOST


FULL = Size()


class Cut(NamedTuple):
    """One network at one length.

    lost: MCC minus that of the same network on uncut texts, the same texts answered.
    """

    network: str
    length: int
    trained: Trained
    lost: Difference

    @property
    def mcc(self) -> float:
        """On the texts to judge on."""
        return self.trained.trial.scores.mcc

    @property
    def seconds(self) -> float:
        """Of one epoch, the median."""
        return float(np.median([row["seconds"] for row in self.trained.trial.history]))

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        own = {"network": self.network, "length": self.length, "epoch_seconds": self.seconds}
        return {**own, **self.trained.to_dict(), "minus_uncut": self.lost._asdict()}


class Kept(NamedTuple):
    """What a length leaves: share of the texts that are whole, of the words that are read."""

    whole: float
    words: float


def run(wishes: Wishes, size: Size = FULL) -> Findings:
    """Train two networks at each length."""
    parts = parts_of(wishes.data, wishes.seed, size.texts)
    counts = word_counts(parts)
    longest = int(counts.max())
    lengths = [*(length for length in size.lengths if length < longest), longest]
    kept = {length: kept_of(counts, length) for length in lengths}
    cuts = [cut for key in NETWORKS for cut in cuts_of(key, parts, lengths, size.epochs, wishes)]
    language = wishes.language
    say = language.say
    return Findings(
        name="sequence-length",
        title=say("The length of the texts", "La longueur des textes"),
        question=say(
            "How many words of a text must be read, and what does reading more cost?",
            "Combien de mots d'un texte faut-il lire, et que coûte d'en lire plus ?",
        ),
        answer=answer(cuts, kept, language),
        details=details(cuts, counts, language),
        equations=equations(language),
        chapters=[table(cuts, kept, language), pictures(cuts, language)],
        numbers={
            "kept": {str(length): one._asdict() for length, one in kept.items()},
            "median_words": float(np.median(counts)),
            "cuts": [cut.to_dict() for cut in cuts],
        },
        about=parts.about(language),
    )


def names(language: Language) -> dict[str, str]:
    """The networks, in words."""
    return {"lstm": "LSTM", "attention": language.say("LSTM with attention", "LSTM avec attention")}


def word_counts(parts: Parts) -> np.ndarray:
    """(N,) words of each training text, uncut."""
    settings = Settings.from_dict(PLAIN | {"max_length": MOST_WORDS})
    return FrontEnd.fit(parts.training.texts, settings).encode(parts.training.texts).lengths


def kept_of(counts: np.ndarray, length: int) -> Kept:
    """What a length leaves of texts with so many words.

    >>> kept_of(np.array([2, 6]), 4)
    Kept(whole=0.5, words=0.75)
    """
    read = np.minimum(counts, length)
    return Kept(float((counts <= length).mean()), float(read.sum() / counts.sum()))


def cuts_of(
    network: str, parts: Parts, lengths: Sequence[int], epochs: int, wishes: Wishes
) -> list[Cut]:
    """One network at all lengths, each held against the last."""
    found = []
    for length in lengths:
        wishes.tell(f"{network}  {length}")
        own = {
            "architecture": network, "hidden_size": 24, "learning_rate": 0.004,
            "epochs": epochs, "max_length": length,
        }  # fmt: skip
        found.append(train_one(Variant(f"{network}-{length}", "", PLAIN | own), parts, wishes.seed))
    whole = found[-1].trial
    return [
        Cut(network, length, one, difference(one.trial, whole, parts))
        for length, one in zip(lengths, found, strict=True)
    ]


def enough(cuts: Sequence[Cut]) -> Cut:
    """The shortest length from which on no length is shown to lose anything."""
    short = cuts[-1]
    for cut in reversed(cuts):
        if differ(cut.lost) and cut.lost.mean < 0:
            break
        short = cut
    return short


def of(cuts: Sequence[Cut], network: str) -> list[Cut]:
    """One network's, the shortest first."""
    return [cut for cut in cuts if cut.network == network]


def answer(cuts: Sequence[Cut], kept: dict[int, Kept], language: Language) -> str:
    """The shortest length that loses nothing that can be shown, and what it saves."""
    say, percent = language.say, language.percent
    parts = []
    for network, name in names(language).items():
        own = of(cuts, network)
        short = enough(own)
        if short is own[-1]:
            parts.append(
                say(
                    f"for the {name} every cut loses something",
                    f"pour le {name}, toute coupe perd quelque chose",
                )
            )
            continue
        read = percent(kept[short.length].words, 0)
        parts.append(
            say(
                f"the {name} needs no more than the first {short.length} words ({read} of all;"
                f" MCC {language.number(short.mcc, 2)} beside {language.number(own[-1].mcc, 2)})",
                f"le {name} n'a pas besoin de plus que les {short.length} premiers mots ({read} du"
                f" total ; MCC {language.number(short.mcc, 2)} contre"
                f" {language.number(own[-1].mcc, 2)})",
            )
        )
    head = say("As far as can be shown here,", "Autant qu'on puisse le montrer ici,")
    return f"{head} {language.listed(parts)}."


def details(cuts: Sequence[Cut], counts: np.ndarray, language: Language) -> list[str]:
    """The texts' lengths and the cost."""
    say, number = language.say, language.number
    middle, long = np.percentile(counts, (50, 95)).tolist()
    own = of(cuts, NETWORKS[0])
    dearer = own[-1].seconds / own[0].seconds
    return [
        say(
            f"Half of the texts have at most {number(middle, 0)} words, 95 % at most"
            f" {number(long, 0)}.",
            f"La moitié des textes ont au plus {number(middle, 0)} mots, 95 % au plus"
            f" {number(long, 0)}.",
        ),
        say(
            f"An epoch over uncut texts takes {number(dearer, 1)} times as long as over"
            f" {own[0].length} words of each.",
            f"Une époque sur les textes entiers dure {number(dearer, 1)} fois autant que sur"
            f" {own[0].length} mots de chacun.",
        ),
    ]


def equations(language: Language) -> list[Equation]:
    """The cost of a step, times the steps."""
    say = language.say
    cost, batches = say("cost", "coût"), say("batches", "lots")
    return [
        Equation(
            r"h_t = F(x_t, h_{t-1}), \quad t = 1 \dots \min(n, L)",
            "h_t = F(x_t, h_{t−1}),  t = 1 … min(n, L)",
            say(
                "A text of n words is read up to word L; each state waits for the one before.",
                "Un texte de n mots est lu jusqu'au mot L ; chaque état attend le précédent.",
            ),
        ),
        Equation(
            rf"\text{{{cost}}} \approx \sum_{{\text{{{batches}}}}} \max \min(n, L)",
            f"{cost} ≈ Σ_{batches} max min(n, L)",
            say(
                "A batch has as many steps as its longest text.",
                "Un lot a autant de pas que son texte le plus long.",
            ),
        ),
    ]


def table(cuts: Sequence[Cut], kept: dict[int, Kept], language: Language) -> Chapter:
    """All lengths."""
    say, number, percent = language.say, language.number, language.percent
    rows = []
    for cut in cuts:
        left, scores = kept[cut.length], cut.trained.trial.scores
        low, high = (100 * bound for bound in (cut.lost.low, cut.lost.high))
        uncut = cut.length == max(kept)
        lost = f"{language.signed(low, 0)}{WIDE}…{WIDE}{language.signed(high, 0)}"
        rows.append(
            (
                names(language)[cut.network],
                say(f"all{WIDE}({cut.length})", f"tous{WIDE}({cut.length})")
                if uncut
                else str(cut.length),
                percent(left.whole, 0),
                percent(left.words, 0),
                percent(scores.accuracy),
                number(cut.mcc, 2),
                "–" if uncut else lost,
                number(cut.seconds, 2),
            )
        )
    head = (
        say("network", "réseau"), say("words", "mots"), say("whole texts", "textes entiers"),
        say("words read", "mots lus"), say("accuracy", "exactitude"), "MCC",
        say("minus uncut", "moins entier"), say("s an epoch", "s par époque"),
    )  # fmt: skip
    note = say(
        "Minus uncut: 95 % interval of the difference of the MCC to the same network on uncut"
        " texts, in hundredths, the same messages resampled. The end of a text is what is cut off.",
        "Moins entier : intervalle à 95 % de l'écart du MCC au même réseau sur les textes entiers,"
        " en centièmes, les mêmes messages rééchantillonnés. C'est la fin du texte qui est coupée.",
    )
    caption = say("Score and cost by length", "Score et coût selon la longueur")
    return Chapter(
        say("What each length gives", "Ce que donne chaque longueur"),
        (),
        [Table(caption, head, rows, note=note)],
    )


def pictures(cuts: Sequence[Cut], language: Language) -> Chapter:
    """Score and cost by length."""
    say = language.say
    below = say(
        "words read of a text (the last: all) →", "mots lus d'un texte (le dernier : tous) →"
    )
    drawn = []
    for key, title, value in (
        ("score", say("MCC by length", "MCC selon la longueur"), lambda cut: cut.mcc),
        ("cost", say("Seconds of an epoch", "Secondes d'une époque"), lambda cut: cut.seconds),
    ):
        curves = {
            name: Curve(
                [cut.length for cut in of(cuts, network)],
                [value(cut) for cut in of(cuts, network)],
            )
            for network, name in names(language).items()
        }
        second = say("Each network learns and is judged on cut texts.",
                     "Chaque réseau apprend et est jugé sur les textes coupés.")  # fmt: skip
        labels = Labels(title, second, below, language.decimal)
        drawn.append(Picture(key, named_lines(curves, labels, Frame(log_x=True, low=0.0))))
    return Chapter(say("The curves", "Les courbes"), (), drawn)
