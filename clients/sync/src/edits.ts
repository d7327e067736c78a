import type { Operation } from './server.js';
import type { Storage } from './storage.js';
import { applied, combined, repointed, type Fields, type Row, type Value } from './values.js';

/** An operation that waits for the server. */
export interface Edit extends Operation {
    /** The id that the object is known by here. */
    target: string;
    /** Whether it may have reached the server: it must not change any more. */
    sent: boolean;
}

/** What the ids of objects begin with that the server does not know yet. */
export const LOCAL = 'local:';

const PREFIX = 'edit/';

/** What is to be done to the queue. */
export type Changes = Map<string, unknown>;

/** The operations that wait for the server, in order. */
export class Edits {
    readonly #storage: Storage;

    constructor(storage: Storage) {
        this.#storage = storage;
    }

    async all(): Promise<[string, Edit][]> {
        return (await this.#storage.list(PREFIX)) as [string, Edit][];
    }

    async at(place: string): Promise<Edit> {
        return (await this.#storage.read(place)) as Edit;
    }

    async next(): Promise<string> {
        const last = (await this.all()).at(-1)?.[0] ?? PREFIX;
        return PREFIX + String(Number(last.slice(PREFIX.length)) + 1).padStart(12, '0');
    }

    /**
     * What becomes of the queue when an edit is added to it: it is joined with the last one of its object, if that may
     * change and no other edit comes to stand before one that it needs.
     */
    async add(edit: Edit): Promise<Changes> {
        const queue = await this.all();
        const last = queue.findLast(([, each]) => isOf(each, edit.className, edit.target));
        const joined = last && !last[1].sent && !names(edit, '') ? join(last[1], edit) : undefined;
        if (!last || joined === undefined) {
            return new Map([[await this.next(), edit]]);
        }
        if (joined !== 'nothing') {
            return new Map([[last[0], joined]]);
        }
        return queue.some(([, each]) => names(each, edit.target))
            ? new Map([[await this.next(), edit]])
            : new Map([[last[0], undefined]]);
    }
}

/** Whether an edit has pointers to an object that is not created yet, or to any if no id is given. */
function names(edit: Edit, localId: string): boolean {
    return JSON.stringify(edit.fields ?? {}).includes(`"objectId":"${localId === '' ? LOCAL : `${localId}"`}`);
}

export function isOf(edit: Edit, className: string, target: string): boolean {
    return edit.className === className && edit.target === target;
}

/** One edit for two; undefined if there is none. */
function join(first: Edit, second: Edit): Edit | 'nothing' | undefined {
    if (first.op === 'create') {
        return second.op === 'delete'
            ? 'nothing'
            : { ...first, fields: applied(first.fields ?? {}, second.fields ?? {}) };
    }
    if (second.op === 'delete') {
        const { was: _was, fields: _fields, ...rest } = first;
        return { ...rest, op: 'delete' };
    }
    const fields = combined(first.fields ?? {}, second.fields ?? {});
    return fields && { ...first, fields, was: { ...second.was, ...first.was } };
}

/** An object as it is after the edits; undefined if it is not there. */
export function edited(row: Row | undefined, edits: Edit[]): Row | undefined {
    let now = row;
    for (const edit of edits) {
        if (edit.op === 'delete') {
            now = undefined;
        } else if (edit.op === 'create' || now !== undefined) {
            now = { ...applied(now ?? {}, edit.fields ?? {}), objectId: edit.target };
        }
    }
    return now;
}

/** The values that the fields of a change have before it; those that are not there are left out. */
export function before(row: Fields, change: Fields): Fields {
    const was: Fields = {};
    for (const name of Object.keys(change)) {
        const value = row[name];
        was[name] = value === undefined ? null : value;
    }
    return was;
}

/** An edit that knows an object by the id which the server has given it. */
export function renamed(edit: Edit, from: string, to: string): Edit {
    const moved = { ...edit };
    if (edit.target === from) {
        moved.target = to;
        moved.objectId = to;
    }
    for (const part of ['fields', 'was'] as const) {
        const fields = edit[part];
        if (fields) {
            moved[part] = repointed(fields as Value, from, to) as Fields;
        }
    }
    return moved;
}

/** What goes over the wire. */
export function operation(edit: Edit): Operation {
    const { target: _target, sent: _sent, ...wire } = edit;
    return wire;
}
