"""The page of `attentif inspect`: what was found inside a network, in sections."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from matplotlib.figure import Figure

from attentif import __version__
from attentif.inspect.agreement import PUBLISHED, SOURCE, Agreement
from attentif.inspect.attribute import Attribution
from attentif.inspect.controls import Control
from attentif.inspect.deletion import SHARES
from attentif.inspect.embeddings import EmbeddingMap
from attentif.inspect.faith import Faith
from attentif.inspect.gates import GateUse, Watched
from attentif.inspect.gradients import BackInTime, Spectrum
from attentif.inspect.summary import Summary
from attentif.inspect.words import WordView
from attentif.report import faith_figures
from attentif.report.diagram import diagram
from attentif.report.gate_maps import gates as gate_maps
from attentif.report.gradient_curves import gradient_back, singular_values
from attentif.report.html import Number
from attentif.report.pages import Drawing, Page, Passage, Section, Table
from attentif.report.printable import around, one_line, shortened
from attentif.report.save import to_svg
from attentif.report.tokens import shaded, signed
from attentif.report.word_map import word_map
from attentif.report.wording import count, plural, score, share

PAIRS = {  # pair of measures -> how it is written
    "gradient": "attention and gradient",
    "left_out": "attention and leaving out",
    "ceiling": "gradient and leaving out",
}
MEASURES = {
    "attention": "attention",
    "left_out": "leaving out",
    "gradient": "gradient",
    "random": "random words",
}
LISTED = 10  # words of a class on the page
LONGEST = 90  # letters of an example


class Found(NamedTuple):
    """All that was looked at."""

    faith: Faith
    words: WordView
    examples: Sequence[Attribution]
    watched: Watched
    gates: Sequence[GateUse]
    gradients: Sequence[BackInTime]
    spectra: Sequence[Spectrum]
    embeddings: EmbeddingMap
    summary: Summary


def page_of(found: Found, about: Mapping[str, str]) -> Page:
    """The page's content.

    Args:
        about: name -> value, at the foot: the model, the file.
    """
    faith = found.faith
    sentence, passed = faith.verdict
    return Page(
        title=f"Inside {about.get('Model', 'the network')}",
        headline=[headline(sentence), *detail(sentence)],
        alarming=passed is not None and passed < 2,
        numbers=numbers_of(faith),
        sections=[
            believed(faith, found.summary),
            Section("Examples", [examples_of(faith)], passages(found.examples)),
            words_section(found.words),
            gates_section(found),
            gradients_section(found),
            embeddings_section(found),
            network_section(found.summary),
        ],
        provenance={
            **about,
            "Made": f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z} by attentif {__version__}",
        },
    )


def examples_of(faith: Faith) -> str:
    """How the examples are to be read."""
    did = (
        "what the words did, by integrated gradients: blue spoke for the answer, orange against it"
    )
    if faith.attention is None:
        return f"On each text {did}."
    return (
        f"Each text twice: on blue what the attention weighs; below it {did}. Where the two do"
        " not look alike, the second is the better witness: its parts add up to the answer."
    )


def headline(sentence: str) -> str:
    """The verdict without its numbers."""
    return sentence.partition(": ")[0].rstrip(".") + "."


def detail(sentence: str) -> list[str]:
    """The numbers that it rests on."""
    numbers = sentence.partition(": ")[2]
    return [numbers[:1].upper() + numbers[1:]] if numbers else []


def numbers_of(faith: Faith) -> list[Number]:
    """The three that are written large."""
    own = faith.attention
    if own is None:
        return []
    ceiling = f"gradient and leaving out agree by {faith.ceiling.mean:.2f}"
    tau = own.left_out.mean
    return [
        Number("order, beside leaving out", tau, note=ceiling),
        Number("change when shuffled", own.permutation.mean, note="1 would be another answer"),
        Number("evenness", own.evenness, note="all words alike: 100 %", percent=True),
    ]


def believed(faith: Faith, summary: Summary) -> Section:
    """Can the attention be believed? Without one: do the other measures agree?"""
    own = faith.attention
    taus = {PAIRS["ceiling"]: faith.ceiling}
    if own is not None:
        pairs = {"gradient": own.gradient, "left_out": own.left_out, "ceiling": faith.ceiling}
        taus = {PAIRS[name]: one for name, one in pairs.items()}
    published = {PAIRS[name]: value for name, value in PUBLISHED.items() if PAIRS[name] in taus}
    curves = faith.deletions.curves
    parts: list[Drawing | Table | Passage] = [
        drawn(
            "order",
            faith_figures.agreements({n: one.taus for n, one in taus.items()}, published, SOURCE),
        ),
        agreement_table(taus, published),
        drawn(
            "deletion",
            faith_figures.deletion_curves(
                SHARES.tolist(),
                {name: one.curve for name, one in curves.items()},
                {name: one.area for name, one in curves.items()},
                MEASURES,
            ),
        ),
    ]
    if own is not None:
        shuffled = own.permutation
        figure = faith_figures.permutations(shuffled.heaviest, shuffled.medians, shuffled.times)
        parts += [drawn("shuffled", figure), control_table(faith, own.controls)]
        if own.guided is not None:
            parts.append(guided_table(own.guided.to_dict()))
    said = f"Texts looked at: {count(faith.texts)}."
    if faith.short:
        said += f" Of a single token, without an order to compare: {count(faith.short)}."
    if any(block.part == "evidence" for block in summary.blocks):
        apart = " the attention has no part in what it says, and" if own else ""
        said += (
            " A linear model of the pieces speaks to the network, word by word, and beside it;"
            f"{apart} all measures are of the two together."
        )
    title = "Can the attention be believed?" if own else "Do the measures agree?"
    return Section(title, [said], parts)


def agreement_table(taus: Mapping[str, Agreement], published: Mapping[str, float]) -> Table:
    """Kendall's tau in numbers."""
    rows = [
        (
            name,
            f"{one.mean:.3f}",
            f"{one.spread:.3f}",
            share(one.significant),
            count(len(one.taus)),
            score(published.get(name)),
        )
        for name, one in taus.items()
    ]
    head = ("pair", "mean tau", "spread", "significant", "texts", "published")
    note = f"Significant: p < .05 for the text alone. Published: {SOURCE}."
    return Table("Kendall's tau", head, rows, note=note)


