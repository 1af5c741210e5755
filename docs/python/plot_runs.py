"""Loss and held-out recall of training runs, from their metrics.jsonl:

    python3 plot_runs.py PICTURE.png RUN...

Needs numpy and matplotlib.
"""
import sys

import matplotlib.pyplot as plt
import numpy as np

from lagoon_files import read_metrics

STYLES = ("o-", "^--", "s-.", "D:")
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")


def wilson(share, n):
    """95% interval of a share of n."""
    middle = (share + 1.92 / n) / (1 + 3.84 / n)
    half = 1.96 * np.sqrt(share * (1 - share) / n + 0.96 / n**2) / (1 + 3.84 / n)
    return middle - half, middle + half


def column(records, *keys):
    """records[...][key][key]... as an array."""
    for key in keys:
        records = [record[key] for record in records]
    return np.array(records)


def draw_run(axes, run, style, colour):
    loss, held_out = read_metrics(run, "loss"), read_metrics(run, "recall")
    held_out = [record for record in held_out if record["split"] != "train"]
    axes[0].plot(column(loss, "step"), column(loss, "loss"), style, color=colour, label=run)
    steps = column(held_out, "step")
    recall = column(held_out, "recall", "lagrangian_to_eulerian", "1")
    axes[1].plot(steps, recall, style, color=colour, label=run)
    low, high = wilson(recall, column(held_out, "library_size"))
    axes[1].fill_between(steps, low, high, color=colour, alpha=0.2)


def main(picture, runs):
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    for i, run in enumerate(runs):
        draw_run(axes, run, STYLES[i % 4], COLOURS[i % 4])
    axes[0].set(xlabel="step", ylabel="loss, nats")
    axes[1].set(xlabel="step", ylabel="held-out recall@1, flow from trajectory", ylim=(0, 1.02))
    axes[0].legend()
    figure.savefig(picture, dpi=120)
    print(f"{picture}: {', '.join(runs)}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: plot_runs.py PICTURE.png RUN...")
    main(sys.argv[1], sys.argv[2:])
