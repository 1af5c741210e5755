"""Decodes what `lagoon export` wrote and compares every value with the dataset.

usage: export_test.py DATA.h5 LINES.vtp WRAPPED.vtp IMAGE.vti POINTS.xdmf
"""
import re
import sys
import xml.etree.ElementTree as ElementTree

import h5py
import numpy as np

DATA, LINES, WRAPPED, IMAGE, POINTS = sys.argv[1:]
TYPES = {"Float32": "<f4", "Float64": "<f8", "Int32": "<i4", "Int64": "<i8"}


def read_vtk(path):
    """The root element and the arrays of a VTK XML file with raw appended data, by name."""
    text = open(path, "rb").read()
    begin = text.index(b'<AppendedData encoding="raw">')
    begin = text.index(b"_", begin) + 1
    end = text.rindex(b"</AppendedData>")
    root = ElementTree.fromstring(text[:begin] + text[end:])
    assert root.get("byte_order") == "LittleEndian" and root.get("header_type") == "UInt64"
    arrays, used = {}, 0
    for element in root.iter("DataArray"):
        if element.get("format") != "appended":
            continue
        at = begin + int(element.get("offset"))
        size = int(np.frombuffer(text, "<u8", 1, at)[0])
        values = np.frombuffer(text[at + 8:at + 8 + size], TYPES[element.get("type")])
        arrays[element.get("Name")] = values.reshape(-1, int(element.get("NumberOfComponents")))
        used += 8 + size
    assert text[begin + used:end].strip() == b"", "bytes that belong to no array"
    return root, arrays


def expected_points(file):
    """Per trajectory: release and observations that there are, as (time, x, y)."""
    times = file["model_time"][:]
    for row in range(len(file["x"])):
        x, y = file["x"][row], file["y"][row]
        after = times > file["release_time"][row]
        time = np.concatenate([[file["release_time"][row]], times[after]])
        x = np.concatenate([[file["release_x"][row]], x[after].astype("f8")])
        y = np.concatenate([[file["release_y"][row]], y[after].astype("f8")])
        seen = np.isfinite(x)
        yield time[seen], x[seen], y[seen], np.flatnonzero(np.diff(np.flatnonzero(seen)) > 1) + 1


def check_lines(file):
    root, arrays = read_vtk(LINES)
    piece = root.find("PolyData/Piece")
    assert int(piece.get("NumberOfPoints")) == len(arrays["Points"])
    assert int(piece.get("NumberOfLines")) == len(arrays["offsets"])
    assert arrays["Points"].dtype == file["x"].dtype, arrays["Points"].dtype
    point, offsets, rows = 0, [], []
    for row, (time, x, y, cuts) in enumerate(expected_points(file)):
        own = slice(point, point + len(time))
        np.testing.assert_array_equal(arrays["time"][own, 0], time)
        np.testing.assert_array_equal(arrays["Points"][own, 0], x.astype(file["x"].dtype))
        np.testing.assert_array_equal(arrays["Points"][own, 1], y.astype(file["x"].dtype))
        assert (arrays["flow"][own] == file["flow_index"][row]).all()
        assert (arrays["drifter"][own] == file["drifter_index"][row]).all()
        offsets += [point + int(cut) for cut in cuts] + [own.stop]
        rows += [row] * (len(cuts) + 1)
        point = own.stop
    assert point == len(arrays["Points"]) and (arrays["Points"][:, 2] == 0).all()
    np.testing.assert_array_equal(arrays["offsets"][:, 0], offsets)
    np.testing.assert_array_equal(arrays["trajectory"][:, 0], rows)
    np.testing.assert_array_equal(arrays["connectivity"][:, 0], np.arange(point))


def steps_of(arrays):
    points = arrays["Points"][:, :2].astype("f8")
    inside = np.ones(len(points), bool)
    inside[arrays["offsets"][:-1, 0]] = False
    return np.hypot(*np.diff(points, axis=0).T)[inside[1:]]


