"""One case of the encoding bench by himalaya (numpy, float32), or by numpy running brainlens' own algorithm.

Called by encoding.ts: reference_encoding.py FOLDER himalaya|numpy. Reads case.json, X.f32, Y.f32 (and draws.npy); times one
run after a warm-up on a fiftieth of the voxels; writes alpha-PROGRAM.npy; prints JSON with seconds and peak memory.
himalaya is called as its documentation advises for many targets: in batches of targets, so that predictions of all
alphas fit into memory. Reading Y is counted, as it is for brainlens.
"""
import json
import os
import resource
import sys
import time
from pathlib import Path

import himalaya
import numpy as np
from himalaya.backend import set_backend
from himalaya.kernel_ridge import KernelRidgeCV
from himalaya.ridge import Ridge, RidgeCV, solve_group_ridge_random_search
from himalaya.scoring import r2_score

set_backend("numpy")
folder, program = Path(sys.argv[1]), sys.argv[2]
case = json.loads((folder / "case.json").read_text())
runs, p, n_targets, question = case["runs"], case["nRegressors"], case["nTargets"], case["question"]
alphas = np.array(case["alphas"], dtype="float32")
n = sum(runs)
ends = np.cumsum([0] + runs)
X = np.fromfile(folder / "X.f32", dtype="float32").reshape(n, p)
all_rows = np.arange(n)
BATCH = 5000


def read(v):
    Y = np.fromfile(folder / "Y.f32", dtype="float32").reshape(n, n_targets)
    return Y if v == n_targets else np.ascontiguousarray(Y[:, :v])


def folds(of):
    """Leave one run out, among the runs `of`, whose rows follow each other."""
    rows = np.concatenate([all_rows[ends[r] : ends[r + 1]] for r in of])
    owner = np.concatenate([np.full(runs[r], r) for r in of])
    return rows, [(np.flatnonzero(owner != r), np.flatnonzero(owner == r)) for r in of]


def nested(Y):
    best = []
    for g in range(len(runs)):
        rows, cv = folds([r for r in range(len(runs)) if r != g])
        model = RidgeCV(alphas=alphas, cv=cv, solver_params={"n_targets_batch": BATCH}).fit(X[rows], Y[rows])
        model.score(X[ends[g] : ends[g + 1]], Y[ends[g] : ends[g + 1]])
        best.append(model.best_alphas_)
    return np.concatenate(best)


def by_himalaya(v, drops=3):
    """Returns seconds and alphas; of dropping regressors, seconds for all of them scaled from `drops`."""
    started = time.perf_counter()
    Y = read(v)
    batches = {"n_targets_batch": BATCH, "n_targets_batch_refit": BATCH}
    rows, cv = folds(range(len(runs)))
    if question == "refit":
        model = RidgeCV(alphas=alphas, cv=cv, solver_params=batches).fit(X, Y)
        model.score(X, Y)
        best = model.best_alphas_
    elif question == "dual":
        model = KernelRidgeCV(alphas=alphas, cv=cv, kernel="linear", solver_params=batches).fit(X, Y)
        best = model.best_alphas_
    elif question == "banded":
        draws = np.load(folder / "draws.npy").astype("float32")
        deltas, _, _ = solve_group_ridge_random_search(
            [X[:, : p // 2], X[:, p // 2 :]], Y, n_iter=draws, alphas=alphas, cv=cv, return_weights=True,
            progress_bar=False, jitter_alphas=False, **batches,
        )
        best = 1 / np.exp(deltas).sum(0)
    else:
        best = nested(Y)
    seconds = time.perf_counter() - started
    if question == "drop-one":
        started = time.perf_counter()
        for g in range(len(runs)):
            rows, _ = folds([r for r in range(len(runs)) if r != g])
            test = slice(ends[g], ends[g + 1])
            alpha = best.reshape(len(runs), -1)[g]
            for j in range(drops):
                kept = np.delete(np.arange(p), j)
                # The alphas are those that were chosen with all regressors. One fit an alpha: a fit with an alpha
                # a target takes himalaya more time and gigabytes.
                for a in np.unique(alpha):
                    v = alpha == a
                    model = Ridge(alpha=float(a), solver_params={"warn": False}).fit(X[rows][:, kept], Y[rows][:, v])
                    r2_score(Y[test][:, v], model.predict(X[test][:, kept]))
        seconds = (time.perf_counter() - started) * p / drops
    return seconds, best


def by_numpy(v):
    """brainlens' algorithm: statistics of every run once, folds and alphas from them."""
    started = time.perf_counter()
    Y = np.memmap(folder / "Y.f32", dtype="float32", mode="r").reshape(n, n_targets)
    G, C, S = [], [], []
    for r in range(len(runs)):
        c, s = np.zeros((p, v)), np.zeros(v)
        for first in range(ends[r], ends[r + 1], 192):
            rows = slice(first, min(first + 192, ends[r + 1]))
            y = np.array(Y[rows, :v])
            c += X[rows].T @ y
            s += np.einsum("tv,tv->v", y, y, dtype="float64") if v <= 2000 else (y * y).sum(0, dtype="float64")
        x = X[ends[r] : ends[r + 1]].astype("float64")
        G.append(x.T @ x)
        C.append(c)
        S.append(s)
    scores = np.zeros((len(alphas), v))
    for r in range(len(runs)):
        w, U = np.linalg.eigh(sum(G[q] for q in range(len(runs)) if q != r))
        c = U.T @ sum(C[q] for q in range(len(runs)) if q != r)
        d = U.T @ C[r]
        L = np.linalg.cholesky(U.T @ G[r] @ U + 1e-12 * np.eye(p))
        for a, alpha in enumerate(alphas):
            b = c / (w + alpha)[:, None]
            z = (L.T.astype("float32")) @ b.astype("float32")
            scores[a] -= (S[r] - 2 * (b * d).sum(0) + (z * z).sum(0)) / runs[r] / len(runs)
    best = np.argmax(scores + 1e-10 * np.log(alphas.astype("float64"))[:, None], axis=0)
    w, U = np.linalg.eigh(sum(G))
    c = U.T @ sum(C)
    coefficients = U @ (c / (w[:, None] + alphas[best]))
    1 - (sum(S) - 2 * (coefficients * sum(C)).sum(0) + (coefficients * (sum(G) @ coefficients)).sum(0)) / sum(S)
    return time.perf_counter() - started, alphas[best]


solve = by_himalaya if program == "himalaya" else by_numpy
solve(max(1, -(-n_targets // 50)))
cpu = os.times()
seconds, best = solve(n_targets)
used = os.times()
np.save(folder / f"alpha-{program}.npy", np.asarray(best, dtype="float64"))
print(json.dumps({
    "program": f"himalaya {himalaya.__version__}, numpy {np.__version__}" if program == "himalaya" else f"numpy {np.__version__}",
    "sec": seconds,
    "cpuSec": used.user + used.system - cpu.user - cpu.system,
    "peakBytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
}))
