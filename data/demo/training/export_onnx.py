"""Writes the trained models as ONNX, with what a reader needs beside them: tokenizer.json, preprocessor_config.json."""

import json

import numpy as np
import onnxruntime
import torch
from torch import nn

from scenes import PADDING_ID
from towers import MAX_TOKENS

PREPROCESSING = {
    "image_processor_type": "ViTImageProcessor",
    "do_resize": True,
    "size": {"height": 64, "width": 64},
    "resample": 3,
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
}


class Call(nn.Module):
    """A method of a model as a module of its own."""

    def __init__(self, model, method):
        super().__init__()
        self.model = model
        self.method = method

    def forward(self, *inputs):
        return getattr(self.model, self.method)(*inputs)


def example_inputs(names, n_texts, n_tokens):
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(PADDING_ID + 4, PADDING_ID + 40, (n_texts, n_tokens), generator=generator)
    ids[:, 0], ids[:, -1] = 0, 2
    made = {
        "pixel_values": torch.rand(n_texts, 3, 64, 64, generator=generator) * 2 - 1,
        "input_ids": ids,
        "attention_mask": torch.ones_like(ids),
    }
    return {name: made[name] for name in names}


def export(model, path, inputs, outputs):
    """One ONNX file of `model(*inputs)`, held against PyTorch at another batch and length than it was traced with."""
    path.parent.mkdir(parents=True, exist_ok=True)
    axes = {name: {0: "batch"} for name in [*inputs, *outputs]}
    for name in ("input_ids", "attention_mask"):
        if name in inputs:
            axes[name][1] = "tokens"
    if "logits" in outputs:
        axes["logits"][1] = "tokens"
    traced = example_inputs(inputs, 2, 8)
    with torch.inference_mode():
        torch.onnx.export(
            model.eval(),
            tuple(traced.values()),
            str(path),
            dynamo=False,
            opset_version=17,
            input_names=inputs,
            output_names=outputs,
            dynamic_axes=axes,
        )
        fed = example_inputs(inputs, 3, 13)
        expected = model(*fed.values())
    expected = expected if isinstance(expected, tuple) else (expected,)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    found = session.run(outputs, {name: value.numpy() for name, value in fed.items()})
    difference = max(float(np.abs(f - e.numpy()).max() / np.abs(e.numpy()).max()) for f, e in zip(found, expected))
    if not difference < 1e-4:
        raise ValueError(f"export_onnx.py: mismatched {path}: it differs from PyTorch by {difference:.1e}; expected below 1e-4.")


def write_tokenizer(tokenizer, folder):
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": MAX_TOKENS, "pad_token": "<pad>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


def write_preprocessing(folder):
    (folder / "preprocessor_config.json").write_text(json.dumps(PREPROCESSING, indent=2) + "\n")
