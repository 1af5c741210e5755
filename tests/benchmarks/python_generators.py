#!/usr/bin/env python3
"""lagoon's generator against NumPy and SciPy: python_generators.py GENERATOR_BENCHMARK

Runs the program generator_benchmark for its rates and for a few flows with lagoon's positions,
follows the same drifters with NumPy (RK4 vectorised over drifters, the separable sum as matrix
products) and with SciPy (DOP853, the tolerance that meets lagoon's error), checks that the
positions agree, and prints ratios of rates. All by processor time, one thread; aims 30 and 100.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np
from scipy.integrate import solve_ivp


class Flow:
    """The separable form psi(x, y) = Re phi(x)^T C(t) phi(y), phi_k(x) = exp(2 pi i k x)."""

    def __init__(self, example, psi_hat):
        self.k = np.arange(-3, 4)
        self.c = np.zeros((7, 7), complex)
        self.omega = np.zeros((7, 7))
        index = (np.array(example["k"]) + 3, np.array(example["l"]) + 3)
        self.c[index] = psi_hat
        self.omega[index] = example["omega"]

    def velocity(self, x, y, t):
        c = self.c * np.exp(1j * self.omega * t)
        ex = np.exp(2j * np.pi * np.outer(self.k, x))
        ey = np.exp(2j * np.pi * np.outer(self.k, y))
        slope = (2j * np.pi * self.k)[:, None]
        vx = -np.sum(ex * (c @ (slope * ey)), axis=0).real
        vy = np.sum(slope * ex * (c @ ey), axis=0).real
        return vx, vy


def numpy_rk4(flow, x, y, times, steps_per_interval):
    xs, ys, begin = [], [], 0.0
    for end in times:
        h = (end - begin) / steps_per_interval
        for i in range(steps_per_interval):
            t = begin + i * h
            ax, ay = flow.velocity(x, y, t)
            bx, by = flow.velocity(x + h / 2 * ax, y + h / 2 * ay, t + h / 2)
            cx, cy = flow.velocity(x + h / 2 * bx, y + h / 2 * by, t + h / 2)
            dx, dy = flow.velocity(x + h * cx, y + h * cy, t + h)
            x = x + h / 6 * (ax + 2 * bx + 2 * cx + dx)
            y = y + h / 6 * (ay + 2 * by + 2 * cy + dy)
        begin = end
        xs.append(x)
        ys.append(y)
    return np.array(xs).T, np.array(ys).T


def scipy_dop853(flow, x, y, times, tolerance):
    def right_hand_side(t, state):
        vx, vy = flow.velocity(state[:1], state[1:], t)
        return np.concatenate([vx, vy])

    solution = solve_ivp(right_hand_side, (0, times[-1]), [x, y], "DOP853", t_eval=times,
                         rtol=tolerance, atol=tolerance)
    return solution.y


def processor_time(work):
    begin = time.process_time()
    result = work()
    return result, time.process_time() - begin


def compare_numpy(example, flows, rate):
    steps = example["steps_per_interval"]
    times = np.array(example["times"])
    n_drifters = len(example["release_x"])
    worst = 0.0
    for i, flow in enumerate(flows[:1]):
        release = np.array(example["release_x"]), np.array(example["release_y"])
        x, y = numpy_rk4(flow, *release, times, steps)
        size = n_drifters * len(times)
        expected = [np.reshape(example[name][i * size:(i + 1) * size], (n_drifters, -1))
                    for name in "xy"]
        worst = max(worst, abs(x - expected[0]).max(), abs(y - expected[1]).max())
    if worst > 1e-12:
        sys.exit(f"NumPy differs by {worst:.1e}")
    n_many, n_times = 4096, 2
    start = np.random.default_rng(0).random((2, n_many))
    _, seconds = min((processor_time(lambda: numpy_rk4(flows[0], *start, times[:n_times], steps))
                      for _ in range(3)), key=lambda pair: pair[1])
    numpy_rate = n_many * n_times * steps / seconds
    print(f"NumPy, {n_many} drifters: differs by {worst:.1e}, {numpy_rate * 1e-6:.3f} M drifter "
          f"steps/s; lagoon with 64 a flow {rate / numpy_rate:.0f} times (aim 30)")


def compare_scipy(example, flows, rate):
    """At equal error: the loosest of some tolerances whose error is not above lagoon's."""
    times = np.array(example["times"])
    x0, y0 = example["release_x"][0], example["release_y"][0]
    exact = [scipy_dop853(flow, x0, y0, times, 1e-13) for flow in flows]
    for exponent in np.arange(4, 12.1, 0.5):
        paths, seconds = processor_time(
            lambda: [scipy_dop853(flow, x0, y0, times, 10.0**-exponent) for flow in flows])
        error = max(abs(a - b).max() for a, b in zip(paths, exact))
        if error <= example["max_error"]:
            break
    n_steps = len(times) * example["steps_per_interval"]
    ratio = (seconds / len(flows)) / (n_steps / rate)
    print(f"SciPy DOP853 at 1e-{exponent:g}: error {error:.1e}, lagoon's {example['max_error']:.1e}"
          f"; {seconds / len(flows) * 1e3:.1f} ms a trajectory; lagoon with one drifter a flow "
          f"{ratio:.0f} times (aim 100)")


def main(program):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rates.json")
        subprocess.run([program, f"--json={path}"], check=True)
        with open(path) as file:
            results = json.load(file)
    example = results["example"]
    psi_hat = np.array(example["psi_hat"]) @ [1, 1j]
    n_modes = len(example["k"])
    flows = [Flow(example, part) for part in np.split(psi_hat, len(psi_hat) // n_modes)]
    rates = results["drifter_steps_per_second"]
    compare_numpy(example, flows, rates["rk4/float64/64"])
    compare_scipy(example, flows, rates["rk4/float64/1"])


if __name__ == "__main__":
    main(sys.argv[1])
