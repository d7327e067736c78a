// The mark each measured object carries: which write it was and when, in digits at a fixed distance.
const OPENING = '"stamp":"#';
const NUMBER_DIGITS = 8;
const TIME_DIGITS = 15;
const FIRST_OF_CREATE = 'c'.charCodeAt(0);
const opening = Buffer.from(OPENING);

/** Microseconds of the machine's clock, the same in all processes and threads. */
export const now = () => Number(process.hrtime.bigint() / 1000n);

/** The value of an object's `stamp`. */
export function stamp(number, time) {
  return `#${String(number).padStart(NUMBER_DIGITS, '0')}${String(time).padStart(TIME_DIGITS, '0')}`;
}

/**
 * Reads stamps out of `create` events without parsing their JSON: events of one length look alike,
 * so the first of each length is parsed and the others are read at the same place.
 */
export class StampReader {
  #layouts = new Map();
  number = 0;
  time = 0;

  /** Whether the text is a create event with a stamp; if so `number` and `time` are set. */
  read(buffer, start, end) {
    const layout = this.#layouts.get(end - start);
    if (layout === undefined || !this.#fits(layout, buffer, start)) {
      if (!this.#learn(buffer, start, end)) return false;
    }
    const digits = start + this.#layouts.get(end - start).stamp;
    this.number = decimal(buffer, digits, digits + NUMBER_DIGITS);
    this.time = decimal(buffer, digits + NUMBER_DIGITS, digits + NUMBER_DIGITS + TIME_DIGITS);
    return true;
  }

  #fits({ operation, stamp }, buffer, start) {
    return (
      buffer[start + operation] === FIRST_OF_CREATE &&
      buffer.compare(opening, 0, opening.length, start + stamp - opening.length, start + stamp) ===
        0
    );
  }

  #learn(buffer, start, end) {
    const text = buffer.latin1Slice(start, end);
    const message = JSON.parse(buffer.utf8Slice(start, end));
    const stamp = text.indexOf(OPENING);
    const operation = text.indexOf('"op":"create"');
    if (message.op !== 'create' || stamp < 0 || operation < 0) return false;
    this.#layouts.set(end - start, { stamp: stamp + OPENING.length, operation: operation + 6 });
    return true;
  }
}

function decimal(buffer, from, to) {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 10 + buffer[i] - 48;
  return value;
}