def control_table(faith: Faith, controls: Sequence[Control]) -> Table:
    """The network under other attentions."""
    names = {"uniform": "all words alike", "random": "random by place"}
    rows = [("as learnt", "–", "–", score(faith.accuracy), score(faith.macro_f1))]
    rows += [
        (
            names[one.name] + (", trained so" if one.retrained else ""),
            share(one.agreement),
            f"{one.change:.3f}",
            score(one.accuracy),
            score(one.macro_f1),
        )
        for one in controls
    ]
    head = ("attention", "same answer", "change", "accuracy", "macro F1")
    note = (
        "Where nothing is lost with all words alike, the attention is not needed for the answer"
        " (Wiegreffe and Pinter 2019). Change: mean total variation, 0 to 1."
    )
    return Table("Other attentions", head, rows, note=note)


def guided_table(scores: Mapping[str, float]) -> Table:
    """A simpler model with and without the attention's help."""
    rows = [
        ("all alike", score(scores["even_accuracy"]), score(scores["even_macro_f1"])),
        ("attention", score(scores["guided_accuracy"]), score(scores["guided_macro_f1"])),
    ]
    note = "A linear model on word counts. If the attention knows which words matter, it helps."
    return Table("Does it help a simpler model?", ("words count", "accuracy", "macro F1"), rows,
                 note=note)  # fmt: skip


def passages(examples: Sequence[Attribution]) -> list[Passage]:
    """Each example by attention, if there is one, and by integrated gradients."""
    found = []
    for one in examples:
        said = f"{one.explained}, {share(one.probability)}"
        weights = [token.attention for token in one.tokens]
        pieces = spaced(one)
        if None not in weights:
            alpha = [float(weight or 0.0) for weight in weights]
            markup = shaded(list(zip(pieces, alpha, strict=True)), separator="")
            found.append(Passage(markup, f"{said}: what the attention weighs"))
        parts = [token.integrated for token in one.tokens]
        markup = signed(list(zip(pieces, parts, strict=True)), separator="")
        found.append(Passage(markup, f"{said}: what the words did"))
    return found


def spaced(one: Attribution) -> list[str]:
    """The tokens as they stand in the text, each with what comes before it."""
    ends = [0, *(token.end for token in one.tokens)]
    return [
        one.text[before : token.start] + one.text[token.start : token.end]
        for before, token in zip(ends, one.tokens, strict=False)
    ]


