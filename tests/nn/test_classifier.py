import copy
import math

import pytest
import torch
from nn_batches import N_PIECES, N_SHAPES, TEXTS, inputs_of, padded, small, with_outputs
from nn_by_hand import PlainCell, mean_of, plus, softmax, times
from torch.nn import functional

from attentif.config import ARCHITECTURES, CELLS, POOLINGS, NetworkSettings, Settings
from attentif.errors import ConfigError, ShapeError
from attentif.nn.classifier import Classified, Classifier, make_pooling
from attentif.nn.evidence import LOUDNESS

LABELS = torch.tensor([0, 1, 2, 0])
WEIGHTING = ("mean", "dot", "general", "additive")
every_pair = pytest.mark.parametrize(("cell", "pooling"), [(c, p) for c in CELLS for p in POOLINGS])
every_pooling = pytest.mark.parametrize("pooling", POOLINGS)


def loss_of(model: Classifier, texts: list[list[int]] = TEXTS) -> torch.Tensor:
    return functional.cross_entropy(model(inputs_of(texts)).logits, LABELS[: len(texts)])


def logits(model: Classifier, texts: list[list[int]] = TEXTS, steps: int = 0) -> torch.Tensor:
    with torch.no_grad():
        return model(inputs_of(texts, steps)).logits


@every_pair
def test_one_step_of_learning(cell, pooling):
    model = small(cell=cell, pooling=pooling, layers=2)
    found = model(inputs_of(TEXTS))
    assert found.logits.shape == (4, 3)
    assert found.logits.isfinite().all()
    if pooling in WEIGHTING:
        assert found.weights.shape == (4, 5)
        assert found.weights.sum(dim=1).tolist() == pytest.approx([1.0] * 4, abs=1e-6)
        assert not found.weights[~inputs_of(TEXTS).mask].any()
    else:
        assert found.weights is None
    before = loss_of(model)
    before.backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.any(), name
    torch.optim.SGD(model.parameters(), lr=0.1).step()
    assert loss_of(model) < before


def teach(model):
    """Anything but silence: tables of random numbers."""
    draw = torch.Generator().manual_seed(0)
    for table in (model.evidence.pieces, model.evidence.pairs):
        table.copy_(torch.rand(table.shape, generator=draw) - 0.5)
        table[:, -1].abs_()


@pytest.mark.parametrize("pooling", ["last", "general"])
def test_equals_its_equations_in_loops(pooling):
    # The whole network, a text at a time, from the embedded tokens to the logits.
    model = small(cell="lstm", pooling=pooling).double()
    inputs = inputs_of(TEXTS)
    teach(model)
    said = LOUDNESS * inputs.mask.sum(dim=1)[:, None, None].sqrt() * model.evidence(inputs)
    x, found = torch.cat([model.embedding(inputs), said], dim=2), model(inputs)
    layer = model.recurrent.layers[0]
    weights_of = {name: value.tolist() for name, value in model.state_dict().items()}
    for row, text in enumerate(TEXTS):
        tokens = x[row, : len(text)].tolist()
        there = PlainCell("lstm", layer.forwards).read(tokens)
        back = PlainCell("lstm", layer.backwards).read(tokens[::-1])
        vector = there[-1] + back[-1]
        if pooling == "general":
            memory = [one + other for one, other in zip(there, back[::-1], strict=True)]
            keys = [times(weights_of["attend.W.weight"], state) for state in memory]
            alpha = softmax(times(keys, vector))
            assert found.weights[row, : len(text)].tolist() == pytest.approx(alpha, abs=1e-10)
            both = mean_of(alpha, memory) + vector  # [c ; h]
            sums = plus(times(weights_of["combine.weight"], both), weights_of["combine.bias"])
            vector = [math.tanh(value) for value in sums]
        expected = plus(times(weights_of["output.weight"], vector), weights_of["output.bias"])
        assert found.logits[row].tolist() == pytest.approx(expected, abs=1e-10)


