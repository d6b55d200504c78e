"""The numbers that Work/Numbers.cs makes."""
import numpy as np
import torch


def hashes(count, seed, start=0):
    h = np.arange(start, start + count, dtype=np.uint32) * np.uint32(2654435761) + np.uint32(seed * 2246822519 % 2**32)
    h = (h ^ (h >> np.uint32(15))) * np.uint32(2246822519)
    return h ^ (h >> np.uint32(13))


def numbers(seed, scale, *extents):
    """A tensor of numbers spread evenly over ±scale/2."""
    count, chunk = int(np.prod(extents)), 1 << 20  # in chunks, so that making it needs little memory
    values = np.empty(count, dtype=np.float32)
    for start in range(0, count, chunk):
        part = (hashes(min(chunk, count - start), seed, start) >> np.uint32(8)).astype(np.float32)
        values[start:start + chunk] = (part * np.float32(1 / 2**24) - np.float32(0.5)) * np.float32(scale)
    return torch.from_numpy(values).reshape(extents)


def whole(count, seed, limit):
    return torch.from_numpy(((hashes(count, seed) >> np.uint32(8)) % np.uint32(limit)).astype(np.int64))
