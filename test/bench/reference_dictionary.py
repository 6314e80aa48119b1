"""Sparse dictionaries by scikit-learn and SPAMS, timed.

Run:  python reference_dictionary.py FOLDER scikit-learn|spams N_PASSES     (versions: ../fixtures/requirements.txt)
Reads X.npy [TRs x neurons] of FOLDER; writes D.npy [TRs x 64]; prints the seconds of learning, the final codes not counted.
Each in its faster form here: scikit-learn without processes of its own, SPAMS with batches of 512 rather than 256.
"""
import json
import sys
import time
from pathlib import Path

import numpy as np

N_ATOMS, LAMBDA, SPAMS_BATCH = 64, 0.1, 512
folder, program, n_passes = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
x = np.load(folder / "X.npy")

if program == "scikit-learn":
    import sklearn
    from sklearn.decomposition import MiniBatchDictionaryLearning

    version = f"scikit-learn {sklearn.__version__}"
    neurons = np.ascontiguousarray(x.T)
    learner = MiniBatchDictionaryLearning(
        n_components=N_ATOMS, alpha=LAMBDA, fit_algorithm="lars", max_iter=n_passes, tol=0, max_no_improvement=None, random_state=0
    )
    started = time.perf_counter()
    d = learner.fit(neurons).components_.T
else:
    from importlib.metadata import version as version_of

    import spams

    version = f"SPAMS {version_of('spams-bin')}"
    neurons = np.asfortranarray(x)
    started = time.perf_counter()
    d = spams.trainDL(
        neurons, K=N_ATOMS, lambda1=LAMBDA, mode=2, iter=n_passes * x.shape[1] // SPAMS_BATCH, batchsize=SPAMS_BATCH, numThreads=2, verbose=False
    )
seconds = time.perf_counter() - started
np.save(folder / "D.npy", np.ascontiguousarray(d, dtype="f8"))
print(json.dumps({"sec": seconds, "version": version}))
