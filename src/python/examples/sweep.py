# A sweep: how much leverage is too much? Open it as a notebook (each "# %%" is a cell), or run it as a script.
#
#   python sweep.py          needs polars

# %% One run. In a notebook, `run` by itself is its picture.
import firesale
import polars

run = firesale.run("two-funds", seed=1)
print(run)
run  # noqa: B018

# %% What there is to vary, and in what unit.
for param in firesale.params("two-funds"):
    if param["path"].endswith("leverage"):
        print(param["path"], "=", param["value"], param["unit"])

# %% Fund A's leverage from 2 to 6, each under ten seeds: one row a run.
swept = firesale.sweep("two-funds", {"traders.fund-a.leverage": "2..6:5"}, seeds=10)
frame = swept.to_polars()
print(swept.meaning("cascade.size"))

# %% The middle of the ten, and how far they lie apart.
loss, fall = polars.col("lenders.total_loss"), polars.col("instruments.acme.drawdown")
told = frame.group_by("traders.fund-a.leverage", maintain_order=True).agg(
    broke=polars.col("accounts.breached").median(),
    fall=fall.median(),
    fall_low=fall.quantile(0.1),
    fall_high=fall.quantile(0.9),
    loss=loss.median(),
)
print(told)

# %% The same draws under another rule: does more time for a call help?
against = firesale.sweep(
    "two-funds", {"traders.fund-a.leverage": [6]}, seeds=10, against=[{"lenders.broker.calls.grace": "1h"}]
).to_polars()
by_rule = against.group_by("against", maintain_order=True).agg(fall.median().alias("fall"), loss.median().alias("loss"))
print(by_rule)
