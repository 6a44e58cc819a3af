"""The folder on the disk: files whole or not at all, one run at a time, the manifest last.

Names of pages hold their SHA-256, so that a new reading never replaces a page that the manifest still names: the
manifest is renamed into its place when everything is there, and what it no longer names is removed after that.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import tempfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from statements.fetch.errors import FetchError
from statements.fetch.transport import HttpAnswer
from statements.reference.iban import is_iban
from statements.services.downloads import (
    MANIFEST,
    RUN,
    DownloadedPiece,
    Manifest,
    Window,
    read_manifest,
    write_manifest,
)

_LOCK = ".lock"
_PAGES = "pages"


class Progress(msgspec.Struct):
    """What a run that is not over has: its question, when it began, and the windows it has in full."""

    asked: str
    started: datetime.datetime
    windows: dict[str, list[Window]] = {}


class Store:
    """One folder. Use it inside :meth:`locked`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for this process. Raises :class:`FetchError` when another one has it."""
        fault = ""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            fault = "cannot-write"
        if fault:
            raise FetchError(fault, path=str(self.folder))
        try:
            if not _hold(handle):
                raise FetchError("busy", path=str(self.folder))
            yield
        finally:
            os.close(handle)

    def manifest(self) -> Manifest | None:
        """What the folder holds; ``None`` for a new one. Raises :class:`FetchError` for a manifest that is not ours."""
        data = self.read(MANIFEST)
        if data is None:
            others = [path.name for path in self.folder.iterdir() if path.name not in (_LOCK, RUN, _PAGES)]
            if others and not any(name.startswith("organization-") for name in others):
                raise FetchError("not-empty", path=str(self.folder), name=sorted(others)[0])
            return None
        manifest = read_manifest(data)
        if manifest is None:
            raise FetchError("bad-manifest", path=str(self.folder / MANIFEST))
        return manifest

    def read(self, name: str) -> bytes | None:
        """The bytes of a file in the folder; ``None`` when it is not there."""
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            return None

    def keep(self, answer: HttpAnswer, stem: str, *, rows: int = 0) -> DownloadedPiece:
        """Write an answer as it was received. ``stem`` is its name without the hash."""
        digest = sha256(answer.body).hexdigest()
        name = f"{stem}-{digest[:16]}.json"
        path = self.folder / name
        if not path.is_file() or path.stat().st_size != len(answer.body) or self.read(name) != answer.body:
            self._write(path, answer.body)
        return DownloadedPiece(name, digest, len(answer.body), answer.received.replace(microsecond=0), rows)

    def stem(self, account: str, iban: str | None, window: datetime.datetime, page: int) -> str:
        """The name of a page without its hash: made of a checked IBAN or a hash of the id, nothing of the bank's."""
        own = iban if iban and is_iban(iban) else sha256(account.encode()).hexdigest()[:16]
        return f"{_PAGES}/{own}/{window:%Y-%m-%dT%H%M%S}-{page:04d}"

    def progress(self, asked: str, now: datetime.datetime) -> Progress:
        """The run that was cut, if it asked the same and is no older than a day; else a new one."""
        data = self.read(RUN)
        if data is not None:
            with contextlib.suppress(msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
                found = msgspec.json.decode(data, type=Progress)
                if found.asked == asked and now - found.started < datetime.timedelta(days=1):
                    return found
        return Progress(asked, now)

    def note(self, progress: Progress) -> None:
        """Write down how far the run is."""
        self._write(self.folder / RUN, msgspec.json.encode(progress))

    def whole(self, window: Window) -> bool:
        """Whether every page of a window is there as it was received."""
        for piece in window.pages:
            data = self.read(piece.file)
            if data is None or sha256(data).hexdigest() != piece.sha256:
                return False
        return True

    def commit(self, manifest: Manifest) -> None:
        """Make the manifest the folder's, then remove what it does not name."""
        self._write(self.folder / MANIFEST, write_manifest(manifest))
        named = {piece.file for account in manifest.accounts for window in account.windows for piece in window.pages}
        named.add(manifest.organization.file)
        for path in [*self.folder.glob("organization-*.json"), *self.folder.glob(f"{_PAGES}/*/*")]:
            if path.relative_to(self.folder).as_posix() not in named:
                path.unlink(missing_ok=True)
        (self.folder / RUN).unlink(missing_ok=True)

    def _write(self, path: Path, content: bytes) -> None:
        fault = False
        temporary = None
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # mkstemp makes files that only their owner reads.
            handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, path)
            temporary = None
        except OSError:
            fault = True
        finally:
            if temporary is not None:
                Path(temporary).unlink(missing_ok=True)
        if fault:
            raise FetchError("cannot-write", path=str(path))


def _hold(handle: int) -> bool:
    """Whether the lock is ours; it goes with the process, so that a crash leaves none behind."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def same(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """The members in which two versions of a transaction differ.

    >>> same({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4})
    ['b', 'c']
    """
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
