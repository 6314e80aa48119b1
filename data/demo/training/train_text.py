"""Small text model: masked words of captions."""

import torch
from torch.nn import functional

from loop import Schedule, bfloat16, train
from scenes import attention_mask, mask_words, trim

SCHEDULE = Schedule(steps=1000, batch=128, learning_rate=2e-3)
MASK_SHARE = 0.15


def train_text(model, scenes, held_out, n_vocabulary, schedule, generator):
    def loss_of_step(_):
        batch = torch.randint(len(scenes), (schedule.batch,), generator=generator)
        ids = trim(scenes.captions[batch])
        shown, labels = mask_words(ids, MASK_SHARE, n_vocabulary, generator)
        with bfloat16():
            guesses = model(shown, attention_mask(ids))
        return functional.cross_entropy(guesses.float().flatten(0, 1), labels.flatten())

    def evaluate():
        ids, shown, labels = masked_captions(held_out, n_vocabulary)
        return word_scores(model(shown, attention_mask(ids)), labels)

    return train("small-text", model, schedule, loss_of_step, evaluate)


def masked_captions(held_out, n_vocabulary):
    """The held-out captions with the same words masked for every model."""
    ids = trim(held_out.captions)
    return ids, *mask_words(ids, MASK_SHARE, n_vocabulary, torch.Generator().manual_seed(1))


def word_scores(guesses, labels):
    asked = labels >= 0
    return {
        "maskedWordAccuracy": (guesses.argmax(-1) == labels)[asked].float().mean(),
        "maskedWordNats": functional.cross_entropy(guesses[asked], labels[asked]),
    }
