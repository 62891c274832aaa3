# Calibration by black-it: which parameters make a market that moves like one whose parameters we know? `firesale.Model` is a model as
# black-it wants it, unmodified.
#
#   python blackit_calibration.py [BATCHES]          needs black-it (AGPL: here as an example, and no part of this package)

import sys

import firesale
import numpy
from black_it.calibrator import Calibrator
from black_it.loss_functions.msm import MethodOfMomentsLoss
from black_it.samplers.halton import HaltonSampler
from black_it.samplers.random_forest import RandomForestSampler

BATCHES = int(sys.argv[1]) if len(sys.argv) > 1 else 3
TICKS = 600
PATHS = ["traders.noise.market_orders", "traders.noise.mean_distance"]
TRUE = [1.5, 0.002]

if __name__ == "__main__":
    model = firesale.Model(firesale.small_market(ticks=TICKS), PATHS, ["acme.log_return", "acme.volume_units"])
    observed = model(TRUE, TICKS, 12345)

    by_path = {param["path"]: param for param in firesale.params(model.world)}
    low, high = zip(*(by_path[path]["range"] for path in PATHS))
    calibrator = Calibrator(
        samplers=[HaltonSampler(batch_size=4), RandomForestSampler(batch_size=4)],
        loss_function=MethodOfMomentsLoss(standardise_moments=True),
        real_data=observed,
        model=model,
        parameters_bounds=numpy.array([low, high]),
        parameters_precision=[0.01, 0.0001],
        ensemble_size=2,
        sim_length=TICKS,
        random_state=1,
        n_jobs=2,
        verbose=False,
    )
    points, losses = calibrator.calibrate(BATCHES)
    best = points[numpy.argmin(losses)]
    for path, found, true in zip(PATHS, best, TRUE):
        print(f"{path}: {found:.4g} (true: {true})")
    print(f"{len(points)} points, loss {losses.min():.3g}")
