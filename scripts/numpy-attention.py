"""
Softmax attention in numpy: python3 numpy-attention.py FOLDER HEADS N M D DV SCALE CALLS reads q, k and v (f32, [heads, length, width])
from FOLDER, writes y there and prints JSON with the seconds of each call.
"""
import json
import sys
import time

import numpy as np

folder = sys.argv[1]
heads, n, m, d, dv = (int(word) for word in sys.argv[2:7])
scale = np.float32(sys.argv[7])
calls = int(sys.argv[8])


def read(name, length, width):
    return np.fromfile(f"{folder}/{name}", dtype=np.float32).reshape(heads, length, width)


q, k, v = read("q", n, d), read("k", m, d), read("v", m, dv)


def attention():
    scores = (q * scale) @ k.transpose(0, 2, 1)
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    return (scores @ v) / scores.sum(axis=-1, keepdims=True)


attention().astype(np.float32).tofile(f"{folder}/y")
seconds = []
for _ in range(calls):
    started = time.perf_counter()
    attention()
    seconds.append(time.perf_counter() - started)
print(json.dumps({"version": np.__version__, "seconds": seconds}))
