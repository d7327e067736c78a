// The copy that a subscriber keeps of what its query finds, made as docs/live.md says, and what must be true of every
// event that comes to it.
export class Replica {
    objects = new Map();
    events = {};
    #faults;
    #name;
    #settled = new Set();
    #position = -1n;
    #history = [];

    /** @param faults where to put what was wrong */
    constructor(name, faults) {
        this.#name = name;
        this.#faults = faults;
    }

    /** Starts over with the results of a query. */
    begin(found) {
        this.objects = new Map(found.map((object) => [object.objectId, plain(object)]));
        this.#settled.clear();
        this.#note('begin', `${found.length} objects`);
    }

    /** Where events begin, or go on. */
    follow(token, resumed) {
        const position = read(token);
        if (resumed && position < this.#position) {
            this.#fault(`resumed at ${token}, before the last event`);
        }
        this.#position = position;
        this.#note('follow', `${token} resumed=${resumed}`);
    }

    apply(kind, { object, original }, token) {
        this.events[kind] = (this.events[kind] ?? 0) + 1;
        const id = object?.objectId;
        const content = plain(object);
        const held = this.objects.get(id);
        this.#note(kind, `${id} ${token} ${content} <- ${original ? plain(original) : '-'}`, id);
        this.#checkPosition(kind, token, original);
        // What the query found may be newer than the first event of an object; from then on, nothing may be missing.
        if (this.#settled.has(id)) {
            this.#check(kind, id, content, held, original && plain(original));
        }
        this.#settled.add(id);
        if (kind === 'leave' || kind === 'delete') {
            this.objects.delete(id);
        } else {
            this.objects.set(id, content);
        }
    }

    #checkPosition(kind, token, original) {
        const position = read(token);
        // When a role is given or taken, several objects come or go at one position.
        const several = (kind === 'enter' || kind === 'leave') && !original;
        if (position < this.#position || (position === this.#position && !several)) {
            this.#fault(`${kind} at ${token}, after ${this.#position}`);
        }
        this.#position = position;
    }

    #check(kind, id, content, held, original) {
        const isNew = kind === 'create' || kind === 'enter';
        if (isNew && held) {
            this.#fault(`${kind} of ${id}, which is held: ${held}`, id);
        } else if (!isNew && !held) {
            this.#fault(`${kind} of ${id}, which is not held`, id);
        } else if (kind === 'update' && original !== held) {
            this.#fault(`update of ${id} from ${original}, but ${held} is held`, id);
        } else if (kind === 'delete' && content !== held) {
            this.#fault(`delete of ${id} as ${content}, but ${held} is held`, id);
        }
    }

    /** How it differs from what a query finds, or undefined. */
    difference(found) {
        const fresh = new Map(found.map((object) => [object.objectId, plain(object)]));
        for (const [id, content] of fresh) {
            if (this.objects.get(id) !== content) {
                return `${id} is ${content}, but ${this.objects.get(id) ?? 'nothing'} is held\n${this.history(id)}`;
            }
        }
        const extra = [...this.objects.keys()].find((id) => !fresh.has(id));
        return extra && `${extra} is held and not found\n${this.history(extra)}`;
    }

    history(id) {
        const of = this.#history.filter((entry) => entry.id === undefined || entry.id === id);
        return of.map((entry) => `    ${entry.at} ${entry.what} ${entry.text}`).join('\n');
    }

    #note(what, text, id) {
        this.#history.push({ at: new Date().toISOString(), what, text, id });
        if (this.#history.length > 2000) {
            this.#history.splice(0, 1000);
        }
    }

    #fault(text, id) {
        this.#faults.push(`${this.#name}: ${text}${id ? `\n${this.history(id)}` : ''}`);
    }
}

/** An object as text, the same for equal objects. Events name the class, answers to queries do not. */
function plain({ className: _, ...object }) {
    const ordered = (_key, value) =>
        value && typeof value === 'object' && !Array.isArray(value)
            ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
            : value;
    return JSON.stringify(object, ordered);
}

/** The place in the log that a token names: behind the hyphen is a number to base 36. */
function read(token) {
    const digits = String(token).split('-')[1] ?? '';
    return [...digits].reduce((number, digit) => number * 36n + BigInt(parseInt(digit, 36)), 0n);
}