@every_pooling
def test_gradients_of_the_whole_by_finite_differences(pooling):
    model = small(cell="gru", pooling=pooling).double()
    loss_of(model).backward()
    for name, parameter in model.named_parameters():
        largest = parameter.grad.abs().argmax().item()  # the entry that says most
        found, flat = parameter.grad.flatten()[largest].item(), parameter.data.view(-1)
        with torch.no_grad():
            flat[largest] += 1e-5
            above = loss_of(model).item()
            flat[largest] -= 2e-5
            below = loss_of(model).item()
            flat[largest] += 1e-5
        assert found == pytest.approx((above - below) / 2e-5, rel=1e-4, abs=1e-9), name


@every_pair
def test_padding_and_the_batch_s_order_do_not_matter(cell, pooling):
    model = small(cell=cell, pooling=pooling).eval()
    whole = logits(model)
    torch.testing.assert_close(logits(model, steps=305), whole, atol=1e-6, rtol=0)
    turned = logits(model, [TEXTS[row] for row in (3, 1, 0, 2)])
    torch.testing.assert_close(turned, whole[[3, 1, 0, 2]], atol=1e-5, rtol=0)
    for row, text in enumerate(TEXTS):
        torch.testing.assert_close(logits(model, [text])[0], whole[row], atol=1e-5, rtol=0)


@every_pair
def test_what_padding_holds_does_not_matter(cell, pooling):
    model = small(cell=cell, pooling=pooling).eval()
    teach(model)
    model.evidence.share.fill_(2.0)
    short, long = inputs_of(TEXTS), inputs_of(TEXTS, steps=305)
    x = model.embed(short)
    filled = padded(x.masked_fill(~short.mask[:, :, None], 1e3), 300, 1e3)
    with torch.no_grad():
        expected, found = model.read(x, short), model.read(filled, long)
    torch.testing.assert_close(found.logits, expected.logits, atol=1e-6, rtol=0)
    if found.weights is not None:
        torch.testing.assert_close(found.weights[:, :5], expected.weights, atol=1e-6, rtol=0)
        assert not found.weights[:, 5:].any()


def test_without_masking_padding_counts():
    # The workshop's "remove the mask" experiment.
    model = small(masking=False).eval()
    torch.nn.init.ones_(model.embedding.pieces.weight.data[0])
    assert (logits(model, steps=50) - logits(model)).abs().max() > 1e-4
    with torch.no_grad():
        weights = model(inputs_of(TEXTS)).weights
    assert (weights > 0).all()
    assert logits(model, [[], [1]]).isfinite().all()


@every_pooling
def test_an_empty_text_is_an_error_that_names_it(pooling):
    with pytest.raises(ShapeError, match=r"got none in rows \[1\]"):
        logits(small(pooling=pooling), [[1, 2], [], [3]])


@every_pair
def test_the_fused_path_is_the_cell_path(cell, pooling):
    model = small(cell=cell, pooling=pooling, layers=2).double()
    looked_into = copy.deepcopy(model)
    for layer in looked_into.recurrent.layers:
        layer.fused = False
    one, other = loss_of(model), loss_of(looked_into)
    torch.testing.assert_close(one, other, atol=1e-12, rtol=0)
    one.backward()
    other.backward()
    for kernel, equations in zip(model.parameters(), looked_into.parameters(), strict=True):
        torch.testing.assert_close(kernel.grad, equations.grad, atol=1e-12, rtol=1e-9)


@every_pair
def test_saved_weights_give_the_same_bits(cell, pooling):
    # PAINS A06
    model, other = small(cell=cell, pooling=pooling), small(cell=cell, pooling=pooling)
    assert not torch.equal(logits(other), logits(model))
    other.load_state_dict(model.state_dict())
    assert torch.equal(logits(other), logits(model))


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_an_architecture_is_its_cell_and_pooling(architecture):
    model = small(architecture=architecture)
    cell, pooling = ARCHITECTURES[architecture]
    assert type(model.recurrent.layers[0].forwards).__name__.lower() == f"{cell}cell"
    assert type(model.attend).__name__.lower() == pooling
    assert (model.combine is None) == (pooling == "last")


