"""The checkpoint container on its own: round trips, alignment, and damaged files that must be refused."""

import importlib.util
import io
import random
import zipfile
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "pyshim/flambeau/_archive.py"
spec = importlib.util.spec_from_file_location("archive", SOURCE)
archive = importlib.util.module_from_spec(spec)
spec.loader.exec_module(archive)

RECORDS = {"data.pkl": b"pickle" * 7, "data/0": bytes(range(256)) * 5, "data/1": b""}


def written():
    file = io.BytesIO()
    writer = archive.Writer(file, "model")
    for name, data in RECORDS.items():
        writer.write(name, data)
    writer.close()
    return file.getvalue()


def read_all(data):
    reader = archive.Reader(io.BytesIO(data))
    return {name: reader.read(name) for name in reader.names()}


def test_round_trip():
    found = read_all(written())
    assert {name: found[name] for name in RECORDS} == RECORDS
    assert found["version"] == b"3\n"


def test_records_are_aligned():
    reader = archive.Reader(io.BytesIO(written()))
    assert all(reader.locate(name)[0] % archive.ALIGNMENT == 0 for name in reader.names())


def test_zip_tools_read_it():
    with zipfile.ZipFile(io.BytesIO(written())) as z:
        assert z.testzip() is None
        assert z.read("model/data/0") == RECORDS["data/0"]


def test_reads_compressed_archives():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("a/data.pkl", b"x" * 1000)
    assert read_all(file.getvalue()) == {"data.pkl": b"x" * 1000}


@pytest.mark.parametrize("length", [0, 1, 21, 100, 500, -1, -30])
def test_truncated(length):
    with pytest.raises(RuntimeError, match="PytorchStreamReader failed"):
        read_all(written()[:length])


def test_missing_record():
    with pytest.raises(RuntimeError, match="file not found"):
        archive.Reader(io.BytesIO(written())).read("data/7")


def test_damaged_data_is_noticed():
    data = bytearray(written())
    start, _ = archive.Reader(io.BytesIO(bytes(data))).locate("data/0")
    data[start] ^= 1
    with pytest.raises(RuntimeError, match="CRC-32"):
        read_all(bytes(data))


def test_fuzz():
    """Random damage gives either the records or a RuntimeError."""
    source, generator = written(), random.Random(1)
    for _ in range(3000):
        data = bytearray(source)
        for _ in range(generator.randint(1, 4)):
            data[generator.randrange(len(data))] = generator.randrange(256)
        try:
            read_all(bytes(data))
        except RuntimeError as e:
            assert "PytorchStreamReader" in str(e)
