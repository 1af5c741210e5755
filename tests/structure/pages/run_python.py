"""Runs what a page prints of Python. A package of those below that this python lacks is told, and
is no failure.

usage: run_python.py - | -c TEXT | SCRIPT [ARGUMENTS...]
"""
import pathlib
import runpy
import sys

OPTIONAL = {"h5netcdf", "h5py", "matplotlib", "numpy", "torch", "xarray"}


def run(program):
    if program == "-":
        exec(compile(sys.stdin.read(), "a page's python", "exec"), {"__name__": "__main__"})
    elif program == "-c":
        exec(compile(sys.argv.pop(1), "a page's python", "exec"), {"__name__": "__main__"})
    else:
        sys.path.insert(0, str(pathlib.Path(program).parent))
        runpy.run_path(program, run_name="__main__")


del sys.argv[0]
sys.path.pop(0)  # this folder, where a script's own would be
try:
    run(sys.argv[0])
except ModuleNotFoundError as missing:
    if missing.name.split(".")[0] not in OPTIONAL:
        raise
    print(f"skipped, this python has no {missing.name}: {sys.argv[0]}")
