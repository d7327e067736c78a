"""The functions of RuntimeContract, over the worker protocol as examples/python-worker speaks it."""

import rialto


@rialto.function("cloud-echo")
def echo(call):
    return call.input


@rialto.function("cloud-refuse")
def refuse(call):
    raise rialto.Failure(10042, "not today")


@rialto.function("cloud-fail")
def fail(call):
    raise RuntimeError("no way")


@rialto.function("cloud-loop")
def loop(call):
    while True:
        pass


@rialto.function("cloud-log")
def log(call):
    call.log("seen")


@rialto.function("trigger-thing")
def thing(call):
    saved = call.input["object"]
    if "name" not in saved:
        raise rialto.Failure(142, "name it")
    return {**saved, "upper": saved["name"].upper()}


@rialto.function("job-count")
def count(call):
    call.progress("half")


rialto.serve()