def words_section(view: WordView) -> Section:
    """The words that move the answer."""
    parts = []
    for label, effects in view.effects.items():
        rows = [
            (
                shortened(one_line(one.word), 28),
                f"{one.change:+.3f}",
                count(one.count),
                around(one_line(one.example), one_line(one.word), LONGEST),
            )
            for one in effects[:LISTED]
        ]
        if rows:
            head = ("word", "change", "times", "where it did most")
            parts.append(Table(f"For {label}", head, rows, words=(3,)))
    said = (
        "Each word was left out of each text that has it. The change is the probability of the"
        f" class with the word minus without it, over {plural(view.read, 'text')}"
        + (f" of {count(view.given)}." if view.read < view.given else ".")
    )
    return Section("The words that move the answer", [said], parts)


def gates_section(found: Found) -> Section:
    """Gates and memory: one message, and all texts."""
    words = [token.text for token in found.watched.tokens]
    parts: list[Drawing | Table | Passage] = []
    for layer in found.watched.layers:
        where = f"layer {layer.layer}, {layer.direction}"
        maps = {name.removesuffix("_gate"): values for name, values in layer.gates.items()}
        title = f"{'Gates' if maps else 'States'} over one message: {where}"
        figure = gate_maps(
            words,
            maps,
            memory=layer.memory,
            hidden=layer.hidden,
            title=title,
            second="Orange is shut, blue is open." if maps else "Length of the hidden state.",
        )
        parts.append(drawn(f"gates-{layer.layer}-{layer.direction}", figure))
    rows = [
        (
            f"{one.gate.replace('_', ' ')}, layer {one.layer} {one.direction}",
            f"{one.mean:.2f}",
            share(one.shut),
            share(one.opened),
            f"{one.memory_lengths.mean():.1f}" if len(one.memory_lengths) else "–",
        )
        for one in found.gates
    ]
    said = ["This cell has no gates, and no memory but its hidden state."]
    if rows:
        said = ["Columns are words, rows are units; units that open together stand together."]
        head = ("gate", "mean", "below .1", "above .9", "memory, steps")
        note = (
            "Memory: 1 / (1 - f) for each unit, f being its mean gate over all words, then the"
            " mean over the units: so many steps are kept if the gate stays where it is."
        )
        parts.append(Table("Gates over all texts", head, rows, note=note))
    return Section("Gates and memory", said, parts)


def gradients_section(found: Found) -> Section:
    """The gradient's way back, and the recurrent matrices."""
    curves = {
        f"{one.state}, {where(one.layer, one.direction, found)}": one.parts[: one.shared]
        for one in found.gradients
    }
    spectra = {
        f"{one.block}, {where(one.layer, one.direction, found)}, {one.values[0]:.2f}": one.values
        for one in found.spectra
    }
    bound = next((one.bound for one in found.spectra), None)
    said = [
        "How much of the loss's gradient reaches a state, by its distance from the last one"
        " read; geometric mean over the texts, as far as a tenth of them reach."
    ]
    if found.faith.attention is not None:
        said[0] += " Attention gives the gradient a way of its own to every state."
    return Section(
        "The gradient through time",
        said,
        [
            drawn("gradient", gradient_back(curves)),
            drawn("spectra", singular_values(spectra, bound)),
        ],
    )


def where(layer: int, direction: str, found: Found) -> str:
    """A layer's name, as short as it is clear."""
    several = max(one.layer for one in found.spectra) > 1
    return f"{layer} {direction}" if several else direction


def embeddings_section(found: Found) -> Section:
    """The map, and who is near whom."""
    own = found.embeddings
    classes = strongest(found.words)
    groups = [f"for {classes[word]}" if word in classes else "frequent" for word in own.words]
    figure = word_map(own.words, own.points, own.shares, groups)
    rows = [
        (
            shortened(one_line(word), 28),
            ", ".join(f"{shortened(one_line(n), 20)} {cosine:.2f}" for n, cosine in own.near[word]),
        )
        for word in own.words[:LISTED]
    ]
    table = Table("Nearest words, by cosine", ("word", "near"), rows, words=(1,))
    return Section("Words as vectors", parts=[drawn("embeddings", figure), table])


def strongest(view: WordView) -> dict[str, str]:
    """Each word's class: the one that it speaks for most."""
    effects = [
        (one.change, one.word, label) for label, all_ in view.effects.items() for one in all_
    ]
    return {word: label for _, word, label in sorted(effects)}


def network_section(summary: Summary) -> Section:
    """The drawing and the table."""
    rows = [
        (layer.name, " × ".join(map(str, layer.shape)), count(layer.parameters))
        for layer in summary.layers
    ]
    table = Table("Weights", ("name", "shape", "parameters"), rows)
    return Section("The network", parts=[Drawing("network", diagram(summary.blocks)), table])


def drawn(name: str, figure: Figure) -> Drawing:
    """A figure of the page."""
    return Drawing(name, to_svg(figure))
