"""A PostGIS on this machine, in a folder of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
HAS_POSTGIS = any(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
MISSING = "PostGIS is not installed (Debian: postgresql-15-postgis-3)"
AVAILABLE = os.name != "nt" and bool(BINARIES) and HAS_POSTGIS
PASSWORD = "s3cret-word"  # noqa: S105 - of a server that lives for one test


def _command(name, *arguments):
    """The server refuses to run as root: then it runs as the user that Debian made for it."""
    program = [str(BINARIES[-1] / name), *map(str, arguments)]
    return ["runuser", "-u", "postgres", "--", *program] if os.geteuid() == 0 else program


def _run(name, *arguments):
    done = subprocess.run(_command(name, *arguments), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


@contextlib.contextmanager
def postgis():
    """Start a server; give its address without the password.

    Its folder is none of pytest's, which nobody but their owner may enter.
    """
    folder = Path(tempfile.mkdtemp(prefix="postgis-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        with _running(folder) as port:
            yield f"postgresql://planner@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _running(folder):
    data, secret = folder / "data", folder / "password"
    secret.write_text(PASSWORD, "utf-8")
    secret.chmod(0o644)
    _run("initdb", "-D", data, "-U", "planner", "-A", "scram-sha-256", f"--pwfile={secret}", "-N")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    _run("pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start")
    try:
        yield port
    finally:
        _run("pg_ctl", "-D", data, "-m", "immediate", "stop")
