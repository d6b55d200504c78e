#!/usr/bin/env python3
"""Writes the golden arrays: what PyTorch computes, in float64, for small asymmetric configurations of each layer, loss,
optimiser and schedule. GoldenTests compares RefNet with them; it needs the files only, not Python.

Made with PyTorch 1.13 as Debian packages it (python3-torch). Run it in this folder: python3 make_golden.py
A case holds settings, from which the test builds the layer, and named arrays. A parameter p comes with p.gradient, what
autograd adds for it; a buffer b with b.after, its value after the forward pass.
"""
import json
import math
import zlib

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def draw(*shape):
    return torch.randn(*shape)


def array(tensor):
    tensor = tensor.detach()
    return {"shape": list(tensor.shape) or [1], "values": tensor.flatten().tolist()}


def write(name, counterpart, cases):
    """One line an array. Each file draws from a seed of its own: a new one leaves the others as they are."""
    torch.manual_seed(zlib.crc32(name.encode()))
    lines = []
    for case in cases:
        settings = json.dumps(case["settings"])
        arrays = ",\n".join(f'        "{key}": {json.dumps(array(value))}' for key, value in case["arrays"].items())
        lines.append(f'    {{\n      "settings": {settings},\n      "arrays": {{\n{arrays}\n      }}\n    }}')
    body = ",\n".join(lines)
    with open(f"{name}.json", "w") as file:
        file.write(f'{{\n  "engine": "PyTorch {torch.__version__}",\n  "counterpart": "{counterpart}",\n  "cases": [\n{body}\n  ]\n}}\n')


def layer_case(settings, x, parameters, forward, buffers=None, constants=None, mode="Train"):
    """Runs forward(x, parameters, buffers) and backward with a random dY."""
    x = x.clone().requires_grad_()
    parameters = {name: value.clone().requires_grad_() for name, value in parameters.items()}
    buffers = {name: value.clone() for name, value in (buffers or {}).items()}
    arrays = {"x": x, **(constants or {})}
    arrays.update({name: value.clone() for name, value in buffers.items()})
    y = forward(x, parameters, buffers)
    dY = draw(*y.shape)
    y.backward(dY)
    arrays.update({"y": y, "dY": dY, "dX": x.grad})
    for name, value in parameters.items():
        arrays[name] = value
        arrays[f"{name}.gradient"] = value.grad
    arrays.update({f"{name}.after": value for name, value in buffers.items()})
    return {"settings": {"mode": mode, **settings}, "arrays": arrays}


def dense():
    for batch, inputs, outputs, bias in [(3, 5, 2, True), (1, 4, 7, True), (4, 3, 6, False)]:
        parameters = {"weight": draw(outputs, inputs)}
        if bias:
            parameters["bias"] = draw(outputs)
        yield layer_case({"inputs": inputs, "outputs": outputs, "bias": bias}, draw(batch, inputs), parameters,
                         lambda x, p, b: F.linear(x, p["weight"], p.get("bias")))


def elementwise(function, settings=({},)):
    for given in settings:
        for shape in [(3, 5), (2, 3, 4, 2)]:
            yield layer_case(given, 2 * draw(*shape), {}, lambda x, p, b: function(x, **given))


def prelu():
    for shape in [(3, 5), (2, 3, 4, 2)]:
        yield layer_case({"channels": shape[1]}, draw(*shape), {"slope": draw(shape[1])}, lambda x, p, b: F.prelu(x, p["slope"]))


def maxout():
    for shape, pieces in [((3, 6), 2), ((2, 6, 4, 2), 3), ((2, 4), 4)]:
        yield layer_case({"pieces": pieces}, draw(*shape), {}, lambda x, p, b: x.unflatten(1, (-1, pieces)).amax(2))


def pad(x, rows, columns, value=0.0):
    return F.pad(x, (columns[2], columns[3], rows[2], rows[3]), value=value)


# size, stride, before, after, dilation of the kernel down and to the right
CONVOLUTIONS = [
    dict(inputs=2, outputs=3, groups=1, rows=[3, 1, 0, 0, 1], columns=[2, 1, 0, 0, 1], size=(2, 5, 4), flip=False, bias=True),
    dict(inputs=2, outputs=3, groups=1, rows=[3, 1, 0, 0, 1], columns=[2, 1, 0, 0, 1], size=(2, 5, 4), flip=True, bias=True),
    dict(inputs=3, outputs=2, groups=1, rows=[2, 2, 0, 1, 1], columns=[3, 1, 0, 2, 1], size=(2, 5, 5), flip=True, bias=False),
    dict(inputs=1, outputs=2, groups=1, rows=[3, 1, 2, 2, 2], columns=[2, 2, 1, 1, 3], size=(3, 6, 7), flip=False, bias=True, rounding="Floor"),
    dict(inputs=4, outputs=6, groups=2, rows=[2, 1, 1, 1, 1], columns=[3, 2, 0, 1, 1], size=(2, 4, 6), flip=True, bias=True),
    dict(inputs=3, outputs=3, groups=3, rows=[3, 2, 1, 1, 1], columns=[3, 1, 1, 1, 1], size=(1, 5, 4), flip=True, bias=True),
    dict(inputs=3, outputs=4, groups=1, rows=[1, 1, 0, 0, 1], columns=[1, 1, 0, 0, 1], size=(2, 3, 4), flip=False, bias=True),
    dict(inputs=1, outputs=2, groups=1, rows=[2, 3, 0, 0, 1], columns=[3, 2, 0, 0, 1], size=(2, 7, 8), flip=True, bias=True, rounding="Floor"),
]


def correlate(x, weight, bias, c):
    """torch's conv2d is cross-correlation: true convolution is that with the kernel flipped."""
    weight = weight.flip(2, 3) if c["flip"] else weight
    return F.conv2d(pad(x, c["rows"], c["columns"]), weight, bias, (c["rows"][1], c["columns"][1]), 0,
                    (c["rows"][4], c["columns"][4]), c.get("groups", 1))


