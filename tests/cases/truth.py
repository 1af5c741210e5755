"""Stored positions against an independent integration.

truth.py FILE.h5 [SAMPLES]: integrates SAMPLES (64) flows of a noise-free dataset by SciPy's DOP853 at
rtol = atol = 1e-13, from the file's own coefficients and frequencies and from nothing else of lagoon,
and exits with 1 unless every stored position is within the file's tolerance, plus half a unit in the
last place of float32 where positions are stored so.
"""

import sys

import h5py
import numpy as np
from scipy.integrate import DOP853

RTOL = 1e-13


def velocity(k, l, omega, psi_hat):
    """J grad psi of all flows at once; the state is (2, flow, drifter) positions, flattened."""
    def evaluate(t, state):
        x, y = state.reshape(2, len(psi_hat), -1)
        phase = 2 * np.pi * (x[..., None] * k + y[..., None] * l) + omega * t
        wave = 2 * np.pi * 1j * psi_hat[:, None, :] * np.exp(1j * phase)
        return np.concatenate([-(wave @ l).real.ravel(), (wave @ k).real.ravel()])
    return evaluate


def advance(field, begin, end, state, first_step):
    """One observation interval, stepping exactly to its end: no dense output, whose order is lower."""
    first_step = min(first_step, end - begin)
    solver = DOP853(field, begin, state, end, rtol=RTOL, atol=RTOL, first_step=first_step)
    step = first_step
    while solver.status == "running":
        message = solver.step()
        if solver.status == "failed":
            sys.exit(f"DOP853: {message}")
        step = max(step, solver.step_size)
    return solver.y, step


def integrate(file, rows):
    eulerian = file["eulerian"]
    psi_hat = eulerian["psi_hat"][rows]
    psi_hat = psi_hat[..., 0] + 1j * psi_hat[..., 1]
    k, l, omega = (eulerian[name][:].astype(float) for name in ("k", "l", "omega"))
    field = velocity(k, l, omega, psi_hat)
    n_drifters = len(file["trajectory"]) // len(eulerian["psi_hat"])
    release = np.stack([file["release_x"][:n_drifters], file["release_y"][:n_drifters]])
    state = np.repeat(release[:, None, :], len(rows), axis=1).ravel()
    times = np.concatenate([[0.0], file["model_time"][:]])
    positions, step = [], times[1]
    for begin, end in zip(times[:-1], times[1:]):
        state, step = advance(field, begin, end, state, step)
        positions.append(state.reshape(2, len(rows), n_drifters))
    return np.moveaxis(np.array(positions), 0, -1)


def stored(file, rows):
    n_drifters = len(file["trajectory"]) // len(file["eulerian/psi_hat"])
    shape = (-1, n_drifters, len(file["model_time"]))
    return np.stack([file[name][:].reshape(shape)[rows] for name in ("x", "y")])


def main(path, samples="64"):
    with h5py.File(path) as file:
        n_flows = len(file["eulerian/psi_hat"])
        rows = np.unique(np.linspace(0, n_flows - 1, int(samples)).astype(int))
        found, truth = stored(file, rows), integrate(file, rows)
        allowed = float(file.attrs["tolerance"])
    departure = np.abs(found.astype(float) - truth).max()
    if found.dtype == np.float32:
        allowed += 2.0**-24 * np.abs(truth).max()
    print(f"{path}: {len(rows)} flows, largest departure {departure:.3g}, allowed {allowed:.3g}")
    sys.exit(0 if departure <= allowed else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
