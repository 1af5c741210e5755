"""The encoders of a lagoon run in PyTorch, with their feature maps: the embeddings of the program.

    from load_encoders import Encoders
    encoders = Encoders("run")
    z_u = encoders.eulerian(psi_hat)       # (n, mode) complex        -> (n, E)
    z_v = encoders.lagrangian(x, y)        # (n, drifter, time) twice -> (n, E), NaN: not observed
    log_rho = z_u @ z_v.T / encoders.temperature

    python3 load_encoders.py RUN DATA.h5 EMBEDDINGS    compares with `lagoon retrieve --embeddings`

Needs numpy and torch 2, lagoon_files.py beside it, and of a dataset's file also h5py.
"""
import json
import math
import pathlib
import sys

import numpy as np
import torch
from torch import nn

from lagoon_files import read_flows, read_safetensors

AGREEMENT = 1e-5  # of a row's length: the same float32 products, summed in another order


def read_tensors(path):
    """Tensors by name, and the metadata."""
    arrays, metadata = read_safetensors(path)
    return {name: torch.from_numpy(values) for name, values in arrays.items()}, metadata


class Mlp(nn.Module):
    """Linear and ReLU `depth` times, then linear."""

    def __init__(self, n_in, width, depth, n_out):
        super().__init__()
        self.depth = depth
        for layer in range(depth):
            setattr(self, f"hidden{layer}", nn.Linear(width if layer else n_in, width))
        self.output = nn.Linear(width, n_out)

    def forward(self, x):
        for layer in range(self.depth):
            x = torch.relu(getattr(self, f"hidden{layer}")(x))
        return self.output(x)


class LinearEncoder(nn.Module):
    """One linear map."""

    def __init__(self, n_in, n_out):
        super().__init__()
        self.map = nn.Linear(n_in, n_out)

    def forward(self, x):
        return self.map(x)