def convolution():
    for c in CONVOLUTIONS:
        batch, height, width = c["size"]
        parameters = {"weight": draw(c["outputs"], c["inputs"] // c["groups"], c["rows"][0], c["columns"][0])}
        if c["bias"]:
            parameters["bias"] = draw(c["outputs"])
        yield layer_case({key: value for key, value in c.items() if key != "size"}, draw(batch, c["inputs"], height, width), parameters,
                         lambda x, p, b: correlate(x, p["weight"], p.get("bias"), c))


def connection_table():
    for c in [dict(inputs=3, table=[[0, 1], [2], [0, 1, 2], [0, 2]], rows=[3, 1, 0, 0, 1], columns=[2, 1, 0, 0, 1], flip=True),
              dict(inputs=2, table=[[1], [0, 1]], rows=[2, 2, 1, 1, 1], columns=[3, 1, 0, 0, 1], flip=False)]:
        kernel = c["rows"][0], c["columns"][0]
        connections = [(output, source) for output, sources in enumerate(c["table"]) for source in sources]

        def forward(x, p, b):
            full = torch.zeros(len(c["table"]), c["inputs"], *kernel)
            for k, (output, source) in enumerate(connections):
                full[output, source] = p["weight"][k]
            return correlate(x, full, p["bias"], c)

        yield layer_case(c, draw(2, c["inputs"], 6, 5), {"weight": draw(len(connections), *kernel), "bias": draw(len(c["table"]))}, forward)


def pooling():
    """Settings, an input and the arguments of torch's function, for windows of uneven sizes, strides and padding."""
    for rows, columns, size, ceiling in [
            ([2, 2, 0, 0, 1], [2, 2, 0, 0, 1], (2, 3, 4, 6), False),
            ([3, 1, 0, 0, 1], [2, 2, 0, 0, 1], (1, 2, 5, 6), False),
            ([3, 2, 1, 1, 1], [2, 1, 1, 1, 1], (2, 2, 5, 4), False),
            ([3, 2, 0, 0, 1], [2, 3, 0, 0, 1], (2, 2, 6, 6), True),
            ([3, 3, 1, 1, 1], [2, 2, 1, 1, 1], (1, 2, 5, 6), True)]:
        settings = {"rows": rows, "columns": columns, "rounding": "Ceiling" if ceiling else "Floor"}
        yield settings, draw(*size), dict(kernel_size=(rows[0], columns[0]), stride=(rows[1], columns[1]),
                                          padding=(rows[2], columns[2]), ceil_mode=ceiling)


def max_pooling():
    for settings, x, arguments in pooling():
        yield layer_case(settings, x, {}, lambda x, p, b: F.max_pool2d(x, **arguments))
    # Ties: the first of equal elements gets the gradient.
    tied = torch.tensor([[1., 1., 0., 2.], [1., 0., 2., 2.]]).reshape(1, 1, 2, 4)
    yield layer_case({"rows": [2, 2, 0, 0, 1], "columns": [2, 2, 0, 0, 1], "rounding": "Exact"}, tied, {}, lambda x, p, b: F.max_pool2d(x, 2))


def average_pooling():
    for count in [True, False]:
        for settings, x, arguments in pooling():
            yield layer_case({"countPadding": count, **settings}, x, {},
                             lambda x, p, b: F.avg_pool2d(x, count_include_pad=count, **arguments))


def subsampling():
    for settings, x, arguments in pooling():
        channels = x.shape[1]
        yield layer_case({"channels": channels, **settings}, x, {"weight": draw(channels), "bias": draw(channels)},
                         lambda x, p, b: F.avg_pool2d(x, divisor_override=1, **arguments) * p["weight"][:, None, None] + p["bias"][:, None, None])


def adaptive_average_pooling():
    for rows, columns in [(2, 4), (3, 2), (7, 1)]:
        yield layer_case({"rows": rows, "columns": columns}, draw(2, 3, 7, 5), {}, lambda x, p, b: F.adaptive_avg_pool2d(x, (rows, columns)))


def global_average_pooling():
    for shape in [(2, 3, 4, 5), (1, 2, 1, 3)]:
        yield layer_case({}, draw(*shape), {}, lambda x, p, b: F.adaptive_avg_pool2d(x, 1).flatten(1))


def upsampling(interpolate, settings=({},)):
    for given in settings:
        for shape, factor in [((2, 3, 3, 4), 2), ((1, 2, 4, 1), 3)]:
            yield layer_case({"factor": factor, **given}, draw(*shape), {}, lambda x, p, b: interpolate(x, factor, **given))


def zero_padding():
    for top, bottom, left, right in [(1, 2, 0, 3), (2, 0, 1, 1)]:
        yield layer_case({"top": top, "bottom": bottom, "left": left, "right": right}, draw(2, 3, 4, 2), {},
                         lambda x, p, b: F.pad(x, (left, right, top, bottom)))


def channel_shuffle():
    for groups, channels in [(2, 6), (3, 12)]:
        yield layer_case({"groups": groups}, draw(2, channels, 3, 2), {},
                         lambda x, p, b: x.unflatten(1, (groups, -1)).transpose(1, 2).flatten(1, 2))


def padded_shortcut():
    for inputs, outputs, stride, size in [(2, 4, 2, (6, 5)), (3, 3, 3, (5, 7))]:
        yield layer_case({"inputs": inputs, "outputs": outputs, "stride": stride}, draw(2, inputs, *size), {},
                         lambda x, p, b: F.pad(x[:, :, ::stride, ::stride], (0, 0, 0, 0, 0, outputs - inputs)))


# size, stride, before, after, dilation of the kernel down and to the right
TRANSPOSED = [
    dict(inputs=2, outputs=3, groups=1, rows=[3, 2, 1, 1, 1], columns=[2, 3, 0, 0, 1], size=(2, 3, 4), flip=False, bias=True, outputPadding=1),
    dict(inputs=2, outputs=3, groups=1, rows=[3, 2, 1, 1, 1], columns=[2, 3, 0, 0, 1], size=(2, 3, 4), flip=True, bias=True, outputPadding=0),
    dict(inputs=4, outputs=6, groups=2, rows=[2, 1, 0, 0, 2], columns=[3, 2, 1, 1, 1], size=(1, 4, 3), flip=True, bias=False, outputPadding=0),
    dict(inputs=3, outputs=3, groups=3, rows=[4, 2, 1, 1, 1], columns=[4, 2, 1, 1, 1], size=(2, 3, 3), flip=False, bias=False, outputPadding=0),
]


def transposed_convolution():
    for c in TRANSPOSED:
        batch, height, width = c["size"]
        rows, columns = c["rows"], c["columns"]
        parameters = {"weight": draw(c["inputs"], c["outputs"] // c["groups"], rows[0], columns[0])}
        if c["bias"]:
            parameters["bias"] = draw(c["outputs"])
        yield layer_case({key: value for key, value in c.items() if key != "size"}, draw(batch, c["inputs"], height, width), parameters,
                         lambda x, p, b: F.conv_transpose2d(x, p["weight"].flip(2, 3) if c["flip"] else p["weight"], p.get("bias"), (rows[1], columns[1]),
                                                            (rows[2], columns[2]), c["outputPadding"], c["groups"], (rows[4], columns[4])))


def local_response_normalization():
    """torch divides alpha by the size of the window; the paper does not."""
    for shape, size, alpha, beta, k, averages in [((2, 7, 3, 2), 5, 1e-4, 0.75, 2, True), ((2, 6, 2, 3), 3, 0.5, 0.75, 1, False),
                                                  ((1, 5, 2, 2), 4, 2, 0.5, 1, True), ((3, 4), 5, 1, 1.5, 0.5, True)]:
        yield layer_case({"size": size, "alpha": alpha, "beta": beta, "k": k, "averages": averages}, 2 * draw(*shape), {},
                         lambda x, p, b: F.local_response_norm(x.reshape(*shape, *[1] * (4 - len(shape))), size, alpha if averages else alpha * size, beta, k).reshape(shape))


def contrast_normalization():
    """Jarrett et al. 2009 by torch's convolution and autograd."""
    for shape, size, deviation, across in [((2, 3, 5, 6), 3, 1.591, True), ((2, 2, 6, 5), 5, 1.0, False), ((1, 3, 4, 4), 9, 1.591, True)]:
        channels = shape[1]
        places = torch.arange(size) - size // 2.0
        gaussian = torch.exp(-(places[:, None] ** 2 + places ** 2) / (2 * deviation ** 2))
        weight = gaussian.expand(1, channels, size, size) if across else gaussian.expand(channels, 1, size, size)

        def mean(x):
            def sums(x):
                return F.conv2d(x, weight, padding=size // 2, groups=1 if across else channels)
            return sums(x) / sums(torch.ones_like(x))

        def forward(x, p, b):
            v = x - mean(x)
            sigma = mean(v * v).sqrt()
            return v / torch.maximum(sigma, sigma.mean((2, 3), keepdim=True))

        yield layer_case({"channels": channels, "size": size, "deviation": deviation, "acrossMaps": across}, draw(*shape), {}, forward)


def max_unpooling():
    """Pooling, tanh, and unpooling to the places that won. torch's unpooling is defined for windows that do not overlap."""
    for shape, size, stride in [((2, 3, 4, 6), 2, 2), ((1, 2, 5, 8), 2, 3)]:
        def forward(x, p, b):
            y, places = F.max_pool2d(x, size, stride, return_indices=True)
            return F.max_unpool2d(torch.tanh(y), places, size, stride, output_size=shape[2:])
        yield layer_case({"size": size, "stride": stride}, draw(*shape), {}, forward)


def roi_max_pooling():
    """Each bin is cut out and its maximum taken: rounded outward, as Fast R-CNN does."""
    for shape, rows, columns, regions in [((2, 2, 6, 7), 2, 3, [[0, 1, 4, 5], [2, 0, 3, 7]]), ((1, 3, 5, 5), 3, 2, [[1, 1, 2, 3], [0, 0, 5, 5], [4, 4, 1, 1]])]:
        def bins(count, extent):
            return [(i * extent // count, -(-(i + 1) * extent // count)) for i in range(count)]

        def forward(x, p, b):
            return torch.stack([torch.stack([torch.stack([
                x[:, :, r + top:r + bottom, c + left:c + right].flatten(2).max(2).values for left, right in bins(columns, w)], -1)
                for top, bottom in bins(rows, h)], -2) for r, c, h, w in regions], 1)

        yield layer_case({"rows": rows, "columns": columns, "regions": regions}, draw(*shape), {}, forward)


def fourier_features():
    for batch, inputs, frequencies in [(3, 2, 4), (2, 1, 3)]:
        def forward(x, p, b):
            projected = 2 * math.pi * x @ b["frequencies"].T
            return torch.cat([torch.cos(projected), torch.sin(projected)], 1)
        yield layer_case({"inputs": inputs, "frequencies": frequencies}, draw(batch, inputs), {}, forward, {"frequencies": 2 * draw(frequencies, inputs)})


def prepared_input():
    for shape in [(3, 2, 2, 3), (2, 1, 3, 1)]:
        count = math.prod(shape[1:])
        mean, scale, matrix = draw(count), draw(count), draw(count, count)
        for constants in [{}, {"scale": scale}, {"matrix": matrix}]:
            def forward(x, p, b, constants=constants):
                centred = torch.flatten(x, 1) - mean
                y = F.linear(centred, matrix) if "matrix" in constants else centred * constants.get("scale", 1)
                return y.reshape(x.shape)
            yield layer_case({}, draw(*shape), {}, forward, constants={"mean": mean, **constants})


def squeeze_excitation():
    for shape, reduction, bias in [((2, 4, 3, 2), 2, True), ((1, 6, 2, 2), 3, False)]:
        channels = shape[1]
        squeezed = channels // reduction
        parameters = {"fc1.weight": draw(squeezed, channels), "fc2.weight": draw(channels, squeezed)}
        if bias:
            parameters.update({"fc1.bias": draw(squeezed), "fc2.bias": draw(channels)})
        yield layer_case({"channels": channels, "reduction": reduction, "bias": bias}, draw(*shape), parameters, lambda x, p, b: x * torch.sigmoid(F.linear(F.relu(F.linear(
            x.mean((2, 3)), p["fc1.weight"], p.get("fc1.bias"))), p["fc2.weight"], p.get("fc2.bias")))[:, :, None, None])


def separable_convolution():
    for inputs, outputs, multiplier, flip, bias in [(3, 4, 1, True, True), (2, 3, 2, False, False)]:
        c = dict(rows=[3, 2, 1, 1, 1], columns=[2, 1, 0, 1, 1], flip=flip, groups=inputs)
        one = dict(rows=[1, 1, 0, 0, 1], columns=[1, 1, 0, 0, 1], flip=flip)
        parameters = {"depthwise.weight": draw(multiplier * inputs, 1, 3, 2), "pointwise.weight": draw(outputs, multiplier * inputs, 1, 1)}
        if bias:
            parameters["pointwise.bias"] = draw(outputs)
        yield layer_case({"inputs": inputs, "outputs": outputs, "multiplier": multiplier, "bias": bias, **c}, draw(2, inputs, 5, 4), parameters, lambda x, p, b: correlate(
            correlate(x, p["depthwise.weight"], None, c), p["pointwise.weight"], p.get("pointwise.bias"), one))


def batch_normalization():
    for shape, mode, epsilon, momentum in [((5, 3), "Train", 1e-5, 0.1), ((3, 2, 4, 3), "Train", 1e-3, 0.25),
                                           ((2, 3, 1, 5), "Train", 1e-5, 0.1), ((4, 3), "Evaluate", 1e-5, 0.1), ((2, 2, 3, 4), "Evaluate", 0.1, 0.1)]:
        channels = shape[1]
        yield layer_case({"channels": channels, "epsilon": epsilon, "momentum": momentum}, 3 * draw(*shape) + 1,
                         {"gamma": draw(channels), "beta": draw(channels)},
                         lambda x, p, b: F.batch_norm(x, b["runningMean"], b["runningVariance"], p["gamma"], p["beta"], mode == "Train", momentum, epsilon),
                         {"runningMean": draw(channels), "runningVariance": draw(channels).abs() + 0.5}, mode=mode)


def radial_basis():
    for batch, inputs, units in [(3, 4, 2), (2, 3, 5)]:
        centres = draw(units, inputs)
        yield layer_case({}, draw(batch, inputs), {}, lambda x, p, b: (x[:, None, :] - centres).square().sum(2), constants={"centres": centres})


def sequential():
    parameters = {"F1.weight": draw(4, 6), "F1.bias": draw(4), "F2.weight": draw(3, 4), "F2.bias": draw(3)}
    yield layer_case({}, draw(2, 1, 2, 3), parameters, lambda x, p, b: F.linear(
        torch.tanh(F.linear(x.flatten(1), p["F1.weight"], p["F1.bias"])), p["F2.weight"], p["F2.bias"]))


def residual():
    conv = dict(rows=[3, 1, 1, 1, 1], columns=[3, 1, 1, 1, 1], flip=True)
    one = dict(rows=[1, 1, 0, 0, 1], columns=[1, 1, 0, 0, 1], flip=True)

    def body(x, p, b):
        x = F.relu(F.batch_norm(correlate(x, p["F.C1.weight"], p["F.C1.bias"], conv), b["F.N1.runningMean"], b["F.N1.runningVariance"],
                                p["F.N1.gamma"], p["F.N1.beta"], True, 0.1, 1e-5))
        return correlate(x, p["F.C2.weight"], p["F.C2.bias"], conv)

    for outputs, projected in [(2, False), (4, True)]:
        parameters = {"F.C1.weight": draw(3, 2, 3, 3), "F.C1.bias": draw(3), "F.N1.gamma": draw(3), "F.N1.beta": draw(3),
                      "F.C2.weight": draw(outputs, 3, 3, 3), "F.C2.bias": draw(outputs)}
        if projected:
            parameters.update({"P.weight": draw(outputs, 2, 1, 1), "P.bias": draw(outputs)})
        yield layer_case({"outputs": outputs, "projected": projected}, draw(2, 2, 4, 5), parameters,
                         lambda x, p, b: body(x, p, b) + (correlate(x, p["P.weight"], p["P.bias"], one) if projected else x),
                         {"F.N1.runningMean": torch.zeros(3), "F.N1.runningVariance": torch.ones(3)})


def normalization(path, channels):
    """Parameters and buffers of a batch normalisation."""
    return ({f"{path}.gamma": draw(channels), f"{path}.beta": draw(channels)},
            {f"{path}.runningMean": torch.zeros(channels), f"{path}.runningVariance": torch.ones(channels)})


def normalize(x, path, p, b, epsilon, momentum=0.1, unbiased=True):
    """batch_norm in training; where unbiased is false its running variance takes that of the batch with 1/m."""
    mean, variance = b[f"{path}.runningMean"], b[f"{path}.runningVariance"]
    if not unbiased:
        batch = x.detach().var((0, 2, 3), unbiased=False)
        variance.mul_(1 - momentum).add_(momentum * batch)
        variance = variance.clone()
    return F.batch_norm(x, mean, variance, p[f"{path}.gamma"], p[f"{path}.beta"], True, momentum, epsilon)


def xception_block():
    one = dict(rows=[1, 1, 0, 0, 1], columns=[1, 1, 0, 0, 1], flip=True)
    half = dict(rows=[1, 2, 0, 0, 1], columns=[1, 2, 0, 0, 1], flip=True)
    three = dict(rows=[3, 1, 1, 1, 1], columns=[3, 1, 1, 1, 1], flip=True)
    for inputs, outputs, pools, convolutions, starts, last in [(2, 3, True, 2, False, False), (2, 2, False, 3, True, False), (2, 3, True, 2, True, True)]:
        widths = [inputs] + [inputs if last and k < convolutions else outputs for k in range(1, convolutions + 1)]
        parameters, buffers = {}, {}
        for k in range(1, convolutions + 1):
            parameters.update({f"sepconv{k}.depthwise.weight": draw(widths[k - 1], 1, 3, 3), f"sepconv{k}.pointwise.weight": draw(widths[k], widths[k - 1], 1, 1)})
            for to, new in zip((parameters, buffers), normalization(f"bn{k}", widths[k])):
                to.update(new)
        if pools:
            parameters["residual.conv.weight"] = draw(outputs, inputs, 1, 1)
            for to, new in zip((parameters, buffers), normalization("residual.bn", outputs)):
                to.update(new)

        def forward(x, p, b):
            y = x
            for k in range(1, convolutions + 1):
                y = F.relu(y) if k > 1 or starts else y
                y = correlate(y, p[f"sepconv{k}.depthwise.weight"], None, {**three, "groups": widths[k - 1]})
                y = normalize(correlate(y, p[f"sepconv{k}.pointwise.weight"], None, one), f"bn{k}", p, b, 1e-3, 0.01, False)
            if not pools:
                return y + x
            y = F.max_pool2d(F.pad(y, (0, 1, 0, 1), value=-math.inf), 3, 2)  # even images: Keras's 'same' pads behind
            return y + normalize(correlate(x, p["residual.conv.weight"], None, half), "residual.bn", p, b, 1e-3, 0.01, False)

        yield layer_case({"inputs": inputs, "outputs": outputs, "pools": pools, "convolutions": convolutions, "startsWithReLU": starts, "growsLast": last},
                         draw(2, inputs, 4, 4), parameters, forward, buffers)


def shuffle_net_unit():
    one = dict(rows=[1, 1, 0, 0, 1], columns=[1, 1, 0, 0, 1], flip=True)
    for inputs, outputs, groups, stride, groups_first in [(8, 8, 2, 1, True), (4, 8, 2, 2, True), (3, 8, 1, 2, True), (2, 8, 2, 2, False)]:
        inside, made, first = outputs // 4, outputs if stride == 1 else outputs - inputs, groups if groups_first else 1
        three = dict(rows=[3, stride, 1, 1, 1], columns=[3, stride, 1, 1, 1], flip=True, groups=inside)
        parameters = {"conv1.weight": draw(inside, inputs // first, 1, 1), "conv2.weight": draw(inside, 1, 3, 3), "conv3.weight": draw(made, inside // groups, 1, 1)}
        buffers = {}
        for k, channels in enumerate((inside, inside, made), 1):
            for to, new in zip((parameters, buffers), normalization(f"bn{k}", channels)):
                to.update(new)

        def forward(x, p, b):
            y = F.relu(normalize(correlate(x, p["conv1.weight"], None, {**one, "groups": first}), "bn1", p, b, 1e-5))
            y = y.unflatten(1, (groups, inside // groups)).transpose(1, 2).flatten(1, 2)
            y = normalize(correlate(y, p["conv2.weight"], None, three), "bn2", p, b, 1e-5)
            y = normalize(correlate(y, p["conv3.weight"], None, {**one, "groups": groups}), "bn3", p, b, 1e-5)
            return F.relu(y + x if stride == 1 else torch.cat((y, F.avg_pool2d(x, 3, 2, 1)), 1))

        yield layer_case({"inputs": inputs, "outputs": outputs, "groups": groups, "stride": stride, "groupsFirst": groups_first},
                         draw(2, inputs, 5, 4), parameters, forward, buffers)


def loss_case(settings, y, target, function):
    y = y.clone().requires_grad_()
    loss = function(y, target)
    loss.backward()
    return {"settings": settings, "arrays": {"y": y, "target": target, "loss": loss, "dY": y.grad}}


def one_hot(batch, classes):
    return F.one_hot(torch.randint(classes, (batch,)), classes).double()


def cross_entropy():
    """Where there are class weights or pixels, torch is given labels: only then it divides by the weights of the labels."""
    def of_labels(**options):
        return lambda y, t: F.cross_entropy(y, t.argmax(1), **options)

    for batch, classes, scale in [(3, 4, 1), (5, 10, 30)]:
        yield loss_case({"smoothing": 0}, scale * draw(batch, classes), one_hot(batch, classes), F.cross_entropy)
    yield loss_case({"smoothing": 0}, draw(4, 3), F.softmax(draw(4, 3), 1), F.cross_entropy)
    yield loss_case({"smoothing": 0.1}, draw(4, 3), one_hot(4, 3), of_labels(label_smoothing=0.1))
    for smoothing in [0, 0.2]:
        weights = draw(5).square() + 0.1
        case = loss_case({"smoothing": smoothing}, draw(4, 5), one_hot(4, 5), of_labels(label_smoothing=smoothing, weight=weights))
        case["arrays"]["weights"] = weights
        yield case
    pixels = F.one_hot(torch.randint(4, (2, 3, 5)), 4).permute(0, 3, 1, 2).double()
    yield loss_case({"smoothing": 0}, draw(2, 4, 3, 5), pixels, of_labels())


def binary_cross_entropy():
    for scale in [1, 30]:
        yield loss_case({}, scale * draw(3, 4), torch.rand(3, 4, dtype=torch.float64).round(decimals=1),
                        lambda y, t: F.binary_cross_entropy_with_logits(y, t, reduction="sum") / y.shape[0])


def mean_absolute_error():
    for shape in [(3, 4), (2, 3, 2, 5)]:
        yield loss_case({}, draw(*shape), draw(*shape), lambda y, t: F.l1_loss(y, t, reduction="sum") / y.shape[0])


def smooth_l1():
    for beta in [1.0, 0.25]:
        yield loss_case({"beta": beta}, draw(3, 4), draw(3, 4), lambda y, t: F.smooth_l1_loss(y, t, beta=beta, reduction="sum") / y.shape[0])


def weighted_sum():
    yield loss_case({"first": 0.25, "second": 2.0}, draw(3, 4), draw(3, 4), lambda y, t: (
        0.25 * F.mse_loss(y, t, reduction="sum") + 2 * F.smooth_l1_loss(y, t, reduction="sum")) / y.shape[0])


def mean_squared_error():
    """torch averages over the outputs of a sample too; the lectures' loss sums over them."""
    for shape in [(3, 4), (2, 3, 2, 5), (5, 1)]:
        yield loss_case({}, draw(*shape), draw(*shape), lambda y, t: F.mse_loss(y, t, reduction="sum") / y.shape[0])


def maximum_a_posteriori():
    for batch, classes, j in [(3, 4, 0.1), (4, 10, 2.5)]:
        yield loss_case({"j": j}, 3 * draw(batch, classes).square(), one_hot(batch, classes), lambda y, t: (
            (t * y).sum(1) + torch.logsumexp(torch.cat([-y, torch.full((len(y), 1), -j)], 1), 1)).mean())


def perceptron_criterion():
    yield loss_case({}, draw(6, 4), one_hot(6, 4), lambda y, t: (y.max(1).values - (t * y).sum(1)).mean())


def multiclass_hinge():
    """torch divides by the number of classes."""
    for batch, classes, margin in [(3, 4, 1.0), (5, 6, 0.25)]:
        yield loss_case({"margin": margin}, draw(batch, classes), one_hot(batch, classes),
                        lambda y, t: classes * F.multi_margin_loss(y, t.argmax(1), margin=margin))


def regularizer_case(settings, penalty):
    """A matrix with some zeros, where torch takes the slope of a magnitude as 0, and a bias that has no penalty."""
    weight, bias = 2 * draw(3, 4), draw(3)
    weight[0, 1] = weight[2, 3] = 0
    weight.requires_grad_()
    bias.requires_grad_()
    value = penalty(weight) + 0 * bias.sum()
    value.backward()
    return {"settings": settings, "arrays": {"weight": weight, "bias": bias, "value": value,
                                             "weight.gradient": weight.grad, "bias.gradient": bias.grad}}


def trajectory(settings, make, rate):
    """100 steps with given gradients; the rate falls to a tenth half-way."""
    theta = draw(5).requires_grad_()
    optimizer = make([theta], rate)
    gradients = draw(100, 5)
    rates = [rate if step < 50 else rate / 10 for step in range(100)]
    arrays = {"start": theta.detach().clone(), "gradients": gradients, "rates": torch.tensor(rates)}
    path = []
    for gradient, now in zip(gradients, rates):
        optimizer.param_groups[0]["lr"] = now
        theta.grad = gradient.clone()
        optimizer.step()
        path.append(theta.detach().clone())
    return {"settings": settings, "arrays": {**arrays, "path": torch.stack(path)}}


def schedule(settings, make, rate, losses=None):
    """The rates of 30 epochs; a schedule that follows validation losses is told one after each."""
    optimizer = torch.optim.SGD([draw(1).requires_grad_()], rate)
    scheduler = make(optimizer)
    rates = []
    for epoch in range(30):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(*([] if losses is None else [losses[epoch]]))
    return {"settings": {"rate": rate, **settings}, "arrays": {"rates": torch.tensor(rates), **({} if losses is None else {"losses": losses})}}


def one_cycle(epochs, rise, divisor, final_divisor):
    """PyTorch's cycle of n steps ends at step n - 1, ours at T; and its rise ends a step before the share of n."""
    return schedule({"epochs": epochs, "rise": rise, "divisor": divisor, "finalDivisor": final_divisor}, lambda o: torch.optim.lr_scheduler.OneCycleLR(
        o, 0.7, total_steps=epochs + 1, pct_start=(rise * epochs + 1) / (epochs + 1), cycle_momentum=False, div_factor=divisor, final_div_factor=final_divisor), 0.7)


def bilinear_sampling():
    """map is [xx, xy, X, yx, yy, Y] in pixels from the middle; affine_grid counts half widths and half heights instead."""
    maps = [[0.8, -0.6, 0.0, 0.6, 0.8, 0.0], [1.0, 0.3, 1.25, 0.0, 1.0, -2.5], [0.7, 0.2, -0.4, -0.1, 1.4, 0.9]]
    for map, (channels, rows, columns), background in zip(maps, [(1, 6, 6), (3, 5, 8), (2, 7, 4)], [0.0, -0.4, 2.0]):
        xx, xy, X, yx, yy, Y = map
        theta = torch.tensor([[[xx, xy * rows / columns, X * 2 / columns], [yx * columns / rows, yy, Y * 2 / rows]]])
        x = draw(1, channels, rows, columns)
        grid = F.affine_grid(theta, x.shape, align_corners=False)
        y = F.grid_sample(x - background, grid, mode="bilinear", padding_mode="zeros", align_corners=False) + background
        yield {"settings": {"map": map, "background": background}, "arrays": {"x": x[0], "y": y[0]}}


def whitening():
    """Rows of images; the covariance divides by their number. Each row of PCA's matrix has its largest element positive."""
    for epsilon in (0.0, 0.01):
        x = torch.randint(0, 256, (20, 6)).double()
        X = x / 255 - (x / 255).mean(0)
        d, E = torch.linalg.eigh(X.T @ X / len(X))
        d, E = d.flip(0), E.flip(1)
        E = E * torch.sign(E.gather(0, E.abs().argmax(0, keepdim=True)))
        pca = torch.diag((d + epsilon).rsqrt()) @ E.T
        yield {"settings": {"epsilon": epsilon}, "arrays": {"x": x, "pca": pca, "zca": E @ pca}}


def interpretation():
    """Ways of looking into a small network, in eval mode, by PyTorch's own means: autograd, hooks on ReLUs and on the maps of a layer."""
    for c in (0, 1, 2):
        net = torch.nn.Sequential(
            torch.nn.Conv2d(2, 3, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Conv2d(3, 7, 3), torch.nn.ReLU(),
            torch.nn.Flatten(), torch.nn.Linear(7 * 2 * 3, 3)).eval()
        x = draw(1, 2, 8, 10)
        arrays = {"x": x, "scores": net(x), **{name: value.clone() for name, value in net.named_parameters()}}

        def back(at, hook=None):
            handles = [layer.register_full_backward_hook(hook) for layer in net if isinstance(layer, torch.nn.ReLU)] if hook else []
            at = at.clone().requires_grad_()
            gradient, = torch.autograd.grad(net(at)[0, c], at)
            for handle in handles:
                handle.remove()
            return gradient

        arrays["gradient"] = back(x)
        arrays["guided"] = back(x, lambda layer, dX, dY: (dX[0].clamp(min=0),))
        arrays["deconvnet"] = back(x, lambda layer, dX, dY: (dY[0].clamp(min=0),))
        maps = []
        handle = net[4].register_forward_hook(lambda layer, x, y: maps.append(y))
        score = net(x)[0, c]
        slopes, = torch.autograd.grad(score, maps[0])
        handle.remove()
        arrays["gradCamSum"] = (slopes.mean((2, 3), keepdim=True) * maps[0]).sum(1)[0]
        arrays["gradCam"] = arrays["gradCamSum"].relu()
        baseline, steps = draw(1, 2, 8, 10), 25
        arrays["baseline"] = baseline
        arrays["integrated"] = (x - baseline) * sum(back(baseline + (k + 0.5) / steps * (x - baseline)) for k in range(steps)) / steps
        yield {"settings": {"class": c, "steps": steps}, "arrays": arrays}


write("Dense", "torch.nn.functional.linear", dense())
write("ReLU", "torch.relu", elementwise(torch.relu))
write("LeakyReLU", "torch.nn.functional.leaky_relu", elementwise(
    lambda x, slope: F.leaky_relu(x, slope), [{"slope": 0.01}, {"slope": 0.3}]))
write("Elu", "torch.nn.functional.elu", elementwise(lambda x, alpha: F.elu(x, alpha), [{"alpha": 1.0}, {"alpha": 0.6}]))
write("PReLU", "torch.nn.functional.prelu", prelu())
write("Maxout", "torch.amax over the pieces", maxout())
write("Softplus", "torch.nn.functional.softplus", elementwise(F.softplus))
write("Sigmoid", "torch.sigmoid", elementwise(torch.sigmoid))
write("Tanh", "torch.tanh", elementwise(torch.tanh))
write("ScaledTanh", "1.7159 * torch.tanh(2 / 3 * x)", elementwise(lambda x: 1.7159 * torch.tanh(2 / 3 * x)))
write("Softmax", "torch.softmax over axis 1", elementwise(lambda x: torch.softmax(x, 1)))
write("Flatten", "torch.flatten from axis 1", elementwise(lambda x: torch.flatten(x, 1)))
write("Convolution2D", "torch.nn.functional.conv2d, with the kernel flipped for true convolution", convolution())
write("ConnectionTableConvolution2D", "torch.nn.functional.conv2d with zeros for the missing kernels", connection_table())
write("MaxPooling2D", "torch.nn.functional.max_pool2d", max_pooling())
write("AveragePooling2D", "torch.nn.functional.avg_pool2d", average_pooling())
write("AdaptiveAveragePooling2D", "torch.nn.functional.adaptive_avg_pool2d", adaptive_average_pooling())
write("GlobalAveragePooling2D", "torch.nn.functional.adaptive_avg_pool2d to 1x1", global_average_pooling())
write("NearestUpsampling2D", "torch.nn.functional.interpolate, nearest", upsampling(lambda x, f: F.interpolate(x, scale_factor=f)))
write("BilinearUpsampling2D", "torch.nn.functional.interpolate, bilinear", upsampling(
    lambda x, f, alignCorners: F.interpolate(x, scale_factor=f, mode="bilinear", align_corners=alignCorners), [{"alignCorners": False}, {"alignCorners": True}]))
write("TransposedConvolution2D", "torch.nn.functional.conv_transpose2d, with the kernel flipped for true convolution", transposed_convolution())
write("LocalResponseNormalization", "torch.nn.functional.local_response_norm", local_response_normalization())
write("ContrastNormalization", "autograd of its steps with torch.nn.functional.conv2d", contrast_normalization())
write("MaxUnpooling2D", "torch.nn.functional.max_pool2d, tanh, max_unpool2d", max_unpooling())
write("RoIMaxPooling2D", "torch.max over each bin", roi_max_pooling())
write("FourierFeatures", "autograd of cosines and sines", fourier_features())
write("PreparedInput", "minus a mean, times a scale or torch.nn.functional.linear", prepared_input())
write("SqueezeExcitation", "mean, linear, relu, linear, sigmoid, times x", squeeze_excitation())
write("SeparableConvolution2D", "torch.nn.functional.conv2d with a group for each channel, then with 1x1 kernels", separable_convolution())
write("XceptionBlock", "conv2d with a group for each channel, with 1x1 kernels, batch_norm, relu, max_pool2d", xception_block())
write("ShuffleNetUnit", "conv2d with groups, batch_norm, relu, unflatten, transpose, flatten, avg_pool2d, cat", shuffle_net_unit())
write("ZeroPadding2D", "torch.nn.functional.pad", zero_padding())
write("ChannelShuffle", "unflatten, transpose, flatten", channel_shuffle())
write("PaddedShortcut", "every stride-th pixel and torch.nn.functional.pad", padded_shortcut())
write("Subsampling2D", "torch.nn.functional.avg_pool2d with divisor 1, times weight plus bias", subsampling())
write("BatchNormalization", "torch.nn.functional.batch_norm", batch_normalization())
write("EuclideanRadialBasis", "autograd of the sum of squared differences", radial_basis())
write("Sequential", "torch.nn.functional.linear, tanh, linear", sequential())
write("Residual", "conv2d, batch_norm, relu, conv2d plus a shortcut", residual())
write("SoftmaxCrossEntropy", "torch.nn.functional.cross_entropy", cross_entropy())
write("MeanSquaredError", "torch.nn.functional.mse_loss, summed over outputs", mean_squared_error())
write("BinaryCrossEntropy", "torch.nn.functional.binary_cross_entropy_with_logits, summed over outputs", binary_cross_entropy())
write("MeanAbsoluteError", "torch.nn.functional.l1_loss, summed over outputs", mean_absolute_error())
write("SmoothL1", "torch.nn.functional.smooth_l1_loss, summed over outputs", smooth_l1())
write("WeightedSum", "a sum of mse_loss and smooth_l1_loss, summed over outputs", weighted_sum())
write("MaximumAPosteriori", "autograd of equation 9 with torch.logsumexp", maximum_a_posteriori())
write("PerceptronCriterion", "autograd of the largest score minus the right one", perceptron_criterion())
write("MulticlassHinge", "torch.nn.functional.multi_margin_loss, times the number of classes", multiclass_hinge())
write("L1Regularizer", "lambda * weight.abs().sum()", (regularizer_case({"lambda": k}, lambda w: k * w.abs().sum()) for k in (0.01, 0.7)))
write("L2Regularizer", "lambda * weight.square().sum()", (regularizer_case({"lambda": k}, lambda w: k * w.square().sum()) for k in (0.01, 0.7)))
write("ElasticNet", "lambda1 * weight.abs().sum() + lambda2 * weight.square().sum()", (
    regularizer_case({"lambda1": a, "lambda2": b}, lambda w: a * w.abs().sum() + b * w.square().sum()) for a, b in ((0.01, 0.3), (0.7, 0.02))))
write("StochasticGradientDescent", "torch.optim.SGD", (trajectory({}, lambda p, lr: torch.optim.SGD(p, lr), rate) for rate in (0.3, 0.01)))
write("PerceptronRule", "torch.optim.SGD", (trajectory({}, lambda p, lr: torch.optim.SGD(p, lr), rate) for rate in (1.0,)))
write("Momentum", "torch.optim.SGD with momentum", (
    trajectory({"momentum": m}, lambda p, lr: torch.optim.SGD(p, lr, momentum=m), 0.1) for m in (0.9, 0.5)))
write("Nesterov", "torch.optim.SGD with nesterov", (
    trajectory({"momentum": m}, lambda p, lr: torch.optim.SGD(p, lr, momentum=m, nesterov=True), 0.1) for m in (0.9, 0.5)))
write("AdaGrad", "torch.optim.Adagrad", (
    trajectory({"delta": d}, lambda p, lr: torch.optim.Adagrad(p, lr, eps=d), 0.1) for d in (1e-10, 0.01)))
write("RmsProp", "torch.optim.RMSprop", (
    trajectory({"rho": r, "delta": d}, lambda p, lr: torch.optim.RMSprop(p, lr, alpha=r, eps=d), 0.03) for r, d in ((0.99, 1e-8), (0.8, 0.01))))
write("Adam", "torch.optim.Adam", (
    trajectory({"beta1": b1, "beta2": b2, "delta": d}, lambda p, lr: torch.optim.Adam(p, lr, betas=(b1, b2), eps=d), 0.03)
    for b1, b2, d in ((0.9, 0.999, 1e-8), (0.7, 0.95, 0.01))))
write("Adadelta", "torch.optim.Adadelta", (
    trajectory({"rho": r, "delta": d}, lambda p, lr: torch.optim.Adadelta(p, lr, rho=r, eps=d), 1.0) for r, d in ((0.9, 1e-6), (0.95, 0.01))))
write("StepDecay", "torch.optim.lr_scheduler.StepLR", (
    schedule({"every": k, "factor": f}, lambda o: torch.optim.lr_scheduler.StepLR(o, k, f), 0.7) for k, f in ((10, 0.5), (3, 0.8))))
write("ExponentialDecay", "torch.optim.lr_scheduler.ExponentialLR", (
    schedule({"k": k}, lambda o: torch.optim.lr_scheduler.ExponentialLR(o, math.exp(-k)), 0.7) for k in (0.1, 0.03)))
write("ConstantRate", "torch.optim.lr_scheduler.ConstantLR with factor 1", (
    schedule({}, lambda o: torch.optim.lr_scheduler.ConstantLR(o, 1.0), rate) for rate in (0.7, 0.01)))
write("InverseDecay", "torch.optim.lr_scheduler.LambdaLR with 1/(1 + k t)", (
    schedule({"k": k}, lambda o: torch.optim.lr_scheduler.LambdaLR(o, lambda t: 1 / (1 + k * t)), 0.7) for k in (0.1, 2.0)))
write("MultiStepDecay", "torch.optim.lr_scheduler.MultiStepLR", (
    schedule({"after": after, "factor": f}, lambda o: torch.optim.lr_scheduler.MultiStepLR(o, after, f), 0.7) for after, f in (([3, 4, 17], 0.1), ([10], 0.8))))
write("CosineDecay", "torch.optim.lr_scheduler.CosineAnnealingLR", (
    schedule({"epochs": T, "final": f}, lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, T, f * 0.7), 0.7) for T, f in ((30, 0.0), (31, 0.2))))
write("OneCycle", "torch.optim.lr_scheduler.OneCycleLR without its momentum", (
    one_cycle(*settings) for settings in ((30, 0.3, 25.0, 1e4), (33, 0.5, 10.0, 1.0))))
write("PlateauDecay", "torch.optim.lr_scheduler.ReduceLROnPlateau with threshold 0 and a patience of p - 1", (
    schedule({"patience": p, "factor": f}, lambda o: torch.optim.lr_scheduler.ReduceLROnPlateau(o, factor=f, patience=p - 1, threshold=0, eps=0), 0.7, draw(30))
    for p, f in ((1, 0.9), (2, 0.5), (4, 0.1))))
write("WarmUp", "torch.optim.lr_scheduler.LinearLR from 0.01, times StepLR", (
    schedule({"epochs": w, "every": k, "factor": f}, lambda o: torch.optim.lr_scheduler.ChainedScheduler([
        torch.optim.lr_scheduler.LinearLR(o, 0.01, total_iters=w), torch.optim.lr_scheduler.StepLR(o, k, f)]), 0.7) for w, k, f in ((5, 3, 0.5), (1, 10, 0.8))))
write("BilinearSampling", "torch.nn.functional.affine_grid and grid_sample, align_corners=False", bilinear_sampling())
write("Whitening", "torch.linalg.eigh of the covariance", whitening())
write("Interpretation", "autograd, and hooks on torch.nn.ReLU", interpretation())
