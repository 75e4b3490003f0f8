"""Lines chained by hashes: each ends with one over all that was written before it and itself.

A line is a JSON object whose last member is `chain`: the SHA-256 of the line before's, followed by this
line's bytes up to `, "chain"`. Where lines without a hash stand before it, those of a version that
chains none, it seals them: it follows the SHA-256 of the last hash before them (none at a file's
beginning) and their bytes. A text of its own is sealed likewise, with nothing before it.
"""

from __future__ import annotations

import hashlib

NAME = "chain"
_HEX = 64
_BEGIN, _END = f', "{NAME}": "'.encode(), b'"}'
_LENGTH = len(_BEGIN) + _HEX + len(_END)


class BrokenError(ValueError):
    """A line does not follow the one before it."""


class Chain:
    """How far lines are chained: from a file's beginning on, they are handed over in their order."""

    def __init__(self) -> None:
        self._seal = ""
        # Over what came since that seal and has none; the first line with one seals even nothing.
        self._unsealed: hashlib._Hash | None = hashlib.sha256()

    @property
    def head(self) -> str:
        """What the next line follows."""
        return self._seal if self._unsealed is None else self._unsealed.hexdigest()

    @property
    def is_interrupted(self) -> bool:
        """Whether the last lines have no hash though lines before them have."""
        return bool(self._seal) and self._unsealed is not None

    def chained(self, texts: list[str]) -> bytes:
        """The texts of JSON objects as lines that follow; nothing is remembered of them."""
        head, lines = self.head, []
        for text in texts:
            line = sealed(text, head)
            head = seal_of(line)
            lines.append(line + b"\n")
        return b"".join(lines)

    def take(self, line: bytes) -> None:
        """Follows a line, which is without its line end. Raises BrokenError where it does not fit."""
        if is_sealed(line):
            if not follows(line, self.head):
                raise BrokenError
            self._seal, self._unsealed = seal_of(line), None
            return
        if self._unsealed is None:
            self._unsealed = hashlib.sha256(self._seal.encode())
        self._unsealed.update(line + b"\n")


def sealed(text: str, before: str = "") -> bytes:
    """The text of a JSON object that is not empty, with the hash as its last member."""
    body = text.removesuffix("}").encode()
    return body + _BEGIN + _hash(before, body) + _END


def is_sealed(line: bytes) -> bool:
    """Whether the line ends as a sealed one does."""
    return line[-_LENGTH:].startswith(_BEGIN) and line.endswith(_END)


def follows(line: bytes, before: str = "") -> bool:
    """Whether a sealed line is what it was when it was sealed behind that hash."""
    return _hash(before, line[:-_LENGTH]) == seal_of(line).encode()


def seal_of(line: bytes) -> str:
    """The hash that a sealed line states."""
    return line[-_LENGTH + len(_BEGIN) : -len(_END)].decode("ascii", "replace")


def _hash(before: str, body: bytes) -> bytes:
    return hashlib.sha256(before.encode() + body).hexdigest().encode()
