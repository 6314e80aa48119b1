"""Model cards: every number in them is put there by the program that trained or measured."""

import hashlib
import json

NOTICE = (
    "A small model of brainlens' own demo world: rendered scenes of pictograms with captions from a small grammar. It knows nothing "
    "of photographs or of language outside that grammar. Licence: MIT, as the project's; the pictures it was trained on show "
    "Fluent Emoji pictograms (© Microsoft Corporation, MIT)."
)


def sha256_of(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_card(folder, card):
    """`card.json`, and the same for people as `README.md`. `card` lacks only the files, which are those of the folder."""
    files = sorted(p for p in folder.iterdir() if p.name not in ("card.json", "README.md"))
    card["files"] = [{"path": p.name, "bytes": p.stat().st_size, "sha256": sha256_of(p)} for p in files]
    (folder / "card.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    (folder / "README.md").write_text(as_markdown(card))


def as_markdown(card):
    training, data = card["training"], card["data"]
    schedule = training["schedule"]
    lines = [
        f"# {card['title']}",
        "",
        f"{card['what']} {NOTICE}",
        "",
        "Written by `data/demo/training/train.py`, as is `card.json`, which says the same to programs.",
        "",
        "## Neurons",
        "",
        *table(["tower", "attention", "layers", "heads", "dimensions"], [list(t.values()) for t in card["towers"]]),
        "",
        "## Training",
        "",
        f"- Data: {data['training']['scenes']:,} scenes of world seed {data['training']['seed']}; held out: "
        f"{data['heldOut']['scenes']:,} scenes of seed {data['heldOut']['seed']}. No film has one of these seeds.",
        f"- Warm start: {training['warmStart']}",
        f"- {training['objective']}",
        f"- {schedule['steps']:,} steps of {schedule['batch']} scenes, AdamW, peak learning rate {schedule['learningRate']:g}, "
        f"warm-up and cosine, bfloat16, one thread; {training['cpuSeconds']:,} s of CPU time.",
        f"- Initial weights of seed {training['initialSeed']}, order of scenes and masks of seed {training['seed']}; "
        f"PyTorch {training['torch']}.",
        "",
        "## On held-out scenes",
        "",
        *table(["measure", "value"], [[name_of(key), value] for key, value in card["heldOut"].items()]),
        "",
        "## Curve",
        "",
        *table(*curve_table(training["curve"])),
        "",
        "## Files",
        "",
        *table(["file", "bytes", "SHA-256"], [[f["path"], f"{f['bytes']:,}", f"`{f['sha256']}`"] for f in card["files"]]),
        "",
    ]
    return "\n".join(lines)


MEASURES = {
    "conceptAccuracy": "of a picture's k concepts, the share among its k likeliest",
    "patchAccuracy": "patches with a pictogram whose pictogram is named (one of 1 + all concepts)",
    "maskedWordAccuracy": "masked words guessed",
    "maskedWordNats": "nats for a masked word",
    "maskedWordAccuracyWrongPicture": "masked words guessed with another scene's picture in view",
    "maskedWordNatsWrongPicture": "nats for a masked word with another scene's picture in view",
    "recallImageToText": "recall@1 of 100, picture to concrete caption",
    "recallTextToImage": "recall@1 of 100, concrete caption to picture",
    "recallImageToTextAnyCaption": "recall@1 of 100, picture to caption of any kind",
    "recallTextToImageAnyCaption": "recall@1 of 100, caption of any kind to picture",
    "minimalPairsTruePreferred": "minimal pairs in which the true caption fits better (chance 0.5)",
    "minimalPairsTruePreferredWrongPicture": "true caption preferred before another scene's picture: what the words alone give away (chance 0.5)",
    "matchAccuracyRandomPairs": "image–text match, own caption or another scene's (chance 0.5)",
    "matchAccuracyMinimalPairs": "image–text match, true caption or nearly true one (chance 0.5)",
    "matchAccuracyMinimalPairsMeanOfKinds": "image–text match of minimal pairs, mean over the kinds of change (chance 0.5)",
}


def name_of(measure):
    """A measure in words; "measure: kind" is the measure for minimal pairs of one kind."""
    measure, *kind = measure.split(": ")
    return ", ".join([MEASURES[measure], *kind])


def curve_table(curve):
    """Steps as rows, without the kinds of minimal pairs."""
    keys = [key for key in curve[0] if ":" not in key]
    return keys, [[point[key] for key in keys] for point in curve]


def table(header, rows):
    return [f"| {' | '.join(map(str, row))} |" for row in [header, ["---"] * len(header), *rows]]
