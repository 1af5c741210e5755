"""Opens FILE as other people's programs do and asserts names, dimensions, types and values.

usage: clients_test.py FILE plain|rich FIRST FLOWS append|read float32|float64
(a file of tests/datasets/fixture.cpp that holds FLOWS flows from FIRST on, of 9)
"""
import sys

import h5py
import netCDF4
import numpy as np
import xarray as xr

PATH, KIND, FIRST, FLOWS, MODE, STORAGE = sys.argv[1:]
FIRST, FLOWS, RICH = int(FIRST), int(FLOWS), KIND == "rich"
DRIFTERS, TIMES, MODES, STATIONS, GRID = 2, 3, 5, 3, 8
FLOW = np.arange(FIRST, FIRST + FLOWS)
PHASE = 0.37 * FLOW[:, None]
ROOT = {
    "trajectory": ("trajectory",), "time": ("time",), "model_time": ("time",),
    "x": ("trajectory", "time"), "y": ("trajectory", "time"),
    "flow_index": ("trajectory",), "drifter_index": ("trajectory",),
    "release_x": ("trajectory",), "release_y": ("trajectory",),
    "release_time": ("trajectory",), "split": ("flow",),
}
EULERIAN = {
    "psi_hat": ("flow", "mode", "complex"), "k": ("mode",), "l": ("mode",),
    "omega": ("mode",), "prior_std": ("mode",), "damping": ("mode",),
}
if RICH:
    EULERIAN |= {
        "amplitudes": ("flow", "time", "mode", "complex"),
        "station_x": ("station",), "station_y": ("station",),
        "velocity_x": ("flow", "station"), "velocity_y": ("flow", "station"),
        "grid_x": ("grid_x",), "grid_y": ("grid_y",),
        "psi": ("flow", "grid_x", "grid_y"), "vorticity": ("flow", "grid_x", "grid_y"),
    }
INTEGRITY = {"checksum": ("flow",), "samples_complete": ("counter",)}


def check_names(dataset, expected):
    found = {name: variable.dims for name, variable in dataset.variables.items()}
    assert found == expected, found


def wave(places, step):
    return 0.75 + np.sin(PHASE + step * np.arange(places))


def positions(turn, step):
    values = 0.75 + np.sin(PHASE + turn + step * np.arange(DRIFTERS * TIMES))
    if RICH:
        values[(FLOW[:, None] + np.arange(DRIFTERS * TIMES)) % 7 == 0] = np.nan
        values[:, TIMES] = np.nan  # the second drifter is released after the first time
    return values.reshape(FLOWS * DRIFTERS, TIMES)


def check_root(dataset):
    check_names(dataset, ROOT)
    assert dict(dataset.sizes) == {
        "trajectory": FLOWS * DRIFTERS, "time": TIMES, "flow": FLOWS}, dataset.sizes
    assert dataset.x.dtype == STORAGE
    np.testing.assert_allclose(dataset.x, positions(0, 0.1), atol=2e-7)
    np.testing.assert_allclose(dataset.y, positions(np.pi / 2, 0.2), atol=2e-7)
    np.testing.assert_array_equal(dataset.flow_index, np.repeat(FLOW, DRIFTERS))
    np.testing.assert_array_equal(
        dataset.trajectory, np.arange(FIRST * DRIFTERS, (FIRST + FLOWS) * DRIFTERS))
    np.testing.assert_array_equal(dataset.release_y, np.tile([0.75, 0.9], FLOWS))
    np.testing.assert_array_equal(
        dataset.release_time, np.tile([0, 0.03 if RICH else 0], FLOWS))
    np.testing.assert_array_equal(dataset.model_time, [0.025, 0.05, 0.1])
    assert dataset.time.values[2] == np.datetime64("2000-01-01T00:00:00.100"), dataset.time
    held_out = set(np.unique(dataset.split))
    assert held_out == {0, 1, 2} if FLOWS == 9 else held_out <= {0, 1, 2}, held_out
    assert dataset.attrs["Conventions"] == "CF-1.8" and dataset.attrs["complete"] == 1
    assert dataset.attrs["seed"] == 0xFEDCBA9876543210 and dataset.attrs["n_flows"] == 9


def check_eulerian(dataset):
    check_names(dataset, EULERIAN)
    psi_hat = dataset.psi_hat.values[..., 0] + 1j * dataset.psi_hat.values[..., 1]
    expected = 0.3 * np.exp(1j * (PHASE + np.arange(MODES)))
    np.testing.assert_allclose(psi_hat, expected, atol=1e-12)
    np.testing.assert_array_equal(dataset.k, [-1, 0, 0, 1, 2])
    if not RICH:
        return
    amplitudes = dataset.amplitudes.values[..., 0] + 1j * dataset.amplitudes.values[..., 1]
    expected = 0.4 * np.exp(1j * (PHASE + 0.1 * np.arange(TIMES * MODES)))
    np.testing.assert_allclose(amplitudes.reshape(FLOWS, -1), expected, atol=1e-12)
    np.testing.assert_allclose(dataset.velocity_y, wave(STATIONS, 0.4), atol=1e-12)
    np.testing.assert_array_equal(dataset.grid_y, np.arange(GRID) / GRID)
    assert dataset.psi.dtype == STORAGE
    vorticity = dataset.vorticity.values.reshape(FLOWS, -1)
    np.testing.assert_allclose(vorticity, wave(GRID * GRID, 0.6), atol=2e-7)


def check_xarray(engine):
    with xr.open_dataset(PATH, engine=engine) as dataset:
        check_root(dataset)
    with xr.open_dataset(PATH, engine=engine, group="/eulerian") as dataset:
        check_eulerian(dataset)
    with xr.open_dataset(PATH, engine=engine, group="/integrity") as dataset:
        check_names(dataset, INTEGRITY)
        assert dataset.samples_complete.values[0] == FLOWS


def check_append():
    with netCDF4.Dataset(PATH, "a") as dataset:
        dataset.comment = "appended"
        dataset.createVariable("extra", "f8", ("flow",))[:] = np.arange(FLOWS)
    with netCDF4.Dataset(PATH) as dataset:
        assert dataset.comment == "appended"
        np.testing.assert_array_equal(dataset["extra"][:], np.arange(FLOWS))


def check_h5py():
    with h5py.File(PATH) as file:
        assert file["x"].dims[0][0] == file["trajectory"]
        assert file["eulerian/psi_hat"].shape == (FLOWS, MODES, 2)
        np.testing.assert_allclose(file["y"], positions(np.pi / 2, 0.2), atol=2e-7)


for name in ("h5netcdf", "netcdf4"):
    check_xarray(name)
check_h5py()
if MODE == "append":
    check_append()
    for name in ("h5netcdf", "netcdf4"):
        with xr.open_dataset(PATH, engine=name) as opened:
            check_root(opened.drop_vars("extra"))
