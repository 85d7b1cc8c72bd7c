"""A program run many times over by mpirun, as containers and small machines let it."""
import os
import subprocess


def started(mpiexec, count, *command):
    """More ranks than cores, and nobody but root. A rank that waits for ever ends the test."""
    root = ["--allow-run-as-root"] if os.geteuid() == 0 else []
    return subprocess.run([mpiexec, "--oversubscribe", *root, "-n", str(count), *command],
                          capture_output=True, text=True, timeout=120)
