"""loss_curves.py RELATIVE A B: the run folders A and B have loss records at the same steps, each loss within
RELATIVE (of the largest) of the other's, and the same recall within a hundredth. Ends with 1 and says what
differs."""
import json
import sys
from pathlib import Path


def records(run, kind):
    lines = (json.loads(line) for line in (Path(run) / "metrics.jsonl").read_text().splitlines())
    return [line for line in lines if line["kind"] == kind]


def main(relative, first, second):
    one, other = records(first, "loss"), records(second, "loss")
    if not one or [r["step"] for r in one] != [r["step"] for r in other]:
        sys.exit(f"{second}: {len(other)} losses, {first}: {len(one)}: not at the same steps")
    worst, scale = 0.0, max(abs(r["loss"]) for r in one)
    for a, b in zip(one, other):
        worst = max(worst, abs(a["loss"] - b["loss"]) / scale)
        if worst > float(relative):
            sys.exit(f"{second}: loss {b['loss']} at step {b['step']}, not {a['loss']}")
    for a, b in zip(records(first, "recall"), records(second, "recall")):
        if abs(a["recall"]["lagrangian_to_eulerian"]["1"] - b["recall"]["lagrangian_to_eulerian"]["1"]) > 0.01:
            sys.exit(f"{second}: recall {b['recall']} at step {b['step']}, not {a['recall']}")
    print(f"{len(one)} losses within {worst:.1e}")


main(*sys.argv[1:])
