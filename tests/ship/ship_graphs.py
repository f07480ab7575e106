"""Networks of first weights and their graphs, for the tests of this room."""

import torch
from safetensors.numpy import save
from toy_messages import messages

from attentif.config import Settings
from attentif.nn.classifier import Classifier
from attentif.ship.text_graph import text_graph
from attentif.ship.word_graph import word_graph
from attentif.text.encode import FrontEnd

SMALL = {"embedding_size": 6, "shape_size": 3, "hidden_size": 5, "attention_size": 4}
PLAIN = {"ngram_buckets": 40, "ngram_vectors": 32, "min_count": 1, "recurrent_init": "normal"}
TEXTS = ["", "win", "qzxv 99", *messages(30, seed=2)[0], "the " * 40 + "win", "a b c d e f g"]


def made(**settings):
    """A network of first weights, what reads its texts, and the content of its files."""
    chosen = Settings(**{**SMALL, **PLAIN, **settings})
    front_end = FrontEnd.fit(messages(20, seed=1)[0], chosen)
    torch.manual_seed(3)
    network = Classifier(
        chosen,
        n_pieces=front_end.n_pieces,
        n_grams=front_end.n_grams,
        n_shapes=front_end.n_shapes,
        n_classes=3,
    )
    with torch.no_grad():  # biases are zero at first, which would hide a wrong one
        for weight in network.parameters():
            weight += 0.1 * torch.randn_like(weight)
        for buffer in network.buffers():  # the evidence, which has learnt nothing yet
            buffer += torch.rand_like(buffer)
        for table in (network.embedding.pieces, network.embedding.shapes):
            if table is not None:
                table.weight[0] = 0.0
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    saved = save(weights)
    about, file = {"labels": ["a", "b", "c"]}, "model.safetensors"
    graphs = [write(chosen, weights, saved, about, file) for write in (word_graph, text_graph)]
    return network, front_end, graphs, saved
