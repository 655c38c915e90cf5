"""The zip container of checkpoints: stored records, each aligned, read back with every size and offset checked."""

import os
import struct
import zlib

ALIGNMENT = 64
_LOCAL, _CENTRAL, _END, _END64, _LOCATOR64 = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_MAX32 = 0xFFFFFFFF
_MOST_DEFLATED = 1032  # bytes that one byte of deflate can stand for: 258 in two bits


def _error(what):
    return RuntimeError(
        f"PytorchStreamReader failed {what}. There is a high likelihood that your checkpoint file is corrupted. This"
        " can happen if the checkpoint was not saved properly, was transferred incorrectly, or the file was modified"
        " after saving."
    )


class Writer:
    """Writes records to a file object; close() adds the directory."""

    def __init__(self, file, name="archive", alignment=ALIGNMENT, compute_crc=True):
        self.file, self.name, self.alignment, self.compute_crc = file, name, alignment, compute_crc
        self.position, self.entries, self.crcs = 0, [], 0

    def write(self, name, data):
        """Appends one record; `data` is bytes or a buffer."""
        path, view = f"{self.name}/{name}".encode(), memoryview(data).cast("B")
        size = view.nbytes
        crc = zlib.crc32(view) if self.compute_crc or size < 1 << 20 else 0
        self.crcs = zlib.crc32(struct.pack("<IQ", crc, size) + path, self.crcs)
        extra = struct.pack("<HHQQ", 1, 16, size, size) if size >= _MAX32 else b""
        start = self.position + 30 + len(path) + len(extra) + 4
        padding = -start % self.alignment
        extra += b"FB" + struct.pack("<H", padding) + b"Z" * padding
        size32 = min(size, _MAX32)
        header = struct.pack(
            "<4sHHHHHIIIHH",
            _LOCAL,
            45 if size >= _MAX32 else 0,
            0x800,
            0,
            0,
            0,
            crc,
            size32,
            size32,
            len(path),
            len(extra),
        )
        for part in (header, path, extra, view):
            self.file.write(part)
        self.entries.append((path, crc, size, self.position))
        self.position = start + padding + size

    def serialization_id(self):
        """Forty digits that depend on names, sizes and contents."""
        names = zlib.crc32(b"".join(path for path, _, _, _ in self.entries))
        return f"{names * 2654435761 % 10**20:020d}{self.crcs * 11400714819323198485 % 10**20:020d}"

    def close(self):
        self.write("version", b"3\n")
        self.write(".data/serialization_id", self.serialization_id().encode())
        start = self.position
        for path, crc, size, offset in self.entries:
            big = (
                [v for v in (size, size, offset) if v >= _MAX32]
                if size >= _MAX32
                else [offset]
                if offset >= _MAX32
                else []
            )
            extra = struct.pack(f"<HH{len(big)}Q", 1, 8 * len(big), *big) if big else b""
            size32, offset32 = min(size, _MAX32), min(offset, _MAX32)
            version = 45 if big else 0
            fields = (
                _CENTRAL,
                version,
                version,
                0x800,
                0,
                0,
                0,
                crc,
                size32,
                size32,
                len(path),
                len(extra),
                0,
                0,
                0,
                0,
                offset32,
            )
            self._put(struct.pack("<4sHHHHHHIIIHHHHHII", *fields) + path + extra)
        size, count = self.position - start, len(self.entries)
        if start >= _MAX32 or count >= 0xFFFF:
            end64 = self.position
            self._put(struct.pack("<4sQHHIIQQQQ", _END64, 44, 45, 45, 0, 0, count, count, size, start))
            self._put(struct.pack("<4sIQI", _LOCATOR64, 0, end64, 1))
        count16 = min(count, 0xFFFF)
        self._put(struct.pack("<4sHHHHIIH", _END, 0, 0, count16, count16, size, min(start, _MAX32), 0))

    def _put(self, data):
        self.file.write(data)
        self.position += len(data)


