"""The streaming recogniser on ONNX Runtime with its state kept here, one for each live sequence."""

import json
import os

import numpy as np
import onnxruntime
import triton_python_backend_utils as pb

STATE = 219729


def control(request, name):
    """The value of a control input."""
    return pb.get_input_tensor_by_name(request, name).as_numpy().item()


class TritonPythonModel:
    """Runs one chunk of each of several sequences as one batch."""

    def initialize(self, args):
        """Opens the ONNX file, whose path in the configuration is relative to the model's folder."""
        file = json.loads(args["model_config"])["parameters"]["model_file"]["string_value"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            os.path.join(args["model_repository"], file), options, providers=["CPUExecutionProvider"])
        self.states = {}

    def execute(self, requests):
        """Takes the states of the sequences, zeros where one starts, and keeps the next ones until the sequence ends."""
        ids = [control(request, "CORRID") for request in requests]
        for sequence, request in zip(ids, requests):
            if control(request, "START"):
                self.states[sequence] = np.zeros((1, STATE), np.float16)
        signal = np.concatenate([pb.get_input_tensor_by_name(request, "signal").as_numpy() for request in requests])
        state = np.concatenate([self.states[sequence] for sequence in ids])
        logprobs, state = self.session.run(["logprobs", "state_next"], {"signal": signal, "state": state})
        for row, (sequence, request) in enumerate(zip(ids, requests)):
            if control(request, "END"):
                del self.states[sequence]
            else:
                self.states[sequence] = state[row:row + 1].copy()
        return [pb.InferenceResponse([pb.Tensor("logprobs", logprobs[row:row + 1])]) for row in range(len(ids))]
