import math

import pytest
import torch
from nn_batches import TEXTS, WORDS, inputs_of
from torch import nn

from attentif.config import INITIALISERS
from attentif.errors import ConfigError
from attentif.nn.embedding import Inputs, WordEmbedding


def numbered(n_pieces: int = 5, **options) -> WordEmbedding:
    """Piece p has the vector (p, 10 p), padding (0, 0); shape s has (100 s,)."""
    embed = WordEmbedding(n_pieces, 2, **options)
    with torch.no_grad():
        p = torch.arange(float(n_pieces))
        embed.pieces.weight.copy_(torch.stack([p, 10 * p], dim=1))
        if embed.shapes is not None:
            embed.shapes.weight.copy_(
                100 * torch.arange(float(embed.shapes.num_embeddings))[:, None]
            )
    return embed


TWO_WORDS = [[0], [1, 2, 3, 4], [3]]  # pieces of padding, of word 1, of word 2


def test_a_word_is_the_mean_of_its_pieces():
    # Word 1: (1 + 2 + 3 + 4) / 4 = 2.5, and 25. Word 2 is one piece: the plain look-up.
    x = numbered()(inputs_of([[1, 2], [2]], words=TWO_WORDS))
    assert x.tolist() == [[[2.5, 25.0], [3.0, 30.0]], [[3.0, 30.0], [0.0, 0.0]]]


def test_a_piece_that_stands_twice_counts_twice():
    x = numbered()(inputs_of([[1]], words=[[0], [1, 1, 4]]))
    assert x[0, 0].tolist() == [2.0, 20.0]


def test_pieces_beyond_the_table_share_its_last_rows_in_turn():
    # Rows 3 and 4 are shared: piece 5 takes 3, 6 takes 4, 7 takes 3 again; padding stays apart.
    embed = numbered(shared=2)
    x = embed(inputs_of([[1, 2, 3]], words=[[0], [5], [6, 7], [1, 2]]))
    assert x[0].tolist() == [[3.0, 30.0], [3.5, 35.0], [1.5, 15.0]]
    embed(inputs_of([[1]], words=[[0], [3, 5, 7]])).sum().backward()
    assert embed.pieces.weight.grad[:, 0].tolist() == [0.0, 0.0, 0.0, 1.0, 0.0]


def test_the_shape_s_vector_stands_beside():
    # inputs_of gives word 1 the shape 2 and word 2 the shape 3; padding has shape 0.
    embed = numbered(n_shapes=5, shape_size=1)
    assert embed.embedding_size == 3
    x = embed(inputs_of([[1, 2], [2]], words=TWO_WORDS))
    assert x.tolist() == [[[2.5, 25.0, 200.0], [3.0, 30.0, 300.0]], [[3.0, 30.0, 300.0], [0.0] * 3]]


def test_without_shapes_there_is_no_table():
    embed = numbered(n_shapes=0, shape_size=7)
    assert embed.shapes is None
    assert embed.embedding_size == 2


def test_equals_a_look_up_word_by_word():
    embed = WordEmbedding(40, 6, n_shapes=5, shape_size=2).double()
    inputs = inputs_of(TEXTS)
    x = embed(inputs)
    assert x.shape == (4, 5, 8)
    for row, text in enumerate(TEXTS):
        for t, word in enumerate(text):
            vectors = [embed.pieces.weight[piece] for piece in WORDS[word]]
            expected = torch.cat([sum(vectors) / len(vectors), embed.shapes.weight[word % 4 + 1]])
            torch.testing.assert_close(x[row, t], expected, atol=1e-12, rtol=0)
    assert not x[~inputs.mask].any()


def test_padding_is_zero_and_gets_no_gradient():
    embed = WordEmbedding(40, 6, n_shapes=5, shape_size=2)
    embed(inputs_of(TEXTS, steps=9)).sum().backward()
    for table in (embed.pieces, embed.shapes):
        assert not table.weight[0].any()
        assert not table.weight.grad[0].any()
        assert table.weight.grad.any()
    optimizer = torch.optim.Adam(embed.parameters(), lr=0.1)
    optimizer.step()
    assert not embed(inputs_of(TEXTS, steps=9))[:, 5:].any()


def test_shared_words_get_the_summed_gradient():
    # Word 2, the piece 3 alone, stands three times: twice in one text, once in another.
    # Word 1 stands once and hands a quarter to each of its pieces: 3 gets 3 + 1/4.
    embed = numbered(n_shapes=5, shape_size=1)
    x = embed(inputs_of([[2, 1, 2], [2]], words=TWO_WORDS))
    x.sum().backward()
    expected = [[0.0] * 2, [0.25] * 2, [0.25] * 2, [3.25] * 2, [0.25] * 2]
    assert embed.pieces.weight.grad.tolist() == expected
    assert embed.shapes.weight.grad.flatten().tolist() == [0.0, 0.0, 1.0, 3.0, 0.0]


def test_gradients_by_finite_differences():
    embed = WordEmbedding(6, 2, n_shapes=5, shape_size=2).double()
    inputs = inputs_of([[1, 2, 1], [2]], words=TWO_WORDS)
    factors = torch.randn(2, 3, 4, dtype=torch.float64)

    def total() -> torch.Tensor:
        return (embed(inputs).sin() * factors).sum()

    total().backward()
    for table in (embed.pieces, embed.shapes):
        for row in range(1, len(table.weight)):
            for column in range(2):
                with torch.no_grad():
                    table.weight[row, column] += 1e-6
                    above = total().item()
                    table.weight[row, column] -= 2e-6
                    below = total().item()
                    table.weight[row, column] += 1e-6
                found = table.weight.grad[row, column].item()
                assert found == pytest.approx((above - below) / 2e-6, abs=1e-7)


def test_a_word_does_not_depend_on_its_neighbours_in_the_list():
    embed = WordEmbedding(40, 6)
    whole = embed(inputs_of(TEXTS))
    alone = embed(inputs_of([[1]], words=[[0], WORDS[6]]))
    torch.testing.assert_close(alone[0, 0], whole[1, 0], atol=1e-7, rtol=0)


@pytest.mark.parametrize("name", INITIALISERS)
def test_vectors_start_as_named(name):
    embed = WordEmbedding(300, 50, n_shapes=9, shape_size=4, initialise=name)
    expected = {
        "zeros": 0.0,
        "uniform": 0.05 / math.sqrt(3),
        "normal": 0.05,
        "spread": 0.3,
        "xavier": math.sqrt(2 / 350),
        "orthogonal": 1 / math.sqrt(300),
    }
    assert embed.pieces.weight[1:].std().item() == pytest.approx(expected[name], rel=0.05)
    for table in (embed.pieces, embed.shapes):
        assert not table.weight[0].any()
        assert table.weight.requires_grad
    assert isinstance(embed.pieces, nn.EmbeddingBag)


def test_an_unknown_initialisation_proposes_the_near_one():
    with pytest.raises(ConfigError, match=r"embedding_init must be .*Did you mean 'normal'\?"):
        WordEmbedding(5, 2, initialise="nromal")


def test_a_piece_beyond_the_table_is_an_error_and_not_another_word():
    # PAINS T06: the table is as large as the front end says, and nothing wraps around.
    inputs = Inputs(*[field.clone() for field in inputs_of([[1]], words=[[0], [5]])])
    with pytest.raises((IndexError, RuntimeError)):
        numbered(n_pieces=5)(inputs)
