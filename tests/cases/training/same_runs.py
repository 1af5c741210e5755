"""same_runs.py A B: two run folders of lagoon train hold the same weights to the bit and the same records
but for the time they took, each step once. Ends with 1 and says what differs."""
import json
import struct
import sys
from pathlib import Path

TIMES = ("seconds", "samples_per_second", "waiting")


def tensors(run):
    data = (Path(run) / "checkpoint" / "weights.safetensors").read_bytes()
    (size,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + size])
    body = data[8 + size:]
    header.pop("__metadata__", None)
    return {name: (entry["dtype"], entry["shape"], body[slice(*entry["data_offsets"])])
            for name, entry in header.items()}


def records(run):
    lines = [json.loads(line) for line in (Path(run) / "metrics.jsonl").read_text().splitlines()]
    for line in lines:
        for time in TIMES:
            line.pop(time, None)
    return lines


def main(first, second):
    one, other = tensors(first), tensors(second)
    if one.keys() != other.keys():
        sys.exit(f"{second}: other tensors: {sorted(one.keys() ^ other.keys())}")
    for name in one:
        if one[name] != other[name]:
            sys.exit(f"{second}: {name} differs")
    one_lines, other_lines = records(first), records(second)
    for i, (a, b) in enumerate(zip(one_lines, other_lines)):
        if a != b:
            sys.exit(f"{second}: record {i + 1} is {b}, not {a}")
    if len(one_lines) != len(other_lines):
        sys.exit(f"{second}: {len(other_lines)} records, not {len(one_lines)}")
    print(f"{len(one)} tensors and {len(one_lines)} records: the same")


main(*sys.argv[1:])
