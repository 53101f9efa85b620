"""Recipes for a Recurrent Highway Network on the Penn Treebank, several trained side by side on one GPU.

Written apart from rhn4j, with its own forward and backward pass, to choose the settings that a run of hours on
processors should have, and to have a trained network of the published size to look into:

    python highway_recipes.py PTB_FOLDER OUT_FOLDER --seconds 420 --epochs 110 --recipes recipes.json

R networks of equal size differ in rate, decay, dropout and seed; their products run as one batch of R. Products take
bf16 operands and add in f32; states, weights and moments are f32. The whole step is one CUDA graph.
Letters are the paper's; shapes are [R,...] with R networks, T steps, B sequences, H units, L micro-layers, V words.
"""
import argparse, collections, json, math, os, sys, time
import torch

try:
    import triton
    import triton.language as tl
except ImportError:
    triton = None

CUDA = torch.cuda.is_available()
DEVICE = "cuda" if CUDA else "cpu"
LOW = torch.bfloat16 if CUDA else torch.float32


def f32_product(a, b):
    """a·b in f32, of batches of operands."""
    if CUDA:
        return torch.bmm(a, b, out_dtype=torch.float32)
    return torch.bmm(a, b)


if triton is not None:
    @triton.jit
    def tanh(x):
        return 2 * tl.sigmoid(2 * x) - 1

    @triton.jit
    def step_forward(a_ptr, x_ptr, bias_ptr, s_ptr, ms_ptr, mu_ptr, new_ptr, op_ptr, fh_ptr, ft_ptr, fc_ptr,
                     B, H, H0, P, x_r, op_r, HAS_X: tl.constexpr, BLOCK: tl.constexpr):
        row = tl.program_id(0)
        r = row // B
        b = row % B
        j = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
        ok = j < H
        at = row.to(tl.int64) * H + j
        at2 = row.to(tl.int64) * 2 * H + j
        ah = tl.load(a_ptr + at2, mask=ok, other=0).to(tl.float32)
        ag = tl.load(a_ptr + at2 + H, mask=ok, other=0).to(tl.float32)
        ah += tl.load(bias_ptr + r.to(tl.int64) * P + j, mask=j < H0, other=0)
        ag += tl.load(bias_ptr + r.to(tl.int64) * P + H0 + j, mask=j < H0, other=0)
        if HAS_X:
            xat = r.to(tl.int64) * x_r + b * 2 * H + j
            ah += tl.load(x_ptr + xat, mask=ok, other=0)
            ag += tl.load(x_ptr + xat + H, mask=ok, other=0)
        s = tl.load(s_ptr + at, mask=ok, other=0)
        mu = tl.load(mu_ptr + at, mask=ok, other=0)
        h = tanh(ah)
        t = tl.sigmoid(ag)
        new = s + t * (h * mu - s)
        tl.store(new_ptr + at, new, mask=ok)
        ms = tl.load(ms_ptr + at, mask=ok, other=0)
        opat = r.to(tl.int64) * op_r + b * H + j
        tl.store(op_ptr + opat, (new * ms).to(op_ptr.dtype.element_ty), mask=ok)
        tl.store(fh_ptr + at, (t * (1 - h * h) * mu).to(fh_ptr.dtype.element_ty), mask=ok)
        tl.store(ft_ptr + at, ((h * mu - s) * t * (1 - t)).to(ft_ptr.dtype.element_ty), mask=ok)
        tl.store(fc_ptr + at, (1 - t).to(fc_ptr.dtype.element_ty), mask=ok)

    @triton.jit
    def step_backward(carry_ptr, dm_ptr, dout_ptr, ms_ptr, fh_ptr, ft_ptr, fc_ptr, da_ptr,
                      B, H, da_r, dout_r, HAS_DM: tl.constexpr, HAS_OUT: tl.constexpr, BLOCK: tl.constexpr):
        row = tl.program_id(0)
        r = row // B
        b = row % B
        j = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
        ok = j < H
        at = row.to(tl.int64) * H + j
        ds = tl.load(carry_ptr + at, mask=ok, other=0)
        if HAS_DM:
            ds += tl.load(dm_ptr + at, mask=ok, other=0).to(tl.float32) * tl.load(ms_ptr + at, mask=ok, other=0)
        if HAS_OUT:
            ds += tl.load(dout_ptr + r.to(tl.int64) * dout_r + b * H + j, mask=ok, other=0)
        daat = r.to(tl.int64) * da_r + b * 2 * H + j
        dh = ds * tl.load(fh_ptr + at, mask=ok, other=0).to(tl.float32)
        dt = ds * tl.load(ft_ptr + at, mask=ok, other=0).to(tl.float32)
        tl.store(da_ptr + daat, dh.to(da_ptr.dtype.element_ty), mask=ok)
        tl.store(da_ptr + daat + H, dt.to(da_ptr.dtype.element_ty), mask=ok)
        tl.store(carry_ptr + at, ds * tl.load(fc_ptr + at, mask=ok, other=0).to(tl.float32), mask=ok)


