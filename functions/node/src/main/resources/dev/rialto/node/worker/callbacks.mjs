// Handlers in both of Parse's styles: those that return their result, and older ones that are given
// a response and call `response.success(result)` or `response.error(code, message)`.

/**
 * What a handler of the older style is given. It may set the status and headers of the answer.
 *
 * @param head where these are noted
 */
function responseOf(Parse, message, head, resolve, reject) {
    const response = {
        message,
        success: (result) => resolve(result),
        error: (code, text) => reject(errorFrom(Parse, code, text)),
        status(code) {
            head.status = code;
            return response;
        },
        header(name, value) {
            head.headers = { ...head.headers, [name]: String(value) };
            return response;
        },
    };
    return response;
}

/**
 * Calls a handler; resolves to its result. One that takes a response and neither returns a promise
 * nor a value of its own is waited for until it calls the response.
 */
export function invoke(Parse, handler, request, message, head) {
    return new Promise((resolve, reject) => {
        const returned = handler(request, responseOf(Parse, message, head, resolve, reject));
        // What is said second has no effect.
        if (typeof returned?.then === 'function') {
            returned.then(resolve, reject);
        } else if (handler.length < 2 || isValue(returned)) {
            resolve(returned);
        }
    });
}

/** Whether something may be meant as a result, rather than be what an arrow function happens to return. */
function isValue(returned) {
    if (returned === undefined) {
        return false;
    }
    if (returned === null || typeof returned !== 'object') {
        return typeof returned !== 'function';
    }
    const kind = returned.constructor?.name;
    return !['Timeout', 'Immediate', 'ClientRequest', 'Socket', 'EventEmitter'].includes(kind);
}

function errorFrom(Parse, code, text) {
    if (text === undefined) {
        return typeof code === 'number' ? new Parse.Error(code, '') : (code ?? undefined);
    }
    return new Parse.Error(typeof code === 'number' ? code : Parse.Error.SCRIPT_FAILED, text);
}
