# Writes state-files*.safetensors with the format's own implementation: every type that is read, extents of all kinds.
# Usage: python test/golden/state-files.py (safetensors 0.8, numpy)
import pathlib

import numpy
import safetensors

arrays = {
    "weights.f32": ("float32", numpy.array([[0.1, -2.5, 3e38], [1e-45, -0.0, 7.0]], numpy.float32)),
    "b.f16": ("float16", numpy.array([0.1, -65504, 6e-8, 1.0, numpy.inf], numpy.float16)),
    "a.f16": ("float16", numpy.array([[2.0]], numpy.float16)),
    "f64": ("float64", numpy.array([0.1, 1e300], numpy.float64)),
    "i32": ("int32", numpy.array([-7, 2147483647], numpy.int32)),
    "u8": ("uint8", numpy.array([0, 127, 255], numpy.uint8)),
    "scalar": ("float32", numpy.array(42, numpy.float32)),
    "empty": ("float32", numpy.zeros((0, 3), numpy.float32)),
    "1": ("float32", numpy.array([1], numpy.float32)),
    "Name \"with\" é": ("float32", numpy.array([5], numpy.float32)),
}
extra = {
    "bf16": ("bfloat16", [3], (numpy.array([1.5, -3.0, 1e30], numpy.float32).view(numpy.uint32) >> 16).astype(numpy.uint16)),
    "i64": ("int64", [1], numpy.array([9], numpy.int64)),
    "bool": ("bool", [2], numpy.array([1, 0], numpy.uint8)),
}


def specs(items):
    return {name: safetensors.TensorSpec(dtype=dtype, shape=shape, data_ptr=a.ctypes.data, data_len=a.nbytes) for name, (dtype, shape, a) in items.items()}


known = {name: (dtype, list(a.shape), a) for name, (dtype, a) in arrays.items()}
path = pathlib.Path(__file__).with_suffix(".safetensors")
path.write_bytes(bytes(safetensors.serialize(specs(known), {"note": "made by another implementation"})))
path.with_name("state-files-foreign.safetensors").write_bytes(bytes(safetensors.serialize(specs({**known, **extra}), None)))
