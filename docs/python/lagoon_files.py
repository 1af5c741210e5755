"""Readers of what lagoon writes, with numpy, and h5py for datasets:

    from lagoon_files import read_flows, read_law, streamfunction
    psi_hat, x, y = read_flows("flows.h5", range(10))
    psi = streamfunction(psi_hat[0], read_law("flows.h5"))

    python3 lagoon_files.py PATH...    tells what is in files and folders of any kind
"""
import json
import pathlib
import sys

import numpy as np


def read_flows(path, rows=slice(None)):
    """psi_hat (n, mode) complex, x and y (n, drifter, time) of some flows; NaN: not observed."""
    import h5py

    with h5py.File(path) as file:
        drifter = file["drifter_index"][:]
        shape = (-1, drifter.max() + 1, file["x"].shape[1])
        psi_hat = file["eulerian/psi_hat"][:][rows]
        x, y = (file[name][:].reshape(shape)[rows] for name in ("x", "y"))
    return psi_hat[..., 0] + 1j * psi_hat[..., 1], x, y


def read_law(path):
    """What all flows share: k, l, omega, prior_std, damping (mode) and model_time (time)."""
    import h5py

    with h5py.File(path) as file:
        names = ("k", "l", "omega", "prior_std", "damping")
        law = {name: file["eulerian"][name][:] for name in names}
        return law | {"model_time": file["model_time"][:]}


def streamfunction(psi_hat, law, time=0.0, points=64):
    """psi[i, j] at x = i / points, y = j / points; of a flow whose amplitudes are constant."""
    grid = np.arange(points) / points
    along_x = np.exp(2j * np.pi * np.outer(law["k"], grid))
    along_y = np.exp(2j * np.pi * np.outer(law["l"], grid))
    amplitudes = psi_hat * np.exp(1j * law["omega"] * time)
    return ((amplitudes[:, None] * along_x).T @ along_y).real


def read_safetensors(path):
    """Arrays by name, and the metadata. (The package `safetensors` does the same.)"""
    types = {"F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8"}
    data = pathlib.Path(path).read_bytes()
    begin = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:begin])
    metadata = header.pop("__metadata__", {})

    def array(entry):
        first, last = (begin + offset for offset in entry["data_offsets"])
        return np.frombuffer(data[first:last], types[entry["dtype"]]).reshape(entry["shape"]).copy()

    return {name: array(entry) for name, entry in header.items()}, metadata


def read_metrics(run, kind):
    """The records of one kind: loss, recall or skipped. A killed run may end in half a line."""
    lines = (pathlib.Path(run) / "metrics.jsonl").read_text().split("\n")[:-1]
    return [record for record in map(json.loads, lines) if record["kind"] == kind]


def read_summary(folder):
    """summary.json of a folder that any verb wrote."""
    return json.loads((pathlib.Path(folder) / "summary.json").read_text())


def read_table(path):
    """A CSV file beside a picture: columns by name, of text where they are no numbers."""
    table = np.genfromtxt(path, delimiter=",", names=True, dtype=None, encoding="utf-8")
    return {name: np.atleast_1d(table[name]) for name in table.dtype.names}


def describe_hdf5(path):
    import h5py

    with h5py.File(path) as file:
        print(f"{path}: {file.attrs.get('title', b'HDF5').decode()}")
        file.visititems(lambda name, item: print(f"  {name} {item.dtype} {item.shape}")
                        if isinstance(item, h5py.Dataset) else None)


def describe_safetensors(path):
    arrays, metadata = read_safetensors(path)
    print(f"{path}: {metadata}")
    for name, values in arrays.items():
        print(f"  {name} {values.dtype} {values.shape}")


def describe_json(path):
    content = json.loads(path.read_text())
    print(f"{path}: {', '.join(content) if isinstance(content, dict) else type(content).__name__}")


def describe_json_lines(path):
    records = [json.loads(line) for line in path.read_text().splitlines()]
    print(f"{path}: {len(records)} records")
    for keys in sorted({", ".join(record) for record in records}):
        print(f"  {keys}")


def describe_csv(path):
    with path.open() as file:
        print(f"{path}: {file.readline().strip()}")


DESCRIBE = {".h5": describe_hdf5, ".safetensors": describe_safetensors, ".json": describe_json,
            ".jsonl": describe_json_lines, ".csv": describe_csv}


def describe(path):
    if path.is_dir():
        for inner in sorted(path.iterdir()):
            describe(inner)
    elif path.suffix in DESCRIBE:
        DESCRIBE[path.suffix](path)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit("usage: lagoon_files.py PATH...")
    for name in sys.argv[1:]:
        describe(pathlib.Path(name))
