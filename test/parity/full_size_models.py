"""A full-size model with random weights as ONNX, and what its neurons are by PyTorch hooks in float64.

Run:  python full_size_models.py NAME FOLDER        (what it needs: ../fixtures/activations/exported-requirements.txt)
Names: clip-b32-vision clip-b16-vision clip-b32-text vit-b16 roberta-base meter.
Writes FOLDER/model.onnx, reference.json, and the stimulus as inputs/INPUT.npy [2 steps x ...].
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
import transformers as t

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "fixtures" / "activations"))
import make_exported_models as fixtures  # noqa: E402
import meter  # noqa: E402

TEXT, IMAGE = ["input_ids", "attention_mask"], ["pixel_values"]


def build(name):
    """The model, its architecture's name in the fixtures, and the names of its inputs."""
    eager = {"attn_implementation": "eager"}
    if name in ("clip-b32-vision", "clip-b16-vision"):
        config = t.CLIPVisionConfig(patch_size=32 if "b32" in name else 16, **eager)
        return fixtures.LastHiddenState(t.CLIPVisionModel(config), IMAGE), "clip-vision", IMAGE
    if name == "clip-b32-text":
        return fixtures.LastHiddenState(t.CLIPTextModel(t.CLIPTextConfig(**eager)), TEXT), "clip-text", TEXT
    if name == "vit-b16":
        model = t.ViTModel(t.ViTConfig(**eager), add_pooling_layer=False)
        return fixtures.LastHiddenState(model, IMAGE), "vit", IMAGE
    if name == "roberta-base":
        config = t.RobertaConfig(vocab_size=50265, max_position_embeddings=514, type_vocab_size=1, **eager)
        return fixtures.LastHiddenState(t.RobertaModel(config, add_pooling_layer=False), TEXT), "roberta", TEXT
    if name == "meter":
        return meter.Meter(meter.Size()), "meter", [*IMAGE, *TEXT]
    sys.exit(f"full_size_models.py: unknown model: {name}; expected one of those in the head of this file.")


def image_size(name):
    return 288 if name == "meter" else 224


def draw(model):
    """Weights of about the size that training gives, so that attention is neither flat nor on one token."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            is_gain = parameter.ndim == 1 and name.endswith("weight")
            spread = 0.1 if parameter.ndim == 1 else 0.04
            parameter.normal_(1.0 if is_gain else 0.0, spread, generator=generator)
    return model.eval()


def stimulus(names, pixels, n_tokens, n_steps):
    generator = np.random.default_rng(1)
    ids = generator.integers(3, 40_000, (n_steps, n_tokens))
    mask = np.ones_like(ids)
    # Every second text is half as long: what follows is padding.
    ids[1::2, n_tokens // 2 :] = 1
    mask[1::2, n_tokens // 2 :] = 0
    values = {
        "pixel_values": generator.normal(0, 1, (n_steps, 3, pixels, pixels)).astype(np.float32),
        "input_ids": ids,
        "attention_mask": mask,
    }
    return {name: values[name] for name in names}


def write(model, name, values, folder):
    """The ONNX file and the stimulus."""
    (folder / "inputs").mkdir(parents=True, exist_ok=True)
    for key, value in values.items():
        np.save(folder / "inputs" / f"{key}.npy", value)
    path = str(folder / "model.onnx")
    if name == "meter":
        meter.export(model, path)
        return
    with torch.no_grad():
        torch.onnx.export(
            model, tuple(torch.from_numpy(value[:2]) for value in values.values()), path, dynamo=False, opset_version=17,
            input_names=list(values), dynamic_axes={key: fixtures.axes_of(key) for key in values},
        )  # fmt: skip


def main():
    name, folder = sys.argv[1], Path(sys.argv[2])
    model, architecture, names = build(name)
    draw(model)
    values = stimulus(names, image_size(name), n_tokens=32, n_steps=2)
    write(model, name, values, folder)
    inputs = {key: torch.from_numpy(value) for key, value in values.items()}
    is_causal = name == "clip-b32-text"
    attentions = fixtures.attentions_of(model, inputs, 64, is_causal, architecture)
    (folder / "reference.json").write_text(json.dumps(attentions), encoding="utf-8")


if __name__ == "__main__":
    main()
