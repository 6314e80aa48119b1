"""One stage of the training: a model from its initial weights to trained ones, kept in the work folder."""

import time
from dataclasses import replace

import torch

from towers import initialise

# The same for every training seed, so that runs with different seeds start from the same weights.
INITIAL_SEED = 2026
STAGES = ["small-vit", "small-text", "small-clip", "small-meter", "small-clip-cold"]


def build(kind, *sizes):
    """A model with its initial weights, which depend on nothing but its kind and sizes."""
    torch.manual_seed(INITIAL_SEED)
    return initialise(kind(*sizes))


def run_stage(name, model, schedule, *, seed, pace, work, train):
    """Runs `train(schedule, generator)`, or takes the weights that an earlier run with the same steps left in the work folder.

    Returns what the card says of the training.
    """
    schedule = replace(schedule, steps=max(1, round(schedule.steps * pace)))
    kept = work / f"{name}.pt"
    if kept.exists():
        saved = torch.load(kept, weights_only=True)
        if saved["record"]["schedule"] == schedule.as_record():
            model.load_state_dict(saved["weights"])
            model.eval()
            return saved["record"]
    start = time.process_time()
    curve = train(schedule, torch.Generator().manual_seed(100 * seed + STAGES.index(name)))
    record = {
        "schedule": schedule.as_record(),
        "seed": seed,
        "initialSeed": INITIAL_SEED,
        "cpuSeconds": round(time.process_time() - start),
        "torch": str(torch.__version__),
        "threads": torch.get_num_threads(),
        "curve": curve,
    }
    # Whole or not at all: an interrupted run takes what it finds here.
    unfinished = kept.with_suffix(".unfinished")
    torch.save({"weights": model.state_dict(), "record": record}, unfinished)
    unfinished.replace(kept)
    return record
