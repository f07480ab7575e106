"""Nodes, constants and weights of an ONNX graph in the making."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from attentif import __version__

OPSET, IR = 18, 9  # of 2022: every engine in use reads them
NOTHING: Mapping[str, Any] = {}
KINDS = {"float32": TensorProto.FLOAT, "int8": TensorProto.INT8}
Weights = Mapping[str, NDArray[Any]]


class Nodes:
    """Collects what a graph is made of; values are known by their names.

    Args:
        weights: by name.
        saved: the content of the safetensors file that holds them: the graph points at its
            bytes, so that no weight is on the disk twice.
        file: that file's name; it stands beside the graph.
    """

    def __init__(self, weights: Weights, saved: bytes, file: str) -> None:
        self.weights = weights
        self.used: set[str] = set()  # weights that the graph knows of
        self._places, self._file = places(saved), file
        self._nodes: list[NodeProto] = []
        self._tensors: dict[str, TensorProto] = {}
        self._constants: dict[tuple[str, tuple[int, ...], bytes], str] = {}

    def add(self, op: str, inputs: Sequence[str], attributes: Mapping[str, Any] = NOTHING) -> str:
        """A node with one result, whose name is returned."""
        return self.add_many(op, inputs, 1, attributes)[0]

    def add_many(
        self, op: str, inputs: Sequence[str], n: int, attributes: Mapping[str, Any] = NOTHING
    ) -> list[str]:
        """A node with n results; an input "" is left out."""
        name = f"{op.lower()}_{len(self._nodes)}"
        outputs = [f"{name}.{place}" for place in range(n)] if n > 1 else [name]
        self._nodes.append(helper.make_node(op, inputs, outputs, name, **attributes))
        return outputs

    def call(self, value: str, name: str) -> str:
        """Give a value another name, as a result of the graph."""
        self._nodes.append(helper.make_node("Identity", [value], [name], name))
        return name

    def values(self, name: str) -> NDArray[np.float32]:
        """A weight, to be brought into another form."""
        self.used.add(name)
        return self.weights[name]

    def weight(self, name: str) -> str:
        """A weight, left where it is saved."""
        self.used.add(name)
        if name not in self._tensors:
            offset, length = self._places[name]
            where = {"location": self._file, "offset": str(offset), "length": str(length)}
            tensor = TensorProto(
                name=name, data_type=KINDS[self.weights[name].dtype.name],
                dims=self.weights[name].shape, data_location=TensorProto.EXTERNAL,
            )  # fmt: skip
            for key, value in where.items():
                tensor.external_data.add(key=key, value=value)
            self._tensors[name] = tensor
        return name

    def constant(self, values: NDArray[Any] | np.generic | list[int]) -> str:
        """A small tensor, kept in the graph, once however often it is asked for."""
        array = np.asarray(values)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._constants:
            self._constants[key] = f"constant_{len(self._constants)}"
            name = self._constants[key]
            self._tensors[name] = numpy_helper.from_array(array, name)
        return self._constants[key]

    def model(
        self,
        inputs: Sequence[ValueInfoProto],
        outputs: Sequence[ValueInfoProto],
        about: Mapping[str, Any],
    ) -> bytes:
        """The file; equal graphs give equal bytes.

        Args:
            about: JSON-ready entries for the metadata.
        """
        graph = helper.make_graph(
            self._nodes, "attentif", inputs, outputs, list(self._tensors.values())
        )
        model: ModelProto = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR,
            producer_name="attentif",
            producer_version=__version__,
        )
        helper.set_model_props(
            model, {name: json.dumps(value, ensure_ascii=False) for name, value in about.items()}
        )
        return model.SerializeToString(deterministic=True)


def column(nodes: Nodes, values: str) -> str:
    """A vector (n,) as (n, 1)."""
    return nodes.add("Unsqueeze", [values, nodes.constant([1])])


def described(name: str, kind: int, dims: Sequence[str | int]) -> ValueInfoProto:
    """What goes into the graph, or comes out of it."""
    return helper.make_tensor_value_info(name, kind, dims)


def places(saved: bytes) -> dict[str, tuple[int, int]]:
    """Where each tensor's bytes stand in a safetensors file: offset and length.

    >>> header = b'{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
    >>> places(len(header).to_bytes(8, "little") + header + bytes(8))
    {'w': (62, 8)}
    """
    first = 8 + int.from_bytes(saved[:8], "little")
    header: dict[str, Any] = json.loads(saved[8:first])
    header.pop("__metadata__", None)
    spans = {name: entry["data_offsets"] for name, entry in header.items()}
    return {name: (first + begin, end - begin) for name, (begin, end) in spans.items()}
