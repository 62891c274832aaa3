# How large can a fund be before its lender loses money? A search by Optuna, whose trials run on threads: the interpreter's lock is let
# go of during a run.
#
#   python optuna_search.py [TRIALS]          needs optuna

import statistics
import sys

import firesale
import optuna

TRIALS = int(sys.argv[1]) if len(sys.argv) > 1 else 12
SEEDS = range(1, 4)


def objective(trial: optuna.Trial) -> float:
    point = {
        "traders.fund-a.leverage": trial.suggest_float("traders.fund-a.leverage", 2.0, 6.5),
        "traders.fund-a.equity": trial.suggest_float("traders.fund-a.equity", 5e6, 3e7, log=True),
    }
    runs = [firesale.run("two-funds", seed, point, keep=[]).figures for seed in SEEDS]
    loss = statistics.mean(figures["lenders.total_loss"] for figures in runs)
    trial.set_user_attr("loss", loss)
    # As much as can be borrowed, and a dollar of loss weighs as a hundred of loan.
    borrowed = point["traders.fund-a.equity"] * (point["traders.fund-a.leverage"] - 1.0)
    return borrowed - 100.0 * loss


optuna.logging.set_verbosity(optuna.logging.WARNING)
study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=1))
study.optimize(objective, n_trials=TRIALS, n_jobs=2)
best = study.best_trial
print(f"{len(study.trials)} trials; best: {best.params}, mean loss {best.user_attrs['loss']:,.0f} USD")