class Networks:
    """R networks of one size: parameters [R,P] in one flat array, with their gradients."""

    def __init__(self, R, V, H, L, seeds, init, bias):
        self.R, self.V, self.H0, self.L = R, V, H, L
        self.H = (H + 7) // 8 * 8  # units with padding: products want rows of whole 16 bytes
        sizes = [("E", (V, H)), ("c", (V,)), ("W", (2 * H, H))]
        sizes += [(f"R{l}", (2 * H, H)) for l in range(L)] + [(f"b{l}", (2 * H,)) for l in range(L)]
        self.shapes, at = {}, 0
        for name, shape in sizes:
            self.shapes[name] = (at, shape)
            at += math.prod(shape)
        self.P = at
        rows = []
        for r in range(R):
            generator = torch.Generator().manual_seed(seeds[r])
            rows.append((torch.rand(self.P, generator=generator) * 2 - 1) * init)
        self.flat = torch.stack(rows).to(DEVICE)
        low = lambda rows: torch.zeros(R, rows, self.H, dtype=LOW, device=DEVICE)
        self.low = {"E": low(V), "W": low(2 * self.H)}
        self.low.update({f"R{l}": low(2 * self.H) for l in range(L)})
        self.gradient = torch.zeros(R, self.P, device=DEVICE)
        for l in range(L):
            self.view(self.flat, f"b{l}")[:, H:] = bias
        self.pack()

    def view(self, array, name):
        at, shape = self.shapes[name]
        return array[:, at:at + math.prod(shape)].view(self.R, *shape)

    def pack(self):
        """Weights as the products want them: padded, rounded."""
        for name, low in self.low.items():
            self.inner(low, name, lambda part, rows: part.copy_(self.view(self.flat, name)[:, rows]))

    def take(self, name, gradient):
        """Keeps a padded gradient of a weight."""
        into = self.view(self.gradient, name)
        self.inner(gradient, name, lambda part, rows: into[:, rows].copy_(part))

    def inner(self, padded, name, work):
        if name == "E":
            work(padded[:, :, :self.H0], slice(0, self.V))
        else:
            work(padded[:, :self.H0, :self.H0], slice(0, self.H0))
            work(padded[:, self.H:self.H + self.H0, :self.H0], slice(self.H0, 2 * self.H0))


