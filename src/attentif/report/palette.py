"""The few colours of every picture, page and table; safe for colour-blind readers.

Blue is the model and what is right, orange is what deserves attention: an error, a
chosen point, a limit. The pair stays apart in all common forms of colour blindness.
"""

INK = "#1b2430"
MUTED = "#5a6572"
FAINT = "#dde2e8"
GREY = "#8d97a3"
PAPER = "#ffffff"
BLUE = "#0b67a8"
ORANGE = "#c2510c"
GREEN, PURPLE, GOLD = "#3f8f5f", "#8a5aa8", "#a5780a"  # of more groups, on light and dark pages
TERMINAL_BLUE = "#2f86c9"  # readable on a black and on a white ground
TERMINAL_ORANGE = "#d4641f"
ON_FILL = "#fefefe"  # text on a deep fill: near white in the dark scheme too

DARK = {  # colour of a light page -> the same thing on a dark page
    INK: "#e7eaee",
    MUTED: "#a3adb9",
    FAINT: "#303843",
    GREY: "#7f8a97",
    PAPER: "#15191f",
    BLUE: "#63aee8",
    ORANGE: "#f0935a",
}
"""Pages swap these by style sheet; `ON_FILL` is the same in both."""

NAMES = {
    INK: "ink",
    MUTED: "muted",
    FAINT: "faint",
    GREY: "grey",
    PAPER: "paper",
    BLUE: "blue",
    ORANGE: "orange",
}
"""Colour -> name of the style sheet's variable."""


def channels(colour: str) -> tuple[int, int, int]:
    """The red, green and blue of a colour written `#rrggbb`, 0 to 255.

    Example:
        >>> channels("#0b67a8")
        (11, 103, 168)
    """
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