@pytest.mark.parametrize("pooling", ["last", "mean", "general"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_parts_are_as_wide_as_the_settings_say(pooling, bidirectional):
    model = small(pooling=pooling, bidirectional=bidirectional, attention_bias=False)
    width = 10 if bidirectional else 5
    assert model.recurrent.memory_size == width
    assert model.embedding.embedding_size == 8
    if pooling == "general":
        assert (model.combine.in_features, model.combine.out_features) == (2 * width, 4)
        assert model.combine.bias is None
    assert model.output.in_features == (4 if pooling == "general" else width)
    assert logits(model).shape == (4, 3)


def test_the_settings_reach_the_cells():
    model = small(
        activation="relu", gate_activation="linear", recurrent_init="zeros", layer_norm=True
    )
    options = model.recurrent.layers[0].forwards.options
    assert options == ("relu", "linear", "zeros", True)
    assert not model.recurrent.layers[0].forwards.U.weight.any()
    assert not small(embedding_init="zeros").embedding.pieces.weight.any()
    assert model.recurrent.dropout.p == 0.0
    assert small(dropout=0.4).recurrent.dropout.p == 0.4  # between layers


def test_output_layers_start_as_glorot_s():
    model = small(hidden_size=40, attention_size=60)
    for layer in (model.combine, model.output):
        bound = math.sqrt(6 / (layer.in_features + layer.out_features))
        assert layer.weight.abs().max().item() == pytest.approx(bound, rel=0.03)
    assert not model.output.bias.any()


# Dropout (PAINS T13, T14)


@pytest.mark.parametrize("layers", [1, 2])
def test_dropout_is_on_in_training_and_off_in_evaluation(layers):
    model = small(layers=layers, dropout=0.9)
    assert not torch.equal(logits(model), logits(model))
    model.eval()
    assert torch.equal(logits(model), logits(model))
    model.train()
    assert not torch.equal(logits(model), logits(model))


@pytest.mark.parametrize("share", ["dropout", "word_dropout"])
def test_in_evaluation_dropout_changes_no_number(share):
    quiet, loud = small().eval(), small(**{share: 0.5}).eval()
    loud.load_state_dict(quiet.state_dict())
    assert torch.equal(logits(loud), logits(quiet))


def drop_seen(model: Classifier) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """(given, found) of each dropout of the classifier itself, in one pass."""
    seen = []
    hook = model.dropout.register_forward_hook(
        lambda _, given, found: seen.append((given[0], found))
    )
    logits(model, [[1, 2, 3, 4, 5, 6, 7, 8, 9] * 20] * 8)
    hook.remove()
    return seen


@pytest.mark.parametrize("pooling", ["last", "general"])
def test_embeddings_and_outputs_are_dropped_even_with_one_layer(pooling):
    model = small(dropout=0.3, pooling=pooling, hidden_size=100, attention_size=200, evidence=False)
    embedded, outputs = drop_seen(model)
    assert embedded[0].shape == (8, 180, 8)
    assert outputs[0].shape == (8, 200)
    for given, found in (embedded, outputs):
        dropped = (found == 0) & (given != 0)
        assert dropped.float().mean().item() == pytest.approx(0.3, abs=0.05)
        torch.testing.assert_close(found[~dropped], given[~dropped] / 0.7)  # the mean is kept


def test_word_dropout_blanks_whole_tokens_in_training_only():
    model = small(word_dropout=0.2)
    x = torch.ones(40, 50, 8)
    found = model.drop_words(x)
    assert set(found.unique().tolist()) == {0.0, 1.0}  # blanked or untouched, not rescaled
    blanked = found[:, :, 0] == 0
    assert torch.equal(found, x * ~blanked[:, :, None])  # all of a token or nothing
    assert blanked.float().mean().item() == pytest.approx(0.2, abs=0.03)
    assert (blanked.any(dim=1) & ~blanked.all(dim=1)).all()  # each token by its own draw
    assert not torch.equal(model.drop_words(x), found)
    assert model.eval().drop_words(x) is x
    assert small(word_dropout=0.0).drop_words(x) is x
    assert not torch.equal(logits(model.train()), logits(model))


# Output activations


def test_softmax_outputs_are_the_logits():
    found = logits(with_outputs(small(), [1.5, -20.0, 300.0]))
    assert found.tolist() == [[1.5, -20.0, 300.0]] * 4


def test_sigmoid_outputs_are_their_logarithms():
    # sigmoid(ln 3, 0, -ln 3) = 3/4, 1/2, 1/4; shares of 3/2: 1/2, 1/3, 1/6
    model = with_outputs(small(output_activation="sigmoid"), [math.log(3), 0.0, -math.log(3)])
    found = logits(model)
    assert found[0].exp().tolist() == pytest.approx([0.75, 0.5, 0.25], abs=1e-6)
    assert found[0].softmax(dim=0).tolist() == pytest.approx([1 / 2, 1 / 3, 1 / 6], abs=1e-6)


def test_relu_outputs_are_kept_from_zero_and_one_as_in_keras():
    # Keras clips to [1e-7, 1 - 1e-7] before the logarithm: 0.5 stays, -3 and 7 do not.
    found = logits(with_outputs(small(output_activation="relu"), [0.5, -3.0, 7.0]))[0]
    expected = [math.log(0.5), math.log(1e-7), math.log(1 - 1e-7)]
    assert found.tolist() == pytest.approx(expected, abs=1e-7, rel=1e-6)
    assert found[2] < 0


def test_relu_outputs_that_are_all_negative_learn_nothing():
    # The workshop's collapse: every class as likely as any other, and no gradient.
    model = with_outputs(small(output_activation="relu"), [-1.0, -2.0, -3.0])
    loss = loss_of(model)
    loss.backward()
    assert loss.item() == pytest.approx(math.log(3), abs=1e-6)
    assert not any(p.grad is not None and p.grad.any() for p in model.parameters())


@pytest.mark.parametrize("activation", ["softmax", "sigmoid", "relu"])
def test_keras_s_categorical_loss_is_the_cross_entropy_of_the_logits(activation):
    # Keras: - log(a_k / sum a), with a the activated outputs clipped to [1e-7, 1 - 1e-7].
    model = with_outputs(small(output_activation=activation), [0.3, 0.6, 0.2])
    outputs = torch.tensor([0.3, 0.6, 0.2], dtype=torch.float64)
    activated = {"softmax": outputs.softmax(0), "sigmoid": outputs.sigmoid(), "relu": outputs}
    shares = activated[activation].clamp(1e-7, 1 - 1e-7)
    expected = -(shares / shares.sum())[LABELS].log().mean().item()
    assert loss_of(model).item() == pytest.approx(expected, abs=1e-6)


# Learning


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_tiny_set_is_overfitted(architecture):
    # PAINS T11: 8 texts of 4 classes; two softmaxes on each other could not get there.
    texts = [[1, 2], [3, 4, 5], [6], [7, 8, 9, 1], [2, 2, 3], [4], [5, 6, 7, 8], [9, 3]]
    labels, inputs = torch.tensor([0, 1, 2, 3, 3, 2, 1, 0]), inputs_of(texts)
    model = small(n_classes=4, architecture=architecture, hidden_size=16, attention_size=16)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    for _ in range(40):
        loss = functional.cross_entropy(model(inputs).logits, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.01
    assert logits(model, texts).argmax(dim=1).tolist() == labels.tolist()


def one_step(seed: int, threads: int) -> dict[str, torch.Tensor]:
    """Gradients, with dropout, of a batch large enough to be shared among threads."""
    torch.manual_seed(seed)
    model = small(hidden_size=48, embedding_size=64, dropout=0.5, word_dropout=0.2)
    drawn = torch.Generator().manual_seed(7)
    texts = [torch.randint(1, 10, (1 + n % 6,), generator=drawn).tolist() for n in range(96)]
    torch.set_num_threads(threads)
    functional.cross_entropy(model(inputs_of(texts)).logits, torch.arange(96) % 3).backward()
    torch.set_num_threads(1)
    return {name: parameter.grad for name, parameter in model.named_parameters()}


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_seed_gives_the_same_bits(threads):
    # PAINS T12
    first, again = one_step(3, threads), one_step(3, threads)
    for name, gradient in first.items():
        assert torch.equal(again[name], gradient), name


def test_another_seed_gives_other_bits():
    first, other = one_step(3, threads=1), one_step(4, threads=1)
    assert not torch.equal(other["output.weight"], first["output.weight"])


# Looking inside, and names


def test_reading_from_the_embedding_on_is_the_whole():
    model, inputs = small().eval(), inputs_of(TEXTS)
    x = model.embed(inputs).detach().requires_grad_()
    found = model.read(x, inputs)
    assert isinstance(found, Classified)
    torch.testing.assert_close(found.logits, logits(model), atol=1e-6, rtol=0)
    found.logits[:, 0].sum().backward()  # the gradient by token, also in evaluation
    assert not x.grad[~inputs.mask].any()
    assert x.grad[inputs.mask].any(dim=1).all()


def test_two_batches_in_flight_do_not_mix():
    model = small().eval()
    alone = logits(model)
    logits(model, [[9, 9], [8]])
    assert torch.equal(logits(model), alone)
    assert {name.split(".")[0] for name, _ in model.named_buffers()} == {"evidence"}


def test_the_default_settings_make_a_network():
    model = Classifier(Settings(), n_pieces=N_PIECES, n_shapes=N_SHAPES, n_classes=2)
    assert logits(model).shape == (4, 2)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"architecture": "attentoin"}, "architecture must be one of .*'attention'"),
        ({"cell": "lsmt"}, "cell must be one of .*'lstm'"),
        ({"pooling": "generl"}, "pooling must be one of .*'general'"),
        ({"activation": "tahn"}, "activation must be one of .*'tanh'"),
        ({"gate_activation": "sigmod"}, "gate_activation must be one of .*'sigmoid'"),
        ({"recurrent_init": "orthogonl"}, "recurrent_init must be one of .*'orthogonal'"),
        ({"embedding_init": "unifrom"}, "embedding_init must be one of .*'uniform'"),
        ({"output_activation": "sofmax"}, "output_activation must be one of .*'softmax'"),
        ({"layers": 0}, "layers must be >= 1, got 0"),
    ],
)
def test_a_wrong_setting_is_an_error_before_any_text_is_read(settings, message):
    with pytest.raises(ConfigError, match=message):
        Classifier(NetworkSettings(**settings), n_pieces=9, n_shapes=2, n_classes=2)


def test_poolings_are_those_of_the_settings():
    for name in POOLINGS:
        assert type(make_pooling(name, 4, 3)).__name__.lower() == name
    with pytest.raises(ConfigError, match="pooling must be one of .*'additive'"):
        make_pooling("aditive", 4, 3)


@pytest.mark.parametrize(("n_grams", "rows"), [(0, 30), (16, 30), (20, 26)])
def test_more_n_grams_than_vectors_share_them_but_not_the_weights_of_the_evidence(n_grams, rows):
    settings = NetworkSettings(ngram_vectors=16)
    network = Classifier(settings, n_pieces=30, n_grams=n_grams, n_shapes=0, n_classes=2)
    assert network.embedding.pieces.num_embeddings == rows
    assert network.embedding.shared == min(n_grams, 16)
    assert network.evidence is not None and len(network.evidence.pieces) == 30
