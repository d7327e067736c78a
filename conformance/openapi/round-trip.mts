// What a client that is made from an app's description does: see ../rialto-openapi.test.mjs and docs/openapi.md.
import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';

type Note = components['schemas']['NoteObject'];

/** What the server answered, step by step. */
export interface Trip {
    nickname?: string;
    created: string;
    read: Note;
    found: string[];
    count?: number;
    updated: Note;
    afterDelete?: number;
    greeting: string;
}

export async function roundTrip(baseUrl: string, appId: string): Promise<Trip> {
    const client = createClient<paths>({ baseUrl, headers: { 'X-Parse-Application-Id': appId } });

    const credentials = { username: 'ada', password: 'secret' };
    const ada = done(await client.POST('/users', { body: { ...credentials, nickname: 'Countess' } }));
    const loggedIn = done(await client.POST('/login', { body: credentials }));
    const token: string = loggedIn.sessionToken;
    client.use({ onRequest: ({ request }) => request.headers.set('X-Parse-Session-Token', token) });
    const self = done(await client.GET('/users/me'));

    const created = done(
        await client.POST('/classes/Note', {
            body: {
                title: 'First',
                score: 1,
                tags: ['a'],
                owner: { __type: 'Pointer', className: '_User', objectId: ada.objectId },
            },
        }),
    );
    const path = { objectId: created.objectId };
    const read = done(await client.GET('/classes/Note/{objectId}', { params: { path } }));
    const where = JSON.stringify({ score: { $gte: 1 } });
    const found = done(await client.GET('/classes/Note', { params: { query: { where, count: 1, order: 'title' } } }));

    const changes: components['schemas']['NoteUpdate'] = {
        score: { __op: 'Increment', amount: 2 },
        tags: { __op: 'AddUnique', objects: ['a', 'b'] },
        owner: { __op: 'Delete' },
    };
    done(await client.PUT('/classes/Note/{objectId}', { params: { path }, body: changes }));
    const updated = done(await client.GET('/classes/Note/{objectId}', { params: { path } }));

    done(await client.DELETE('/classes/Note/{objectId}', { params: { path } }));
    const gone = await client.GET('/classes/Note/{objectId}', { params: { path } });

    const greeted = done(await client.POST('/functions/hello', { body: { name: 'Ada', language: 'FRENCH' } }));
    return {
        nickname: self.nickname,
        created: created.objectId,
        read,
        found: found.results.map((note) => note.objectId),
        count: found.count,
        updated,
        afterDelete: gone.error?.code,
        greeting: greeted.result.text,
    };
}

function done<T>(answer: { data?: T; error?: { code?: number; error: string }; response: Response }): T {
    if (answer.data === undefined) {
        throw new Error(`${answer.response.status} of ${answer.response.url}: ${answer.error?.error}`);
    }
    return answer.data;
}

/** Never called: what the types must refuse. */
export async function refused(client: ReturnType<typeof createClient<paths>>): Promise<void> {
    type Create = components['schemas']['NoteCreate'];
    type Update = components['schemas']['NoteUpdate'];
    // @ts-expect-error a title is a String
    const untitled: Create = { title: 1 };
    // @ts-expect-error a title is required
    const nameless: Create = { score: 1 };
    // @ts-expect-error notes have no such field
    const unknown: Update = { titel: 'x' };
    // @ts-expect-error a String can't be incremented
    const incremented: Update = { title: { __op: 'Increment', amount: 1 } };
    // @ts-expect-error a title can't be taken away
    const removed: Update = { title: { __op: 'Delete' } };
    // @ts-expect-error an owner is a user
    const disowned: Update = { owner: { __type: 'Pointer', className: 'Note', objectId: 'x' } };
    await client.POST('/classes/Note', { body: { ...untitled, ...nameless } });
    await client.PUT('/classes/Note/{objectId}', {
        params: { path: { objectId: 'x' } },
        body: { ...unknown, ...incremented, ...removed, ...disowned },
    });
    // @ts-expect-error the path has a parameter
    await client.GET('/classes/Note/{objectId}', {});
    // @ts-expect-error nobody is greeted in this language
    await client.POST('/functions/hello', { body: { name: 'Ada', language: 'KLINGON' } });
    // @ts-expect-error there is no such function
    await client.POST('/functions/goodbye', { body: { name: 'Ada' } });
}
