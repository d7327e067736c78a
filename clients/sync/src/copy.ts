import { before, edited, Edits, isOf, LOCAL, operation, renamed, type Changes, type Edit } from './edits.js';
import type { Operation, Pulled, Result, Server } from './server.js';
import type { Storage } from './storage.js';
import { Turns } from './turns.js';
import type { Fields, Row } from './values.js';

const STATE = 'state';
const OBJECT = 'object/';
const NAMES = 'name/';
const TOKEN_EXPIRED = 1410;
const INVALID_QUERY = 102;
const SMALLEST_PAGE = 10;

/** An edit that would undo what somebody else did. */
export interface Conflict {
    op: Operation['op'];
    className: string;
    objectId: string;
    /** What the edit would do. */
    fields: Fields;
    /** The object as it is on the server; null when it is gone. */
    server: Row | null;
    /** The fields that both sides changed. */
    clashes: string[];
}

/** Who wins a conflict; or other fields to write instead. */
export type Decision = 'server' | 'client' | { fields: Fields };

/** An edit that the server refused for good. */
export interface Refusal {
    op: Operation['op'];
    className: string;
    objectId: string;
    fields: Fields;
    code: number;
    message: string;
}

export interface LocalCopyOptions {
    server: Server;
    storage: Storage;
    /** What to keep: names of classes, or a condition (`where`) for each. */
    classes: string[] | Record<string, Fields>;
    /** Decides conflicts; without it the server wins. */
    onConflict?: (conflict: Conflict) => Decision | Promise<Decision>;
    /** Hears of edits that were dropped because the server refused them. */
    onRefusal?: (refusal: Refusal) => void;
    /** Changes per request. */
    pageSize?: number;
    /** Operations per request. */
    pushSize?: number;
    /** Makes ids; for tests. */
    newId?: () => string;
}

/**
 * A copy of some classes of an app, which can be read and edited without a network.
 *
 * What is seen is the server's state as of the last pull with all edits on top that the server does not have yet.
 */
export class LocalCopy {
    readonly #options: LocalCopyOptions;
    readonly #storage: Storage;
    readonly #edits: Edits;
    readonly #exchanges = new Turns();
    readonly #writes = new Turns();
    readonly #newId: () => string;

    constructor(options: LocalCopyOptions) {
        this.#options = options;
        this.#storage = options.storage;
        this.#edits = new Edits(options.storage);
        this.#newId = options.newId ?? (() => crypto.randomUUID());
    }

    /** An object, by the id of the server or the one that `create` returned. */
    async get(className: string, id: string): Promise<Row | undefined> {
        return this.#writes.take(() => this.#get(className, id));
    }

