"""Nested cross-validated ridge by himalaya's RidgeCV, timed.

Run:  python reference_ridge.py FOLDER float32|float64 N_RUNS     (versions: ../fixtures/requirements.txt)
Reads X.npy, Y.npy and folds.json of FOLDER; writes r.npy and alpha.npy [outer folds x targets]; prints the seconds of each run.
"""
import json
import sys
import time
from pathlib import Path

import himalaya
import numpy as np
from himalaya.backend import set_backend
from himalaya.ridge import RidgeCV
from himalaya.scoring import correlation_score

folder, dtype, n_runs = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
set_backend("numpy")
X = np.load(folder / "X.npy").astype(dtype)
Y = np.load(folder / "Y.npy").astype(dtype)
folds = json.loads((folder / "folds.json").read_text())
alphas = np.array(folds["alphas"], dtype=dtype)


def solve():
    r, best = [], []
    for outer in folds["outer"]:
        # Inner folds are positions among the outer training rows, not row numbers.
        position = {row: i for i, row in enumerate(outer["train"])}
        cv = [[[position[t] for t in inner[part]] for part in ("train", "test")] for inner in outer["inner"]]
        model = RidgeCV(alphas=alphas, fit_intercept=True, cv=cv)
        model.fit(X[outer["train"]], Y[outer["train"]])
        r.append(correlation_score(Y[outer["test"]], model.predict(X[outer["test"]])))
        best.append(model.best_alphas_)
    return np.array(r), np.array(best)


r, best = solve()
np.save(folder / "r.npy", r.astype("float64"))
np.save(folder / "alpha.npy", best.astype("float64"))
runs = []
for _ in range(n_runs):
    started = time.perf_counter()
    solve()
    runs.append(time.perf_counter() - started)
print(json.dumps({"version": himalaya.__version__, "runsSec": runs}))
