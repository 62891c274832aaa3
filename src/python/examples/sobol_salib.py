# Which of the unknowns matters? Sobol' indices by SALib over what a world declares as uncertain.
#
#   python sobol_salib.py [N]          needs SALib, polars; N is a power of two, 8 unless given: far too few for numbers to trust

import sys

import firesale
from SALib.analyze import sobol as analyze
from SALib.sample import sobol as sample

N = int(sys.argv[1]) if len(sys.argv) > 1 else 8
world = firesale.small_market()

unknown = [param for param in firesale.params(world) if param["role"] == "uncertainty"]
paths = [param["path"] for param in unknown]
problem = {"num_vars": len(paths), "names": paths, "bounds": [param["range"] for param in unknown]}

points = sample.sample(problem, N, calc_second_order=False, seed=1)
frame = firesale.sweep(world, points=[dict(zip(paths, map(float, point))) for point in points]).to_polars()
assert (frame["status"] == "done").all()

# How far the price swings, as a share of its peak.
swing = frame["instruments.acme.drawdown"].to_numpy()
indices = analyze.analyze(problem, swing, calc_second_order=False, seed=1)
for path, first, total in zip(paths, indices["S1"], indices["ST"]):
    print(f"{path:32} first order {first:6.2f}   total {total:6.2f}")
print(f"{len(points)} runs")
