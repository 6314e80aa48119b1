"""Small METER: masked words with the picture in view, and whether a caption fits its picture.

Each picture comes with four captions: its own; its own with words masked; one that is nearly true; and the caption of another
scene of the batch, more often one that small CLIP takes for likely. Only concrete captions are matched, since
no picture shows whether somebody remembers a dog. Where a nearly true caption has as many words as the true one, the words
that differ are asked for, too: a bit for each word teaches more about who does what to whom than a bit for a caption.
"""

import torch
from torch.nn import functional

from loop import Schedule, bfloat16, train
from scenes import PADDING_ID, attention_mask, mask_words, trim
from train_text import masked_captions, word_scores

SCHEDULE = Schedule(steps=4200, batch=40, learning_rate=1.5e-3)
# The towers stay as small CLIP and the small text model made them until this share of the steps.
FROZEN_SHARE = 0.4
MASK_SHARE = 0.25
CONCRETE_SHARE = 0.8
# Divides the cosines of small CLIP before one of the batch's other captions is drawn.
TEMPERATURE = 0.15


def warm_start(model, clip, text):
    """Vision tower of small CLIP, text tower and word head of the small text model, projections that change nothing."""
    model.vit_model.visual.load_state_dict(clip.visual.state_dict())
    model.text_transformer.load_state_dict(text.encoder.state_dict())
    model.mlm_score.load_state_dict(text.words.state_dict())
    for projection in (model.cross_modal_text_transform, model.cross_modal_image_transform):
        torch.nn.init.eye_(projection.weight)
        torch.nn.init.zeros_(projection.bias)


@torch.inference_mode()
def clip_vectors(clip, scenes):
    """Pictures and captions as small CLIP sees them, [scenes, 64] both."""
    parts = torch.arange(len(scenes)).split(500)
    images = torch.cat([clip.embed_images(scenes.images(part)) for part in parts])
    captions = torch.cat([clip.embed_texts(trim(scenes.captions[part])) for part in parts])
    return images, captions


def train_meter(model, scenes, held_out, clip, n_vocabulary, schedule, generator):
    judged = torch.nonzero(scenes.concrete & scenes.has_negative()).flatten()
    others = torch.nonzero(~scenes.concrete).flatten()
    n_judged = round(CONCRETE_SHARE * schedule.batch)
    chances = scenes.negative_chances()
    image_vectors, caption_vectors = clip_vectors(clip, scenes)

    def draw(pool, count):
        return pool[torch.randint(len(pool), (count,), generator=generator)]

    def captions_of_others(batch):
        """For each scene another one of the batch, whose caption small CLIP finds likely for its picture."""
        cosines = image_vectors[batch] @ caption_vectors[batch].T
        same = (scenes.captions[batch][:, None] == scenes.captions[batch][None]).all(-1)
        chances = torch.softmax(cosines / TEMPERATURE, dim=1).masked_fill(same, 0) + 1e-9 * (1 - torch.eye(len(batch)))
        return batch[torch.multinomial(chances, 1, generator=generator).flatten()]

    def loss_of_step(step):
        is_frozen = step < FROZEN_SHARE * schedule.steps
        for parameter in model.towers():
            parameter.requires_grad_(not is_frozen)
        own = draw(judged, n_judged)
        batch = torch.cat([own, draw(others, schedule.batch - n_judged)])
        drawn = torch.multinomial(chances[own], 1, generator=generator).flatten()
        nearly = scenes.negatives[scenes.first_negative[own] + drawn]
        ids = trim(torch.cat([scenes.captions[batch], scenes.captions[own], nearly, scenes.captions[captions_of_others(own)]]))
        shown, labels = mask_words(ids[: schedule.batch], MASK_SHARE, n_vocabulary, generator)
        places = torch.arange(n_judged)
        image_of_text = torch.cat([torch.arange(schedule.batch), places, places, places])
        with bfloat16():
            text, image = model.streams(
                scenes.images(batch),
                torch.cat([shown, ids[schedule.batch :]]),
                attention_mask(ids),
                image_of_text,
            )
            guesses = model.mlm_score(text[: schedule.batch])
            text, image = text[schedule.batch :], image[schedule.batch :]
            matches = model.match(text, image).float()
            words = model.word_score(text[: 2 * n_judged]).float()
        of_words = functional.cross_entropy(guesses.float().flatten(0, 1), labels.flatten())
        true, nearly, other = (-part.log_softmax(-1) for part in matches.split(n_judged))
        of_match = true[:, 1].mean() + (nearly[:, 0].mean() + other[:, 0].mean()) / 2
        wrong = wrong_words(*ids[schedule.batch :].split(n_judged)[:2])
        return of_words + of_match + functional.cross_entropy(words.flatten(0, 1), wrong.flatten())

    return train(
        "small-meter", model, schedule, loss_of_step, lambda: evaluate_meter(model, held_out, n_vocabulary)
    )