class Reader:
    """Records of an archive in a seekable file object."""

    def __init__(self, file):
        self.file = file
        file.seek(0, os.SEEK_END)
        self.size = file.tell()
        self.records = self._directory()
        if not self.records:
            raise _error("reading zip archive: archive is empty")
        self.name = next(iter(self.records)).partition("/")[0]

    def _at(self, offset, length):
        if offset < 0 or length < 0 or offset + length > self.size:
            raise _error("reading zip archive: invalid header or archive is corrupted")
        self.file.seek(offset)
        data = self.file.read(length)
        if len(data) != length:
            raise _error("reading file: unexpected end")
        return data

    def _find_end(self):
        tail = min(self.size, 65557)
        data = self._at(self.size - tail, tail)
        position = data.rfind(_END)
        if position < 0 or len(data) - position < 22:
            raise _error("reading zip archive: failed finding central directory")
        return self.size - tail + position

    def _directory(self):
        """name -> (offset of the local header, stored size, size, method, crc)"""
        end = self._find_end()
        count, size, start = struct.unpack("<HII", self._at(end, 22)[10:20])
        if end >= 20 and self._at(end - 20, 4) == _LOCATOR64:
            end64 = struct.unpack("<Q", self._at(end - 12, 8))[0]
            record = self._at(end64, 56)
            if record[:4] != _END64:
                raise _error("reading zip archive: invalid header or archive is corrupted")
            count, size, start = struct.unpack("<QQQ", record[32:56])
            end = end64
        if start + size > end or count * 46 > size:
            raise _error("reading zip archive: invalid header or archive is corrupted")
        data, base, records, at = self._at(end - size, size), end - size - start, {}, 0
        for _ in range(count):
            if data[at : at + 4] != _CENTRAL or at + 46 > size:
                raise _error("reading zip archive: invalid header or archive is corrupted")
            flags, method, _, _, crc, packed, unpacked, n, m, k = struct.unpack("<HHHHIIIHHH", data[at + 8 : at + 34])
            offset = struct.unpack("<I", data[at + 42 : at + 46])[0]
            name = data[at + 46 : at + 46 + n]
            packed, unpacked, offset = _zip64(data[at + 46 + n : at + 46 + n + m], packed, unpacked, offset)
            at += 46 + n + m + k
            if at > size or base + offset + 30 + packed > self.size or flags & 1:
                raise _error("reading zip archive: invalid header or archive is corrupted")
            records[name.decode("utf-8", "replace")] = (base + offset, packed, unpacked, method, crc)
        if (
            sum(entry[1] for entry in records.values()) > self.size
        ):  # records that overlap unpack to more than a file holds
            raise _error("reading zip archive: invalid header or archive is corrupted")
        return records

    def has(self, name):
        return f"{self.name}/{name}" in self.records

    def names(self):
        return [name.partition("/")[2] for name in self.records]

    def locate(self, name):
        """(offset of the data, size) of a stored record."""
        entry = self.records.get(f"{self.name}/{name}")
        if entry is None:
            raise _error(f"locating file {name}: file not found")
        offset, packed, unpacked, method, _ = entry
        header = self._at(offset, 30)
        n, m = struct.unpack("<HH", header[26:30])
        possible = unpacked <= packed * _MOST_DEFLATED if method == 8 else method != 0 or unpacked == packed
        if header[:4] != _LOCAL or offset + 30 + n + m + packed > self.size or not possible:
            raise _error(f"reading file {name}: invalid header or archive is corrupted")
        return offset + 30 + n + m, packed

    def read(self, name):
        start, packed = self.locate(name)
        _, _, unpacked, method, crc = self.records[f"{self.name}/{name}"]
        data = self._at(start, packed)
        if method == 8:
            inflate = zlib.decompressobj(-15)
            data = inflate.decompress(data, unpacked + 1)
            if len(data) != unpacked:
                raise _error(f"reading file {name}: size mismatch")
        elif method != 0:
            raise _error(f"reading file {name}: unsupported method")
        self._check(name, crc, data)
        return data

    def read_into(self, name, view):
        """Fills a writable buffer of exactly the record's size."""
        start, _ = self.locate(name)
        _, packed, unpacked, method, crc = self.records[f"{self.name}/{name}"]
        if method != 0 or not hasattr(self.file, "readinto"):
            data = self.read(name)
            if len(data) != len(view):
                raise _error(f"reading file {name}: size mismatch")
            view[:] = data
            return
        if packed != len(view):
            raise _error(f"reading file {name}: size mismatch")
        self.file.seek(start)
        done = 0
        while done < packed:
            count = self.file.readinto(view[done:])
            if not count:
                raise _error(f"reading file {name}: unexpected end")
            done += count
        self._check(name, crc, view)

    def _check(self, name, crc, data):
        if crc and zlib.crc32(data) != crc:
            raise _error(f"reading file {name}: CRC-32 check failed")


def _zip64(extra, packed, unpacked, offset):
    """Values that did not fit 32 bits stand in the extra field, in this order."""
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack("<HH", extra[at : at + 4])
        if tag == 1:
            values = extra[at + 4 : at + 4 + length]
            wanted = [v == _MAX32 for v in (unpacked, packed, offset)]
            if len(values) < 8 * sum(wanted):
                raise _error("reading zip archive: invalid header or archive is corrupted")
            numbers = iter(struct.unpack(f"<{len(values) // 8}Q", values[: len(values) // 8 * 8]))
            unpacked, packed, offset = (
                next(numbers) if w else v for w, v in zip(wanted, (unpacked, packed, offset), strict=True)
            )
        at += 4 + length
    return packed, unpacked, offset


def is_archive(file):
    """Whether a local header stands at the current position, which is kept."""
    at = file.tell()
    found = file.read(4) == _LOCAL
    file.seek(at)
    return found