class Chain:
    """Forward and backward over a window of T steps of B sequences; training or evaluation."""

    def __init__(self, n, T, B, training, fused):
        self.n, self.T, self.B, self.training = n, T, B, training
        self.fused = fused and triton is not None
        R, H, L, V = n.R, n.H, n.L, n.V
        new = lambda *shape, dtype=torch.float32: torch.zeros(*shape, dtype=dtype, device=DEVICE)
        self.x = torch.zeros(T * B, dtype=torch.long, device=DEVICE)
        self.y = torch.zeros(T * B, dtype=torch.long, device=DEVICE)
        self.state = new(R, B, H)
        self.s = [new(R, B, H), new(R, B, H)]
        keep = T * L if training else 1
        self.fh, self.ft, self.fc = (new(keep, R, B, H, dtype=LOW) for _ in range(3))
        self.ops = new(L if training else 1, R, (T if training else 1) * B, H, dtype=LOW)
        self.last = new(R, B, H, dtype=LOW)
        self.a = new(R, B, 2 * H, dtype=LOW)
        self.outs = new(R, T * B, H)
        self.ones = torch.ones(R, B, H, device=DEVICE)
        self.mx = self.ms = self.mo = self.mu = self.ones
        self.loss = new(R)
        if training:
            self.da = new(L, R, T * B, 2 * H, dtype=LOW)
            self.carry = new(R, B, H)
            self.dm = new(R, B, H, dtype=LOW)

    def draw(self, drop):
        """Masks [R,B,H] fixed over the window; drop: rates [R,1,1] by name."""
        R, B, H = self.n.R, self.B, self.n.H
        mask = lambda rate: (torch.rand(R, B, H, device=DEVICE) >= rate).float() / (1 - rate)
        self.mx, self.ms, self.mo, self.mu = (mask(drop[k]) for k in ("input", "state", "output", "update"))
        self.words = (torch.rand(R, B, self.n.V, device=DEVICE) >= drop["embedding"]).float() / (1 - drop["embedding"])

    def ops_at(self, t, l):
        if not self.training:
            return self.ops[0]
        return self.ops[l][:, t * self.B:(t + 1) * self.B]

    def forward(self):
        n, T, B, H, L, R = self.n, self.T, self.B, self.n.H, self.n.L, self.n.R
        E = n.low["E"]
        e = E[:, self.x].float()  # [R,TB,H]
        scale = self.mx.repeat(1, T, 1)
        if self.training:
            rows = torch.arange(B, device=DEVICE).repeat(T)
            scale = scale * self.words[:, rows, self.x].unsqueeze(2)
        self.inscale = scale
        self.e = (e * scale).to(LOW)
        self.xp = f32_product(self.e, n.low["W"].transpose(1, 2)).view(R, T * B, 2 * H)
        weights = [n.low[f"R{l}"].transpose(1, 2) for l in range(L)]
        biases = [n.view(n.flat, f"b{l}") for l in range(L)]
        s = self.s[0]
        s.copy_(self.state)
        self.ops_at(0, 0).copy_(s * self.ms)
        which = 0
        for t in range(T):
            for l in range(L):
                a = torch.bmm(self.ops_at(t, l), weights[l], out=self.a)
                s, new = self.s[which], self.s[1 - which]
                final = t == T - 1 and l == L - 1
                op = self.last if final else self.ops_at(t if l < L - 1 else t + 1, (l + 1) % L)
                k = t * L + l if self.training else 0
                x = self.xp[:, t * B:(t + 1) * B]
                self.pointwise(a, x if l == 0 else None, biases[l], s, new, op, k)
                which = 1 - which
            self.outs[:, t * B:(t + 1) * B].copy_(self.s[which])
        self.state.copy_(self.s[which])

    def pointwise(self, a, x, bias, s, new, op, k):
        n, H = self.n, self.n.H
        if self.fused:
            grid = (n.R * self.B, triton.cdiv(H, 1024))
            step_forward[grid](a, x if x is not None else a, bias, s, self.ms, self.mu, new, op,
                               self.fh[k], self.ft[k], self.fc[k], self.B, H, n.H0, n.P,
                               x.stride(0) if x is not None else 0, op.stride(0),
                               HAS_X=x is not None, BLOCK=1024, num_warps=4)
            return
        pad = lambda part: torch.nn.functional.pad(part, (0, H - n.H0))
        z = a.float() + torch.cat([pad(bias[:, :n.H0]), pad(bias[:, n.H0:])], 1).unsqueeze(1)
        if x is not None:
            z = z + x
        h, t = z[..., :H].tanh(), z[..., H:].sigmoid()
        new.copy_(s + t * (h * self.mu - s))
        op.copy_(new * self.ms)
        self.fh[k].copy_(t * (1 - h * h) * self.mu)
        self.ft[k].copy_((h * self.mu - s) * t * (1 - t))
        self.fc[k].copy_(1 - t)

    def output(self):
        """Loss summed over time, averaged over the batch [R]; in training its gradients into outs and the weights."""
        n, T, B, H = self.n, self.T, self.B, self.n.H
        o = (self.outs * self.mo.repeat(1, T, 1)).to(LOW)
        E = n.low["E"]
        losses = []
        for r in range(n.R):
            logits = f32_product(o[r:r + 1], E[r:r + 1].transpose(1, 2))[0] + n.view(n.flat, "c")[r]
            log_sum = torch.logsumexp(logits, 1, keepdim=True)
            losses.append((log_sum.squeeze(1) - logits.gather(1, self.y.unsqueeze(1)).squeeze(1)).sum() / B)
            if self.training:
                d = logits.sub_(log_sum).exp_()
                d.scatter_add_(1, self.y.unsqueeze(1), torch.full_like(d[:, :1], -1.0))
                d.mul_(1 / B)
                n.view(n.gradient, "c")[r].copy_(d.sum(0))
                low = d.to(LOW).unsqueeze(0)
                n.view(n.gradient, "E")[r].copy_(f32_product(low.transpose(1, 2), o[r:r + 1])[0, :, :n.H0])
                self.outs[r].copy_(f32_product(low, E[r:r + 1])[0] * self.mo[r].repeat(T, 1))
        self.loss.copy_(torch.stack(losses))

    def backward(self):
        n, T, B, H, L, R = self.n, self.T, self.B, self.n.H, self.n.L, self.n.R
        weights = [n.low[f"R{l}"] for l in range(L)]
        self.carry.zero_()
        first = True
        for t in reversed(range(T)):
            for l in reversed(range(L)):
                k = t * L + l
                da = self.da[l][:, t * B:(t + 1) * B]
                out = self.outs[:, t * B:(t + 1) * B] if l == L - 1 else None
                self.pointwise_back(da, out, k, not first)
                first = False
                torch.bmm(da, weights[l], out=self.dm)
        for l in range(L):
            n.take(f"R{l}", f32_product(self.da[l].transpose(1, 2), self.ops[l]))
            sums = self.da[l].float().sum(1)
            n.view(n.gradient, f"b{l}").copy_(torch.cat([sums[:, :n.H0], sums[:, H:H + n.H0]], 1))
        n.take("W", f32_product(self.da[0].transpose(1, 2), self.e))
        de = f32_product(self.da[0], n.low["W"]) * self.inscale
        for r in range(R):
            n.view(n.gradient, "E")[r].index_add_(0, self.x, de[r, :, :n.H0].contiguous())

    def pointwise_back(self, da, out, k, has_dm):
        n, H = self.n, self.n.H
        if self.fused:
            grid = (n.R * self.B, triton.cdiv(H, 1024))
            step_backward[grid](self.carry, self.dm, out if out is not None else self.carry, self.ms,
                                self.fh[k], self.ft[k], self.fc[k], da, self.B, H, da.stride(0),
                                out.stride(0) if out is not None else 0,
                                HAS_DM=has_dm, HAS_OUT=out is not None, BLOCK=1024, num_warps=4)
            return
        ds = self.carry
        if has_dm:
            ds = ds + self.dm.float() * self.ms
        if out is not None:
            ds = ds + out
        da[..., :H].copy_(ds * self.fh[k].float())
        da[..., H:].copy_(ds * self.ft[k].float())
        self.carry.copy_(ds * self.fc[k].float())


