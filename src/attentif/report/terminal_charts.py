"""Small charts of block characters that fill the width they are given.

Where the terminal has no block characters, plain ASCII stands for them.
"""

from dataclasses import dataclass

import numpy as np
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.style import Style

from attentif.report.palette import TERMINAL_BLUE
from attentif.report.ranking import known

FULL = "█"
PARTS = " ▏▎▍▌▋▊▉"  # of one column, in eighths
HEIGHTS = " ▁▂▃▄▅▆▇█"
PLAIN_HEIGHTS = " .:-=+*#@"


@dataclass(frozen=True)
class Bar:
    """A bar that is `part` of the width it is given."""

    part: float

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        eighths = round(8 * options.max_width * self.part) or int(self.part > 0)
        if options.ascii_only:
            drawn = "#" * max(eighths // 8, int(self.part > 0))
        else:
            drawn = FULL * (eighths // 8) + PARTS[eighths % 8].strip()
        yield Segment(drawn.ljust(options.max_width), Style(color=TERMINAL_BLUE))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(4, options.max_width)


@dataclass(frozen=True)
class Histogram:
    """How values from 0 to `top` are spread, one column a bin; a bin that has any is seen."""

    values: tuple[int, ...]
    top: float

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        bins = max(1, min(options.max_width, int(self.top) + 1))
        inside = [value for value in self.values if value <= self.top]
        numbers, _ = np.histogram(inside, bins=bins, range=(0, self.top + 1))
        parts = numbers / max(1, numbers.max())
        heights = PLAIN_HEIGHTS if options.ascii_only else HEIGHTS
        drawn = "".join(heights[int(np.ceil(part * (len(heights) - 1)))] for part in parts)
        yield Segment(drawn.ljust(options.max_width), Style(color=TERMINAL_BLUE))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(12, min(40, options.max_width))


@dataclass(frozen=True)
class Dot:
    """A value and its interval on an axis from `start` to `end`."""

    value: float
    low: float | None
    high: float | None
    start: float
    end: float

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        line, left, right, dot, beyond = "-||o<" if options.ascii_only else "─├┤●◂"
        drawn = [" "] * width
        if self.low is not None and self.high is not None and known(self.low + self.high):
            first, last = self._place(self.low, width), self._place(self.high, width)
            drawn[first : last + 1] = line * (last + 1 - first)
            drawn[first], drawn[last] = left, right
        drawn[self._place(self.value, width)] = dot if self.value >= self.start else beyond
        yield Segment("".join(drawn))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(8, options.max_width)

    def _place(self, value: float, width: int) -> int:
        """The column of a value; one outside the axis stands at its edge."""
        part = (value - self.start) / ((self.end - self.start) or 1)
        return round(min(max(part, 0), 1) * (width - 1))
