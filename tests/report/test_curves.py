import math

import pytest
from report_samples import HISTORY

from attentif.errors import ShapeError
from attentif.report.curves import curves
from attentif.report.save import to_svg


def line(axes, label):
    return [line for line in axes.lines if line.get_label() == label]


def test_two_panels_with_both_curves_and_titles(texts_of):
    loss, score = curves(HISTORY, 3, "macro_f1").axes
    assert (loss.get_title("left"), score.get_title("left")) == ("loss", "macro F1")
    for axes, key in ((loss, "loss"), (score, "macro_f1")):
        assert axes.get_xlabel() == "epoch"
        for name, prefix in (("training", "train"), ("validation", "validation")):
            (curve,) = line(axes, name)
            assert list(curve.get_xdata()) == [row["epoch"] for row in HISTORY]
            assert list(curve.get_ydata()) == [row[f"{prefix}_{key}"] for row in HISTORY]
            assert any(text.get_text() == name for text in axes.texts)


@pytest.mark.parametrize("best", [1, 4, 8])
def test_the_best_epoch_is_marked_on_the_validation_curve(best, texts_of):
    figure = curves(HISTORY, best, "macro_f1")
    for axes, key in zip(figure.axes, ("loss", "macro_f1"), strict=True):
        (mark,) = line(axes, "best")
        assert mark.get_xdata()[0] == best
        assert mark.get_ydata()[0] == HISTORY[best - 1][f"validation_{key}"]
        (rule,) = line(axes, "best epoch")
        assert list(rule.get_xdata()) == [best, best]
    assert f"The weights of epoch {best} were kept." in texts_of(figure)


def test_divergence_is_marked_on_the_last_good_point(texts_of):
    history = [dict(row) for row in HISTORY[:5]]
    history[3]["train_loss"] = math.nan
    history[4]["train_loss"] = math.inf
    figure = curves(history, 2, "macro_f1")
    (cross,) = line(figure.axes[0], "diverged")
    assert (cross.get_xdata()[0], cross.get_ydata()[0]) == (3, history[2]["train_loss"])
    assert texts_of(figure).count("diverged here") == 1
    assert not line(figure.axes[1], "diverged")
    to_svg(figure)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_first_epoch_that_diverges_is_said(value, texts_of):
    figure = curves([{"train_loss": value, "validation_loss": value}], 0, "accuracy")
    assert texts_of(figure).count("diverged here") == 1
    assert "No epoch was kept." in texts_of(figure)
    to_svg(figure)


def test_names_of_crowded_curves_do_not_touch():
    history = [
        {"train_loss": 0.5, "validation_loss": 0.5001},
        {"train_loss": 1, "validation_loss": 1},
    ]
    axes = curves(history, 1, "accuracy").axes[0]
    heights = [text.xy[1] for text in axes.texts if text.get_text() in ("training", "validation")]
    assert abs(heights[0] - heights[1]) >= 0.089


def test_epochs_are_numbered_when_the_history_does_not():
    axes = curves([{"train_loss": 2.0}, {"train_loss": 1.0}], 0, "accuracy").axes[0]
    assert list(line(axes, "training")[0].get_xdata()) == [1, 2]


def test_a_loss_over_orders_of_magnitude_has_a_log_axis_with_plain_numbers():
    history = [{"train_loss": 10.0**-power} for power in range(5)]
    figure = curves(history, 1, "accuracy")
    assert figure.axes[0].get_yscale() == "log"
    assert ">0.001<" in to_svg(figure)


def test_no_epoch_is_an_error():
    with pytest.raises(ShapeError, match="at least one epoch"):
        curves([], 0, "accuracy")
