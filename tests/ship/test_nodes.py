"""Nodes in the making: named once, constants shared, weights pointed at."""

import json

import numpy as np
import onnx
from safetensors.numpy import save

from attentif.ship.nodes import Nodes, described, places

WEIGHTS = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(2, np.float32)}


def test_places_are_those_of_the_tensors():
    saved = save(WEIGHTS, metadata={"note": "x"})
    for name, (offset, length) in places(saved).items():
        found = np.frombuffer(saved[offset : offset + length], np.float32)
        assert found.tolist() == WEIGHTS[name].ravel().tolist()
    assert set(places(saved)) == {"a", "b"}


def test_a_weight_is_pointed_at_once():
    saved = save(WEIGHTS)
    nodes = Nodes(WEIGHTS, saved, "w.safetensors")
    assert nodes.weight("a") == nodes.weight("a") == "a"
    model = onnx.load_from_string(nodes.model([], [], {"x": {"é": 1}}))
    [tensor] = model.graph.initializer
    entries = {entry.key: entry.value for entry in tensor.external_data}
    offset, length = places(saved)["a"]
    assert entries == {
        "location": "w.safetensors", "offset": str(offset), "length": str(length),
    }  # fmt: skip
    assert [*tensor.dims] == [2, 3] and not tensor.raw_data
    assert json.loads(model.metadata_props[0].value) == {"é": 1}


def test_equal_constants_are_one_and_others_are_not():
    nodes = Nodes({}, save(WEIGHTS), "w")
    assert nodes.constant([1]) == nodes.constant(np.array([1]))
    different = [nodes.constant(c) for c in ([1], [1, 1], np.float32(1), np.int32(1))]
    assert len(set(different)) == 4


def test_nodes_have_names_of_their_own():
    nodes = Nodes({}, save(WEIGHTS), "w")
    first, second = nodes.add("Neg", ["x"]), nodes.add("Neg", ["x"])
    many = nodes.add_many("Split", ["x"], 2, {"axis": 0, "num_outputs": 2})
    assert len({first, second, *many}) == 4
    assert nodes.call(first, "y") == "y"
    kind = onnx.TensorProto.FLOAT
    graph = onnx.load_from_string(
        nodes.model([described("x", kind, ["N"])], [described("y", kind, ["N"])], {})
    ).graph
    assert [node.op_type for node in graph.node] == ["Neg", "Neg", "Split", "Identity"]
