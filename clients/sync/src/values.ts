/** A value as it is on the wire. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

/** Fields of an object, or what is to be done to them: `{ n: { __op: 'Increment', amount: 1 } }`. */
export type Fields = Record<string, Value>;

/** An object as the server sends it. */
export interface Row extends Fields {
    objectId: string;
}

/** Whether two values are the same. */
export function same(one: Value | undefined, other: Value | undefined): boolean {
    if (one === other) {
        return true;
    }
    if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
        return false;
    }
    if (Array.isArray(one) || Array.isArray(other)) {
        return (
            Array.isArray(one) &&
            Array.isArray(other) &&
            one.length === other.length &&
            one.every((each, at) => same(each, other[at]))
        );
    }
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].every((name) => same(one[name], other[name]));
}

interface Operation {
    __op: string;
    amount?: number;
    objects?: Value[];
}

function operation(value: Value): Operation | undefined {
    return typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value['__op'] === 'string'
        ? (value as unknown as Operation)
        : undefined;
}

const list = (value: Value | undefined): Value[] => (Array.isArray(value) ? value : []);

function missing(wanted: Value[], present: Value[]): Value[] {
    const added: Value[] = [];
    for (const each of wanted) {
        if (![...present, ...added].some((other) => same(other, each))) {
            added.push(each);
        }
    }
    return added;
}

/** The fields of an object after a change, as far as a client can know them. */
export function applied(object: Fields, change: Fields): Fields {
    const result = { ...object };
    for (const [name, value] of Object.entries(change)) {
        const now = result[name];
        const todo = operation(value);
        switch (todo?.__op) {
            case undefined:
                result[name] = value;
                break;
            case 'Delete':
                delete result[name];
                break;
            case 'Increment':
                result[name] = (typeof now === 'number' ? now : 0) + (todo?.amount ?? 1);
                break;
            case 'Add':
                result[name] = [...list(now), ...(todo?.objects ?? [])];
                break;
            case 'AddUnique':
                result[name] = [...list(now), ...missing(todo?.objects ?? [], list(now))];
                break;
            case 'Remove':
                result[name] = list(now).filter((each) => !todo?.objects?.some((gone) => same(gone, each)));
                break;
            default:
            // Relations are not part of the copy.
        }
    }
    return result;
}

/** One change that does what two do, one after the other; undefined if there is none. */
export function combined(first: Fields, second: Fields): Fields | undefined {
    const result = { ...first };
    for (const [name, value] of Object.entries(second)) {
        const before = result[name];
        const todo = operation(value);
        if (before === undefined || todo === undefined || todo.__op === 'Delete') {
            result[name] = value;
            continue;
        }
        const earlier = operation(before);
        if (earlier === undefined) {
            result[name] = applied({ [name]: before }, { [name]: value })[name] ?? null;
        } else if (earlier.__op === 'Delete') {
            result[name] = applied({}, { [name]: value })[name] ?? null;
        } else if (earlier.__op === 'Increment' && todo.__op === 'Increment') {
            result[name] = { __op: 'Increment', amount: (earlier.amount ?? 1) + (todo.amount ?? 1) };
        } else if (earlier.__op === 'Add' && todo.__op === 'Add') {
            result[name] = { __op: 'Add', objects: [...(earlier.objects ?? []), ...(todo.objects ?? [])] };
        } else {
            return undefined;
        }
    }
    return result;
}

/** A value in which pointers to one object lead to another. */
export function repointed(value: Value, from: string, to: string): Value {
    if (Array.isArray(value)) {
        return value.map((each) => repointed(each, from, to));
    }
    if (typeof value !== 'object' || value === null) {
        return value;
    }
    if (value['__type'] === 'Pointer') {
        return value['objectId'] === from ? { ...value, objectId: to } : value;
    }
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, repointed(each, from, to)]));
}
