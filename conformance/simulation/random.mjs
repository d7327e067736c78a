// Chance that can be had again: everything random in a run comes from one seed.
export class Random {
    #state;

    constructor(seed) {
        this.#state = seed >>> 0;
    }

    /** From 0 to below 1 (mulberry32). */
    next() {
        this.#state = (this.#state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    }

    /** A whole number from `least` to below `limit`. */
    between(least, limit) {
        return least + Math.floor(this.next() * (limit - least));
    }

    chance(share) {
        return this.next() < share;
    }

    pick(values) {
        return values[this.between(0, values.length)];
    }

    /** Another one, so that what one part of a run draws does not depend on how fast the others are. */
    fork() {
        return new Random(this.between(0, 2 ** 32));
    }
}

/** One of the functions, which come as [weight, function]. */
export function weighted(random, choices) {
    let left = random.next() * choices.reduce((sum, [weight]) => sum + weight, 0);
    return choices.find(([weight]) => (left -= weight) < 0)?.[1] ?? choices[0][1];
}
