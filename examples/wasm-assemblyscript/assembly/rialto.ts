// What the platform offers, as docs/wasm.md describes it, with strings in place of addresses.

@external("rialto_v1", "input_length")
declare function inputLength(): i32;
@external("rialto_v1", "input")
declare function readInput(to: ArrayBuffer): void;
@external("rialto_v1", "output")
declare function writeOutput(from: ArrayBuffer, length: i32): void;
@external("rialto_v1", "fail")
declare function failWith(code: i32, message: ArrayBuffer, length: i32): void;
@external("rialto_v1", "log")
declare function logLine(level: i32, message: ArrayBuffer, length: i32): void;
@external("rialto_v1", "request")
declare function ask(from: ArrayBuffer, length: i32): i32;
@external("rialto_v1", "answer")
declare function readAnswer(to: ArrayBuffer): void;

/** The input of the call, as JSON. */
export function input(): string {
  const bytes = new ArrayBuffer(inputLength());
  readInput(bytes);
  return String.UTF8.decode(bytes);
}

/** Adds to the output, which is JSON in the end. */
export function output(json: string): void {
  const bytes = String.UTF8.encode(json);
  writeOutput(bytes, bytes.byteLength);
}

/** Ends the call with an error for its caller. */
export function fail(code: i32, message: string): void {
  const bytes = String.UTF8.encode(message);
  failWith(code, bytes, bytes.byteLength);
}

/** Writes to the micro app's log. */
export function info(message: string): void {
  const bytes = String.UTF8.encode(message);
  logLine(1, bytes, bytes.byteLength);
}

/** Asks the platform for something. */
export function request(json: string): string {
  const bytes = String.UTF8.encode(json);
  const answer = new ArrayBuffer(ask(bytes, bytes.byteLength));
  readAnswer(answer);
  return String.UTF8.decode(answer);
}
