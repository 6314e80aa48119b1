"""Writes METER (CLIP-ViT-B/16 + RoBERTa-base, arXiv 2111.02387) as one ONNX file, from an official checkpoint.

Run:  python meter.py CHECKPOINT meter.onnx [--trust-pickle]          (what it needs: README.md beside this file)

The definition below is this project's own. Its parameters have the official names, so that an official state_dict loads into
it key by key; a missing or unexpected key is refused. Inputs of the ONNX file, all with a free batch size:

  pixel_values    float32 [batch, 3, size, size]   shorter side resized (bicubic), centre crop, CLIP's mean and deviation
  input_ids       int64   [batch, tokens]          RoBERTa's tokens, at most 50 in the released models
  attention_mask  int64   [batch, tokens]          1 for tokens, 0 for padding
"""

import argparse
import pickle
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn


@dataclass(frozen=True)
class Size:
    """The released `meter_clip16_288_roberta`. `grid`² patches of `patch`² pixels make an image."""

    width: int = 768
    heads: int = 12
    hidden: int = 3072
    patch: int = 16
    grid: int = 18
    # The released code builds one block fewer than CLIP's twelve.
    vision_layers: int = 11
    text_layers: int = 12
    fusion_layers: int = 6
    vocabulary: int = 50265
    # RoBERTa counts positions from 2; the first two rows are unused.
    positions: int = 514
    # Parameters of CLIP's text branch that the released code leaves in the model without using them.
    unused_positions: int = 77
    unused_width: int = 512


PADDING_ID = 1
# What pre-training and fine-tuning add on top of the two streams, and a buffer of older library versions.
HEADS_ON_TOP = ("mlm_score.", "itm_score.", "rank_output.", "vqa_classifier.", "nlvr2_classifier.", "snli_classifier.")
OLD_BUFFERS = ("text_transformer.embeddings.position_ids",)


def attend(query, key, value, hidden_keys):
    """softmax(Q Kᵀ / √d + mask) V for [batch, heads, tokens, d]; `hidden_keys` [batch, 1, 1, tokens] is added to the logits."""
    logits = query @ key.transpose(-1, -2) * query.shape[-1] ** -0.5
    if hidden_keys is not None:
        logits = logits + hidden_keys
    return torch.softmax(logits, dim=-1) @ value


def split_heads(x, heads):
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def merge_heads(x):
    return x.transpose(1, 2).flatten(2)


class PackedAttention(nn.Module):
    """CLIP's self-attention: Q, K and V from one packed projection."""

    def __init__(self, size):
        super().__init__()
        self.heads = size.heads
        self.in_proj_weight = nn.Parameter(torch.empty(3 * size.width, size.width))
        self.in_proj_bias = nn.Parameter(torch.empty(3 * size.width))
        self.out_proj = nn.Linear(size.width, size.width)

    def forward(self, x):
        packed = nn.functional.linear(x, self.in_proj_weight, self.in_proj_bias)
        query, key, value = (split_heads(part, self.heads) for part in packed.chunk(3, dim=-1))
        return self.out_proj(merge_heads(attend(query, key, value, None)))


