"""The published recipe for the Penn Treebank, written apart from rhn4j with PyTorch: loss of each epoch of training.

    python paper_recipe.py PTB_FOLDER HIDDEN DEPTH EPOCHS

In f32, on a GPU where there is one (each step is then one CUDA graph), else on one thread of the processor.
"""
import collections, sys, time
import torch

folder, hidden, depth, epochs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
cuda = torch.cuda.is_available()
device = "cuda" if cuda else "cpu"
torch.manual_seed(1)
torch.set_num_threads(1)
torch.backends.cuda.matmul.allow_tf32 = False
words = [w for line in open(f"{folder}/ptb.train.txt") for w in line.split() + ["<eos>"]]
ids = {w: i for i, (w, _) in enumerate(collections.Counter(words).most_common())}
text = torch.tensor([ids[w] for w in words])
V, B, T, H = len(ids), 20, 35, hidden
length = len(text) // B
streams = text[: length * B].view(B, length).to(device)


def uniform(*shape):
    return torch.empty(*shape).uniform_(-0.04, 0.04).to(device).requires_grad_()


E, decoder_bias, W = uniform(V, H), uniform(V), uniform(2 * H, H)
R = [uniform(2 * H, H) for _ in range(depth)]
b = [uniform(2 * H) for _ in range(depth)]
with torch.no_grad():
    for bias in b:
        bias[H:] = -2
parameters = [E, decoder_bias, W, *R, *b]
print(sum(p.numel() for p in parameters), "parameters", device, flush=True)

x, y = torch.zeros(B, T, dtype=torch.long, device=device), torch.zeros(B, T, dtype=torch.long, device=device)
state, total = torch.zeros(B, H, device=device), torch.zeros((), device=device)


def mask(rate, *shape):
    return torch.bernoulli(torch.full(shape, 1 - rate, device=device)) / (1 - rate)


def step():
    kept = mask(0.25, B, V).gather(1, x)
    inputs = torch.nn.functional.embedding(x, E) * kept.unsqueeze(2) * mask(0.75, B, 1, H)
    of_input = (inputs @ W.t() + b[0]).unbind(1)
    Rt = [r.t() for r in R]
    m_s, m_o = mask(0.25, B, H), mask(0.75, B, H)
    s, outputs = state.clone(), []
    for t in range(T):
        for l in range(depth):
            added = of_input[t] if l == 0 else b[l]
            a = torch.addmm(added, s * m_s, Rt[l])
            candidate, gate = a.chunk(2, 1)
            s = torch.lerp(s, candidate.tanh(), gate.sigmoid())
        outputs.append(s * m_o)
    logits = torch.stack(outputs, 1).reshape(-1, H) @ E.t() + decoder_bias
    loss = torch.nn.functional.cross_entropy(logits, y.reshape(-1), reduction="sum") / B
    gradients = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        state.copy_(s)
        gradients = [g + 1e-7 * p for g, p in zip(gradients, parameters)]
        norm = torch.sqrt(sum((g * g).sum() for g in gradients))
        scale = 0.2 * torch.clamp(10.0 / norm, max=1.0)
        for p, g in zip(parameters, gradients):
            p -= scale * g
        total.add_(loss / T)


work = step
if cuda:
    first = [p.detach().clone() for p in parameters]
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        step()  # once outside of the graph, then undone
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    work = graph.replay
    with torch.no_grad():
        for p, value in zip(parameters, first):
            p.copy_(value)

for epoch in range(epochs):
    start, windows = time.time(), (length - 1) // T
    state.zero_()
    total.zero_()
    for window in range(windows):
        x.copy_(streams[:, window * T : window * T + T])
        y.copy_(streams[:, window * T + 1 : window * T + T + 1])
        work()
    print(f"epoch {epoch + 1}: training loss {total.item() / windows:.4f} ({time.time() - start:.0f} s)", flush=True)
