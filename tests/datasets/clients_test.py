"""Opens FILE as other people's programs do and asserts names, dimensions, types and values.

usage: clients_test.py FILE float32|float64    (a file of tests/datasets/fixture.cpp, 9 flows)
"""
import sys

import h5py
import netCDF4
import numpy as np
import xarray as xr

PATH, STORAGE = sys.argv[1:]
FLOWS, DRIFTERS, TIMES, MODES = 9, 2, 3, 5
ROOT = {
    "trajectory": ("trajectory",), "time": ("time",), "model_time": ("time",),
    "x": ("trajectory", "time"), "y": ("trajectory", "time"),
    "flow_index": ("trajectory",), "drifter_index": ("trajectory",),
    "release_x": ("trajectory",), "release_y": ("trajectory",), "split": ("flow",),
}
EULERIAN = {
    "psi_hat": ("flow", "mode", "complex"), "k": ("mode",), "l": ("mode",),
    "omega": ("mode",), "prior_std": ("mode",),
}
INTEGRITY = {"checksum": ("block",), "samples_complete": ("counter",)}


def check_names(dataset, expected):
    found = {name: variable.dims for name, variable in dataset.variables.items()}
    assert found == expected, found


def check_root(dataset):
    check_names(dataset, ROOT)
    assert dict(dataset.sizes) == {
        "trajectory": FLOWS * DRIFTERS, "time": TIMES, "flow": FLOWS}, dataset.sizes
    flow = np.repeat(np.arange(FLOWS), DRIFTERS)[:, None]
    place = (np.tile(np.arange(DRIFTERS), FLOWS)[:, None] * TIMES + np.arange(TIMES))
    assert dataset.x.dtype == STORAGE
    np.testing.assert_allclose(dataset.x, 0.75 + np.sin(0.37 * flow + 0.1 * place), atol=2e-7)
    np.testing.assert_allclose(dataset.y, 0.75 + np.cos(0.37 * flow + 0.2 * place), atol=2e-7)
    np.testing.assert_array_equal(dataset.flow_index, flow[:, 0])
    np.testing.assert_array_equal(dataset.release_y, np.tile([0.75, 0.9], FLOWS))
    np.testing.assert_array_equal(dataset.model_time, [0.025, 0.05, 0.1])
    assert dataset.time.values[2] == np.datetime64("2000-01-01T00:00:00.100"), dataset.time
    assert set(np.unique(dataset.split)) == {0, 1, 2}
    assert dataset.attrs["Conventions"] == "CF-1.8" and dataset.attrs["complete"] == 1
    assert dataset.attrs["seed"] == 0xFEDCBA9876543210


def check_eulerian(dataset):
    check_names(dataset, EULERIAN)
    psi_hat = dataset.psi_hat.values[..., 0] + 1j * dataset.psi_hat.values[..., 1]
    expected = 0.3 * np.exp(1j * (0.37 * np.arange(FLOWS)[:, None] + np.arange(MODES)))
    np.testing.assert_allclose(psi_hat, expected, atol=1e-12)
    np.testing.assert_array_equal(dataset.k, [-1, 0, 0, 1, 2])


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


for name in ("h5netcdf", "netcdf4"):
    check_xarray(name)
check_h5py()
check_append()
for name in ("h5netcdf", "netcdf4"):
    with xr.open_dataset(PATH, engine=name) as opened:
        check_root(opened.drop_vars("extra"))
