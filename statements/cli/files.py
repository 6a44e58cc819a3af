"""Files in and out: reading sources, and writing a whole run or nothing.

Outputs are first written beside their targets under temporary names and flushed to the disk; only when all of them
are there are they renamed. Whatever fails before or during the renaming is undone.
"""

from __future__ import annotations

import errno
import filecmp
import fnmatch
import glob
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from statements.cli.console import UsageFault, out_bytes
from statements.cli.signals import check, held
from statements.cli.texts import Texts

_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))]
)


def read_source(name: str, texts: Texts) -> bytes:
    """The bytes of a file, or of stdin for ``-``. Raises :class:`UsageFault` when it cannot be read."""
    try:
        if name == "-":
            return sys.stdin.buffer.read()
        with open(name, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise UsageFault(unreadable(name, error, texts)) from error


LARGE = 8 << 20
"""From this size on a file is not held in memory: the payment check streams it, and its lines are read when shown."""

HEAD = 1 << 20
"""How much of a large file is looked at to recognise it."""


class LargeFile:
    """A file on the disk that is read piece by piece. Another program may cut it meanwhile: then less is read."""

    __slots__ = ("_size", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self._size = os.path.getsize(path)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self._size)
        with self.open() as stream:
            stream.seek(start)
            return stream.read(max(0, stop - start))

    def open(self) -> BinaryIO:
        """The file, opened for reading."""
        return open(self.path, "rb")


Bytes = bytes | LargeFile
"""The bytes of a file, at hand or on the disk."""


def source(name: str, texts: Texts) -> Bytes:
    """As :func:`read_source`, but a large file is left on the disk."""
    try:
        if name != "-" and os.path.isfile(name) and os.path.getsize(name) >= LARGE:
            return LargeFile(name)
    except OSError:
        # What cannot be looked at is said when it is read.
        pass
    return read_source(name, texts)


def expand(names: Sequence[str], texts: Texts, exclude: Sequence[str] = ()) -> list[str]:
    """The files that names stand for: a folder for the files in it that are recognised, a pattern for what fits it.

    ``exclude`` leaves out, of folders and patterns, what fits a pattern by its path, its name or a folder above it; a
    file that is named itself is always taken.
    """
    found: list[str] = []
    for name in names:
        if name != "-" and os.path.isdir(name):
            inside = [path for path in _walk(name) if not _fits(path, exclude) and _recognised(path)]
            if not inside:
                raise UsageFault(texts("no-files", path=name))
            found.extend(inside)
        elif any(mark in name for mark in "*?[") and not os.path.lexists(name):
            matched = sorted(glob.glob(name, recursive=True))
            found.extend([path for path in matched if not _fits(path, exclude)] if matched else [name])
        else:
            found.append(name)
    return found


def _fits(path: str, patterns: Sequence[str]) -> bool:
    parts = path.replace(os.sep, "/").split("/")
    return any(
        fnmatch.fnmatch("/".join(parts), pattern) or any(fnmatch.fnmatch(part, pattern) for part in parts)
        for pattern in patterns
    )


def _walk(folder: str) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (os.path.join(place, name) for name in sorted(files) if not name.startswith("."))


def _recognised(path: str) -> bool:
    from statements.services.identify import identify

    try:
        with open(path, "rb") as stream:
            return identify(stream.read(HEAD)).kind == "known"
    except OSError:
        # It is told when it is read.
        return True


def unreadable(name: str, error: OSError, texts: Texts) -> str:
    """Why a file cannot be read, as a sentence."""
    if isinstance(error, FileNotFoundError):
        return texts("not-found", path=name)
    if isinstance(error, IsADirectoryError):
        return texts("is-folder", path=name)
    if isinstance(error, PermissionError):
        return texts("no-access", path=name)
    return texts("cannot-read", path=name, reason=reason(error, texts))


def reason(error: OSError, texts: Texts) -> str:
    """What the system said, in a few words of ours."""
    code = error.errno
    if code in (errno.EACCES, errno.EPERM):
        return texts("reason.permission")
    if code in (errno.ENOSPC, errno.EDQUOT):
        return texts("reason.space")
    if code == errno.EROFS:
        return texts("reason.readonly")
    if code == errno.ENAMETOOLONG:
        return texts("reason.long")
    return texts("reason.other", code=errno.errorcode.get(code or 0, "?"))


@dataclass(frozen=True)
class Output:
    """One file to write."""

    path: Path
    content: bytes | Path
    """The bytes, or a finished file under another name in the same file system, which is moved."""
    replace: bool = False
    """A file of our own that every run writes anew."""
    private: bool = False
    """Readable by its owner alone, such as a key."""


@dataclass(frozen=True)
class Written:
    """What became of an output: written, or found there already with the same content."""

    path: Path
    unchanged: bool


@contextmanager
def staging(folder: Path, texts: Texts) -> Iterator[Path]:
    """A folder for files that are not finished, in the file system of ``folder``, which need not be there yet."""
    place = folder
    while not place.is_dir() and place.parent != place:
        place = place.parent
    try:
        with tempfile.TemporaryDirectory(prefix=".statements-", dir=place, ignore_cleanup_errors=True) as name:
            yield Path(name)
    except OSError as error:
        raise UsageFault(texts("cannot-write", path=folder, reason=reason(error, texts))) from error


def is_folder_target(target: str) -> bool:
    """Whether ``-o`` names a folder: one that exists, or a name that ends with a slash or has no suffix."""
    path = Path(target)
    try:
        return path.is_dir() or target.endswith(("/", os.sep)) or (not path.exists() and not path.suffix)
    except OSError:
        # A name that the system does not take is said when the file is written.
        return False


def release(
    outputs: Sequence[Output], sources: Iterable[str], force: bool, texts: Texts, leaving: Sequence[Path] = ()
) -> list[Written]:
    """Write all outputs or none. Raises :class:`UsageFault` (exit code 2) with a sentence that says why not.

    ``leaving`` are files of an earlier run in whose place the outputs come: they go when those are written.
    """
    _check_clashes(outputs, sources, texts)
    states = [_state(output, force or output.replace, texts) for output in outputs]
    todo = [output for output, unchanged in zip(outputs, states, strict=True) if not unchanged]
    with held():
        _write_all(todo, force, texts, leaving)
    return [Written(output.path, unchanged) for output, unchanged in zip(outputs, states, strict=True)]


def give_page(content: str, target: str | None, force: bool, sources: Iterable[str], texts: Texts) -> None:
    """A page for a person, to a file or to stdout."""
    if target in (None, "-"):
        out_bytes(content.encode())
    else:
        release([Output(Path(str(target)), content.encode())], sources, force, texts)


def foreseen(outputs: Sequence[Output], sources: Iterable[str], force: bool, texts: Texts) -> list[str]:
    """What :func:`release` would find of each output: nothing, ``unchanged``, or ``occupied`` by other content."""
    _check_clashes(outputs, sources, texts)
    found = []
    for output in outputs:
        try:
            found.append("unchanged" if _state(output, True, texts) else "")
        except UsageFault:
            found.append("occupied")
            continue
        if not force and not found[-1] and output.path.exists():
            found[-1] = "occupied"
    return found


def _check_clashes(outputs: Sequence[Output], sources: Iterable[str], texts: Texts) -> None:
    taken: dict[str, Path] = {}
    originals = {os.path.realpath(source) for source in sources if source != "-"}
    for output in outputs:
        real = os.path.realpath(output.path)
        if real in originals or any(_same_file(output.path, source) for source in originals):
            raise UsageFault(texts("is-source", path=output.path))
        # Some file systems hold no two names that differ in case alone.
        key = real.casefold()
        if key in taken:
            raise UsageFault(texts("clash", path=output.path))
        taken[key] = output.path
        if output.path.stem.split(".")[0].casefold() in _RESERVED:
            raise UsageFault(texts("not-a-file", path=output.path))


def _same_file(path: Path, source: str) -> bool:
    try:
        return os.path.samefile(path, source)
    except OSError:
        return False


def _state(output: Output, force: bool, texts: Texts) -> bool:
    """Whether the target holds this very content already; stops when it holds another one."""
    path = output.path
    try:
        if not path.exists():
            if path.is_symlink():
                raise UsageFault(texts("not-a-file", path=path))
            return False
        if not path.is_file():
            raise UsageFault(texts("not-a-file", path=path))
        if _same_content(path, output.content):
            return True
    except NotADirectoryError as error:
        raise UsageFault(texts("not-folder", path=path.parent)) from error
    except OSError as error:
        raise UsageFault(texts("cannot-write", path=path, reason=reason(error, texts))) from error
    if not force:
        raise UsageFault(texts("exists", path=path))
    return False


def _same_content(path: Path, content: bytes | Path) -> bool:
    if isinstance(content, Path):
        return filecmp.cmp(path, content, shallow=False)
    return path.stat().st_size == len(content) and path.read_bytes() == content


def _write_all(outputs: Sequence[Output], force: bool, texts: Texts, leaving: Sequence[Path]) -> None:
    made: list[Path] = []
    waiting: list[tuple[Path, Path]] = []
    ours: set[Path] = set()
    kept: dict[Path, Path] = {}
    placed: list[Path] = []
    current: Path | None = None
    complete = False
    try:
        for output in outputs:
            check()
            current = output.path
            made.extend(_make_folders(output.path.parent))
            # A link is followed, so that the file behind it is replaced and the link stays.
            target = Path(os.path.realpath(output.path))
            waiting.append((_temporary(target, output), target))
            if force or output.replace:
                ours.add(target)
        for path in leaving:
            # First of all: a run that is cut here has too few files, never two sets of them.
            current = path
            aside = _set_aside(path)
            if aside is not None:
                kept[path] = aside
                placed.append(path)
                path.unlink()
        for temporary, target in waiting:
            check()
            current = target
            aside = _set_aside(target) if target in ours else None
            if aside is not None:
                kept[target] = aside
            _place(temporary, target, target in ours)
            placed.append(target)
        for folder in {target.parent for _, target in waiting}:
            _flush_folder(folder)
        complete = True
    except FileExistsError as error:
        # Somebody else made it since we looked: another run into the same folder.
        taken = current is not None and current.is_file()
        place = current if taken or current is None else current.parent
        raise UsageFault(texts("exists" if taken else "not-folder", path=place)) from error
    except NotADirectoryError as error:
        raise UsageFault(texts("not-folder", path=current.parent if current else "")) from error
    except OSError as error:
        raise UsageFault(texts("cannot-write", path=current, reason=reason(error, texts))) from error
    finally:
        if not complete:
            _undo(waiting, placed, kept)
        for aside in kept.values():
            aside.unlink(missing_ok=True)
        if not complete:
            for folder in reversed(made):
                _remove_folder(folder)


def _make_folders(folder: Path) -> list[Path]:
    missing = []
    while not folder.exists():
        missing.append(folder)
        if folder.parent == folder:
            break
        folder = folder.parent
    made = []
    for item in reversed(missing):
        item.mkdir()
        made.append(item)
    return made


def _temporary(target: Path, output: Output) -> Path:
    if isinstance(output.content, Path):
        with open(output.content, "rb") as written:
            os.fsync(written.fileno())
        os.chmod(output.content, _mode(target))
        return output.content
    handle, name = tempfile.mkstemp(prefix=".statements-", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(output.content)
            stream.flush()
            os.fsync(stream.fileno())
        # mkstemp makes private files; the result gets the rights of any new file, or of the one it replaces.
        os.chmod(name, 0o600 if output.private else _mode(target))
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _mode(target: Path) -> int:
    try:
        return target.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


_NO_LINKS = frozenset((errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV))


def _place(temporary: Path, target: Path, force: bool) -> None:
    """Give the finished file its name; without ``force`` never in place of another one, whoever made it."""
    if force:
        os.replace(temporary, target)
        return
    try:
        os.link(temporary, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A file system without links: the name is taken first, then filled.
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        os.replace(temporary, target)
    else:
        temporary.unlink()


def _set_aside(target: Path) -> Path | None:
    """A second name for the file that is about to be replaced, so that it can come back."""
    if not target.exists():
        return None
    handle, name = tempfile.mkstemp(prefix=".statements-", suffix=".old", dir=target.parent)
    os.close(handle)
    kept = Path(name)
    kept.unlink()
    try:
        os.link(target, kept)
    except OSError:
        kept.write_bytes(target.read_bytes())
    return kept


def _undo(waiting: Sequence[tuple[Path, Path]], placed: Sequence[Path], kept: Mapping[Path, Path]) -> None:
    for target in placed:
        with suppress(OSError):
            if target in kept:
                os.replace(kept[target], target)
            else:
                target.unlink(missing_ok=True)
    for temporary, _ in waiting:
        temporary.unlink(missing_ok=True)


def _remove_folder(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return


def _flush_folder(folder: Path) -> None:
    # The new names reach the disk too, where the system can flush a folder.
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)