def check_wrapped():
    _, whole = read_vtk(LINES)
    _, wrapped = read_vtk(WRAPPED)
    points = wrapped["Points"][:, :2]
    assert points.min() == 0 and points.max() == 1, "lines reach the edges of the unit square"
    assert len(wrapped["offsets"]) > len(whole["offsets"])
    np.testing.assert_allclose(steps_of(wrapped).sum(), steps_of(whole).sum(), rtol=1e-5)
    assert steps_of(wrapped).max() < 1.01 * steps_of(whole).max(), "a line crosses the square"


def check_image(file):
    root, arrays = read_vtk(IMAGE)
    n = int(root.find("ImageData").get("WholeExtent").split()[1])
    time = float(root.find("ImageData/FieldData/DataArray").text)
    assert time == file["model_time"][4]
    line = np.arange(n + 1) / n
    y, x = np.meshgrid(line, line, indexing="ij")
    k, l, omega = (file["eulerian"][name][:] for name in ("k", "l", "omega"))
    for flow in (1, 3):
        psi_hat = file["eulerian/psi_hat"][flow] @ [1, 1j] * np.exp(1j * omega * time)
        waves = np.exp(2j * np.pi * (k[:, None, None] * x + l[:, None, None] * y))
        field = lambda factor: np.tensordot(psi_hat * factor, waves, 1).real.ravel()
        close = lambda name, factor: np.testing.assert_allclose(name, field(factor), atol=1e-9)
        close(arrays[f"psi_{flow}"][:, 0], 1)
        close(arrays[f"velocity_{flow}"][:, 0], -2j * np.pi * l)
        close(arrays[f"velocity_{flow}"][:, 1], 2j * np.pi * k)
        close(arrays[f"vorticity_{flow}"][:, 0], -4 * np.pi**2 * (k**2 + l**2))


def slab(item):
    """The values that a HyperSlab of an XDMF file names."""
    selection, heavy = item
    rows = np.array(selection.text.split(), int).reshape(3, -1)
    name, variable = re.fullmatch(r"(.*):/(\w+)", heavy.text).groups()
    data = h5py.File(DATA)[variable]
    assert DATA.endswith("/" + name) and list(data.shape) == [int(n) for n in heavy.get("Dimensions").split()]
    assert int(heavy.get("Precision")) == data.dtype.itemsize
    return data[tuple(slice(b, b + s * c, s) for b, s, c in rows.T)].ravel()


def check_points(file):
    grids = ElementTree.parse(POINTS).findall("Domain/Grid/Grid")
    assert len(grids) == 10
    rows = np.flatnonzero((file["flow_index"][:] >= 2) & (file["flow_index"][:] < 5))
    for j, grid in enumerate(grids):
        assert float(grid.find("Time").get("Value")) == file["model_time"][j]
        assert int(grid.find("Topology").get("NumberOfElements")) == len(rows)
        x, y = grid.find("Geometry/DataItem")
        np.testing.assert_array_equal(slab(x), file["x"][rows, j])
        np.testing.assert_array_equal(slab(y), file["y"][rows, j])
        flow, drifter = grid.findall("Attribute/DataItem")
        np.testing.assert_array_equal(slab(flow), file["flow_index"][rows])
        np.testing.assert_array_equal(slab(drifter), file["drifter_index"][rows])


def check_with_vtk():
    """The same numbers through VTK's own readers, where Python has them."""
    try:
        import vtk
        from vtk.util.numpy_support import vtk_to_numpy
    except ImportError:
        return
    reader = vtk.vtkXMLPolyDataReader()
    reader.SetFileName(LINES)
    reader.Update()
    lines = reader.GetOutput()
    _, arrays = read_vtk(LINES)
    assert lines.GetNumberOfLines() == len(arrays["offsets"])
    np.testing.assert_array_equal(vtk_to_numpy(lines.GetPoints().GetData()), arrays["Points"])
    reader = vtk.vtkXMLImageDataReader()
    reader.SetFileName(IMAGE)
    reader.Update()
    psi = reader.GetOutput().GetPointData().GetArray("psi_3")
    np.testing.assert_array_equal(vtk_to_numpy(psi), read_vtk(IMAGE)[1]["psi_3"][:, 0])


with h5py.File(DATA) as opened:
    check_lines(opened)
    check_wrapped()
    check_image(opened)
    check_points(opened)
check_with_vtk()
