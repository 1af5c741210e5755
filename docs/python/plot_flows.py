"""psi of some flows of a dataset, and their drifters, by xarray:

    python3 plot_flows.py DATA.h5 PICTURE.png [FLOW...]

Flows are counted from 0 in the file. Needs xarray, h5netcdf and matplotlib.
"""
import sys

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.ticker import MaxNLocator

from lagoon_files import read_law, streamfunction


def paths_on_torus(x, y):
    """Positions modulo 1, with NaN where a path crosses the seam, so that no line does."""
    x, y = x % 1, y % 1
    jumps = np.flatnonzero((np.abs(np.diff(x)) > 0.5) | (np.abs(np.diff(y)) > 0.5)) + 1
    return np.insert(x, jumps, np.nan), np.insert(y, jumps, np.nan)


def draw_flow(axes, psi, drifters, levels):
    """psi (points, points) at t = 0, and of each drifter the release and the observed way."""
    side = np.linspace(0, 1, len(psi) + 1)
    psi = np.pad(psi, (0, 1), mode="wrap")  # the seam is drawn on both sides
    colours = axes.contourf(side, side, psi.T, levels, cmap="viridis")
    axes.contour(side, side, psi.T, levels, colors="black", linewidths=0.4)
    for along_x, along_y in zip(drifters.x.values, drifters.y.values):
        way = paths_on_torus(along_x, along_y)
        axes.plot(*way, color="white", linewidth=3)
        axes.plot(*way, color="black", linewidth=1.2)
    axes.plot(drifters.release_x % 1, drifters.release_y % 1, "o", color="black", markeredgecolor="white")
    axes.set(aspect="equal", xlim=(0, 1), ylim=(0, 1), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
    return colours


def main(data, picture, rows):
    drifters = xr.open_dataset(data, engine="h5netcdf")
    flows = xr.open_dataset(data, engine="h5netcdf", group="/eulerian")
    psi_hat = flows.psi_hat.values[rows, :, 0] + 1j * flows.psi_hat.values[rows, :, 1]
    psis = [streamfunction(coefficients, read_law(data)) for coefficients in psi_hat]
    largest = max(np.abs(psi).max() for psi in psis)
    levels = MaxNLocator(10).tick_values(-largest, largest)

    figure, axes = plt.subplots(1, len(rows), figsize=(1 + 3 * len(rows), 3.2), squeeze=False,
                                sharey=True, layout="constrained")
    first = int(drifters.flow_index[0])  # a shard begins at a later flow
    for panel, row, psi in zip(axes[0], rows, psis):
        mine = drifters.isel(trajectory=drifters.flow_index.values == first + row)
        colours = draw_flow(panel, psi, mine, levels)
        panel.set(title=f"flow {first + row}", xlabel="x")
    axes[0, 0].set_ylabel("y")
    figure.colorbar(colours, ax=axes, label="streamfunction ψ at t = 0")
    figure.savefig(picture, dpi=120)
    print(f"{picture}: flows {', '.join(map(str, rows))} of {flows.sizes['flow']}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: plot_flows.py DATA.h5 PICTURE.png [FLOW...]")
    main(sys.argv[1], sys.argv[2], [int(row) for row in sys.argv[3:]] or [0, 1, 2])
