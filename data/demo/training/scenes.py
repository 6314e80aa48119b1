"""Scenes as tensors: what `write-scenes.ts` wrote, with captions as token ids."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from towers import MAX_TOKENS

# The first ids are RoBERTa's, since METER's definition has 1 for padding.
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
START_ID, PADDING_ID, END_ID, UNKNOWN_ID, MASK_ID = range(5)


def build_tokenizer(words):
    """One token for each word that the grammar of captions can make: <s> words </s>."""
    tokens = SPECIAL + sorted(set(words))
    ids = {token: i for i, token in enumerate(tokens)}
    # WordPiece without pieces: a word is found whole or not at all.
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="<unk>", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", START_ID), ("</s>", END_ID)]
    )
    return tokenizer


@dataclass
class Scenes:
    frames: torch.Tensor
    """uint8 [scenes, 64, 64, 3]"""
    patches: torch.Tensor
    """uint8 [scenes, 16]: 0 for no pictogram, else 1 + concept."""
    captions: torch.Tensor
    """int16 [scenes, MAX_TOKENS], padded."""
    concrete: torch.Tensor
    """bool [scenes]: the caption can be checked against the picture."""
    negatives: torch.Tensor
    """int16 [negatives, MAX_TOKENS]: captions that are nearly true, and false of the picture; those of a scene side by side."""
    first_negative: torch.Tensor
    """int64 [scenes + 1]: scene i has negatives first_negative[i] … first_negative[i + 1] − 1."""
    kinds: list[str]
    """Of each negative: what was changed in it."""

    def __len__(self):
        return len(self.frames)

    def images(self, scenes):
        """Pixels as `preprocessor_config.json` says: [scenes, 3, 64, 64] in −1 … 1."""
        return self.frames[scenes].permute(0, 3, 1, 2).float() / 127.5 - 1

    def has_negative(self):
        return self.first_negative.diff() > 0

    def negative_chances(self):
        """float [scenes, most negatives of a scene], 0 where a scene has fewer: rare kinds are as likely as frequent ones."""
        counts = Counter(self.kinds)
        chances = torch.zeros(len(self), int(self.first_negative.diff().max()))
        owner = torch.repeat_interleave(torch.arange(len(self)), self.first_negative.diff())
        place = torch.arange(len(self.kinds)) - self.first_negative[owner]
        chances[owner, place] = torch.tensor([1 / counts[kind] for kind in self.kinds])
        return chances


def encode(tokenizer, texts, source):
    ids = torch.full((len(texts), MAX_TOKENS), PADDING_ID, dtype=torch.int16)
    for row, encoding in enumerate(tokenizer.encode_batch(texts)):
        if UNKNOWN_ID in encoding.ids or len(encoding.ids) > MAX_TOKENS:
            raise ValueError(
                f"scenes.py: invalid caption in {source}: {texts[row]!r}; expected at most {MAX_TOKENS - 2} words of "
                "vocabulary.json. Write the scenes again."
            )
        ids[row, : len(encoding.ids)] = torch.tensor(encoding.ids, dtype=torch.int16)
    return ids


def read_vocabulary(folder):
    return json.loads((Path(folder) / "vocabulary.json").read_text())


def read_concepts(folder):
    return json.loads((Path(folder) / "concepts.json").read_text())


def read_scenes(folder, tokenizer):
    folder = Path(folder)
    lines = [json.loads(line) for line in (folder / "scenes.jsonl").open()]
    negatives = [text for line in lines for text in line["negatives"]]
    counts = torch.tensor([0] + [len(line["negatives"]) for line in lines])
    return Scenes(
        frames=torch.from_numpy(np.load(folder / "frames.npy")),
        patches=torch.from_numpy(np.load(folder / "patch-labels.npy")),
        captions=encode(tokenizer, [line["caption"] for line in lines], folder),
        concrete=torch.tensor([line["concrete"] for line in lines]),
        negatives=encode(tokenizer, negatives, folder),
        first_negative=torch.cumsum(counts, 0),
        kinds=[kind for line in lines for kind in line["kinds"]],
    )


def trim(ids):
    """int64 ids without the columns that are padding in every row."""
    width = int((ids != PADDING_ID).sum(1).max())
    return ids[:, :width].long()


def attention_mask(ids):
    return (ids != PADDING_ID).long()


def mask_words(ids, share, n_vocabulary, generator):
    """Chooses a share of the words for a model to guess: 80 % of them become <mask>, 10 % another word, 10 % stay. Labels elsewhere −100."""
    draw = torch.rand(ids.shape, generator=generator)
    chosen = (ids >= len(SPECIAL)) & (draw < share)
    labels = torch.where(chosen, ids, -100)
    fate = torch.rand(ids.shape, generator=generator)
    others = torch.randint(len(SPECIAL), n_vocabulary, ids.shape, generator=generator)
    shown = torch.where(chosen & (fate < 0.8), MASK_ID, ids)
    shown = torch.where(chosen & (fate >= 0.9), others, shown)
    return shown, labels
