"""What `attentif` alone prints: the verbs, each in a line."""

import os
import shutil
import sys
import textwrap

ABOUT = "Recurrent networks with attention for short texts: train, judge, explain, use."
VERBS = {
    "train": "Read, check, split, train, compare with baselines, report.",
    "test": "Judge a model, once, on data the training never saw.",
    "predict": "Answer each text: as many answers as texts, in order.",
    "explain": "Which words, how sure, and whether the attention can be believed.",
    "inspect": "What the network does inside, and whether its attention can be believed.",
    "export": "A folder of less than half the size, and what that costs on a file.",
    "data": "What is in this file, and what is wrong with it.",
    "compare": "Networks and baselines on the same splits, or decoders, with intervals.",
    "lab": "The workshop's experiments: numbers, pictures, and the equations beside them.",
}
OPTIONS = {
    "--version": "Print the version and stop.",
    "--help": "Show this message; after a verb, its flags with all defaults.",
}
WIDEST = 100  # columns
BOLD, CYAN, DIM, PLAIN = "\x1b[1m", "\x1b[1;36m", "\x1b[2m", "\x1b[0m"


def overview() -> str:
    """How the command is used, as wide as the terminal."""
    width = min(WIDEST, shutil.get_terminal_size().columns)
    about = textwrap.fill(ABOUT, width - 1, initial_indent=" ", subsequent_indent=" ")
    usage = f" {styled('Usage:', BOLD)} {styled('attentif', BOLD)} VERB [OPTIONS]..."
    return "\n".join(
        ["", usage, "", about, "", *box("Verbs", VERBS, width), *box("Options", OPTIONS, width), ""]
    )


def box(title: str, entries: dict[str, str], width: int) -> list[str]:
    """Names with their help in a frame, line by line."""
    names = max(map(len, [*VERBS, *OPTIONS]))
    room = max(20, width - names - 6)
    dash, side = styled("─", DIM), styled("│", DIM)
    lines = [f"{styled('╭─', DIM)} {title} {dash * (names + room - len(title))}{styled('─╮', DIM)}"]
    for name, help in entries.items():
        for n, part in enumerate(textwrap.wrap(help, room)):
            shown = styled(f"{name if n == 0 else '':{names}}", CYAN)
            lines.append(f"{side} {shown}  {part:{room}} {side}")
    return [*lines, f"{styled('╰', DIM)}{dash * (names + room + 4)}{styled('╯', DIM)}"]


def styled(words: str, style: str) -> str:
    """In that style, on a terminal that wants colours."""
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ
    return words if plain else f"{style}{words}{PLAIN}"
