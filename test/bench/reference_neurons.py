"""Neurons by PyTorch's eager attention with hooks on query and key, float32: the way without an edited graph.

Run:  python reference_neurons.py NAME FOLDER BATCH [write]   (what it needs: ../fixtures/activations/exported-requirements.txt)
With "write": writes FOLDER/model.onnx and the stimulus FOLDER/inputs/*.npy, and ends. Without: prints "ready"; then for each line
read, runs one batch and prints its seconds; at the end of input prints its largest memory in MB.
"""

import resource
import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "parity"))
import full_size_models as full  # noqa: E402
import make_exported_models as fixtures  # noqa: E402

name, folder, batch = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(2)


class MeanHooks(fixtures.Hooks):
    """Keeps token means instead of all tokens, as a program that extracts would."""

    def __init__(self, model):
        super().__init__(model, 64)

    def neurons(self, mask):
        for found in self.found:
            query, key = found["query"], found["key"]
            ask = mask if mask is not None and query.shape[2] == mask.shape[1] else None
            asked = mask if mask is not None and key.shape[2] == mask.shape[1] else None
            yield token_mean(query, ask) * token_mean(key, asked)


def token_mean(x, mask):
    if mask is None:
        return x.mean(2)
    shares = mask / mask.sum(1, keepdim=True)
    return torch.einsum("bn,bhni->bhi", shares, x)


model, architecture, names = full.build(name)
full.draw(model)
values = full.stimulus(names, full.image_size(name), 32, batch)
if sys.argv[4:] == ["write"]:
    full.write(model, name, values, folder)
    sys.exit()
hooks = MeanHooks(model)
inputs = [torch.from_numpy(value) for value in values.values()]
mask = torch.from_numpy(values["attention_mask"]).float() if "attention_mask" in values else None


def run():
    hooks.found.clear()
    with torch.inference_mode():
        model(*inputs)
        return torch.cat([a.flatten(1) for a in hooks.neurons(mask)], 1).numpy()


run()
print("ready", flush=True)
for _ in sys.stdin:
    started = time.perf_counter()
    run()
    print(time.perf_counter() - started, flush=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
