"""The commands of the user guides that need a cluster are run as they are shown, on the loopback."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.guide import GUIDES, ROOT, command_of

_BLOCKS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What the words of the guide start: the modules behind `dask`, kept on the loopback and without pages of their own.
_DASK = """#!/bin/sh
kind=$1; shift
case $kind in
  scheduler) exec "{python}" -m distributed.cli.dask_scheduler --host 127.0.0.1 --no-dashboard "$@" ;;
  worker) exec "{python}" -m distributed.cli.dask_worker --host 127.0.0.1 --no-dashboard --no-nanny "$@" ;;
esac
"""
# What is asked to be installed is told; the checkout is installed already.
_PIP = '#!/bin/sh\necho "$@" > asked.txt\n'


@pytest.mark.long
@pytest.mark.parametrize("lang", GUIDES)
def test_the_block_of_the_guide_runs_as_text(lang: str, tmp_path: Path) -> None:
    """Installing, scheduler, worker and conversion in one shell; the bytes are those of a run without a cluster."""
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    (text,) = [block for block in _BLOCKS.findall(GUIDES[lang].read_text("utf-8")) if "--dask" in block]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert text.count("8786") == 3
    text = text.replace("8786", str(port))
    shutil.copytree(ROOT / "fixtures" / "qonto" / "2026-09", tmp_path / "accounts")
    command_of(tmp_path)
    for name, script in (("dask", _DASK.format(python=sys.executable)), ("pip", _PIP)):
        (tmp_path / ".bin" / name).write_text(script, "utf-8")
        (tmp_path / ".bin" / name).chmod(0o755)
    python_path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {
        "PATH": f"{tmp_path / '.bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": python_path,
        "LC_ALL": "C.UTF-8",
        "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "60s",
    }
    shell = subprocess.Popen(
        ["sh", "-e", "-c", text],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        # The cluster goes on in the background: the shell ends with its last command.
        code = shell.wait(timeout=180)
    finally:
        os.killpg(shell.pid, signal.SIGKILL)
    assert code == 0
    assert (tmp_path / "asked.txt").read_text("utf-8") == "install .[dask]\n"
    alone = text.splitlines()[-1].partition(" --dask")[0].replace("-o out", "-o alone")
    subprocess.run(["sh", "-c", alone], cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL, check=False)
    made, wanted = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("out", "alone"))
    assert made == wanted != {}
