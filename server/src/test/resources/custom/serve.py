"""The functions of RuntimeContract as a program that serves HTTP."""

import http.server
import json
import os
import urllib.request


def ask(request, **asked):
    headers = {"X-Rialto-Call": request.headers["X-Rialto-Call"]}
    body = json.dumps(asked).encode()
    urllib.request.urlopen(urllib.request.Request(os.environ["RIALTO_ASK"], body, headers)).close()


def loop():
    while True:
        pass


def thing(saved):
    if "name" not in saved:
        return 400, {"code": 142, "message": "name it"}
    return 200, {**saved, "upper": saved["name"].upper()}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/call/cloud/fail":
            return self.answer(500, b"no way")
        status, output = self.called(json.loads(text))
        self.answer(status, b"" if output is None else json.dumps(output).encode())

    def called(self, given):
        match self.path:
            case "/call/cloud/echo":
                return 200, given
            case "/call/cloud/refuse":
                return 400, {"code": 10042, "message": "not today"}
            case "/call/cloud/loop":
                loop()
            case "/call/cloud/log":
                ask(self, op="log", message="seen")
                return 204, None
            case "/call/trigger/thing":
                return thing(given["object"])
            case "/call/job/count":
                ask(self, op="progress", message="half")
                return 204, None
        return 404, None

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128


Server(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