class Trainer:
    """AdamW with a clipped global norm and a running average, the whole step as one graph."""

    def __init__(self, n, T, B, recipes, fused):
        self.n, self.recipes = n, recipes
        column = lambda key, *ones: torch.tensor([float(r[key]) for r in recipes], device=DEVICE).view(-1, *ones)
        self.drop = {k: column(k, 1, 1) for k in ("embedding", "input", "state", "output", "update")}
        self.decay, self.clip = column("weight_decay", 1), column("clip", 1)
        self.rate = torch.zeros(n.R, 1, device=DEVICE)
        self.c1, self.c2, self.share = (torch.zeros((), device=DEVICE) for _ in range(3))
        self.m, self.v = torch.zeros_like(n.flat), torch.zeros_like(n.flat)
        self.mean = n.flat.clone()
        self.chain = Chain(n, T, B, True, fused)
        self.total = torch.zeros(n.R, device=DEVICE)
        self.norms = torch.zeros(n.R, device=DEVICE)
        self.steps, self.graph = 0, None

    def step(self):
        n, c = self.n, self.chain
        c.draw(self.drop)
        c.state.mul_((torch.rand(n.R, c.B, 1, device=DEVICE) >= 0.01).float())
        c.forward()
        c.output()
        c.backward()
        self.total.add_(c.loss)
        g = n.gradient
        norm = torch.linalg.vector_norm(g, dim=1, keepdim=True)
        self.norms.add_(norm.squeeze(1))
        g.mul_(torch.clamp(self.clip / norm, max=1.0))
        self.m.mul_(0.9).add_(g, alpha=0.1)
        self.v.mul_(0.999).addcmul_(g, g, value=0.001)
        n.flat.mul_(1 - self.rate * self.decay)
        n.flat.sub_(self.rate * (self.m * self.c1) / ((self.v * self.c2).sqrt() + 1e-8))
        self.mean.add_((n.flat - self.mean) * self.share)
        n.pack()

    def run(self, x, y, rates):
        self.steps += 1
        self.chain.x.copy_(x)
        self.chain.y.copy_(y)
        self.rate.copy_(torch.tensor(rates).view(-1, 1))
        self.c1.fill_(1 / (1 - 0.9 ** self.steps))
        self.c2.fill_(1 / (1 - 0.999 ** self.steps))
        self.share.fill_(max(0.001, 1 / (self.steps + 1)))
        if not CUDA:
            self.step()
        elif self.graph is None:
            self.graph = capture(self.step)
            self.graph.replay()
        else:
            self.graph.replay()


