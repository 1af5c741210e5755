#!/usr/bin/env python3
"""lagoon's training steps against PyTorch's: python_training.py TRAINING_BENCHMARK [--turns N]
[--steps N] [--threads N] [--only TEXT] [--json FILE] [--device cpu|cuda]

The same model, weights, batches and threads in eager Python PyTorch: its linear and layer_norm,
scaled_dot_product_attention, cross_entropy, torch.optim.AdamW, torch.autocast for bf16. The losses
of the first steps must agree; then both take turns, and ratios are of one turn's times. A setting is
100 observation times of one drifter, 4 to a token (25 tokens) or, in effect, one (100 tokens).
Processes wait for one another: only one computes at a time. On a GPU the models are larger, their
input and weights go there once, and Python's step is compiled by torch.compile.
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time

try:
    import torch
except ImportError:
    print("no torch for this Python: skipped")
    sys.exit(0)
import torch.nn as nn
import torch.nn.functional as F

HEADS, BATCHES, LEARNING_RATE, DECAY = 4, 4, 1e-4, 0.1
AGREEMENT = {"fp32": 1e-4, "bf16": 2e-2}  # relative, of losses of the first steps
TYPES = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64}

SETTINGS = [  # name, aim, options of the benchmark
    ("128/4, 25 tokens", 1.3, dict(width=128, layers=4, tokens=25, batch=256)),
    ("128/4, 100 tokens", 1.3, dict(width=128, layers=4, tokens=100, batch=64)),
    ("256/6, 25 tokens", 1.1, dict(width=256, layers=6, tokens=25, batch=128)),
    ("mlp 512", None, dict(mlp=512, tokens=25, batch=1024)),
    ("mlp 1024", None, dict(mlp=1024, tokens=25, batch=1024)),
]
GPU_SETTINGS = [
    ("256/6, 250 tokens", 1.0, dict(width=256, layers=6, tokens=250, batch=512)),
    ("512/12, 250 tokens", 1.0, dict(width=512, layers=12, tokens=250, batch=256)),
    ("768/12, 250 tokens", 1.0, dict(width=768, layers=12, tokens=250, batch=128)),
]


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(data[begin:end], dtype=TYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"]).clone()
    return tensors


class Mlp(nn.Module):
    def __init__(self, n_in, width, depth, n_out):
        super().__init__()
        self.depth = depth
        for i in range(depth):
            self.add_module(f"hidden{i}", nn.Linear(n_in if i == 0 else width, width))
        self.output = nn.Linear(width, n_out)

    def forward(self, x):
        for i in range(self.depth):
            x = F.relu(getattr(self, f"hidden{i}")(x))
        return self.output(x)


class Block(nn.Module):
    def __init__(self, width, causal):
        super().__init__()
        self.causal = causal
        self.norm_attention, self.norm_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.attention_output = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp_input, self.mlp_output = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def attend(self, x):
        batch, tokens, width = x.shape
        qkv = self.qkv(x).view(batch, tokens, 3, HEADS, width // HEADS).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(*qkv.unbind(0), is_causal=self.causal)
        return self.attention_output(mixed.transpose(1, 2).reshape(batch, tokens, width))

    def forward(self, x):
        x = x + self.attend(self.norm_attention(x))
        hidden = self.mlp_input(self.norm_mlp(x))
        return x + self.mlp_output(hidden * torch.sigmoid(1.702 * hidden))


class Transformer(nn.Module):
    def __init__(self, width, layers, tokens, token_size, n_out, causal):
        super().__init__()
        self.layers = layers
        self.lift = nn.Linear(token_size, width)
        self.positions = nn.Parameter(torch.empty(tokens, width))
        for i in range(layers):
            self.add_module(f"block{i}", Block(width, causal))
        self.final_norm = nn.LayerNorm(width)
        self.projection = nn.Linear(width, n_out, bias=False)

    def forward(self, features):
        x = features.view(features.shape[0], self.positions.shape[0], -1)
        x = self.lift(x) + self.positions
        for i in range(self.layers):
            x = getattr(self, f"block{i}")(x)
        return self.projection(self.final_norm(x)[:, -1])


class Model(nn.Module):
    """The modules by the names of lagoon's weights."""

    def __init__(self, start, options):
        super().__init__()
        out, n_in = start["model.u.output.weight"].shape[0], start["features.u"].shape[1]
        n_features = start["features.v"].shape[1]
        self.u = Mlp(n_in, start["model.u.output.weight"].shape[1], 3, out)
        if "mlp" in options:
            self.v = Mlp(n_features, options["mlp"], 3, out)
        else:
            tokens = options["tokens"]
            self.v = Transformer(options["width"], options["layers"], tokens, n_features // tokens,
                                 out, True)
        self.temperature = nn.Module()
        self.temperature.log_inverse = nn.Parameter(torch.empty(()))
        self.load_state_dict({name[6:]: value for name, value in start.items()
                              if name.startswith("model.")})


