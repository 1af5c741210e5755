"""docs/python/load_encoders.py against embeddings that `lagoon retrieve --embeddings` wrote.

usage: load_encoders_test.py arrays DATA.h5 ARRAYS.npz    (a Python with h5py)
       load_encoders_test.py compare ARRAYS.npz RUN EMBEDDINGS [RUN EMBEDDINGS...]    (with torch)
"""
import sys

import numpy as np


def write_arrays(data, arrays):
    from lagoon_files import read_flows

    psi_hat, x, y = read_flows(data)
    np.savez(arrays, psi_hat=psi_hat, x=x, y=y)


def compare(arrays, runs):
    import load_encoders

    flows = np.load(arrays)
    failed = False
    for run, written in zip(runs[::2], runs[1::2]):
        encoders = load_encoders.Encoders(run)
        embeddings, metadata = load_encoders.read_tensors(written)
        rows = embeddings["row"].numpy()
        chosen = [flows[name][rows] for name in ("psi_hat", "x", "y")]
        found = load_encoders.compare(encoders, chosen, embeddings)
        same = max(found.values()) <= load_encoders.AGREEMENT
        # Another flow's embedding must not pass for a flow's own.
        shifted = {name: embeddings[name].roll(1, 0) for name in found}
        tells = min(load_encoders.compare(encoders, chosen, shifted).values()) > 1e-3
        warm = abs(encoders.temperature / float(metadata["temperature"]) - 1) < 1e-6
        failed |= not (same and tells and warm and metadata["tilting"] == encoders.model["tilting"])
        print(f"{run}: {found}, told from others: {tells}, temperature equal: {warm}")
    sys.exit(failed)


if __name__ == "__main__":
    if sys.argv[1] == "arrays":
        write_arrays(*sys.argv[2:])
    else:
        compare(sys.argv[2], sys.argv[3:])
