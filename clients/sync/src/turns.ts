/** Lets tasks run one after the other. */
export class Turns {
    #last: Promise<unknown> = Promise.resolve();

    take<T>(task: () => Promise<T>): Promise<T> {
        const mine = this.#last.then(task);
        this.#last = mine.catch(() => undefined);
        return mine;
    }
}
