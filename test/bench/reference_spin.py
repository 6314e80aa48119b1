"""neuromaps' spins, then Dice of map parts with networks and p. Arguments: folder, rotations, threshold. Prints JSON."""
import json
import sys
import time

import neuromaps
import numpy as np
from neuromaps.nulls.spins import gen_spinsamples

folder, n_rotations, threshold = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
left, right, positions, networks, maps = (np.load(f"{folder}/{name}.npy") for name in ("left", "right", "positions", "networks", "maps"))
positions, networks = positions[:, 0].astype(int), networks[:, 0].astype(int)
n_networks = networks.max() + (networks.max() < 7)

started = time.process_time()
hemisphere = np.repeat([0, 1], [len(left), len(right)])
spins = gen_spinsamples(np.vstack([left, right]), hemisphere, n_rotate=n_rotations, check_duplicates=False, seed=1)
parts = np.stack([maps > threshold, maps < -threshold], axis=1).reshape(-1, maps.shape[1]).T.astype("f4")  # positions × parts
wall = n_networks
of_vertex = np.full(len(hemisphere), wall)
of_vertex[positions] = networks


def dice(labels):
    counted = labels != wall
    one_hot = np.zeros((n_networks, len(labels)), dtype="f4")
    one_hot[labels[counted], np.flatnonzero(counted)] = 1
    both = one_hot @ parts
    sizes = counted.astype("f4") @ parts
    with np.errstate(invalid="ignore"):
        return 2 * both / (sizes + one_hot.sum(1, keepdims=True))


observed = dice(networks)
count = np.ones(observed.shape)
for rotation in range(n_rotations):
    count += dice(of_vertex[spins[positions, rotation]]) >= observed
p = (count / (1 + n_rotations)).T
p[parts.sum(0) == 0] = np.nan
cpu = time.process_time() - started
print(json.dumps({"cpuSec": cpu, "version": f"neuromaps {neuromaps.__version__}, numpy {np.__version__}",
                  "p": [None if np.isnan(x) else float(x) for x in p.ravel()]}))
