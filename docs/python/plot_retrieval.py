"""Recall by rank, and whether the weight of the best flow is its probability, from the tables
of a folder of `lagoon retrieve`:

    python3 plot_retrieval.py FOLDER PICTURE.png

Needs numpy and matplotlib.
"""
import pathlib
import sys

import matplotlib.pyplot as plt
import numpy as np

from lagoon_files import read_summary, read_table


def draw_recall(axes, ranks):
    rank = ranks["rank"]
    axes.semilogx(rank, ranks["lagrangian_to_eulerian"], "-", color="#0072b2",
                  label="flow from trajectory")
    axes.semilogx(rank, ranks["eulerian_to_lagrangian"], "--", color="#d55e00",
                  label="trajectory from flow")
    axes.semilogx(rank, ranks["chance"], ":", color="grey", label="chance")
    axes.set(xlabel="rank", ylabel="share of queries within it", ylim=(0, 1.02))
    axes.legend()


def draw_reliability(axes, bins):
    errors = np.abs((bins["right"] - bins["low"], bins["high"] - bins["right"]))
    axes.errorbar(bins["top_weight"], bins["right"], errors, fmt="o", color="#0072b2", capsize=3)
    axes.plot((0, 1), (0, 1), ":", color="grey")
    axes.set(xlabel="posterior weight of the best flow", ylabel="share in which it is the true one",
             xlim=(0, 1.02), ylim=(0, 1.02))


def main(folder, picture):
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    draw_recall(axes[0], read_table(pathlib.Path(folder) / "queries_ranks.csv"))
    draw_reliability(axes[1], read_table(pathlib.Path(folder) / "queries_reliability.csv"))
    figure.savefig(picture, dpi=120)
    summary = read_summary(folder)
    recall = summary["recall"]["lagrangian_to_eulerian"]["1"]
    print(f"{picture}: recall@1 {recall:.3f} among {summary['library_size']} flows")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: plot_retrieval.py FOLDER PICTURE.png")
    main(*sys.argv[1:])