def wrong_words(true, nearly):
    """Labels of the words of both: 0 fits, 1 does not, −100 not asked (padding; captions of other lengths)."""
    same_length = ((true != PADDING_ID).sum(1) == (nearly != PADDING_ID).sum(1))[:, None]
    of_true = torch.where(true == PADDING_ID, -100, 0)
    of_nearly = torch.where((nearly == PADDING_ID) | ~same_length, -100, (true != nearly).long())
    return torch.cat([of_true, of_nearly])


def evaluate_meter(model, held_out, n_vocabulary):
    """Held-out scenes; accuracies of matching are means of those for true and for false captions (0.5 is chance)."""
    judged = torch.nonzero(held_out.concrete & held_out.has_negative()).flatten()
    owner = torch.repeat_interleave(torch.arange(len(held_out)), held_out.first_negative.diff())
    own = torch.nonzero(torch.isin(owner, judged)).flatten()
    fits = torch.full((len(held_out),), torch.nan)
    fits[judged] = match_odds(model, held_out, judged, held_out.captions[judged])
    random = match_odds(model, held_out, judged, held_out.captions[judged.roll(1)])
    nearly = match_odds(model, held_out, owner[own], held_out.negatives[own])
    true = fits[owner[own]]
    # What the words alone give away: the same pairs of captions before another scene's picture.
    elsewhere = torch.full((len(held_out),), -1)
    elsewhere[judged] = judged.roll(1)
    blind_fits = torch.full((len(held_out),), torch.nan)
    blind_fits[judged] = match_odds(model, held_out, elsewhere[judged], held_out.captions[judged])
    blind_nearly = match_odds(model, held_out, elsewhere[owner[own]], held_out.negatives[own])
    numbers = {
        "matchAccuracyRandomPairs": ((fits[judged] > 0).float().mean() + (random <= 0).float().mean()) / 2,
        "matchAccuracyMinimalPairs": ((true > 0).float().mean() + (nearly <= 0).float().mean()) / 2,
        "minimalPairsTruePreferred": (true > nearly).float().mean(),
        "minimalPairsTruePreferredWrongPicture": (blind_fits[owner[own]] > blind_nearly).float().mean(),
    }
    kinds = [held_out.kinds[i] for i in own.tolist()]
    of_kinds = {}
    for kind in sorted(set(kinds)):
        of_kind = torch.tensor([k == kind for k in kinds])
        accuracy = ((true[of_kind] > 0).float().mean() + (nearly[of_kind] <= 0).float().mean()) / 2
        of_kinds[f"matchAccuracyMinimalPairs: {kind}"] = accuracy
    numbers["matchAccuracyMinimalPairsMeanOfKinds"] = sum(of_kinds.values()) / len(of_kinds)
    numbers.update(of_kinds)

    ids, shown, labels = masked_captions(held_out, n_vocabulary)
    everyone = torch.arange(len(held_out))
    for name, pictures in (("", everyone), ("WrongPicture", everyone.roll(1))):
        streams = [
            model.streams(held_out.images(pictures[part]), shown[part], attention_mask(ids[part]), torch.arange(len(part)))[0]
            for part in everyone.split(250)
        ]
        for key, value in word_scores(model.mlm_score(torch.cat(streams)), labels).items():
            numbers[key + name] = value
    return numbers


def match_odds(model, scenes, pictures, captions):
    """Log odds of "matches" for picture and caption in pairs."""
    odds = []
    for part in torch.arange(len(pictures)).split(250):
        ids = trim(captions[part])
        streams = model.streams(scenes.images(pictures[part]), ids, attention_mask(ids), torch.arange(len(part)))
        odds.append(model.match(*streams))
    logits = torch.cat(odds)
    return logits[:, 1] - logits[:, 0]
