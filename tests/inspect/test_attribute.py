"""Attributions: completeness, finite differences, a network worked by hand, hostile texts."""

import copy
import json

import numpy as np
import pytest
import torch
from toy_messages import DECISIVE

from attentif.errors import ConfigError
from attentif.inspect.attribute import (
    attribute,
    gradient_times_input,
    integrated_gradients,
)
from attentif.inspect.subject import chances, sample_of
from attentif.train.batch import gather

SCRIPT = "<script>alert(1)</script> win & \x00 <b>"


def probability(subject, sample, row, change=0.0, place=None):
    """p of one text's explained class, one number of its vectors moved."""
    inputs = gather(sample.encoded, np.array([row])).inputs
    x = subject.network.embed(inputs).detach()
    if place is not None:
        x[0, place[0], place[1]] += change
    with torch.no_grad():
        logits = subject.network.read(x, inputs).logits
    return x, chances(logits, subject.decision, torch.from_numpy(sample.explained[[row]])).item()


def test_integrated_gradients_add_up(subject, sample):
    found = integrated_gradients(subject, sample)
    assert np.abs(found.gap).max() < 1e-4
    for row, values in enumerate(found.values):
        assert len(values) == sample.lengths[row]
        assert values.sum() + found.gap[row] == pytest.approx(found.change[row])
        _, p = probability(subject, sample, row)
        assert p == pytest.approx(sample.probabilities[row, sample.explained[row]], abs=1e-5)
    assert found.change.max() > 0.2


@pytest.mark.parametrize("which", ["even_subject", "last_subject"])
def test_for_other_networks_too(which, request):
    subject = request.getfixturevalue(which)
    found = integrated_gradients(subject, sample_of(subject, ["win a prize", "lunch at home"]))
    assert np.abs(found.gap).max() < 1e-3


def test_the_evidence_beside_the_network_has_its_part(subject, sample):
    """Where the network itself says nothing, each token's part is what the evidence says."""
    network = copy.deepcopy(subject.network)
    with torch.no_grad():
        network.output.weight.zero_()
        network.output.bias.zero_()
        network.evidence.share.fill_(1.0)
    own = subject._replace(network=network)
    texts = sample_of(own, sample.texts)
    found = integrated_gradients(own, texts)
    inputs = gather(texts.encoded, np.array([0])).inputs
    said = network.evidence(inputs)[0].numpy()  # (T, C)
    answer = texts.explained[0]
    margins = said[:, answer] - said[:, 1 - answer]
    # Along the straight way all margins grow alike: the parts are as large as the margins.
    assert np.allclose(found.values[0], margins * found.values[0].sum() / margins.sum(), atol=1e-5)
    assert np.abs(found.gap).max() < 1e-4 and np.abs(found.change).max() > 0.05


def test_more_steps_leave_a_smaller_gap(subject, sample):
    one, many = (integrated_gradients(subject, sample, steps=n) for n in (1, 20))
    assert np.abs(many.gap).max() < 0.1 * np.abs(one.gap).max()
    with pytest.raises(ConfigError, match="steps must be >= 1, got 0"):
        integrated_gradients(subject, sample, steps=0)


def test_gradients_by_finite_differences(subject, sample):
    found = gradient_times_input(subject, sample)
    row, step = int(np.argmax(sample.lengths)), 1e-2
    x, _ = probability(subject, sample, row)
    for t in range(2):
        slopes = [
            (probability(subject, sample, row, step, (t, f))[1]
             - probability(subject, sample, row, -step, (t, f))[1]) / (2 * step)
            for f in range(x.shape[2])
        ]  # fmt: skip
        assert found[row][t] == pytest.approx(float(np.dot(slopes, x[0, t].numpy())), abs=2e-4)


def test_with_the_attention_held_fixed_the_gradient_is_another(subject, even_subject, sample):
    whole, fixed = (gradient_times_input(subject, sample, through_attention=b) for b in (1, 0))
    assert any(not np.allclose(a, b) for a, b in zip(whole, fixed, strict=True))
    even = sample_of(even_subject, sample.texts)  # there is nothing to hold
    whole, fixed = (gradient_times_input(even_subject, even, through_attention=b) for b in (1, 0))
    assert all(np.allclose(a, b) for a, b in zip(whole, fixed, strict=True))


def test_a_text_s_values_do_not_depend_on_its_neighbours(subject, sample):
    alone = sample_of(subject, [sample.texts[3]])
    for of in (gradient_times_input, lambda s, x: integrated_gradients(s, x).values):
        assert np.allclose(of(subject, sample)[3], of(subject, alone)[0], atol=1e-5)


def test_the_decisive_word_has_the_largest_part(subject, sample):
    decisive = sum(DECISIVE.values(), [])
    found = integrated_gradients(subject, sample).values
    right = [
        text.split()[int(np.argmax(values))] in decisive
        for text, values in zip(sample.texts, found, strict=True)
    ]
    assert np.mean(right) > 0.9


def test_by_token_with_places(subject):
    text = "  Win a\tprize, now!"
    found = attribute(subject, text)
    assert [text[token.start : token.end] for token in found.tokens] == ["Win", "a", "prize", ",",
                                                                       "now", "!"]  # fmt: skip
    assert found.explained == "spam" and 0.5 < found.probability <= 1
    assert sum(token.attention for token in found.tokens) == pytest.approx(1, abs=1e-5)
    strongest = max(found.tokens, key=lambda token: token.integrated)
    assert strongest.text in ("Win", "prize")
    assert abs(found.gap) < 5e-3


@pytest.mark.parametrize("text", ["", "   ", "win", SCRIPT])
def test_any_text_is_ready_for_json(subject, text):
    found = attribute(subject, text)
    given = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert given["text"] == text
    assert len(given["tokens"]) == len(subject.front_end.tokens(text))
    assert set(given["tokens"][0]) == {"text", "start", "end", "known", "attention", "left_out",
                                       "gradient", "integrated"}  # fmt: skip


def test_without_attention_there_is_none_to_show(last_subject):
    assert {token.attention for token in attribute(last_subject, "win a prize").tokens} == {None}


def test_nothing_is_left_in_the_network(subject, sample):
    before = [None if w.grad is None else w.grad.clone() for w in subject.network.parameters()]
    gradient_times_input(subject, sample, through_attention=False)
    integrated_gradients(subject, sample, steps=2)
    for old, weight in zip(before, subject.network.parameters(), strict=True):
        assert old is None if weight.grad is None else torch.equal(old, weight.grad)
    assert not any(module._forward_hooks for module in subject.network.modules())
    assert not subject.network.training
