#!/usr/bin/env python3
"""Writes the tiny models that tests run: each shows one thing a model can do, in well under 2 KB.

    types     one input of shape 2x3 for each element type, copied to an output of the same type
    dynamic   x float16 [batch, length, 4], bias float16 [batch, 4] -> y = x + bias, per batch row; length int64 [1]
    scalar    x float32 [3], factor float32 [] -> scaled = factor * x, sum float32 []
    half      x float16 [] -> y float16 [], a scalar of a type that is seldom one
    nonzero   x float32 [n] -> at int64 [1, ?]: the model decides while it runs how many positions it returns
    reshape   x float32 [6], shape int64 [rank] -> y float32, of a rank that the file does not tell
    external  x float16 [n, 2], a weight in a file of its own -> y float16 [n, 2]
    text      x string [2] -> y string [2]
    sequence  x float32 [2] -> a sequence of tensors

Needs numpy and onnx.
"""
import argparse
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, checker, helper, numpy_helper

TYPES = {
    "float64": TensorProto.DOUBLE, "float32": TensorProto.FLOAT, "float16": TensorProto.FLOAT16,
    "bfloat16": TensorProto.BFLOAT16, "float8": TensorProto.FLOAT8E4M3FN,
    "int64": TensorProto.INT64, "int32": TensorProto.INT32, "int16": TensorProto.INT16, "int8": TensorProto.INT8,
    "uint64": TensorProto.UINT64, "uint32": TensorProto.UINT32, "uint16": TensorProto.UINT16, "uint8": TensorProto.UINT8,
    "bool": TensorProto.BOOL,
}
FLOAT, HALF, INT64 = TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.INT64

tensor, node = helper.make_tensor_value_info, helper.make_node


def graph(name, inputs, nodes, outputs, constants=()):
    return helper.make_graph(nodes, name, inputs, outputs, list(constants))


def types():
    return graph("types", [tensor(f"in_{n}", t, [2, 3]) for n, t in TYPES.items()],
                 [node("Identity", [f"in_{n}"], [f"out_{n}"]) for n in TYPES],
                 [tensor(f"out_{n}", t, [2, 3]) for n, t in TYPES.items()])


def dynamic():
    one = numpy_helper.from_array(np.array([1], np.int64), "one")
    return graph("dynamic", [tensor("x", HALF, ["batch", "length", 4]), tensor("bias", HALF, ["batch", 4])],
                 [node("Unsqueeze", ["bias", "one"], ["row"]), node("Add", ["x", "row"], ["y"]),
                  node("Shape", ["x"], ["length"], start=1, end=2)],
                 [tensor("y", HALF, ["batch", "length", 4]), tensor("length", INT64, [1])], [one])


def scalar():
    return graph("scalar", [tensor("x", FLOAT, [3]), tensor("factor", FLOAT, [])],
                 [node("Mul", ["x", "factor"], ["scaled"]), node("ReduceSum", ["scaled"], ["sum"], keepdims=0)],
                 [tensor("scaled", FLOAT, [3]), tensor("sum", FLOAT, [])])


def half():
    return graph("half", [tensor("x", HALF, [])], [node("Identity", ["x"], ["y"])], [tensor("y", HALF, [])])


def nonzero():
    zero = numpy_helper.from_array(np.float32(0), "zero")
    return graph("nonzero", [tensor("x", FLOAT, ["n"])],
                 [node("Greater", ["x", "zero"], ["above"]), node("NonZero", ["above"], ["at"])],
                 [tensor("at", INT64, [1, None])], [zero])


def reshape():
    return graph("reshape", [tensor("x", FLOAT, [6]), tensor("shape", INT64, ["rank"])],
                 [node("Reshape", ["x", "shape"], ["y"])], [tensor("y", FLOAT, None)])


def external():
    weight = numpy_helper.from_array(np.array([2, 3], np.float16), "weight")
    return graph("external", [tensor("x", HALF, ["n", 2])], [node("Mul", ["x", "weight"], ["y"])],
                 [tensor("y", HALF, ["n", 2])], [weight])


def text():
    return graph("text", [tensor("x", TensorProto.STRING, [2])], [node("Identity", ["x"], ["y"])],
                 [tensor("y", TensorProto.STRING, [2])])


def sequence():
    return graph("sequence", [tensor("x", FLOAT, [2])], [node("SequenceConstruct", ["x", "x"], ["y"])],
                 [helper.make_tensor_sequence_value_info("y", FLOAT, [2])])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default="tiny", metavar="FOLDER", help="where to write (default: %(default)s)")
    folder = parser.parse_args().out
    os.makedirs(folder, exist_ok=True)
    for make in [types, dynamic, scalar, half, nonzero, reshape, external, text, sequence]:
        model = helper.make_model(make(), ir_version=10, opset_imports=[helper.make_opsetid("", 19)],
                                  producer_name="make_tiny")
        if make is not reshape:  # the checker wants a rank for every output; programs that export models do not
            checker.check_model(model)
        path = os.path.join(folder, f"{make.__name__}.onnx")
        if make is external:
            weights = os.path.join(folder, "external.weights")
            if os.path.exists(weights):
                os.remove(weights)  # onnx appends to a file that is there
            onnx.save(model, path, save_as_external_data=True, location="external.weights", size_threshold=0)
        else:
            onnx.save(model, path)


if __name__ == "__main__":
    sys.exit(main())
