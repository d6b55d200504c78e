"""Writes a network in evaluation mode as ONNX, for the worker of ONNX Runtime: input x, output y.

usage: export_onnx.py FILE NETWORK BATCH CHANNELS ROWS COLUMNS
"""
import sys

import torch

from networks import filled

file, name, extents = sys.argv[1], sys.argv[2], [int(word) for word in sys.argv[3:]]
torch.onnx.export(filled(name).eval(), torch.zeros(extents), file, input_names=["x"], output_names=["y"], opset_version=13)
