"""nibabel and numpy: a file to standardised float32. Arguments: file, runs, folder for the result, variant. Prints JSON.

plain: as in nibabel's tutorials, get_fdata() and z-scores in numpy. tuned: float32 from the start, in place, sums in float64.
"""
import json
import resource
import sys
import time
import warnings

import nibabel as nib
import numpy as np

path, n_runs, out, variant = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
# Voxels outside the brain are constant.
warnings.simplefilter("ignore")
is_cifti = path.endswith(".dtseries.nii")
TIME = 0 if is_cifti else -1


def plain():
    data = nib.load(path).get_fdata()
    data = (data - data.mean(axis=TIME, keepdims=True)) / data.std(axis=TIME, keepdims=True)
    return data.astype(np.float32)


def tuned():
    data = nib.load(path).get_fdata(dtype=np.float32)
    data -= data.mean(axis=TIME, keepdims=True, dtype=np.float64).astype(np.float32)
    data /= data.std(axis=TIME, keepdims=True, dtype=np.float64).astype(np.float32)
    return data


runs, cpu = [], []
for _ in range(n_runs + 1):
    started, started_cpu = time.perf_counter(), time.process_time()
    data = {"plain": plain, "tuned": tuned}[variant]()
    runs.append(time.perf_counter() - started)
    cpu.append(time.process_time() - started_cpu)
# Some series, one a row, for the comparison of values.
picked = data[:, ::997].T if is_cifti else data.reshape(-1, data.shape[3], order="F")[::997]
np.save(f"{out}/theirs.npy", np.ascontiguousarray(picked, dtype="f4"))
print(
    json.dumps(
        {
            "runsSec": runs[1:],
            "cpuSec": cpu[1:],
            "version": f"nibabel {nib.__version__}, numpy {np.__version__}",
            "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }
    )
)
