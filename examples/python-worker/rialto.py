"""Speaks Rialto's worker protocol (docs/worker-protocol.md), so that functions need not.

Functions are registered by the name of their interface:

    @rialto.function("cloud-average")
    def average(call): ...

and rialto.serve() takes their calls until the server closes the connection."""

import json
import os
import socket
import sys
import threading
import time
import traceback

PROTOCOL = 1
SCRIPT_FAILED = 141
STUCK = 4  # any exit code will do; this one is what Rialto's own workers use

_functions = {}
_running = {}  # calls by their ids
_asked = {}  # requests to the platform that have no answer yet: event and answer
_lock = threading.Lock()
_last_ask = 0
_link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
config = {}


class Failure(Exception):
    """An error for the caller: codes above 10000 are free for micro apps."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Call:
    """A call under way, and the platform for it."""

    def __init__(self, frame):
        self.id = frame["id"]
        self.input = frame.get("input")
        self.caller = frame["caller"]
        self.context = frame.get("context", {})
        self.frame = frame

    def ask(self, op, **arguments):
        """Asks the platform: see "Requests to the platform" for what there is."""
        global _last_ask
        answered = threading.Event()
        with _lock:
            _last_ask += 1
            number = _last_ask
            entry = _asked[number] = [answered, None]
        _send({"type": "request", "ask": number, "id": self.id, "op": op, **arguments})
        answered.wait()
        answer = entry[1]
        if "error" in answer:
            raise Failure(answer["error"]["code"], answer["error"]["message"])
        return answer["value"]

    def log(self, message, level="info"):
        _send({"type": "log", "id": self.id, "level": level, "message": str(message)})

    def progress(self, message):
        _send({"type": "progress", "id": self.id, "message": message})


def function(interface):
    def register(code):
        _functions[interface] = code
        return code

    return register


def serve():
    _link.connect(os.environ["RIALTO_SOCKET"])
    _send({"type": "hello", "protocol": PROTOCOL})
    incoming = _link.makefile("rb")
    while frame := _read(incoming):
        _receive(frame)


def _read(incoming):
    length = incoming.read(4)
    return json.loads(incoming.read(int.from_bytes(length, "big"))) if len(length) == 4 else None


def _send(frame):
    body = json.dumps(frame, allow_nan=False).encode()
    with _lock:
        _link.sendall(len(body).to_bytes(4, "big") + body)


def _receive(frame):
    kind = frame["type"]
    if kind == "load":
        config.update(frame["config"])
        _send({"type": "ready", "slot": frame.get("slot", 0)})
    elif kind == "call":
        _running[frame["id"]] = Call(frame)
        threading.Thread(target=_run, args=[frame["id"]], daemon=True).start()
    elif kind == "answer":
        entry = _asked.pop(frame["ask"], None)
        if entry:
            entry[1] = frame
            entry[0].set()
    elif kind == "cancel":
        # Python can't stop a thread. One that does not end soon takes the process with it.
        threading.Timer(1, _leave_if_running, [frame["id"]]).start()
    elif kind == "ping":
        _send({"type": "pong"})
    elif kind == "drain":
        sys.exit()
    # Other frames are of newer servers.


def _run(number):
    call = _running[number]
    failed = {"type": "failed", "id": number, "code": SCRIPT_FAILED}
    try:
        output = _functions[call.frame["interface"]](call)
        _send({"type": "result", "id": number, "output": output, "context": call.context})
    except Failure as told:
        _send({**failed, "code": told.code, "message": str(told)})
    except Exception as failure:  # the caller learns no more than that; the log has the rest
        cause = {"message": str(failure), "text": traceback.format_exc()}
        _send({**failed, "message": "the function failed", "cause": cause})
    finally:
        del _running[number]


def _leave_if_running(number):
    if number in _running:
        _send({"type": "leaving"})  # no more calls; those that run have some seconds
        time.sleep(5)
        sys.stdout.flush()
        os._exit(STUCK)