class Bench:
    def __init__(self, start, options, precision, device):
        self.device = device
        self.model = Model(start, options).to(device)
        self.u, self.v = start["features.u"].to(device), start["features.v"].to(device)
        self.loss = self.forward if device == "cpu" else torch.compile(self.forward)
        self.rows, self.bf16, self.steps = options["batch"], precision == "bf16", 0
        parameters = list(self.model.parameters())
        self.optimizer = torch.optim.AdamW(
            [{"params": [p for p in parameters if p.dim() >= 2], "weight_decay": DECAY},
             {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0}],
            lr=LEARNING_RATE, betas=(0.9, 0.999), eps=1e-8,
            **({} if device == "cpu" else {"fused": True}))

    def forward(self, u, v):
        with torch.autocast(self.device, torch.bfloat16, enabled=self.bf16):
            z_u, z_v = self.model.u(u), self.model.v(v)
        z_u, z_v = F.normalize(z_u.float()), F.normalize(z_v.float())
        log_rho = z_u @ z_v.t() * self.model.temperature.log_inverse.exp()
        labels = torch.arange(self.rows, device=self.device)
        return (F.cross_entropy(log_rho, labels) + F.cross_entropy(log_rho.t(), labels)) / 2

    def step(self):
        first = self.steps % BATCHES * self.rows
        self.steps += 1
        self.optimizer.zero_grad()
        loss = self.loss(self.u[first:first + self.rows], self.v[first:first + self.rows])
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def take(self, n):
        wall, processor = time.perf_counter(), time.process_time()
        losses = [self.step() for _ in range(n)]
        if self.device != "cpu":
            torch.cuda.synchronize()
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        return {"wall": wall, "processor": processor,
                "losses": [loss.item() - math.log(self.rows) for loss in losses]}


class Lagoon:
    """The program training_benchmark, turn by turn."""

    def __init__(self, program, folder, options, precision, threads, device):
        flags = [f"--{name}={value}" for name, value in options.items()]
        self.process = subprocess.Popen(
            [program, f"--folder={folder}", f"--precision={precision}", f"--threads={threads}",
             f"--device={device}", *flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            sys.exit(f"{program} did not start")

    def take(self, n):
        print(n, file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def prove_equality(ours, theirs, precision):
    """Losses less log(batch), as lagoon's are: of the first steps, relative to the loss itself."""
    a, b = ours.take(5)["losses"], theirs.take(5)["losses"]
    scale = math.log(theirs.rows)
    worst = max(abs(x - y) / abs(y + scale) for x, y in zip(a, b))
    print(f"  losses of 5 steps differ by {worst:.1e} (allowed {AGREEMENT[precision]:g})")
    if not worst < AGREEMENT[precision]:
        sys.exit("  they do not train the same model")


def compare(name, aim, options, precision, arguments):
    print(f"{name}, batch {options['batch']}, {precision}, {arguments.threads} threads", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        ours = Lagoon(arguments.program, folder, options, precision, arguments.threads,
                      arguments.device)
        start = read_safetensors(os.path.join(folder, "start.safetensors"))
        theirs = Bench(start, options, precision, arguments.device)
        prove_equality(ours, theirs, precision)
        turns = [(ours.take(arguments.steps), theirs.take(arguments.steps))
                 for _ in range(arguments.turns)]
        ours.close()
    result = {"name": name, "precision": precision, "aim": aim, "threads": arguments.threads}
    for clock in ("wall", "processor"):
        ratios = sorted(b[clock] / a[clock] for a, b in turns)
        rate = arguments.steps * options["batch"] / statistics.median(a[clock] for a, _ in turns)
        result[clock] = {"ratio": statistics.median(ratios), "least": ratios[0],
                         "largest": ratios[-1], "samples_per_second": rate}
        print(f"  by {clock}: {result[clock]['ratio']:.2f} times ({ratios[0]:.2f} to "
              f"{ratios[-1]:.2f}), {rate:.0f} samples/s" + (f", aim {aim}" if aim else ""), flush=True)
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", default="")
    parser.add_argument("--precision", default="fp32,bf16")
    parser.add_argument("--json", default="")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if arguments.device == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    print(f"PyTorch {torch.__version__} " + ("eager" if arguments.device == "cpu" else "compiled"))
    results = [compare(name, aim, options, precision, arguments)
               for name, aim, options in (SETTINGS if arguments.device == "cpu" else GPU_SETTINGS) if arguments.only in name
               for precision in arguments.precision.split(",")]
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
