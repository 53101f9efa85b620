"""The published recipe for the Penn Treebank, written apart from rhn4j with PyTorch: loss of each epoch of training.

python paper_recipe.py PTB_FOLDER HIDDEN DEPTH EPOCHS
"""
import collections, sys, time
import torch

folder, hidden, depth, epochs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
torch.manual_seed(1)
torch.set_num_threads(1)
words = [w for line in open(f"{folder}/ptb.train.txt") for w in line.split() + ["<eos>"]]
ids = {w: i for i, (w, _) in enumerate(collections.Counter(words).most_common())}
text = torch.tensor([ids[w] for w in words])
V, B, T, H = len(ids), 20, 35, hidden
length = len(text) // B
streams = text[: length * B].view(B, length)

def uniform(*shape):
    return torch.empty(*shape).uniform_(-0.04, 0.04).requires_grad_()

E, decoder_bias, W = uniform(V, H), uniform(V), uniform(2 * H, H)
R = [uniform(2 * H, H) for _ in range(depth)]
b = [uniform(2 * H) for _ in range(depth)]
with torch.no_grad():
    for bias in b:
        bias[H:] = -2
parameters = [E, decoder_bias, W, *R, *b]
print(sum(p.numel() for p in parameters), "parameters", flush=True)

def mask(rate, *shape):
    return torch.bernoulli(torch.full(shape, 1 - rate)) / (1 - rate)

for epoch in range(epochs):
    start, total, windows = time.time(), 0.0, (length - 1) // T
    state = torch.zeros(B, H)
    for window in range(windows):
        x = streams[:, window * T : window * T + T]
        y = streams[:, window * T + 1 : window * T + T + 1]
        kept = mask(0.25, B, V).gather(1, x)
        inputs = torch.nn.functional.embedding(x, E) * kept.unsqueeze(2) * mask(0.75, B, 1, H)
        of_input = (inputs @ W.t() + b[0]).unbind(1)
        Rt = [r.t() for r in R]
        m_s, m_o = mask(0.25, B, H), mask(0.75, B, H)
        s, outputs = state, []
        for t in range(T):
            for l in range(depth):
                added = of_input[t] if l == 0 else b[l]
                a = torch.addmm(added, s * m_s, Rt[l])
                candidate, gate = a.chunk(2, 1)
                s = torch.lerp(s, candidate.tanh(), gate.sigmoid())
            outputs.append(s * m_o)
        state = s.detach()
        logits = torch.stack(outputs, 1).reshape(-1, H) @ E.t() + decoder_bias
        loss = torch.nn.functional.cross_entropy(logits, y.reshape(-1), reduction="sum") / B
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            gradients = [g + 1e-7 * p for g, p in zip(gradients, parameters)]
            norm = torch.sqrt(sum((g * g).sum() for g in gradients))
            scale = 0.2 * min(1.0, 10.0 / norm.item())
            for p, g in zip(parameters, gradients):
                p -= scale * g
        total += loss.item() / T
    print(f"epoch {epoch + 1}: training loss {total / windows:.4f} ({time.time() - start:.0f} s)", flush=True)
