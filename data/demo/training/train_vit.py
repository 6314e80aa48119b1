"""Small ViT: which pictogram covers each patch. The warm start of the vision towers of small CLIP and small METER."""

import torch
from torch.nn import functional

from loop import Schedule, bfloat16, train

SCHEDULE = Schedule(steps=1200, batch=64, learning_rate=2e-3)


def presence_of(patches, n_concepts):
    """[scenes, 16] patch labels → float [scenes, n_concepts], 1 where the concept covers a patch."""
    present = torch.zeros(len(patches), n_concepts + 1)
    return present.scatter_(1, patches.long(), 1.0)[:, 1:]


def train_vit(model, scenes, held_out, n_concepts, schedule, generator):
    def loss_of_step(_):
        batch = torch.randint(len(scenes), (schedule.batch,), generator=generator)
        patches = scenes.patches[batch]
        with bfloat16():
            present, covered = model(scenes.images(batch))
        of_patches = functional.cross_entropy(covered.float().flatten(0, 1), patches.flatten().long())
        of_presence = functional.binary_cross_entropy_with_logits(present.float(), presence_of(patches, n_concepts))
        return 4 * of_patches + 20 * of_presence

    return train("small-vit", model, schedule, loss_of_step, lambda: evaluate_vit(model, held_out, n_concepts))


def evaluate_vit(model, held_out, n_concepts):
    everyone = torch.arange(len(held_out))
    present, covered = (torch.cat(parts) for parts in zip(*(model(held_out.images(part)) for part in everyone.split(250))))
    labels = held_out.patches.long()
    seen = presence_of(labels, n_concepts)
    # Of a picture's k concepts, how many are among the k most likely ones.
    rank = present.argsort(1, descending=True).argsort(1)
    found = (rank < seen.sum(1, keepdim=True)) & (seen > 0)
    return {
        "conceptAccuracy": found.sum() / seen.sum(),
        "patchAccuracy": (covered.argmax(-1) == labels)[labels > 0].float().mean(),
    }
