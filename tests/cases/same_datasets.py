"""same_datasets.py A.h5 B.h5: both files hold the same datasets, to the bit, whatever their layout."""
import sys

import h5py


def datasets(path):
    found = {}
    with h5py.File(path, "r") as file:
        file.visititems(
            lambda name, item: found.update({name: item})
            if isinstance(item, h5py.Dataset)
            else None
        )
        return {
            name: (item.shape, item.dtype.str, item[()].tobytes() if item.shape is not None else b"")
            for name, item in found.items()
        }


first, second = datasets(sys.argv[1]), datasets(sys.argv[2])
different = sorted(
    name for name in first.keys() | second.keys() if first.get(name) != second.get(name)
)
if different:
    sys.exit(f"{sys.argv[1]} and {sys.argv[2]} differ in " + ", ".join(different))
print(f"{sys.argv[2]}: the same {len(first)} datasets")