class QuickGelu(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class VisionBlock(nn.Module):
    """Pre-norm block of CLIP."""

    def __init__(self, size):
        super().__init__()
        self.attn = PackedAttention(size)
        self.ln_1 = nn.LayerNorm(size.width)
        self.mlp = nn.Sequential()
        self.mlp.add_module("c_fc", nn.Linear(size.width, size.hidden))
        self.mlp.add_module("gelu", QuickGelu())
        self.mlp.add_module("c_proj", nn.Linear(size.hidden, size.width))
        self.ln_2 = nn.LayerNorm(size.width)

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class VisionTransformer(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.class_embedding = nn.Parameter(torch.empty(size.width))
        self.positional_embedding = nn.Parameter(torch.empty(size.grid**2 + 1, size.width))
        self.conv1 = nn.Conv2d(3, size.width, size.patch, stride=size.patch, bias=False)
        self.ln_pre = nn.LayerNorm(size.width)
        self.transformer = nn.Module()
        self.transformer.resblocks = nn.ModuleList(VisionBlock(size) for _ in range(size.vision_layers))
        self.ln_post = nn.LayerNorm(size.width)

    def forward(self, pixel_values):
        patches = self.conv1(pixel_values).flatten(2).transpose(1, 2)
        first = self.class_embedding.expand(patches.shape[0], 1, -1)
        x = self.ln_pre(torch.cat([first, patches], dim=1) + self.positional_embedding)
        for block in self.transformer.resblocks:
            x = block(x)
        return self.ln_post(x)


class Clip(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.positional_embedding = nn.Parameter(torch.empty(size.unused_positions, size.unused_width))
        self.visual = VisionTransformer(size)
        self.ln_final = nn.LayerNorm(size.unused_width)


class Heads(nn.Module):
    """Queries from one stream, keys and values from one, which may be the same."""

    def __init__(self, size):
        super().__init__()
        self.heads = size.heads
        self.query = nn.Linear(size.width, size.width)
        self.key = nn.Linear(size.width, size.width)
        self.value = nn.Linear(size.width, size.width)

    def forward(self, x, other, hidden_keys):
        query, key, value = (
            split_heads(layer(y), self.heads) for layer, y in ((self.query, x), (self.key, other), (self.value, other))
        )
        return merge_heads(attend(query, key, value, hidden_keys))


class AddNorm(nn.Module):
    """Post-norm residual: LayerNorm(dense(x) + residual)."""

    def __init__(self, width_in, width, epsilon):
        super().__init__()
        self.dense = nn.Linear(width_in, width)
        self.LayerNorm = nn.LayerNorm(width, eps=epsilon)

    def forward(self, x, residual):
        return self.LayerNorm(self.dense(x) + residual)


class Attention(nn.Module):
    def __init__(self, size, epsilon):
        super().__init__()
        self.self = Heads(size)
        self.output = AddNorm(size.width, size.width, epsilon)

    def forward(self, x, other, hidden_keys):
        return self.output(self.self(x, other, hidden_keys), x)


class Dense(nn.Module):
    def __init__(self, width_in, width):
        super().__init__()
        self.dense = nn.Linear(width_in, width)


class TextLayer(nn.Module):
    """Post-norm layer of BERT and RoBERTa; `epsilon` of its LayerNorms."""

    def __init__(self, size, epsilon=1e-5):
        super().__init__()
        self.attention = Attention(size, epsilon)
        self.intermediate = Dense(size.width, size.hidden)
        self.output = AddNorm(size.hidden, size.width, epsilon)

    def feed_forward(self, x):
        return self.output(nn.functional.gelu(self.intermediate.dense(x)), x)

    def forward(self, x, hidden_tokens):
        return self.feed_forward(self.attention(x, x, hidden_tokens))


class FusionLayer(TextLayer):
    """Self-attention within a stream, cross-attention to the other stream, feed-forward."""

    def __init__(self, size):
        super().__init__(size, epsilon=1e-12)
        self.crossattention = Attention(size, 1e-12)

    def forward(self, x, other, hidden_own, hidden_other):
        x = self.attention(x, x, hidden_own)
        return self.feed_forward(self.crossattention(x, other, hidden_other))


class TextEmbeddings(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.word_embeddings = nn.Embedding(size.vocabulary, size.width)
        self.position_embeddings = nn.Embedding(size.positions, size.width)
        self.token_type_embeddings = nn.Embedding(1, size.width)
        self.LayerNorm = nn.LayerNorm(size.width, eps=1e-5)

    def forward(self, input_ids):
        is_token = (input_ids != PADDING_ID).long()
        positions = torch.cumsum(is_token, dim=1) * is_token + PADDING_ID
        words = self.word_embeddings(input_ids) + self.token_type_embeddings.weight[0]
        return self.LayerNorm(words + self.position_embeddings(positions))


class Roberta(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.embeddings = TextEmbeddings(size)
        self.encoder = nn.Module()
        self.encoder.layer = nn.ModuleList(TextLayer(size) for _ in range(size.text_layers))
        # In the checkpoints, and used by no task of METER.
        self.pooler = Dense(size.width, size.width)

    def forward(self, input_ids, hidden_tokens):
        x = self.embeddings(input_ids)
        for layer in self.encoder.layer:
            x = layer(x, hidden_tokens)
        return x


class Meter(nn.Module):
    """Image and text encoders, then fusion layers in which each stream looks at the other as it was before the layer."""

    def __init__(self, size):
        super().__init__()
        self.size = size
        self.cross_modal_text_transform = nn.Linear(size.width, size.width)
        self.cross_modal_image_transform = nn.Linear(size.width, size.width)
        self.token_type_embeddings = nn.Embedding(2, size.width)
        self.vit_model = Clip(size)
        self.text_transformer = Roberta(size)
        self.cross_modal_image_layers = nn.ModuleList(FusionLayer(size) for _ in range(size.fusion_layers))
        self.cross_modal_text_layers = nn.ModuleList(FusionLayer(size) for _ in range(size.fusion_layers))
        self.cross_modal_image_pooler = Dense(size.width, size.width)
        self.cross_modal_text_pooler = Dense(size.width, size.width)

    def forward(self, pixel_values, input_ids, attention_mask):
        """Returns the two pooled streams [batch, width]: text, image."""
        lowest = torch.finfo(pixel_values.dtype).min
        hidden = (1 - attention_mask[:, None, None, :].to(pixel_values.dtype)) * lowest
        text = self.cross_modal_text_transform(self.text_transformer(input_ids, hidden))
        image = self.cross_modal_image_transform(self.vit_model.visual(pixel_values))
        text = text + self.token_type_embeddings.weight[0]
        image = image + self.token_type_embeddings.weight[1]
        for text_layer, image_layer in zip(self.cross_modal_text_layers, self.cross_modal_image_layers):
            # Both from the previous pair.
            text, image = text_layer(text, image, hidden, None), image_layer(image, text, None, hidden)
        return (
            torch.tanh(self.cross_modal_text_pooler.dense(text[:, 0])),
            torch.tanh(self.cross_modal_image_pooler.dense(image[:, 0])),
        )


def read_state_dict(path, trust_pickle):
    """The parameters in a checkpoint: a Lightning file keeps them under "state_dict"."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        if not trust_pickle:
            sys.exit(
                f"meter.py: unsafe checkpoint {path}: it holds more than tensors; expected tensors alone. Loading it runs "
                "whatever code its maker put in. If you trust the place that it is from, add --trust-pickle."
            )
        content = torch.load(path, map_location="cpu", weights_only=False)
    return content.get("state_dict", content)


def load_parameters(state_dict):
    """A Meter with these parameters, at the image size that they were trained for. Stops on any key that does not fit."""
    grid = "vit_model.visual.positional_embedding"
    if grid not in state_dict:
        sys.exit(f"meter.py: missing parameter {grid}; expected a checkpoint of METER with CLIP-ViT-B/16 and RoBERTa-base.")
    patches = state_dict[grid].shape[0] - 1
    size = Size(grid=round(patches**0.5))
    if size.grid**2 != patches:
        sys.exit(f"meter.py: invalid {grid}: {patches} patches; expected a square.")
    with torch.device("meta"):
        model = Meter(size)
    kept = {
        name: value
        for name, value in state_dict.items()
        if not name.startswith(HEADS_ON_TOP) and name not in OLD_BUFFERS
    }
    wanted = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    missing = sorted(wanted.keys() - kept.keys())
    unexpected = sorted(kept.keys() - wanted.keys())
    misshapen = sorted(name for name in wanted.keys() & kept.keys() if tuple(kept[name].shape) != wanted[name])
    for what, names in (("missing", missing), ("unexpected", unexpected), ("mismatched shape of", misshapen)):
        if names:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            sys.exit(
                f"meter.py: {what} parameters: {', '.join(names[:3])}{more}; expected the {len(wanted)} of METER with "
                "CLIP-ViT-B/16 and RoBERTa-base (`meter_clip16_288_roberta`). Use a checkpoint of that model."
            )
    model.load_state_dict({name: value.float() for name, value in kept.items()}, strict=True, assign=True)
    return model.eval()


def export(model, path):
    """One ONNX file with everything in it."""
    size = model.size.grid * model.size.patch
    # Two of each: an example with one would make the exporter take the batch for a constant.
    pixel_values = torch.zeros(2, 3, size, size)
    input_ids = torch.full((2, 8), PADDING_ID + 1)
    axes = {"input_ids": {0: "batch", 1: "tokens"}, "attention_mask": {0: "batch", 1: "tokens"}}
    with torch.inference_mode():
        torch.onnx.export(
            model,
            (pixel_values, input_ids, torch.ones_like(input_ids)),
            path,
            dynamo=False,
            opset_version=17,
            input_names=["pixel_values", "input_ids", "attention_mask"],
            output_names=["text_pooled", "image_pooled"],
            dynamic_axes={
                "pixel_values": {0: "batch"},
                **axes,
                "text_pooled": {0: "batch"},
                "image_pooled": {0: "batch"},
            },
        )


def main():
    parser = argparse.ArgumentParser(description="Write METER as one ONNX file.")
    parser.add_argument("checkpoint", type=Path, help="an official checkpoint, such as meter_clip16_288_roberta_pretrain.ckpt")
    parser.add_argument("out", type=Path, help="the file to write, such as meter.onnx")
    parser.add_argument(
        "--trust-pickle",
        action="store_true",
        help="load a checkpoint that holds more than tensors; this runs code from the file",
    )
    options = parser.parse_args()
    model = load_parameters(read_state_dict(options.checkpoint, options.trust_pickle))
    export(model, str(options.out))
    size = model.size.grid * model.size.patch
    print(f"{options.out}: {size} × {size} pixels, {sum(p.numel() for p in model.parameters()):,} parameters")


if __name__ == "__main__":
    main()
