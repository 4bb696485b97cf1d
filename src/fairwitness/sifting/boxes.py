"""Takes place, time and device out of films and sounds in boxes (ISO/IEC 14496-12; QuickTime).

Nothing moves, so that no table has to be written anew: what is not needed to play the
picture and the sound becomes a free box full of zeros, times become zero, and of the data
only what a track of picture or sound points at is left.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from fairwitness.sifting.kinds import Reason, Sort, Unwanted

MOST_BOXES = 20_000
MOST_SAMPLES = 5_000_000
_WHOLE = {
    b"tkhd", b"mvhd", b"mdhd", b"hdlr", b"elst", b"vmhd", b"smhd", b"nmhd", b"dref",
    b"stsd", b"stts", b"ctts", b"stss", b"stsc", b"stsz", b"stco", b"co64", b"cslg",
    b"sdtp", b"sgpd", b"sbgp", b"clef", b"prof", b"enof",
}  # fmt: skip
_AROUND = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"tapt"}
_IN_PIECES = {b"moof", b"mvex", b"sidx", b"mfra", b"stz2", b"cmov", b"rmra", b"encv"}
_TIMED = {b"mvhd", b"tkhd", b"mdhd"}
_PLAYED = {b"vide", b"soun"}


@dataclass
class Box:
    """One box: where it begins, where its content begins, where it ends."""

    kind: bytes
    start: int
    inside: int
    end: int
    children: list["Box"] = field(default_factory=list)

    def find(self, *kinds: bytes) -> "Box":
        """The box at this path below. Error: `Unwanted`."""
        here = self
        for kind in kinds:
            below = [one for one in here.children if one.kind == kind]
            if len(below) != 1:
                raise Unwanted(Reason.NOT_CLEANED)
            here = below[0]
        return here


def clean_boxes(content: bytes) -> tuple[Sort, bytes]:
    """The file without what tells of place, time and device, and what it is.

    Errors: `Unwanted` where it is not whole, or built so that this cannot be done surely.
    """
    film = Film(bytearray(content))
    return film.sort, film.cleaned()


class Film:
    """A file of boxes on its way to being clean."""

    def __init__(self, content: bytearray) -> None:
        self.content = content
        self.count = 0
        self.top = list(self._boxes(0, len(content), depth=0))
        self.is_video = False
        self.is_quicktime = content[8:12] == b"qt  "
        self.kept: list[tuple[int, int]] = []

    @property
    def sort(self) -> Sort:
        """Whether there is anything to see; once it is cleaned that is known."""
        tracks = [one for one in self._moov().children if one.kind == b"trak"]
        if any(self._handler(one) == b"vide" for one in tracks):
            return Sort.MOV if self.is_quicktime else Sort.MP4
        return Sort.M4A

    def _boxes(self, start: int, end: int, *, depth: int) -> Iterator[Box]:
        while start < end:
            box = self._box(start, end)
            if box.kind in _IN_PIECES:
                raise Unwanted(Reason.NOT_CLEANED)
            if box.kind in _AROUND:
                if depth > len(_AROUND):
                    raise Unwanted(Reason.DAMAGED)
                inner = self._boxes(box.inside, box.end, depth=depth + 1)
                box.children = list(inner)
            yield box
            start = box.end

    def _box(self, start: int, end: int) -> Box:
        self.count += 1
        if end - start < 8 or self.count > MOST_BOXES:
            raise Unwanted(Reason.DAMAGED)
        size, inside = self._number(start, 4), start + 8
        if size == 1:
            if end - start < 16:
                raise Unwanted(Reason.DAMAGED)
            size, inside = self._number(start + 8, 8), start + 16
        stop = start + size if size else end
        if not inside <= stop <= end:
            raise Unwanted(Reason.DAMAGED)
        return Box(bytes(self.content[start + 4 : start + 8]), start, inside, stop)

    def _number(self, at: int, length: int) -> int:
        return int.from_bytes(self.content[at : at + length], "big")

    def _moov(self) -> Box:
        return Box(b"", 0, 0, 0, self.top).find(b"moov")

    def _handler(self, track: Box) -> bytes:
        handler = track.find(b"mdia", b"hdlr")
        return bytes(self.content[handler.inside + 8 : handler.inside + 12])

    def cleaned(self) -> bytes:
        """What is left."""
        for box in self.top:
            if box.kind == b"moov":
                self._clean_moov(box)
            elif box.kind not in {b"ftyp", b"mdat"}:
                self._blank(box)
        if not self.kept:
            raise Unwanted(Reason.DAMAGED)
        self._empty_between()
        return bytes(self.content)

    def _clean_moov(self, moov: Box) -> None:
        for box in moov.children:
            if box.kind == b"mvhd":
                self._zero_times(box)
            elif box.kind == b"trak" and self._handler(box) in _PLAYED:
                self._clean_track(box)
            else:
                self._blank(box)

    def _clean_track(self, track: Box) -> None:
        self.kept += self._ranges(track.find(b"mdia", b"minf", b"stbl"))
        self._clean_entries(track)
        self._clean_below(track)

    def _clean_below(self, around: Box) -> None:
        for box in around.children:
            if box.kind in _AROUND:
                self._clean_below(box)
            elif box.kind not in _WHOLE:
                self._blank(box)
            elif box.kind in _TIMED:
                self._zero_times(box)
            elif box.kind == b"hdlr":
                self._zero(box.inside + 12, box.end)
            elif box.kind == b"dref" and not self._is_own(box):
                raise Unwanted(Reason.NOT_CLEANED)

    def _is_own(self, dref: Box) -> bool:
        """Whether the data lies in this very file, not at an address."""
        inner = self._boxes(dref.inside + 8, dref.end, depth=len(_AROUND))
        return all(
            one.end - one.inside == 4 and self._number(one.inside, 4) == 1
            for one in inner
        )

    def _clean_entries(self, track: Box) -> None:
        """Take out who made it, and the name of the program that pressed the picture together."""
        stsd = track.find(b"mdia", b"minf", b"stbl", b"stsd")
        for entry in self._boxes(stsd.inside + 8, stsd.end, depth=len(_AROUND)):
            if self._handler(track) == b"vide" and entry.end - entry.start >= 86:
                self._zero(entry.start + 16, entry.start + 32)
                self._zero(entry.start + 50, entry.start + 82)

    def _ranges(self, table: Box) -> list[tuple[int, int]]:
        """Where the samples of a track lie, chunk by chunk."""
        sizes = self._sizes(table.find(b"stsz"))
        offsets = self._offsets(table)
        found, sample = [], 0
        for offset, count in zip(
            offsets, self._counts(table, len(offsets)), strict=True
        ):
            if isinstance(sizes, int):
                length = sizes * count
            else:
                if sample + count > len(sizes):
                    raise Unwanted(Reason.DAMAGED)
                length = sum(sizes[sample : sample + count])
            sample += count
            found.append((offset, offset + length))
        return found

    def _sizes(self, stsz: Box) -> int | list[int]:
        alike, count = (
            self._number(stsz.inside + 4, 4),
            self._number(stsz.inside + 8, 4),
        )
        if (
            alike == 1
        ):  # what a sample is, another table says: QuickTime without compression
            raise Unwanted(Reason.NOT_CLEANED)
        return alike or self._table(stsz.inside + 12, count, 4, stsz.end)

    def _offsets(self, table: Box) -> list[int]:
        kinds = {one.kind for one in table.children}
        kind, width = (b"co64", 8) if b"co64" in kinds else (b"stco", 4)
        box = table.find(kind)
        return self._table(
            box.inside + 8, self._number(box.inside + 4, 4), width, box.end
        )

    def _counts(self, table: Box, chunks: int) -> list[int]:
        """How many samples each chunk holds."""
        stsc = table.find(b"stsc")
        runs = self._number(stsc.inside + 4, 4)
        told = self._table(stsc.inside + 8, runs * 3, 4, stsc.end)
        firsts, numbers = told[0::3], told[1::3]
        counts: list[int] = []
        for first, last, number in zip(
            firsts, [*firsts[1:], chunks + 1], numbers, strict=True
        ):
            if not 1 <= first <= last <= chunks + 1 or len(counts) != first - 1:
                raise Unwanted(Reason.DAMAGED)
            counts += [number] * (last - first)
        if len(counts) != chunks:
            raise Unwanted(Reason.DAMAGED)
        return counts

    def _table(self, start: int, count: int, width: int, end: int) -> list[int]:
        if count > MOST_SAMPLES or start + count * width > end:
            raise Unwanted(Reason.DAMAGED)
        return [self._number(start + width * each, width) for each in range(count)]

    def _zero_times(self, box: Box) -> None:
        width = 8 if self.content[box.inside] == 1 else 4
        self._zero(box.inside + 4, box.inside + 4 + 2 * width)

    def _blank(self, box: Box) -> None:
        self.content[box.start + 4 : box.start + 8] = b"free"
        self._zero(box.inside, box.end)

    def _zero(self, start: int, end: int) -> None:
        self.content[start:end] = bytes(max(0, end - start))

    def _empty_between(self) -> None:
        """Of the data keep only what a track points at."""
        wanted = sorted(one for one in self.kept if one[0] < one[1])
        for box in self.top:
            if box.kind != b"mdat":
                continue
            at = box.inside
            for start, end in wanted:
                if start >= box.end or end <= box.inside:
                    continue
                if start < box.inside or end > box.end:
                    raise Unwanted(Reason.DAMAGED)
                self._zero(at, start)
                at = max(at, end)
            self._zero(at, box.end)
