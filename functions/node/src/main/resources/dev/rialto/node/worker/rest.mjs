// The way of the Parse SDK to the server: through the pipe, without keys.

import { Buffer } from 'node:buffer';

/** Parse Server names its own requests so. */
const INSTALLATION = 'cloud';

/** What stands where the SDK asks for a master key; it opens nothing. */
export const MASTER_KEY = 'held-by-the-server';

export function restController(Parse, pipe) {
    const base = () => Parse.serverURL.replace(/\/$/, '');

    async function credentials(options) {
        if (options.useMasterKey ?? Parse.CoreManager.get('USE_MASTER_KEY')) {
            return { kind: 'master' };
        }
        if (typeof options.sessionToken === 'string') {
            return { kind: 'session', token: options.sessionToken };
        }
        const user = await Parse.CoreManager.getUserController()?.currentUserAsync();
        const token = user?.getSessionToken();
        return token ? { kind: 'session', token } : { kind: 'anonymous' };
    }

    async function send(method, path, body, options) {
        const url = new URL(path, 'http://server/root/');
        const answer = await pipe.ask({
            type: 'rest',
            method,
            path: url.pathname.replace(/^\/root/, '') + url.search,
            body,
            who: await credentials(options),
            installationId: options.installationId ?? INSTALLATION,
            context: options.context,
        });
        if (answer.status >= 400) {
            const { code, error } = answer.body ?? {};
            throw new Parse.Error(code ?? Parse.Error.INTERNAL_SERVER_ERROR, error ?? `status ${answer.status}`);
        }
        return answer;
    }

    return {
        async request(method, path, data, options = {}) {
            const body = data && typeof data === 'object' ? { ...data } : {};
            const answer = await send(method, path, body, options ?? {});
            return options?.returnStatus
                ? { ...answer.body, _status: answer.status, _headers: answer.headers }
                : answer.body;
        },

        /** The SDK stores and deletes files with it. */
        async ajax(method, url, data, headers = {}) {
            if (!String(url).startsWith(base() + '/')) {
                throw new Parse.Error(Parse.Error.OTHER_CAUSE, `not an address of this server: ${url}`);
            }
            const options = {
                useMasterKey: 'X-Parse-Master-Key' in headers,
                sessionToken: headers['X-Parse-Session-Token'],
            };
            const body = data ? await upload(data, headers) : {};
            const answer = await send(method, String(url).slice(base().length + 1), body, options);
            return { response: answer.body, status: answer.status, headers: answer.headers };
        },

        handleError: (error) => Promise.reject(error),
    };
}

/** The JSON form of an upload, as the SDK itself sends it from browsers. */
async function upload(data, headers) {
    const chunks = [];
    if (data instanceof ReadableStream) {
        for await (const chunk of data) {
            chunks.push(Buffer.from(chunk));
        }
    } else {
        chunks.push(Buffer.from(data));
    }
    return {
        base64: Buffer.concat(chunks).toString('base64'),
        _ContentType: headers['Content-Type'],
        fileData: {
            metadata: JSON.parse(headers['X-Parse-File-Metadata'] ?? '{}'),
            tags: JSON.parse(headers['X-Parse-File-Tags'] ?? '{}'),
        },
    };
}
