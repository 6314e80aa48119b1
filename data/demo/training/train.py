"""Trains the small models of the demo: `python train.py` writes data/demo/models (README.md beside this file says what it needs).

Stages: small ViT (patch labels), small text model (masked words), small CLIP (pictures and captions, vision from small ViT), small
METER (from small CLIP and the small text model), and small CLIP again without labels to start from, as a control. A
finished stage is kept in the work folder and not run again. One thread; lengths are counted in steps.
"""

import argparse
import subprocess
from pathlib import Path

import torch

import train_clip
import train_meter
import train_text
import train_vit
from descriptions import DESCRIPTIONS
from export_onnx import Call, export, write_preprocessing, write_tokenizer
from model_card import sha256_of, write_card
from scenes import END_ID, build_tokenizer, read_concepts, read_scenes, read_vocabulary
from stages import build, run_stage
from towers import SmallClip, SmallMeter, SmallText, SmallVit, small_size

REPOSITORY = Path(__file__).resolve().parents[3]
TRAINING_SEED, HELD_OUT_SEED = 71_001, 71_002
N_HELD_OUT = 1000


def make_scenes(work, seed, n_scenes):
    """The folder of the scenes of a seed, written unless it is there, and what the cards say of it."""
    folder = work / f"scenes-{seed}-{n_scenes}"
    if not (folder / "scenes.jsonl").exists():
        program = ["node", "--require", "tsx/cjs", "--conditions=import", "data/demo/training/write-scenes.ts"]
        options = ["--seed", str(seed), "--scenes", str(n_scenes), "--out", str(folder.resolve())]
        subprocess.run([*program, *options], check=True, cwd=REPOSITORY)
    hashes = {name: sha256_of(folder / name) for name in ("frames.npy", "patch-labels.npy", "scenes.jsonl")}
    return folder, {"seed": seed, "scenes": n_scenes, "sha256": hashes}


def main():
    parser = argparse.ArgumentParser(description="Train the small models of the demo world.")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "data/demo/models", help="the folder of the models")
    parser.add_argument("--work", type=Path, default=REPOSITORY / ".cache/demo-training", help="scenes and finished stages")
    parser.add_argument("--seed", type=int, default=1, help="order of scenes, masks and drawn captions")
    parser.add_argument("--scenes", type=int, default=60_000, help="scenes to train on")
    parser.add_argument("--pace", type=float, default=1, help="share of the steps, for a trial")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    training_folder, about_training = make_scenes(options.work, TRAINING_SEED, options.scenes)
    held_out_folder, about_held_out = make_scenes(options.work, HELD_OUT_SEED, N_HELD_OUT)
    data = {"training": about_training, "heldOut": about_held_out}
    tokenizer = build_tokenizer(read_vocabulary(training_folder))
    scenes = read_scenes(training_folder, tokenizer)
    held_out = read_scenes(held_out_folder, tokenizer)
    n_words = tokenizer.get_vocab_size()
    n_concepts = len(read_concepts(training_folder))
    size = small_size(n_words)
    work = options.work / f"seed-{options.seed}"
    work.mkdir(parents=True, exist_ok=True)

    def stage(name, model, schedule, train):
        return run_stage(name, model, schedule, seed=options.seed, pace=options.pace, work=work, train=train)

    def publish(name, record, exported):
        folder = options.out / name
        for file, (model, inputs, outputs) in exported.items():
            export(model, folder / file, inputs, outputs)
        taken = {name for _, inputs, _ in exported.values() for name in inputs}
        if "input_ids" in taken:
            write_tokenizer(tokenizer, folder)
        if "pixel_values" in taken:
            write_preprocessing(folder)
        about = DESCRIPTIONS[name]
        training = {"warmStart": about["warmStart"], "objective": about["objective"], **record}
        held_out_numbers = {key: value for key, value in record["curve"][-1].items() if key not in ("step", "loss")}
        write_card(
            folder,
            {
                **{key: about[key] for key in ("title", "what", "towers")},
                "data": data,
                "training": training,
                "heldOut": held_out_numbers,
            },
        )

    vit = build(SmallVit, size, n_concepts)
    record = stage(
        "small-vit",
        vit,
        train_vit.SCHEDULE,
        lambda schedule, generator: train_vit.train_vit(vit, scenes, held_out, n_concepts, schedule, generator),
    )
    publish("small-vit", record, {"model.onnx": (vit.visual, ["pixel_values"], ["last_hidden_state"])})

    text = build(SmallText, size)
    record = stage(
        "small-text",
        text,
        train_text.SCHEDULE,
        lambda schedule, generator: train_text.train_text(text, scenes, held_out, n_words, schedule, generator),
    )
    publish("small-text", record, {"model.onnx": (text, ["input_ids", "attention_mask"], ["logits"])})

    def train_small_clip(name, model):
        return stage(
            name,
            model,
            train_clip.SCHEDULE,
            lambda schedule, generator: train_clip.train_clip(name, model, scenes, held_out, schedule, generator),
        )

    clip = build(SmallClip, size, END_ID)
    clip.visual.load_state_dict(vit.visual.state_dict())
    record = train_small_clip("small-clip", clip)
    vision = {"vision.onnx": (Call(clip, "embed_images"), ["pixel_values"], ["image_embeds"])}
    publish("small-clip", record, {**vision, "text.onnx": (Call(clip, "embed_texts"), ["input_ids"], ["text_embeds"])})

    meter = build(SmallMeter, size)
    train_meter.warm_start(meter, clip, text)
    record = stage(
        "small-meter",
        meter,
        train_meter.SCHEDULE,
        lambda schedule, generator: train_meter.train_meter(meter, scenes, held_out, clip, n_words, schedule, generator),
    )
    inputs = ["pixel_values", "input_ids", "attention_mask"]
    publish("small-meter", record, {"model.onnx": (meter, inputs, ["text_pooled", "image_pooled"])})

    cold = build(SmallClip, size, END_ID)
    record = train_small_clip("small-clip-cold", cold)
    vision = {"vision.onnx": (Call(cold, "embed_images"), ["pixel_values"], ["image_embeds"])}
    publish("small-clip-cold", record, vision)


if __name__ == "__main__":
    main()