class AttentionBlock(nn.Module):
    """x + attention(norm(x)), then x + MLP(norm(x)) with QuickGELU."""

    def __init__(self, width, heads, causal):
        super().__init__()
        self.heads, self.causal = heads, causal
        self.norm_attention, self.norm_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.attention_output = nn.Linear(width, width)
        self.mlp_input = nn.Linear(width, 4 * width)
        self.mlp_output = nn.Linear(4 * width, width)

    def attend(self, x):
        batch, tokens, width = x.shape
        qkv = self.qkv(x).view(batch, tokens, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        mixed = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        return self.attention_output(mixed.transpose(1, 2).reshape(batch, tokens, width))

    def forward(self, x):
        x = x + self.attend(self.norm_attention(x))
        hidden = self.mlp_input(self.norm_mlp(x))
        return x + self.mlp_output(hidden * torch.sigmoid(1.702 * hidden))


class Transformer(nn.Module):
    """CLIP's text tower over patches of the features."""

    def __init__(self, model, n_tokens, token_size, n_out):
        super().__init__()
        width, self.layers = model["transformer_width"], model["transformer_layers"]
        self.n_tokens, self.token_size = n_tokens, token_size
        self.pool_last = model["pooling"] == "last"
        self.lift = nn.Linear(token_size, width)
        self.positions = nn.Parameter(torch.zeros(n_tokens, width))
        for layer in range(self.layers):
            block = AttentionBlock(width, model["transformer_heads"], model["causal"])
            setattr(self, f"block{layer}", block)
        self.final_norm = nn.LayerNorm(width)
        self.projection = nn.Linear(width, n_out, bias=False)

    def forward(self, features):
        x = features.view(-1, self.n_tokens, self.token_size)
        x = self.lift(x) + self.positions
        for layer in range(self.layers):
            x = getattr(self, f"block{layer}")(x)
        x = self.final_norm(x)
        return self.projection(x[:, -1] if self.pool_last else x.mean(1))


def fill_gaps(values, times, release, release_time):
    """NaN of (n, drifter, time) by linear interpolation, the release being one observation."""
    filled = values.copy()
    for i, p in np.argwhere(np.isnan(values).any(axis=2)):
        seen = ~np.isnan(values[i, p])
        knots = np.append(release_time[p], times[seen])
        heights = np.append(release[p], values[i, p, seen])
        filled[i, p, ~seen] = np.interp(times[~seen], knots, heights)
    return filled


class Encoders:
    """Both encoders of RUN/checkpoint. <row of u, row of v> / temperature is log_rho."""

    def __init__(self, run):
        folder = pathlib.Path(run) / "checkpoint"
        self.tensors, _ = read_tensors(folder / "weights.safetensors")
        self.model = json.loads((folder / "state.json").read_text())["content"]["model"]
        self.model.setdefault("tilting", "cosine")  # runs of format version 1 knew no other
        self.temperature = math.exp(-self.tensors["model.temperature.log_inverse"].item())
        self.u = self.loaded(self.make_eulerian(), "model.u.")
        self.v = self.loaded(self.make_lagrangian(), "model.v.")

    def law(self, name):
        return self.tensors["law." + name].numpy()

    def embedding_dim(self):
        if self.model["eulerian_encoder"] == "identity":
            return 2 * len(self.law("k"))
        return self.model["embedding_dim"]

    def make_eulerian(self):
        model, n_in = self.model, len(self.tensors["features.u.columns"])
        if model["eulerian_encoder"] == "identity":
            return nn.Identity()
        if model["eulerian_encoder"] == "linear":
            return LinearEncoder(n_in, self.embedding_dim())
        return Mlp(n_in, model["mlp_width"], model["mlp_depth"], self.embedding_dim())

    def make_lagrangian(self):
        model, n_times = self.model, len(self.law("times"))
        n_in = 2 * n_times * len(self.law("release_x"))
        length = n_times
        if model["lagrangian_features"] == "whitened":
            n_in = length = self.tensors["features.v.projection"].shape[1]
        if model["lagrangian_encoder"] == "mlp":
            return Mlp(n_in, model["mlp_width"], model["mlp_depth"], self.embedding_dim())
        n_tokens = length // model["patch"]
        return Transformer(model, n_tokens, n_in // n_tokens, self.embedding_dim())

    def loaded(self, module, prefix):
        own = {name[len(prefix):]: t for name, t in self.tensors.items() if name.startswith(prefix)}
        module.load_state_dict(own)  # strict: every tensor has its place and its shape
        return module.eval()

    def eulerian_features(self, psi_hat):
        """(n, mode) complex -> (n, feature) float32."""
        raw = np.ascontiguousarray(psi_hat, dtype=complex).view(float)  # real, imaginary in turn
        raw = torch.from_numpy(raw)[:, self.tensors["features.u.columns"]]
        mean, std = self.tensors["features.u.mean"], self.tensors["features.u.std"]
        return ((raw - mean) / std).float()

    def lagrangian_features(self, x, y):
        """x, y (n, drifter, time) -> (n, feature) float32."""
        coordinates = []
        for values, name in ((x, "release_x"), (y, "release_y")):
            values = np.asarray(values, dtype=float)
            release = self.law(name)
            filled = fill_gaps(values, self.law("times"), release, self.law("release_time"))
            coordinates.append(filled - release[:, None])
        # (n, time, drifter, component): departures from the release points
        raw = torch.from_numpy(np.stack(coordinates, -1).transpose(0, 2, 1, 3).copy())
        if self.model["lagrangian_features"] == "whitened":
            mean, projection = self.tensors["features.v.mean"], self.tensors["features.v.projection"]
            return ((raw.flatten(1) - mean) @ projection).float()
        if self.model["lagrangian_features"] == "increments":
            raw = torch.diff(raw, dim=1, prepend=torch.zeros_like(raw[:, :1]))
        return (raw.flatten(1) / self.tensors["features.v.scale"]).float()

    def rows(self, z, of_u):
        """Encoders' outputs as rows whose products are the tilting's."""
        if self.model["tilting"] == "cosine":
            return nn.functional.normalize(z, dim=1)
        if self.model["tilting"] == "inner_product":
            return z
        d, unit = z - self.tensors["embedder.centre"], self.tensors["embedder.unit"]
        halves = (d.double().square().sum(1, keepdim=True) / (-2 * unit)).float()
        units = unit.float() * torch.ones_like(halves)
        return torch.cat([d, halves, units] if of_u else [d, units, halves], 1)

    @torch.no_grad()
    def eulerian(self, psi_hat):
        return self.rows(self.u(self.eulerian_features(psi_hat)), of_u=True)

    @torch.no_grad()
    def lagrangian(self, x, y):
        return self.rows(self.v(self.lagrangian_features(x, y)), of_u=False)


def largest_difference(own, programs):
    """Over all rows, of the length of the row."""
    if own.shape != programs.shape:
        return math.inf
    difference = (own - programs).double().norm(dim=1)
    return (difference / programs.double().norm(dim=1)).max().item()


def compare(encoders, flows, embeddings):
    """The largest difference of either embedding of `flows` from those that the program wrote."""
    psi_hat, x, y = flows
    return {"eulerian": largest_difference(encoders.eulerian(psi_hat), embeddings["eulerian"]),
            "lagrangian": largest_difference(encoders.lagrangian(x, y), embeddings["lagrangian"])}


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: load_encoders.py RUN DATA.h5 EMBEDDINGS.safetensors")
    run, data, written = sys.argv[1:]
    embeddings, metadata = read_tensors(written)
    n = int(metadata["n_data"])
    flows = read_flows(data, embeddings["row"][:n].numpy())
    own = {name: embeddings[name][:n] for name in ("eulerian", "lagrangian")}
    differences = compare(Encoders(run), flows, own)
    for name, difference in differences.items():
        print(f"{name}: {n} embeddings, largest difference {difference:.1e} of a row's length")
    if not max(differences.values()) <= AGREEMENT:
        sys.exit(f"these are not the embeddings of {run}: the difference is above {AGREEMENT}")


if __name__ == "__main__":
    main()
