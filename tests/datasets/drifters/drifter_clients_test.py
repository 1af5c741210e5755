"""Opens a file of drifters as other people's programs do, or writes one in clouddrift's style.

usage: drifter_clients_test.py check FILE ragged|orthogonal   (made_tracks({5, 1, 9}, true))
       drifter_clients_test.py write FILE contiguous|indexed|orthogonal|classic
"""
import sys

import h5py
import netCDF4
import numpy as np
import xarray as xr

SIZES = np.array([5, 1, 9])
TRACK = np.repeat(np.arange(3), SIZES)
STEP = np.concatenate([np.arange(n) for n in SIZES])
TIME = 1.68e9 + 300.0 * STEP + 7 * TRACK
LONGITUDE = 10 + 0.001 * STEP + 0.01 * TRACK
LATITUDE = 54 + 0.0005 * STEP
PLACES = ("longitude", "latitude", "x", "y", "velocity_x", "velocity_y",
          "measured_velocity_x", "measured_velocity_y")


def expected_dimensions(layout):
    record = ("obs",) if layout == "ragged" else ("trajectory", "time")
    names = {"trajectory": ("trajectory",), "segment": ("trajectory",),
             "id": ("trajectory",), "time": record[-1:], "model_time": record[-1:]}
    if layout == "ragged":
        names["rowsize"] = ("trajectory",)
    return names | {name: record for name in PLACES}


def check_ragged(dataset):
    np.testing.assert_array_equal(dataset.rowsize, SIZES)
    assert dataset.rowsize.attrs["sample_dimension"] == "obs"
    np.testing.assert_array_equal(dataset.longitude, LONGITUDE)
    seconds = (dataset.time.values - np.datetime64("1970-01-01")) / np.timedelta64(1, "s")
    np.testing.assert_allclose(seconds, TIME, atol=1e-6)
    np.testing.assert_allclose(dataset.model_time * dataset.attrs["time_scale_s"]
                               + dataset.attrs["epoch_s"], TIME, atol=1e-3)


def check(path, layout):
    for engine in ("h5netcdf", "netcdf4"):
        with xr.open_dataset(path, engine=engine) as dataset:
            found = {name: variable.dims for name, variable in dataset.variables.items()}
            assert found == expected_dimensions(layout), found
            assert dataset.id.values.astype(str).tolist() == ["D0", "D1", "D2"]
            assert dataset.attrs["featureType"] == "trajectory"
            assert dataset.attrs["rejected_too_fast"] == 3
            if layout == "ragged":
                check_ragged(dataset)
    with h5py.File(path) as file:
        assert file["x"].dims[0][0] == file["obs" if layout == "ragged" else "trajectory"]
    with netCDF4.Dataset(path, "a") as dataset:
        dataset.comment = "appended"
        dataset.createVariable("extra", "f8", ("trajectory",))[:] = np.arange(3)
    with netCDF4.Dataset(path) as dataset:
        np.testing.assert_array_equal(dataset["extra"][:], np.arange(3))
        assert np.ma.filled(dataset["x"][:], np.nan).shape[-1] in (15, 9)


def write_ragged(file, kind):
    file.createDimension("traj", 3)
    file.createDimension("obs", TIME.size)
    if kind == "indexed":
        index = file.createVariable("index", "i4", ("obs",))
        index.instance_dimension = "traj"
        index[:] = TRACK
    else:
        rowsize = file.createVariable("rowsize", "i4" if kind == "classic" else "i8", ("traj",))
        if kind == "contiguous":
            rowsize.sample_dimension = "obs"
        rowsize[:] = SIZES
    form = {"classic": "i4", "indexed": str}.get(kind, "i8")
    identity = file.createVariable("id", form, ("traj",))
    identity.cf_role = "trajectory_id"
    identity[:] = np.array(["68248", "131", "7"], object) if form is str else [68248, 131, 7]
    time = file.createVariable("time", "f8", ("obs",))
    time.units = "days since 2023-03-28 10:40:00"
    time[:] = (TIME - 1680000000) / 86400
    for name, values in (("lon", LONGITUDE), ("lat", LATITUDE)):
        file.createVariable(name, "f4" if kind == "classic" else "f8", ("obs",))[:] = values
    speed = file.createVariable("ve", "f4", ("obs",), fill_value=np.float32(-1e34))
    speed.units = "m/s"
    speed[:] = np.ma.masked_array(np.full(TIME.size, 0.5), STEP == 0)
    file.createVariable("vn", "f4", ("obs",))[:] = -0.25


def write_orthogonal(file):
    file.createDimension("trajectory", 3)
    file.createDimension("time", 9)
    time = file.createVariable("time", "f8", ("time",))
    time.units = "seconds since 1970-01-01 00:00:00"
    time[:] = 1.68e9 + 300.0 * np.arange(9)
    for name, values in (("lon", LONGITUDE), ("lat", LATITUDE)):
        variable = file.createVariable(name, "i4", ("trajectory", "time"), fill_value=-1)
        variable.scale_factor = 1e-7
        variable.standard_name = {"lon": "longitude", "lat": "latitude"}[name]
        table = np.ma.masked_all((3, 9))
        table[TRACK, STEP] = values
        variable[:] = table


def write(path, kind):
    form = "NETCDF3_64BIT_OFFSET" if kind == "classic" else "NETCDF4"
    with netCDF4.Dataset(path, "w", format=form) as file:
        file.featureType = "trajectory"
        if kind == "orthogonal":
            write_orthogonal(file)
        else:
            write_ragged(file, kind)


{"check": check, "write": write}[sys.argv[1]](*sys.argv[2:])
