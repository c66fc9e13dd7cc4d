"""What the formulas within the text are: statements, definitions or settings.

A formula that has a relation sign is written here as in its chapter, with the conditions that
follow it ("for", "and"). A statement has the label of the entry in `symbolic` that proves it.
"""

STATEMENTS = {
    # evidence
    r"I = \Delta_{ik} - (\Delta_i + \Delta_k)": "interaction",
    # masking
    r"\partial a_i / \partial h_j = w_{ij} z_j": "slope-of-a-sum",
    r"\partial E / \partial h_j = 0 for z_j = 0": "slope-at-a-dropped-unit",
    r"K = \sum_j z_j": "survivors",
    r"p - p^2 = p (1 - p)": "coin-variance-of-one-p",
    r"\sqrt{n p (1 - p)} / n = \sqrt{p (1 - p) / n}": "spread-of-the-share",
    # scaling
    r"\mathbb{E}[z_j] = p_j": "mean-of-a-coin",
    r"z_j^2 = z_j": "square-of-a-coin",
    r"\mathbb{E}[z_j^2] - p_j^2 = p_j (1 - p_j)": "variance-of-a-coin",
    r"\mathbb{E}[a] = pS + b": "mean-for-one-p",
    r"\max(0, c\,a) = c \max(0, a) for c > 0": "factor-through-relu",
    r"\sigma(a) = 1 / (1 + e^{-a})": "logistic",
    r"\log \frac{O}{1 - O} = a": "log-odds-of-one",
    r"\log \frac{G_1}{G_0} = \sum_{\mathbf{z}} P(\mathbf{z}) "
    r"\log \frac{O(\mathbf{z})}{1 - O(\mathbf{z})}": "log-odds-of-means",
    r"\frac{G_1}{G_1 + G_0} = 1 / (1 + \frac{G_0}{G_1})": "divided-by-the-first",
    r"\frac{G_0}{G_1} = e^{-\mathbb{E}[a]}": "odds-of-means",
    r"\mathbb{E}[a] = \sum_j p_j w_j h_j + b": "eq-mean-pre-activation",
    # regularizer
    r"\mathbb{E}[z_i z_j] = p_i p_j for j \ne i": "two-coins",
    r"p_j (1 - p_j) / p_j^2 = (1 - p_j) / p_j": "variance-of-a-divided-coin",
    r"(1 - p) / p = 1/p - 1": "penalty-as-p-falls",
    r"\lambda = M (1 - p) / p": "strength-of-ridge",
    r"\lambda / M = (1 - p) / p": "strength-of-ridge-per-example",
    r"w_1 + w_2 = 1": "wanted-by-both-copies",
    r"w_1 = 1": "wanted-by-the-first",
    r"w_2 = 1": "wanted-by-the-second",
    r"\mathbb{E}[\mathbf{w}_{t+1}] = \mathbb{E}[\mathbf{w}_t] "
    r"- \eta \nabla E_R ( \mathbb{E}[\mathbf{w}_t] )": "mean-step",
    r"E_V = \tfrac12 ( y - \sum_j (z_j / p) v_j x_j )^2": "error-of-inverted-weights",
    r"\partial E_V / \partial v_i = \tfrac1p \, \partial E_D / \partial w_i": (
        "slope-of-both-schemes"
    ),
}

# what a letter stands for: there is nothing to prove
DEFINITIONS = {
    "beyond-linear.ipynb": {r"A(a) = \log(1 + e^a)", r"O = \sigma(a)"},
    "masking.ipynb": {
        r"z_j \sim \mathrm{Bernoulli}(p_j)",
        r"\delta_i = \partial E / \partial a_i",
        r"E = \tfrac12 \sum_i (o_i - y_i)^2",
    },
    "notation.md": {r"z_j \sim \mathrm{Bernoulli}(p_j)", r"p_j = P(z_j = 1)"},
    "regularizer.ipynb": {
        r"z_j \sim \mathrm{Bernoulli}(p_j)",
        r"\sum_m x_{mi} x_{mj} = 0 for i \ne j",
    },
    "scaling.ipynb": {r"v = p w", r"\mathbf{z} = (z_1, \dots, z_n)", r"O = \sigma(a)"},
}

# numbers that a letter has for a while, and conditions of a sentence
SETTINGS = {
    "beyond-linear.ipynb": {r"p = \tfrac12", "p = 0.1"},
    "errata.ipynb": {r"p = \tfrac12", "p = 0.8"},
    "evidence.ipynb": {r"j = 1, \dots, n", "c = 0", "c = 1"},
    "masking.ipynb": {"z_j = 1", "z_j = 0", r"p = \tfrac12"},
    "notation.md": {"l = 0"},
    "regularizer.ipynb": {
        "z_j = 1",
        "z_j = 0",
        "x = 1",
        "y = 1",
        "p < 1",
        "j = i",
        r"j \ne i",
        "p_j > 0",
        r"p = \tfrac12",
        r"x \ne 0",
        "0 < p < 1",
        "p = 1",
        "0 < p_j < 1",
        "p_i > 0",
        "x = y = 1",
        "v_i = p w_i",
        "p = 0.8",
        r"\eta = 0.1",
        r"\lambda = 0.02",
        "c = 1",
        r"y \ne 0",
    },
    "scaling.ipynb": {"p = 0.8", "p = 0.5"},
}
