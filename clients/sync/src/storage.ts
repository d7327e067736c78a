/** Where a copy is kept: entries by key, of anything that JSON can hold. */
export interface Storage {
    read(key: string): Promise<unknown>;
    /** All entries whose key begins so, in the order of their keys. */
    list(prefix: string): Promise<[string, unknown][]>;
    /** Makes all changes, or none; undefined removes an entry. */
    write(changes: Map<string, unknown>): Promise<void>;
}

/** Keeps a copy for as long as the program runs. */
export class MemoryStorage implements Storage {
    readonly #entries = new Map<string, string>();

    read(key: string): Promise<unknown> {
        const text = this.#entries.get(key);
        return Promise.resolve(text === undefined ? undefined : JSON.parse(text));
    }

    list(prefix: string): Promise<[string, unknown][]> {
        const found = [...this.#entries].filter(([key]) => key.startsWith(prefix));
        found.sort(([one], [other]) => (one < other ? -1 : 1));
        return Promise.resolve(found.map(([key, text]) => [key, JSON.parse(text)]));
    }

    write(changes: Map<string, unknown>): Promise<void> {
        for (const [key, value] of changes) {
            if (value === undefined) {
                this.#entries.delete(key);
            } else {
                this.#entries.set(key, JSON.stringify(value));
            }
        }
        return Promise.resolve();
    }
}

const ENTRIES = 'entries';

/** Keeps a copy in a browser. */
export class IndexedDbStorage implements Storage {
    readonly #database: IDBDatabase;

    private constructor(database: IDBDatabase) {
        this.#database = database;
    }

    /** Opens the database of this name, or makes it: one for each user of an app. */
    static async open(name: string, factory: IDBFactory = indexedDB): Promise<IndexedDbStorage> {
        const opening = factory.open(name, 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore(ENTRIES);
        return new IndexedDbStorage(await answer(opening));
    }

    async read(key: string): Promise<unknown> {
        return answer(this.#entries('readonly').get(key));
    }

    async list(prefix: string): Promise<[string, unknown][]> {
        const entries = this.#entries('readonly');
        const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
        const [keys, values] = await Promise.all([answer(entries.getAllKeys(range)), answer(entries.getAll(range))]);
        return keys.map((key, at) => [String(key), values[at]]);
    }

    write(changes: Map<string, unknown>): Promise<void> {
        const entries = this.#entries('readwrite');
        for (const [key, value] of changes) {
            if (value === undefined) {
                entries.delete(key);
            } else {
                entries.put(value, key);
            }
        }
        return new Promise((resolve, reject) => {
            entries.transaction.oncomplete = () => resolve();
            entries.transaction.onerror = () => reject(entries.transaction.error);
            entries.transaction.onabort = () => reject(entries.transaction.error);
        });
    }

    close(): void {
        this.#database.close();
    }

    #entries(mode: IDBTransactionMode): IDBObjectStore {
        return this.#database.transaction(ENTRIES, mode).objectStore(ENTRIES);
    }
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}
