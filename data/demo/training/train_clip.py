"""Small CLIP: pictures and captions in one space, told apart from the other captions of the batch and from nearly true ones."""

import torch
from torch.nn import functional

from loop import Schedule, bfloat16, train
from scenes import trim

SCHEDULE = Schedule(steps=1500, batch=128, learning_rate=1e-3)
N_COMPARED = 100


def train_clip(name, model, scenes, held_out, schedule, generator):
    chances = scenes.negative_chances()

    def loss_of_step(_):
        batch = torch.randint(len(scenes), (schedule.batch,), generator=generator)
        # One false caption for each picture that has any: more captions to turn down, for every picture of the batch.
        own = batch[chances[batch].sum(1) > 0]
        drawn = torch.multinomial(chances[own], 1, generator=generator).flatten()
        texts = trim(torch.cat([scenes.captions[batch], scenes.negatives[scenes.first_negative[own] + drawn]]))
        with bfloat16():
            images, captions = model.embed_images(scenes.images(batch)), model.embed_texts(texts)
        logits = images.float() @ captions.float().T * model.logit_scale.exp().clamp(max=100)
        pairs = torch.arange(len(batch))
        to_text = functional.cross_entropy(logits, pairs)
        return (to_text + functional.cross_entropy(logits[:, : len(batch)].T, pairs)) / 2

    return train(name, model, schedule, loss_of_step, lambda: evaluate_clip(model, held_out))


def evaluate_clip(model, held_out):
    images = torch.cat([model.embed_images(held_out.images(part)) for part in torch.arange(len(held_out)).split(250)])
    captions = model.embed_texts(trim(held_out.captions))
    concrete = torch.nonzero(held_out.concrete).flatten()
    scored = torch.nonzero(held_out.concrete & held_out.has_negative()).flatten()
    owner = torch.repeat_interleave(torch.arange(len(held_out)), held_out.first_negative.diff())
    is_scored = torch.isin(owner, scored)
    false = (images[owner] * model.embed_texts(trim(held_out.negatives))).sum(1)
    true = (images * captions).sum(1)[owner]
    image_to_text, text_to_image = recall_at_1(images[concrete], captions[concrete])
    mixed_to_text, mixed_to_image = recall_at_1(images, captions)
    return {
        "recallImageToText": image_to_text,
        "recallTextToImage": text_to_image,
        "recallImageToTextAnyCaption": mixed_to_text,
        "recallTextToImageAnyCaption": mixed_to_image,
        "minimalPairsTruePreferred": (true > false)[is_scored].float().mean(),
    }


def recall_at_1(images, captions):
    """Share of pictures whose caption is the nearest of 100, and of captions whose picture is; mean over groups of 100 pairs."""
    n_groups = len(images) // N_COMPARED
    to_text, to_image = [], []
    for group in range(n_groups):
        part = slice(group * N_COMPARED, (group + 1) * N_COMPARED)
        similarity = images[part] @ captions[part].T
        pairs = torch.arange(N_COMPARED)
        to_text.append((similarity.argmax(1) == pairs).float().mean())
        to_image.append((similarity.argmax(0) == pairs).float().mean())
    return torch.stack(to_text).mean(), torch.stack(to_image).mean()
