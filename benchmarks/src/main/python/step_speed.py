"""Tokens per second of a training step of the paper's network in PyTorch on processors, to set beside `rhn bench train`.

    python step_speed.py THREADS BATCH SECONDS
"""
import sys, time
import torch

threads, B, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
torch.set_num_threads(threads)
V, T, H, depth = 10000, 35, 830, 10


def uniform(*shape):
    return torch.empty(*shape).uniform_(-0.04, 0.04).requires_grad_()


E, decoder_bias, W = uniform(V, H), uniform(V), uniform(2 * H, H)
R = [uniform(2 * H, H) for _ in range(depth)]
b = [uniform(2 * H) for _ in range(depth)]
parameters = [E, decoder_bias, W, *R, *b]
x, y = torch.randint(V, (B, T)), torch.randint(V, (B, T))


def micro_layer(added, s, mask, Rt):
    a = torch.addmm(added, s * mask, Rt)
    candidate, gate = a.chunk(2, 1)
    return s + gate.sigmoid() * (candidate.tanh() - s)


def step(micro, low):
    cast = lambda p: p.bfloat16() if low else p
    mask = torch.ones(B, H, dtype=torch.bfloat16 if low else torch.float32)
    embedding, bias = cast(E), [cast(v) for v in b]
    of_input = (torch.nn.functional.embedding(x, embedding) @ cast(W).t() + bias[0]).unbind(1)
    Rt = [cast(r).t() for r in R]
    s, outputs = torch.zeros_like(mask), []
    for t in range(T):
        for l in range(depth):
            s = micro(of_input[t] if l == 0 else bias[l].expand(B, -1), s, mask, Rt[l])
        outputs.append(s)
    logits = torch.stack(outputs, 1).reshape(-1, H) @ embedding.t() + cast(decoder_bias)
    loss = torch.nn.functional.cross_entropy(logits.float(), y.reshape(-1), reduction="sum") / B
    gradients = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        norm = torch.sqrt(sum((g * g).sum() for g in gradients))
        scale = 0.2 * min(1.0, 10.0 / norm.item())
        for p, g in zip(parameters, gradients):
            p -= scale * g


example = (torch.zeros(B, 2 * H), torch.zeros(B, H), torch.ones(B, H), torch.zeros(H, 2 * H))
for name, micro in (("eager", micro_layer), ("traced", torch.jit.trace(micro_layer, example))):
    for low in (False, True):
        step(micro, low)
        times, begin = [], time.time()
        while time.time() - begin < seconds or len(times) < 2:
            start = time.time()
            step(micro, low)
            times.append(time.time() - start)
        median = sorted(times)[len(times) // 2]
        print(f"{name} {'bf16' if low else 'f32'}: {B * T / median:.0f} tokens/s (batch {B}, {threads} threads)", flush=True)