    /** All objects of a class that are here. */
    async all(className: string): Promise<Row[]> {
        return this.#writes.take(async () => {
            const rows = new Map<string, Row>();
            for (const [, row] of await this.#storage.list(`${OBJECT}${className}/`)) {
                rows.set((row as Row).objectId, row as Row);
            }
            const byTarget = new Map<string, Edit[]>();
            for (const [, edit] of await this.#edits.all()) {
                if (edit.className === className) {
                    byTarget.set(edit.target, [...(byTarget.get(edit.target) ?? []), edit]);
                }
            }
            for (const [id, edits] of byTarget) {
                const row = edited(rows.get(id), edits);
                rows.delete(id);
                if (row) {
                    rows.set(id, row);
                }
            }
            return [...rows.values()];
        });
    }

    /** How many edits wait for the server. */
    async pending(): Promise<number> {
        return this.#writes.take(async () => (await this.#edits.all()).length);
    }

    /** Creates an object. Its id is a local one, which goes on working when the server has given another. */
    async create(className: string, fields: Fields): Promise<string> {
        const localId = LOCAL + this.#newId();
        await this.#edit({ id: this.#newId(), op: 'create', className, localId, target: localId, fields, sent: false });
        return localId;
    }

    async update(className: string, id: string, fields: Fields): Promise<void> {
        await this.#change('update', className, id, fields);
    }

    async delete(className: string, id: string): Promise<void> {
        await this.#change('delete', className, id, {});
    }

    /** Sends what was done here, then fetches what was done elsewhere. */
    async sync(): Promise<void> {
        await this.push();
        await this.pull();
    }

    /** Sends what was done here. When no answer comes it fails, and may be tried again: nothing is done twice. */
    async push(): Promise<void> {
        await this.#exchanges.take(async () => {
            while (await this.#pushSome()) {
                // The next ones.
            }
        });
    }

    /** Fetches what was done elsewhere. */
    async pull(): Promise<void> {
        await this.#exchanges.take(async () => {
            let limit = this.#options.pageSize ?? 1000;
            for (let more = true; more;) {
                try {
                    more = await this.#pullSome(limit);
                } catch (failure) {
                    const code = (failure as { code?: unknown }).code;
                    if (code === TOKEN_EXPIRED) {
                        await this.#writes.take(() => this.#forget());
                    } else if (code === INVALID_QUERY && limit > SMALLEST_PAGE) {
                        // Perhaps the objects are too large for one answer.
                        limit = Math.ceil(limit / 4);
                    } else {
                        throw failure;
                    }
                }
            }
        });
    }

    async #get(className: string, id: string): Promise<Row | undefined> {
        const target = await this.#known(id);
        const row = (await this.#storage.read(key(className, target))) as Row | undefined;
        const edits = (await this.#edits.all()).map(([, edit]) => edit);
        return edited(
            row,
            edits.filter((edit) => isOf(edit, className, target)),
        );
    }

    /** The id that the server has given an object, if it has. */
    async #known(id: string): Promise<string> {
        return id.startsWith(LOCAL) ? (((await this.#storage.read(NAMES + id)) as string | undefined) ?? id) : id;
    }

    async #edit(edit: Edit): Promise<void> {
        await this.#writes.take(async () => this.#storage.write(await this.#edits.add(edit)));
    }

    async #change(op: 'update' | 'delete', className: string, id: string, fields: Fields): Promise<void> {
        await this.#writes.take(async () => {
            const target = await this.#known(id);
            const row = await this.#get(className, target);
            if (!row) {
                throw new Error(`there is no ${className} ${id} here`);
            }
            const copy = (await this.#storage.read(key(className, target))) as Row | undefined;
            const edit: Edit = { id: this.#newId(), op, className, target, objectId: target, sent: false };
            if (typeof copy?.['updatedAt'] === 'string') {
                edit.base = copy['updatedAt'];
            }
            if (op === 'update') {
                edit.fields = fields;
                edit.was = before(row, fields);
            }
            await this.#storage.write(await this.#edits.add(edit));
        });
    }

    async #pushSome(): Promise<boolean> {
        const batch = await this.#writes.take(async () => {
            const first = (await this.#edits.all()).slice(0, this.#options.pushSize ?? 100);
            for (const [, edit] of first) {
                edit.sent = true;
            }
            await this.#storage.write(new Map(first));
            return first;
        });
        if (batch.length === 0) {
            return false;
        }
        const { results } = await this.#options.server.push(batch.map(([, edit]) => operation(edit)));
        for (const [at, [place, edit]] of batch.entries()) {
            const result = results[at];
            if (result?.id !== edit.id) {
                throw new Error('the server answered other operations than were sent');
            }
            // What was settled before may have given ids to objects that this one points to.
            await this.#settle(place, await this.#edits.at(place), result);
        }
        return true;
    }

    async #settle(place: string, edit: Edit, result: Result): Promise<void> {
        const about = { op: edit.op, className: edit.className, objectId: edit.target, fields: edit.fields ?? {} };
        switch (result.result) {
            case 'applied':
            case 'merged':
                await this.#writes.take(() => this.#done(place, edit, result));
                break;
            case 'conflict': {
                const conflict = { ...about, server: result.object ?? null, clashes: result.clashes ?? [] };
                const decision = (await this.#options.onConflict?.(conflict)) ?? 'server';
                await this.#writes.take(() => this.#decided(place, edit, result, decision));
                break;
            }
            case 'error':
                await this.#writes.take(() => this.#storage.write(new Map([[place, undefined]])));
                this.#options.onRefusal?.({ ...about, code: result.code ?? 0, message: result.error ?? '' });
                break;
        }
    }

    async #done(place: string, edit: Edit, result: Result): Promise<void> {
        const changes: Changes = new Map([[place, undefined]]);
        const id = result.objectId ?? edit.target;
        this.#keep(changes, edit.className, id, result);
        if (edit.op === 'create') {
            changes.set(NAMES + edit.target, id);
            for (const [other, waiting] of await this.#edits.all()) {
                if (other !== place) {
                    changes.set(other, renamed(waiting, edit.target, id));
                }
            }
        }
        await this.#storage.write(changes);
    }

    #keep(changes: Changes, className: string, id: string, result: Result): void {
        changes.set(key(className, id), result.object ?? undefined);
    }

    async #decided(place: string, edit: Edit, result: Result, decision: Decision): Promise<void> {
        const changes: Changes = new Map([[place, undefined]]);
        const server = result.object;
        this.#keep(changes, edit.className, edit.target, result);
        if (decision !== 'server' && server) {
            const again: Edit = { ...edit, id: this.#newId(), sent: false, base: String(server['updatedAt']) };
            if (decision === 'client') {
                again.policy = 'client-wins';
            } else {
                again.op = 'update';
                again.fields = decision.fields;
                again.was = before(server, decision.fields);
            }
            changes.set(place, again);
        }
        await this.#storage.write(changes);
    }

    async #pullSome(limit: number): Promise<boolean> {
        const state = (await this.#storage.read(STATE)) as { token?: string } | undefined;
        const classes = this.#options.classes;
        const page: Pulled = await this.#options.server.pull({
            classes: Array.isArray(classes) ? classes.join(',') : JSON.stringify(classes),
            limit,
            ...(state?.token ? { token: state.token } : {}),
        });
        const changes: Changes = new Map([[STATE, { token: page.token }]]);
        for (const change of page.changes) {
            changes.set(key(change.className, change.objectId), change.object);
        }
        await this.#writes.take(() => this.#storage.write(changes));
        return page.more;
    }

    /** Nothing may stay that could not be fetched again. Edits stay: the server decides about them. */
    async #forget(): Promise<void> {
        const changes: Changes = new Map([[STATE, undefined]]);
        for (const [entry] of await this.#storage.list(OBJECT)) {
            changes.set(entry, undefined);
        }
        await this.#storage.write(changes);
    }
}

function key(className: string, id: string): string {
    return `${OBJECT}${className}/${id}`;
}
