"""Answers a request as often as it asks for, at most 1000 times."""

import numpy as np
import triton_python_backend_utils as pb

MOST = 1000


class TritonPythonModel:
    """Keeps nothing."""

    def execute(self, requests):
        """Sends the answers of one request after the other."""
        for request in requests:
            count = pb.get_input_tensor_by_name(request, "count").as_numpy().item()
            sender = request.get_response_sender()
            for index in range(min(count, MOST)):
                sender.send(pb.InferenceResponse([pb.Tensor("index", np.array([index], np.int32))]))
            sender.send(flags=pb.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
