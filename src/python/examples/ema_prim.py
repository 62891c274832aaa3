# In which futures does a rule fail? The EMA Workbench draws futures and rules from what a world declares as uncertainties and levers, and
# PRIM finds the box of those in which the second fund breaks.
#
#   python ema_prim.py [SCENARIOS]          needs ema_workbench

import sys

import firesale
from ema_workbench import Constant, Model, RealParameter, ScalarOutcome, perform_experiments
from ema_workbench.analysis import prim

SCENARIOS = int(sys.argv[1]) if len(sys.argv) > 1 else 30
WORLD = "two-funds"
# A world may declare this itself, under `parameters`; this one leaves it to whoever studies it.
DECLARED = """{
    "traders.fund-a.leverage": (role: Uncertainty, range: (2.0, 6.5), why: "Nobody sees a fund's other lenders."),
    "traders.fund-b.leverage": (role: Uncertainty, range: (2.0, 4.4)),
    "lenders.broker.liquidation.how.share_of_volume.share": (role: Lever, range: (0.1, 0.9), why: "How fast to sell."),
}"""


def simulate(seed: int = 1, **values: float) -> dict[str, float]:
    figures = firesale.run(WORLD, seed, {NAMES[name]: value for name, value in values.items()}, keep=[]).figures
    return {
        "broken": float(figures["accounts.breached"]),
        "fall": figures["instruments.acme.drawdown"],
        "loss": figures["lenders.total_loss"],
    }


params = firesale.params(WORLD, set={"parameters": DECLARED})
# The workbench wants names that Python could have.
NAMES = {param["path"].replace(".", "_").replace("-", "_"): param["path"] for param in params if param["role"]}
BY_PATH = {param["path"]: param for param in params}


def declared(role: str) -> list[RealParameter]:
    own = [name for name, path in NAMES.items() if BY_PATH[path]["role"] == role]
    return [RealParameter(name, *BY_PATH[NAMES[name]]["range"]) for name in own]


if __name__ == "__main__":
    model = Model("firesale", function=simulate)
    model.uncertainties, model.levers = declared("uncertainty"), declared("lever")
    model.constants = [Constant("seed", 1)]
    model.outcomes = [ScalarOutcome(name) for name in ("broken", "fall", "loss")]
    experiments, outcomes = perform_experiments(model, scenarios=SCENARIOS, policies=2)
    both = outcomes["broken"] >= 2
    print(f"{len(both)} runs; both funds broke in {both.sum()}")
    columns = [uncertainty.name for uncertainty in model.uncertainties]
    box = prim.Prim(experiments[columns], both, threshold=0.5).find_box()
    if box is None:
        print("no box with more than half")
    else:
        print(f"box: coverage {box.coverage:.2f}, density {box.density:.2f}")
        print(box.box_lims[-1])
