"""How wrong the cash forecast is: simulated salons, forecast in the past, compared with today.

The salons are small (demo generator); each seed is another salon. Nothing here is a goal for
speed: the error is printed as it is.
"""

import statistics

from measure import verdict

SEEDS = (3, 19, 42)
CLIENTS, DAYS = 24, 364
ORIGINS = (4, 8, 13)


def main(env, seeds=SEEDS, clients=CLIENTS, days=DAYS):
    """Print the errors of each salon and origin, in percent, and how often the band held."""
    errors, inside = {weeks: [] for weeks in ORIGINS}, []
    print(f"{'salon':>6}{'weeks':>7}{'receipts':>22}{'visits':>18}{'cash':>24}  in band")
    for seed in seeds:
        with env.cr.savepoint() as point:
            salon = env["prepaid.demo.salon"]
            salon._generate(clients=clients, days=days, seed=seed)
            env.flush_all()
            for test in env["prepaid.insight"]._backtest(env.company, origins=ORIGINS):
                show(seed, test)
                errors[test["weeks"]].append(relative(test))
                inside.append(test["inside"])
            point.rollback()
        env.invalidate_all()
    for weeks, values in errors.items():
        if values:
            print(f"mean error of receipts, {weeks} weeks ahead: {statistics.mean(values):.1f} %")
    every = [value for values in errors.values() for value in values]
    verdict("mean error of receipts, %", statistics.mean(every), 30)
    verdict("share of forecasts inside the 80 % band", statistics.mean(inside), 0.6, at_least=True)


def relative(test):
    """Return the error of the receipts in percent of what came in."""
    return (
        100
        * abs(test["receipts_forecast"] - test["receipts_actual"])
        / (test["receipts_actual"] or 1.0)
    )


def show(seed, test):
    """Print one forecast beside what happened."""
    pairs = [
        f"{test[f'{name}_forecast']:.0f} / {test[f'{name}_actual']:.0f}"
        for name in ("receipts", "visits", "cash")
    ]
    print(
        f"{seed:>6}{test['weeks']:>7}{pairs[0]:>22}{pairs[1]:>18}{pairs[2]:>24}"
        f"  {'yes' if test['inside'] else 'no'}"
    )
