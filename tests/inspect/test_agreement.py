import json
import math

import numpy as np
import pytest
from scipy.stats import kendalltau

from attentif.inspect.agreement import PUBLISHED, agreement


def test_each_text_s_tau_and_what_is_said_of_all():
    draw = np.random.default_rng(0)
    first = [draw.random(n) for n in (3, 8, 15, 1)]
    second = [first[0], -first[1], draw.random(15), draw.random(1)]
    found = agreement(first, second)
    expected = [1.0, -1.0, kendalltau(first[2], second[2]).statistic]
    assert list(found.taus) == pytest.approx(expected)
    assert found.mean == pytest.approx(np.mean(expected))
    assert found.spread == pytest.approx(np.std(expected))
    assert found.margin == pytest.approx(1.96 * np.std(expected) / math.sqrt(3))
    rare = [kendalltau(a, b).pvalue < 0.05 for a, b in zip(first[:3], second[:3], strict=True)]
    assert rare == [False, True, False]  # three words prove nothing
    assert found.significant == pytest.approx(1 / 3)
    assert found.texts == 4


def test_texts_without_an_order_do_not_count():
    found = agreement([np.array([0.5, 0.5]), np.array([1.0])], [np.array([1.0, 2.0]), np.ones(1)])
    assert found.taus == () and math.isnan(found.mean)
    given = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert given["mean"] is None and given["texts"] == 2 and given["texts_with_a_value"] == 0


def test_the_published_figures():
    assert PUBLISHED == {"gradient": 0.351, "left_out": 0.291, "ceiling": 0.656}