def capture(work):
    """A graph of some work, which ran once before and left its marks: call at a start."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        work()
    torch.cuda.current_stream().wait_stream(stream)
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work()
    return graph


class Evaluator:
    """Mean loss of a text, in B streams from zero states."""

    def __init__(self, n, T, B, fused):
        self.chain, self.graph, self.n = Chain(n, T, B, False, fused), None, n

    def work(self):
        self.chain.forward()
        self.chain.output()

    def loss(self, text):
        c = self.chain
        length = (len(text) - 1) // c.B
        windows = length // c.T
        c.state.zero_()
        total = torch.zeros(self.n.R, device=DEVICE)
        x = text[:c.B * length].view(c.B, length)
        y = text[1:c.B * length + 1].view(c.B, length)
        for w in range(windows):
            c.x.copy_(x[:, w * c.T:(w + 1) * c.T].t().reshape(-1))
            c.y.copy_(y[:, w * c.T:(w + 1) * c.T].t().reshape(-1))
            if CUDA and self.graph is None:
                self.graph = capture(self.work)
                c.state.zero_()
            if CUDA:
                self.graph.replay()
            else:
                self.work()
            total += c.loss / c.T
        return (total / windows).tolist()


def check():
    """Gradients of this file against autograd's, on a small network with fixed masks; both ways of the elementwise part."""
    torch.manual_seed(3)
    R, V, H, L, T, B = 2, 50, 46, 3, 4, 5
    worst = 0.0
    for fused in ([False, True] if CUDA else [False]):
        n = Networks(R, V, H, L, [1, 2], 0.2, -1.0)
        n.flat.copy_(n.flat.to(LOW).float())
        c = Chain(n, T, B, True, fused)
        drop = {k: torch.full((R, 1, 1), 0.3, device=DEVICE) for k in ("embedding", "input", "state", "output", "update")}
        c.draw(drop)
        c.x.copy_(torch.randint(V, (T * B,)))
        c.y.copy_(torch.randint(V, (T * B,)))
        c.state[:, :, :H].copy_(torch.randn(R, B, H) * 0.3)
        start = c.state.clone()
        c.forward(); c.output(); c.backward()
        flat = n.flat.detach().double().requires_grad_()
        p = lambda name, r: n.view(flat, name)[r]
        total, losses = 0, []
        for r in range(R):
            s, loss = start[r, :, :H].double(), 0
            for t in range(T):
                ids, ys = c.x[t * B:(t + 1) * B], c.y[t * B:(t + 1) * B]
                e = p("E", r)[ids] * c.mx[r, :, :H].double() * c.words[r][torch.arange(B, device=DEVICE), ids].double().unsqueeze(1)
                for l in range(L):
                    a = (s * c.ms[r, :, :H].double()) @ p(f"R{l}", r).t() + p(f"b{l}", r)
                    if l == 0:
                        a = a + e @ p("W", r).t()
                    h, g = a[:, :H].tanh(), a[:, H:].sigmoid()
                    s = g * h * c.mu[r, :, :H].double() + (1 - g) * s
                logits = (s * c.mo[r, :, :H].double()) @ p("E", r).t() + p("c", r)
                loss = loss + torch.nn.functional.cross_entropy(logits, ys, reduction="sum") / B
            losses.append(loss)
            total = total + loss
        total.backward()
        for name in n.shapes:
            a, b = n.view(n.gradient, name).double(), n.view(flat.grad, name)
            error = ((a - b).norm() / b.norm()).item()
            worst = max(worst, error)
            assert error < (2e-2 if LOW == torch.bfloat16 else 1e-4), (fused, name, error)
        for r in range(R):
            assert abs(losses[r].item() - c.loss[r].item()) < 1e-2 * losses[r].item()
    print(f"check: gradients agree with autograd, largest relative difference {worst:.1e}", flush=True)


