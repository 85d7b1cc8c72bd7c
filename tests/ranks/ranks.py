"""The losses of one process and of 1, 2 and 4 ranks are the same bytes.

usage: ranks.py ALONE UNDER_MPI MPIEXEC
"""
import pathlib
import subprocess
import sys
import tempfile

from mpirun import started


def bytes_of(done, said, file):
    """The bytes that a command wrote; it has to say how many ranks there were."""
    print(done.stdout, end="")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(said + ",") and done.stdout.count("\n") == 1, "not one voice"
    return file.read_bytes()


def main(alone, under_mpi, mpiexec):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "losses")
        done = subprocess.run([alone, str(file)], capture_output=True, text=True)
        one = bytes_of(done, "1 ranks", file)
        assert len(one) == 8 * 2 * 50_001, len(one)
        for count in 1, 2, 4:
            file = pathlib.Path(folder, f"losses_{count}")
            many = bytes_of(started(mpiexec, count, under_mpi, str(file)), f"{count} ranks", file)
            assert many == one, f"{count} ranks write other bytes"
    # Nobody waits for ever for a rank that gave up.
    for count in 2, 4:
        assert started(mpiexec, count, under_mpi).returncode == 71


if __name__ == "__main__":
    main(*sys.argv[1:])
