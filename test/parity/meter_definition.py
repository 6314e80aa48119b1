"""Holds data/export/meter.py against other code: its parts against transformers', its parameters against what it accepts.

Run:  python meter_definition.py        (what it needs: ../fixtures/activations/exported-requirements.txt)
Prints the largest difference of each part's output in float64; ends with an error when one is not rounding, or a wrong
checkpoint is accepted.
"""

import sys
from pathlib import Path

import torch
import transformers as t
from transformers.models.bert.modeling_bert import BertLayer

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "data" / "export"))
import meter  # noqa: E402

WIDTH = 24
SMALL = meter.Size(
    width=WIDTH, heads=3, hidden=48, patch=4, grid=3, vision_layers=3, text_layers=3, fusion_layers=2, vocabulary=50,
    positions=20, unused_positions=1, unused_width=1,
)  # fmt: skip
COMMON = {"hidden_size": WIDTH, "num_attention_heads": 3, "intermediate_size": 48, "num_hidden_layers": 3}


def drawn(model):
    torch.manual_seed(0)
    for name, parameter in model.named_parameters():
        is_gain = parameter.ndim == 1 and name.endswith("weight")
        torch.nn.init.normal_(parameter, 1.0 if is_gain else 0.0, 0.3)
    return model.double().eval()


def without(prefix, state):
    return {name[len(prefix) :]: value for name, value in state.items() if name.startswith(prefix)}


def text_difference(model):
    config = t.RobertaConfig(
        **COMMON, vocab_size=50, max_position_embeddings=20, type_vocab_size=1, layer_norm_eps=1e-5, pad_token_id=1
    )
    other = t.RobertaModel(config, add_pooling_layer=False).double().eval()
    state = without("text_transformer.", model.state_dict())
    other.load_state_dict({name: value for name, value in state.items() if not name.startswith("pooler")})
    ids = torch.tensor([[3, 7, 9, 2, 1], [3, 8, 9, 12, 2]])
    mask = (ids != 1).long()
    hidden = (1 - mask[:, None, None, :].double()) * torch.finfo(torch.float64).min
    ours, theirs = model.text_transformer(ids, hidden), other(ids, attention_mask=mask).last_hidden_state
    return (ours - theirs).abs().max()


def vision_difference(model):
    config = t.CLIPVisionConfig(**COMMON, image_size=12, patch_size=4, hidden_act="quick_gelu")
    other = t.CLIPVisionModel(config).double().eval()
    ours = model.vit_model.visual
    state = {
        "embeddings.class_embedding": ours.class_embedding,
        "embeddings.patch_embedding.weight": ours.conv1.weight,
        "embeddings.position_embedding.weight": ours.positional_embedding,
    }
    for i, block in enumerate(ours.transformer.resblocks):
        layer = f"encoder.layers.{i}."
        for j, part in enumerate("qkv"):
            rows = slice(j * WIDTH, (j + 1) * WIDTH)
            state[f"{layer}self_attn.{part}_proj.weight"] = block.attn.in_proj_weight[rows]
            state[f"{layer}self_attn.{part}_proj.bias"] = block.attn.in_proj_bias[rows]
        pairs = {
            "self_attn.out_proj": block.attn.out_proj, "layer_norm1": block.ln_1, "layer_norm2": block.ln_2,
            "mlp.fc1": block.mlp.c_fc, "mlp.fc2": block.mlp.c_proj,
        }  # fmt: skip
        for name, module in pairs.items():
            state.update({f"{layer}{name}.{kind}": getattr(module, kind) for kind in ("weight", "bias")})
    for name, module in (("pre_layrnorm", ours.ln_pre), ("post_layernorm", ours.ln_post)):
        state.update({f"{name}.{kind}": getattr(module, kind) for kind in ("weight", "bias")})
    prefix = "vision_model." if any(name.startswith("vision_model.") for name in other.state_dict()) else ""
    other.load_state_dict({f"{prefix}{name}": value for name, value in state.items()})
    pixels = torch.randn(2, 3, 12, 12, dtype=torch.float64)
    # transformers normalises the class token alone; METER all tokens.
    theirs = ours.ln_post(other(pixels).last_hidden_state)
    return (ours(pixels) - theirs).abs().max()


def fusion_difference(model):
    config = t.BertConfig(
        **COMMON, is_decoder=True, add_cross_attention=True, layer_norm_eps=1e-12, attn_implementation="eager"
    )
    other = BertLayer(config).double().eval()
    ours = model.cross_modal_text_layers[0]
    other.load_state_dict(ours.state_dict())
    text, image = torch.randn(2, 5, WIDTH, dtype=torch.float64), torch.randn(2, 10, WIDTH, dtype=torch.float64)
    hidden = torch.zeros(2, 1, 1, 5, dtype=torch.float64)
    hidden[0, ..., -2:] = -1e9
    theirs = other(text, attention_mask=hidden, encoder_hidden_states=image)
    theirs = theirs[0] if isinstance(theirs, tuple) else theirs
    return (ours(text, image, hidden, None) - theirs).abs().max()


def refuses(state):
    try:
        meter.load_parameters(state)
    except SystemExit:
        return True
    return False


def check_parameters():
    """Full size: what a checkpoint may hold besides the model, and what it may not."""
    with torch.device("meta"):
        names = {name: value.shape for name, value in meter.Meter(meter.Size()).state_dict().items()}
    # Expanded from one number: no memory.
    state = {name: torch.zeros(1).expand(shape) for name, shape in names.items()}
    more = {"itm_score.fc.weight": torch.zeros(2, 1536), "text_transformer.embeddings.position_ids": torch.arange(514)}
    assert len(names) == 662
    assert refuses(dict(list(state.items())[1:])), "a missing parameter was accepted"
    assert refuses({**state, "vision_proj.weight": torch.zeros(1)}), "an unexpected parameter was accepted"
    first = next(iter(state))
    assert refuses({**state, first: torch.zeros(3)}), "a parameter of another shape was accepted"
    meter.load_parameters({**state, **more})


def main():
    with torch.no_grad():
        model = drawn(meter.Meter(SMALL))
        parts = {"text": text_difference, "vision": vision_difference, "fusion layer": fusion_difference}
        differences = {name: float(difference(model)) for name, difference in parts.items()}
    check_parameters()
    print("; ".join(f"{name} {value:.1e}" for name, value in differences.items()))
    # Some layers in float64 on numbers of about 1.
    assert max(differences.values()) < 1e-12, differences


if __name__ == "__main__":
    main()
