from matplotlib.figure import Figure
from report_samples import HISTORY, ROWS

from attentif.report import plots


def test_every_name_is_there_and_every_figure_a_figure():
    drawn = [
        plots.class_counts({"a": 1}),
        plots.lengths({"a": [1]}, "token"),
        plots.curves(HISTORY, 1, "macro_f1"),
        plots.confusion([[1, 0], [0, 1]], ["a", "b"]),
        plots.precision_recall([1, 0], [0, 1], None, 0.5),
        plots.calibration([(0.5, 0.5, 1)], 0.0),
        plots.scores(ROWS),
        plots.comparison(ROWS),
    ]
    assert all(isinstance(figure, Figure) for figure in drawn)
    assert len(drawn) + len(["save", "to_png", "to_svg"]) == len(plots.__all__)
