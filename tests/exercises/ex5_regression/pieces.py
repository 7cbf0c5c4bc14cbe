"""A right answer to each function of ex5, for slips to be made in."""

SPLIT = """
def split_days(num_days, seed):
    order = torch.randperm(num_days, generator=torch.Generator().manual_seed(seed))
    fifth = num_days // 5
    return order[2 * fifth :], order[:fifth], order[fifth : 2 * fifth]
"""
SCALE = """
def standardise(X, train):
    mean, std = X[train].mean(dim=0), X[train].std(dim=0)
    std[std == 0] = 1.0
    return (X - mean) / std, mean, std
"""
SCORES = """
def regression_scores(y_hat, y):
    y_hat, y = y_hat.flatten(), y.flatten()
    mse = ((y_hat - y) ** 2).mean()
    rmse = mse**0.5
    mae = (y_hat - y).abs().mean()
    r2 = 1 - ((y_hat - y) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    return {"mse": mse.item(), "rmse": rmse.item(), "mae": mae.item(), "r2": r2.item()}
"""
LINE = """
def linear_baseline(X_train, y_train, X):
    A = torch.cat([X_train, torch.ones(len(X_train), 1)], dim=1)
    B = torch.cat([X, torch.ones(len(X), 1)], dim=1)
    w = torch.linalg.lstsq(A, y_train.unsqueeze(1)).solution
    return (B @ w).squeeze(1)
"""
LEAK = """
def find_leak(X, y, names):
    ranks_of_y = y.argsort().argsort().double()
    best, best_name = -1.0, None
    for j, name in enumerate(names):
        ranks = X[:, j].argsort().argsort().double()
        r = torch.corrcoef(torch.stack([ranks, ranks_of_y]))[0, 1].abs()
        if r > best:
            best, best_name = r, name
    return best_name
"""
FORECAST = """
def forecast(X, y, X_new, train):
    mean, std = X.mean(dim=0), X.std(dim=0)
    std = torch.where(std == 0, 1.0, std)
    y_mean, y_std = y.mean(), y.std()
    inputs, targets = (X - mean) / std, ((y - y_mean) / y_std)[:, None]
    model = train(inputs, targets)
    new = (X_new - mean) / std
    with torch.no_grad():
        out = model(new)[:, 0]
    return out * y_std + y_mean
"""
FOUND = """
def find_fault():
    return 9, 0.8
"""
CHARGE = """
def charge_repaired(X, y, X_new):
    mean, std = X.mean(dim=0), X.std(dim=0)
    A = torch.cat([(X - mean) / std, torch.ones(len(X), 1)], dim=1)
    A_new = torch.cat([(X_new - mean) / std, torch.ones(len(X_new), 1)], dim=1)
    log_y = y.log()
    weights = torch.linalg.lstsq(A, log_y[:, None]).solution
    errors = log_y - (A @ weights).squeeze(1)
    log_y_hat = (A_new @ weights).squeeze(1)
    return log_y_hat.exp() * errors.exp().mean()
"""


def slip(answer: str, right: str, wrong: str) -> str:
    """The answer with one piece exchanged."""
    assert answer.count(right) == 1, (right, answer)
    return answer.replace(right, wrong)
