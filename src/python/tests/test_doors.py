"""One function, three doors: the command line, the worker, and this package say the same bytes."""

import json
import subprocess
from pathlib import Path

import firesale

WORLD, SEED, SET = "two-funds", 3, {"traders.fund-a.leverage": 3.5, "lenders.broker.calls.grace": "5m"}


def command(program, *arguments, **more):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False, **more)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def changes():
    return [word for path, value in SET.items() for word in ("--set", f"{path}={value}")]


def test_a_worker_and_a_call_say_the_same_bytes(program):
    for more in ({}, {"keep": ["prices", "firms"]}, {"counterfactual": True}, {"without_liquidation": True}):
        request = {"world": WORLD, "seed": SEED, "set": SET, **more}
        answer = command(program, "worker", input=json.dumps(request) + "\n")
        run = firesale.run(WORLD, SEED, SET, **{"keep": [], **more})
        assert run.to_json() + "\n" == answer
        assert json.loads(answer)["figures"] == run.figures


def test_a_text_is_asked_as_a_name_is(program):
    text = command(program, "show", WORLD)
    answer = command(program, "worker", input=json.dumps({"text": text, "seed": SEED}) + "\n")
    assert firesale.run(text, SEED, keep=[]).to_json() + "\n" == answer


def test_the_summary_and_every_table_are_those_of_a_run_on_disk(program, tmp_path):
    out = tmp_path / "run"
    printed = command(program, "run", WORLD, "--seed", SEED, "--json", "--out", out, "--counterfactual", *changes())
    printed = json.loads(printed)
    for volatile in ("wall_seconds", "folder"):
        del printed[volatile]
    run = firesale.run(WORLD, SEED, SET, counterfactual=True)
    assert run.summary == printed
    files = {path.stem: path.read_bytes() for path in out.glob("*.parquet")}
    assert set(run.tables) == set(files)
    for name, held in files.items():
        assert run.table(name).parquet() == held, name


def test_a_sweep_is_that_of_the_command_to_the_byte(program, tmp_path):
    out = tmp_path / "sweep.parquet"
    vary = "traders.fund-a.leverage=2..6:3"
    command(program, "sweep", WORLD, "--vary", vary, "--seeds", 2, "--out", out, "--no-charts", "--quiet")
    swept = firesale.sweep(WORLD, {"traders.fund-a.leverage": "2..6:3"}, seeds=2)
    assert swept.parquet() == out.read_bytes()


def test_the_lists_are_those_that_the_commands_print(program):
    assert firesale.worlds() == json.loads(command(program, "list", "--json"))
    assert firesale.tables() == json.loads(command(program, "tables", "--json"))
    assert firesale.params(WORLD) == json.loads(command(program, "params", WORLD, "--json"))


def test_a_path_is_a_world_too(program, tmp_path):
    path = tmp_path / "mine.ron"
    path.write_text(command(program, "show", WORLD))
    by_path, by_text = firesale.run(path, keep=[]), firesale.run(str(path), keep=[])
    assert by_path.to_json() == by_text.to_json()
    assert by_path.world == "mine"
    assert by_path.figures == firesale.run(WORLD, keep=[]).figures
    assert Path(path).is_file()
