"""The small models, built from the definition of METER in `data/export/meter.py`.

All have width 64 and 4 heads of 16 dimensions; a tower has 6 layers, small METER 4 pairs of fusion layers on top. What differs from
the large models besides size: pictures have 64 × 64 pixels, and three convolutions cut them into 16 patches instead of one
(at this size a single linear map of a patch does not tell pictograms apart).
"""

import math
import sys
from pathlib import Path

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "export"))
from meter import Meter, PackedAttention, Roberta, Size, VisionBlock, VisionTransformer, attend, merge_heads, split_heads

MAX_TOKENS = 32
# Additive masks of attention: far below every logit, and finite in bfloat16 with another one added.
HIDDEN = -1e4


def small_size(vocabulary):
    return Size(
        width=64,
        heads=4,
        hidden=256,
        patch=16,
        grid=4,
        vision_layers=6,
        text_layers=6,
        fusion_layers=4,
        vocabulary=vocabulary,
        # RoBERTa counts positions from 2.
        positions=MAX_TOKENS + 2,
        unused_positions=1,
        unused_width=1,
    )


def initialise(model):
    """Draws every weight that PyTorch's own constructors leave empty, and small embeddings."""
    for name, parameter in model.named_parameters():
        if name.endswith("in_proj_weight"):
            nn.init.xavier_uniform_(parameter)
        elif name.endswith("in_proj_bias"):
            nn.init.zeros_(parameter)
        elif "embedding" in name and "LayerNorm" not in name:
            nn.init.normal_(parameter, std=0.02 if "position" in name else 0.05)
    return model


def stem(size):
    """[batch, 3, 64, 64] → [batch, width, 4, 4]."""
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(32, size.width, 4, stride=4),
    )


def vision_tower(size):
    """CLIP's vision tower without projection: [batch, 3, 64, 64] → [batch, 17, width], class token first."""
    tower = VisionTransformer(size)
    tower.conv1 = stem(size)
    return tower


class CausalAttention(PackedAttention):
    def __init__(self, size):
        super().__init__(size)
        later = torch.full((MAX_TOKENS, MAX_TOKENS), HIDDEN).triu(1)
        self.register_buffer("later", later, persistent=False)

    def forward(self, x):
        packed = nn.functional.linear(x, self.in_proj_weight, self.in_proj_bias)
        query, key, value = (split_heads(part, self.heads) for part in packed.chunk(3, dim=-1))
        later = self.later[: x.shape[1], : x.shape[1]]
        return self.out_proj(merge_heads(attend(query, key, value, later)))


class ClipText(nn.Module):
    """CLIP's causal text tower: [batch, tokens] → [batch, tokens, width]."""

    def __init__(self, size):
        super().__init__()
        self.token_embedding = nn.Embedding(size.vocabulary, size.width)
        self.positional_embedding = nn.Parameter(torch.empty(MAX_TOKENS, size.width))
        self.resblocks = nn.ModuleList(VisionBlock(size) for _ in range(size.text_layers))
        for block in self.resblocks:
            block.attn = CausalAttention(size)
        self.ln_final = nn.LayerNorm(size.width)

    def forward(self, input_ids):
        x = self.token_embedding(input_ids) + self.positional_embedding[: input_ids.shape[1]]
        for block in self.resblocks:
            x = block(x)
        return self.ln_final(x)


class SmallClip(nn.Module):
    """Picture and caption as unit vectors [batch, 64]; a caption is read at its end token, which occurs once."""

    def __init__(self, size, end_id):
        super().__init__()
        self.end_id = end_id
        self.visual = vision_tower(size)
        self.text = ClipText(size)
        self.visual_projection = nn.Linear(size.width, size.width, bias=False)
        self.text_projection = nn.Linear(size.width, size.width, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))

    def embed_images(self, pixel_values):
        return nn.functional.normalize(self.visual_projection(self.visual(pixel_values)[:, 0]), dim=-1)

    def embed_texts(self, input_ids):
        is_end = (input_ids == self.end_id).unsqueeze(-1).to(torch.float32)
        return nn.functional.normalize(self.text_projection((self.text(input_ids) * is_end).sum(1)), dim=-1)


class SmallVit(nn.Module):
    """Which pictogram covers each patch, and which are in the picture at all. Label 0 is a patch without any."""

    def __init__(self, size, n_concepts):
        super().__init__()
        self.visual = vision_tower(size)
        self.presence = nn.Linear(size.width, n_concepts)
        self.patches = nn.Linear(size.width, n_concepts + 1)

    def forward(self, pixel_values):
        """Returns logits [batch, n_concepts] and [batch, 16, n_concepts + 1]."""
        tokens = self.visual(pixel_values)
        return self.presence(tokens[:, 0]), self.patches(tokens[:, 1:])


def hide_padding(attention_mask):
    return (1 - attention_mask[:, None, None, :].to(torch.float32)) * HIDDEN


class SmallText(nn.Module):
    """RoBERTa's encoder with a linear head for masked words."""

    def __init__(self, size):
        super().__init__()
        self.encoder = Roberta(size)
        self.words = nn.Linear(size.width, size.vocabulary)

    def forward(self, input_ids, attention_mask):
        return self.words(self.encoder(input_ids, hide_padding(attention_mask)))


class SmallMeter(Meter):
    """METER with its two pre-training heads (masked words, image–text match) and one for words that do not fit the picture.

    `Meter.forward` is what is exported; training encodes a picture once for several captions (`streams`).
    """

    def __init__(self, size):
        super().__init__(size)
        self.vit_model.visual = vision_tower(size)
        self.mlm_score = nn.Linear(size.width, size.vocabulary)
        self.itm_score = nn.Linear(2 * size.width, 2)
        self.word_score = nn.Linear(size.width, 2)

    def towers(self):
        return [*self.vit_model.visual.parameters(), *self.text_transformer.parameters()]

    def streams(self, pixel_values, input_ids, attention_mask, image_of_text):
        """Both streams after fusion, text [texts, tokens, width] and image [texts, 17, width]; text k goes with image image_of_text[k]."""
        hidden = hide_padding(attention_mask)
        text = self.cross_modal_text_transform(self.text_transformer(input_ids, hidden))
        image = self.cross_modal_image_transform(self.vit_model.visual(pixel_values))[image_of_text]
        text = text + self.token_type_embeddings.weight[0]
        image = image + self.token_type_embeddings.weight[1]
        for text_layer, image_layer in zip(self.cross_modal_text_layers, self.cross_modal_image_layers):
            text, image = text_layer(text, image, hidden, None), image_layer(image, text, None, hidden)
        return text, image

    def match(self, text, image):
        """Logits [texts, 2] of "does not match" and "matches"."""
        pooled_text = torch.tanh(self.cross_modal_text_pooler.dense(text[:, 0]))
        pooled_image = torch.tanh(self.cross_modal_image_pooler.dense(image[:, 0]))
        return self.itm_score(torch.cat([pooled_text, pooled_image], dim=-1))
