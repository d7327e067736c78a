// The micro app of the contract that every runtime passes, in AssemblyScript.
// conformance/wasm/build.mjs compiles it.

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
@external("rialto_v1", "progress")
declare function reportProgress(message: ArrayBuffer, length: i32): void;

function input(): string {
  const bytes = new ArrayBuffer(inputLength());
  readInput(bytes);
  return String.UTF8.decode(bytes);
}

function output(json: string): void {
  const bytes = String.UTF8.encode(json);
  writeOutput(bytes, bytes.byteLength);
}

function refuseWith(code: i32, message: string): void {
  const bytes = String.UTF8.encode(message);
  failWith(code, bytes, bytes.byteLength);
}

/** The string of a key that has one, without escapes; empty otherwise. */
function text(json: string, key: string): string {
  const start = '"' + key + '":"';
  const at = json.indexOf(start);
  return at < 0 ? "" : json.substring(at + start.length, json.indexOf('"', at + start.length));
}

export function echo(): void {
  output(input());
}

export function refuse(): void {
  refuseWith(10042, "not today");
}

export function fail(): void {
  throw new Error("no way");
}

export function loop(): void {
  while (true) {}
}

export function log(): void {
  const message = String.UTF8.encode("seen");
  logLine(1, message, message.byteLength);
}

export function beforeSaveThing(): void {
  const name = text(input(), "name");
  if (name == "") refuseWith(142, "name it");
  output(`{"className":"Thing","name":"${name}","upper":"${name.toUpperCase()}"}`);
}

export function count(): void {
  const message = String.UTF8.encode("half");
  reportProgress(message, message.byteLength);
}
