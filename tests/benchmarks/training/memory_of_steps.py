#!/usr/bin/env python3
"""Peak memory of a training step: memory_of_steps.py TRAINING_BENCHMARK [--batch N] [--tokens N]
[--width N] [--layers N]

The same two steps four ways, each in a process of its own: plain, --gradient-cache,
--activation-checkpointing, and both. Losses and lengths of gradients must agree to 1e-6 relative;
each must take a third of the plain memory at most (activation checkpointing by itself only if there
are layers to keep between). As default the batch is 4,096, width 256,
200 tokens, one layer (all of whose tokens are pooled): the plain way takes 17 GB. Four layers at a
batch of 512 take 8 GB.
"""
import argparse
import json
import subprocess
import sys
import tempfile

WAYS = [("plain", []), ("gradient cache", ["--gradient-cache=1"]),
        ("activation checkpointing", ["--activation-checkpointing=1"]),
        ("both", ["--gradient-cache=1", "--activation-checkpointing=1"])]
AIM, AGREEMENT = 3, 1e-6


def run(arguments, flags):
    with tempfile.TemporaryDirectory() as folder:
        command = [arguments.program, f"--folder={folder}", "--pool-last=0", *flags,
                   *(f"--{name}={getattr(arguments, name)}"
                     for name in ("batch", "tokens", "width", "layers"))]
        lines = subprocess.run(command, input="2\n", capture_output=True, text=True,
                               check=True).stdout.splitlines()
    return json.loads(lines[-1])


def difference(a, b):
    return max(abs(x - y) / max(abs(y), 1e-30) for key in ("losses", "gradient_norms")
               for x, y in zip(a[key], b[key]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    for name, value in (("batch", 4096), ("tokens", 200), ("width", 256), ("layers", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    arguments = parser.parse_args()
    plain = None
    for name, flags in WAYS:
        result = run(arguments, flags)
        plain = plain or result
        ratio = plain["peak_bytes"] / result["peak_bytes"]
        worst = difference(result, plain)
        print(f"{name:25} {result['peak_bytes'] / 2**30:6.2f} GiB, {ratio:5.1f} times less; "
              f"differs by {worst:.1e}; {result['wall']:.0f} s", flush=True)
        if not worst < AGREEMENT:
            sys.exit(f"{name}: another gradient (allowed {AGREEMENT:g})")
        # What enters and leaves a single block is more than a third of it.
        gains = arguments.layers > 1 or "--gradient-cache=1" in flags
        if flags and gains and ratio < AIM:
            sys.exit(f"{name}: {ratio:.1f} times less memory, {AIM} is the aim")


if __name__ == "__main__":
    main()
