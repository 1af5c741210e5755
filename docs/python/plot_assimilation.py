"""Errors and calibration of the methods that `lagoon assimilate` compared, from its summary.json:

    python3 plot_assimilation.py FOLDER PICTURE.png

Needs numpy and matplotlib.
"""
import sys

import matplotlib.pyplot as plt
import numpy as np

from lagoon_files import read_summary

MARKERS = "o^sDvP*X"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#56b4e9", "#e69f00", "#999999")
LEVELS = ("50", "80", "90", "95")


def draw_errors(axes, methods):
    """The relative error of each method's mean with its 95% interval."""
    for place, (name, scores) in enumerate(methods.items()):
        low, high = scores["relative_error_interval"]
        axes.plot((low, high), (place, place), color=COLOURS[place])
        axes.plot(scores["relative_error"], place, MARKERS[place], color=COLOURS[place])
    axes.set(xlabel="relative error of the mean, 95% interval", yticks=range(len(methods)),
             yticklabels=list(methods), xlim=(0, None))
    axes.invert_yaxis()


def draw_coverage(axes, methods):
    """The share of truths in central intervals; a little apart, so that none hides another."""
    for place, (name, scores) in enumerate(methods.items()):
        claimed = np.array(LEVELS, float) / 100 + 0.006 * (place - len(methods) / 2)
        found = np.array([scores["coverage"][level] for level in LEVELS])
        ends = np.array([scores["coverage"][level + "_interval"] for level in LEVELS]).T
        axes.errorbar(claimed, found, np.abs(ends - found), fmt=MARKERS[place],
                      color=COLOURS[place])
    axes.plot((0.45, 1), (0.45, 1), ":", color="grey")
    axes.set(xlabel="probability that the interval claims", ylabel="share of truths inside",
             ylim=(-0.03, 1.03))


def main(folder, picture):
    summary = read_summary(folder)
    # A method that does not exist here is null, and summary["reasons"] says why.
    methods = {name: scores for name, scores in summary["methods"].items() if scores}
    figure, axes = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
    draw_errors(axes[0], methods)
    draw_coverage(axes[1], methods)
    figure.savefig(picture, dpi=120)
    for name, scores in methods.items():
        print(f"{name}: relative error {scores['relative_error']:.3f}, CRPS {scores['crps']:.3f}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: plot_assimilation.py FOLDER PICTURE.png")
    main(*sys.argv[1:])
