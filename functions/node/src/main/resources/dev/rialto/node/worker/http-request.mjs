// `Parse.Cloud.httpRequest`, over fetch.

import { Buffer } from 'node:buffer';
import querystring from 'node:querystring';

export async function httpRequest(options) {
    const { method = 'GET', headers = {}, params, followRedirects, success, error } = options;
    try {
        const url = new URL(options.url);
        const query = typeof params === 'string' ? new URLSearchParams(params.replace(/^\?/, '')) : params;
        for (const [key, value] of query instanceof URLSearchParams ? query : Object.entries(query ?? {})) {
            url.searchParams.append(key, String(value));
        }
        const answer = await fetch(url, {
            method,
            redirect: followRedirects ? 'follow' : 'manual',
            ...encoded(options.body, new Headers(headers)),
        });
        const response = new HTTPResponse(answer, Buffer.from(await answer.arrayBuffer()));
        if (answer.status < 200 || answer.status >= 400) {
            throw response;
        }
        success?.(response);
        return response;
    } catch (failure) {
        error?.(failure);
        throw failure;
    }
}

class HTTPResponse {
    constructor(answer, buffer) {
        this.status = answer.status;
        this.headers = Object.fromEntries(answer.headers);
        this.cookies = Object.fromEntries(
            answer.headers.getSetCookie().map((line) => {
                const [name, ...value] = line.split(';', 1)[0].split('=');
                return [name.trim(), { name: name.trim(), value: value.join('=') }];
            }),
        );
        this.buffer = buffer;
    }

    get text() {
        return this.buffer.toString('utf8');
    }

    get data() {
        try {
            return JSON.parse(this.text);
        } catch {
            return undefined;
        }
    }
}

/** Objects are sent as forms unless a content type says JSON: so Parse documents it. */
function encoded(body, headers) {
    if (body === undefined || body === null) {
        return { headers };
    }
    if (typeof body !== 'object' || Buffer.isBuffer(body) || ArrayBuffer.isView(body)) {
        return { headers, body };
    }
    const type = headers.get('content-type') ?? '';
    if (/application\/json/i.test(type)) {
        return { headers, body: JSON.stringify(body) };
    }
    if (!type) {
        headers.set('content-type', 'application/x-www-form-urlencoded');
    }
    return { headers, body: querystring.stringify(body) };
}