def read(folder):
    texts = {}
    for part in ("train", "valid", "test"):
        texts[part] = [w for line in open(f"{folder}/ptb.{part}.txt") for w in line.split() + ["<eos>"]]
    counts = collections.Counter(texts["train"])
    vocabulary = [w for w, _ in counts.most_common()]
    ids = {w: i for i, w in enumerate(vocabulary)}
    return vocabulary, {k: torch.tensor([ids[w] for w in v], device=DEVICE) for k, v in texts.items()}


def cosine(share, warmup, end):
    if share < warmup:
        return max(share / warmup, 1e-3)
    return end + (1 - end) * 0.5 * (1 + math.cos(math.pi * (share - warmup) / (1 - warmup)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data"); parser.add_argument("out")
    parser.add_argument("--recipes", required=True, help="JSON: a list of objects, one for each network")
    parser.add_argument("--hidden", type=int, default=830); parser.add_argument("--depth", type=int, default=10)
    parser.add_argument("--batch", type=int, default=128); parser.add_argument("--window", type=int, default=35)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=0, help="the schedule follows the clock and ends then")
    parser.add_argument("--plain", action="store_true", help="elementwise work by the framework's own operations")
    args = parser.parse_args()
    check()
    recipes = json.load(open(args.recipes))
    os.makedirs(args.out, exist_ok=True)
    vocabulary, text = read(args.data)
    torch.manual_seed(1)
    n = Networks(len(recipes), len(vocabulary), args.hidden, args.depth, [r["seed"] for r in recipes],
                 1 / math.sqrt(args.hidden), -2.0)
    print(f"{n.P} parameters, {n.R} networks, {DEVICE}", flush=True)
    start = time.time()
    trainer = Trainer(n, args.window, args.batch, recipes, not args.plain)
    evaluator = Evaluator(n, args.window, 64, not args.plain)
    length = len(text["train"]) // args.batch
    streams = text["train"][:length * args.batch].view(args.batch, length)
    windows = (length - 1) // args.window
    best = [math.inf] * n.R
    kept = n.flat.clone()
    history = []
    ended = False
    for epoch in range(args.epochs):
        trainer.total.zero_(); trainer.norms.zero_(); trainer.chain.state.zero_()
        for w in range(windows):
            share = (epoch + w / windows) / args.epochs
            if args.seconds:
                share = max(share, (time.time() - start) / args.seconds)
            if share >= 1:
                ended = True
                break
            x = streams[:, w * args.window:(w + 1) * args.window].t().reshape(-1)
            y = streams[:, w * args.window + 1:(w + 1) * args.window + 1].t().reshape(-1)
            trainer.run(x, y, [r["rate"] * cosine(share, 0.05, 0.01) for r in recipes])
            if w % 8 == 0 and CUDA:
                torch.cuda.synchronize()
        live = n.flat.clone()
        n.flat.copy_(trainer.mean); n.pack()
        losses = evaluator.loss(text["valid"])
        for r in range(n.R):
            if losses[r] < best[r]:
                best[r] = losses[r]
                kept[r].copy_(n.flat[r])
        n.flat.copy_(live); n.pack()
        done = max(w, 1)
        line = {"epoch": epoch + 1, "seconds": round(time.time() - start, 1),
                "train": [round(v / args.window / done, 4) for v in trainer.total.tolist()],
                "norm": [round(v / done, 3) for v in trainer.norms.tolist()],
                "valid": [round(math.exp(v), 3) for v in losses]}
        history.append(line)
        if epoch < 3 or epoch % 10 == 9 or ended:
            print(json.dumps(line), flush=True)
        json.dump({"recipes": recipes, "epochs": history}, open(f"{args.out}/history.json", "w"))
        if ended:
            break
    n.flat.copy_(kept); n.pack()
    test = evaluator.loss(text["test"])
    result = {"valid": [round(math.exp(v), 3) for v in best], "test": [round(math.exp(v), 3) for v in test]}
    json.dump({"recipes": recipes, "best": result, "epochs": history}, open(f"{args.out}/history.json", "w"))
    print(json.dumps(result), flush=True)
    winner = min(range(n.R), key=lambda r: best[r])
    print("kept network", winner, flush=True)
    raw = n.flat[winner].to(torch.bfloat16).cpu().view(torch.int16).numpy().tobytes()
    third = (len(raw) // 3 + 2) // 2 * 2
    for i in range(3):
        with open(f"{args.out}/weights.{i}", "wb") as file:
            file.write(raw[i * third:(i + 1) * third])
    open(f"{args.out}/vocabulary.txt", "w").write("\n".join(vocabulary) + "\n")


if __name__ == "__main__":
    main()
