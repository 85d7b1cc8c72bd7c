"""The losses of one process and of 1, 2 and 4 ranks are the same bytes.

usage: ranks.py ALONE UNDER_MPI MPIEXEC
"""
import os
import pathlib
import subprocess
import sys
import tempfile


def written(command, said, folder):
    """The bytes that a command writes; it has to say how many ranks there were."""
    file = pathlib.Path(folder, said.replace(" ", "_"))
    told = subprocess.run([*command, str(file)], check=True, capture_output=True, text=True).stdout
    print(told, end="")
    assert told.startswith(said + ",") and told.count("\n") == 1, f"not one voice: {told!r}"
    return file.read_bytes()


def main(alone, under_mpi, mpiexec):
    # Containers and small machines: more ranks than cores, and nobody but root.
    start = [mpiexec, "--oversubscribe"] + (["--allow-run-as-root"] if os.geteuid() == 0 else [])
    with tempfile.TemporaryDirectory() as folder:
        one = written([alone], "1 ranks", folder)
        assert len(one) == 8 * 2 * 50_001, len(one)
        for count in 1, 2, 4:
            many = written([*start, "-n", str(count), under_mpi], f"{count} ranks", folder)
            assert many == one, f"{count} ranks write other bytes"


if __name__ == "__main__":
    main(*sys.argv[1:])
