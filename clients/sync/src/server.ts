import type { Fields, Row, Value } from './values.js';

/** What the server said no to. */
export class SyncError extends Error {
    constructor(
        readonly code: number,
        message: string,
    ) {
        super(message);
        this.name = 'SyncError';
    }
}

/** One change of a pull. */
export interface Change {
    className: string;
    objectId: string;
    object?: Row;
    gone?: boolean;
}

export interface Pulled {
    changes: Change[];
    token: string;
    more: boolean;
}

/** One operation of a push. */
export interface Operation {
    id: string;
    op: 'create' | 'update' | 'delete';
    className: string;
    objectId?: string;
    localId?: string;
    base?: string;
    was?: Fields;
    policy?: 'ask' | 'client-wins' | 'server-wins';
    fields?: Fields;
}

export interface Result {
    id: string;
    result: 'applied' | 'merged' | 'conflict' | 'error';
    objectId?: string;
    object?: Row | null;
    clashes?: string[];
    code?: number;
    error?: string;
}

/** The server, as sync needs it. A failure with a number `code` is its answer; any other means that none came. */
export interface Server {
    pull(parameters: { classes: string; token?: string; limit: number }): Promise<Pulled>;
    push(operations: Operation[]): Promise<{ results: Result[] }>;
}

/** The part of the Parse SDK that sync needs. */
export interface ParseSdk {
    CoreManager: {
        getRESTController(): { request(method: string, path: string, data: unknown, options?: unknown): Promise<any> };
    };
}

/** The server that the Parse SDK was initialized with, as the user who is logged in there. */
export function parseServer(parse: ParseSdk): Server {
    const request = (method: string, data: unknown) =>
        parse.CoreManager.getRESTController().request(method, 'sync', data, {});
    return {
        pull: (parameters) => request('GET', parameters),
        push: (operations) => request('POST', { operations }),
    };
}

/**
 * A server by its address, without an SDK.
 *
 * @param url up to `/v1`
 * @param headers of each request, such as X-Parse-Application-Id and X-Parse-Session-Token
 */
export function httpServer(url: string, headers: () => Record<string, string>, request = fetch): Server {
    async function send(path: string, init: RequestInit): Promise<any> {
        const reply = await request(url + path, {
            ...init,
            headers: { 'Content-Type': 'application/json', ...headers() },
        });
        const body = (await reply.json()) as Record<string, Value>;
        if (!reply.ok) {
            throw new SyncError(Number(body['code'] ?? 0), String(body['error'] ?? reply.status));
        }
        return body;
    }
    return {
        pull: ({ classes, token, limit }) => {
            const query = new URLSearchParams({ classes, limit: String(limit), ...(token ? { token } : {}) });
            return send(`/sync?${query}`, { method: 'GET' });
        },
        push: (operations) => send('/sync', { method: 'POST', body: JSON.stringify({ operations }) }),
    };
}
