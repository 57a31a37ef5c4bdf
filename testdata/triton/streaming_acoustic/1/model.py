"""The streaming recogniser on ONNX Runtime: the client sends each chunk with the state and gets the next state back."""

import json
import os

import numpy as np
import onnxruntime
import triton_python_backend_utils as pb

INPUTS, OUTPUTS = ["signal", "state"], ["logprobs", "state_next"]


class TritonPythonModel:
    """Runs the requests that Triton hands over together as one batch."""

    def initialize(self, args):
        """Opens the ONNX file, whose path in the configuration is relative to the model's folder."""
        file = json.loads(args["model_config"])["parameters"]["model_file"]["string_value"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            os.path.join(args["model_repository"], file), options, providers=["CPUExecutionProvider"])

    def execute(self, requests):
        """Concatenates the requests, runs the model once, and splits what comes out."""
        parts = [[pb.get_input_tensor_by_name(request, name).as_numpy() for request in requests] for name in INPUTS]
        batch = {name: np.concatenate(part) for name, part in zip(INPUTS, parts)}
        outputs = self.session.run(OUTPUTS, batch)
        ends = np.cumsum([len(signal) for signal in parts[0]])[:-1]
        rows = zip(*(np.split(output, ends) for output in outputs))
        return [pb.InferenceResponse([pb.Tensor(name, value) for name, value in zip(OUTPUTS, row)]) for row in rows]
