"""One training loop for all models: AdamW, warm-up and cosine, counted in steps."""

import math
import sys
import time
from dataclasses import dataclass

import torch

WARM_UP_SHARE = 0.04
N_EVALUATIONS = 6


@dataclass(frozen=True)
class Schedule:
    steps: int
    batch: int
    learning_rate: float
    weight_decay: float = 0.02

    def as_record(self):
        """As cards have it."""
        return {
            "steps": self.steps,
            "batch": self.batch,
            "learningRate": self.learning_rate,
            "weightDecay": self.weight_decay,
        }


def learning_rate_at(step, schedule):
    share = step / schedule.steps
    return schedule.learning_rate * min(1, (share + 1 / schedule.steps) / WARM_UP_SHARE) * 0.5 * (1 + math.cos(math.pi * share))


def bfloat16():
    return torch.autocast("cpu", torch.bfloat16)


def train(name, model, schedule, loss_of_step, evaluate):
    """Trains in place. `loss_of_step(step)` gives a loss, `evaluate()` a dict of numbers on held-out scenes.

    Returns the curve: every sixth of the way the step, the smoothed loss and the held-out numbers.
    """
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=0, betas=(0.9, 0.98), weight_decay=schedule.weight_decay, fused=True
    )
    curve, smooth, since = [], None, time.process_time()
    every = math.ceil(schedule.steps / N_EVALUATIONS)
    model.train()
    for step in range(schedule.steps):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate_at(step, schedule)
        loss = loss_of_step(step)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for p in model.parameters() if p.grad is not None], 1.0)
        optimiser.step()
        smooth = loss.item() if smooth is None else 0.98 * smooth + 0.02 * loss.item()
        if not math.isfinite(smooth):
            sys.exit(f"train.py: invalid loss of {name} at step {step}: {loss.item()}; expected a finite number. Lower its learning rate.")
        if (step + 1) % every == 0 or step + 1 == schedule.steps:
            model.eval()
            with torch.inference_mode():
                numbers = {key: round(float(value), 4) for key, value in evaluate().items()}
            model.train()
            curve.append({"step": step + 1, "loss": round(smooth, 4), **numbers})
            print(name, f"{time.process_time() - since:.0f} s of CPU", curve[-1], flush=True)
    model.eval()
    return curve
