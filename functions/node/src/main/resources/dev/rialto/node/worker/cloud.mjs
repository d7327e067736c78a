// What cloud code defines: the part of `Parse.Cloud` that Parse Server adds to the SDK.

import { httpRequest } from './http-request.mjs';

const OBJECT_TRIGGERS = ['beforeSave', 'afterSave', 'beforeDelete', 'afterDelete', 'beforeFind', 'afterFind'];
const FILE_TRIGGERS = ['beforeSave', 'afterSave', 'beforeDelete', 'afterDelete'];

/** What has triggers beside classes, by the name of its constructor. */
const BESIDE_OBJECTS = { ParseFile: '@File', ParseConfig: '@Config' };
const USER_TRIGGERS = { beforeLogin: '_User', afterLogin: '_User', afterLogout: '_Session' };

/** What Parse Server says of log-in triggers on other classes. */
const ONLY = {
    _User: 'Only the _User class is allowed for the beforeLogin, afterLogin, and beforePasswordResetRequest triggers',
    _Session: 'Only the _Session class is allowed for the afterLogout trigger.',
};

/** Code that expects these to be called would be unsafe, or wait for ever, if they never were. */
const NEVER_CALLED = ['beforeConnect', 'beforeSubscribe', 'beforePasswordResetRequest', 'afterLiveQueryEvent'];
const MISSING = ['onLiveQueryEvent', 'sendEmail'];

export class Definitions {
    functions = new Map();
    triggers = new Map();
    jobs = new Map();

    /** By kind and name, as the server says whom it calls. */
    find({ kind, name, className }) {
        switch (kind) {
            case 'function':
                return this.functions.get(name);
            case 'job':
                return this.jobs.get(name);
            default:
                return this.triggers.get(`${name} ${className}`);
        }
    }

    report() {
        return {
            functions: [...this.functions.keys()],
            jobs: [...this.jobs.keys()],
            triggers: [...this.triggers.values()].map(({ name, className }) => ({ name, className })),
        };
    }
}

/**
 * Adds to `Parse.Cloud` what defines functions, triggers and jobs.
 *
 * @param ignored triggers that cloud code may define although they are never called
 */
export function addDefiners(Parse, definitions, ignored, log) {
    const cloud = Parse.Cloud;
    cloud.httpRequest = httpRequest;
    cloud.define = (name, handler, validator) => {
        definitions.functions.set(text(name), entry(`the function ${name}`, handler, validator, log));
    };
    cloud.job = (name, handler) => {
        definitions.jobs.set(text(name), entry(`the job ${name}`, handler, undefined, log));
    };
    for (const name of OBJECT_TRIGGERS) {
        cloud[name] = (parseClass, handler, validator) => add(name, classNameOf(parseClass), handler, validator);
    }
    for (const name of FILE_TRIGGERS) {
        cloud[`${name}File`] = (handler, validator) => add(name, '@File', handler, validator);
    }
    for (const [name, className] of Object.entries(USER_TRIGGERS)) {
        cloud[name] = (...given) => {
            const named = typeof given[0] === 'string' || Object.hasOwn(given[0] ?? {}, 'className');
            if (named && classNameOf(given[0]) !== className) {
                throw new Error(ONLY[className]);
            }
            add(name, className, given[named ? 1 : 0], given[named ? 2 : 1]);
        };
    }
    for (const name of [...NEVER_CALLED, ...MISSING]) {
        cloud[name] = () => {
            if (NEVER_CALLED.includes(name) && !ignored.includes(name)) {
                throw new Error(
                    `Parse.Cloud.${name} is not called by this server: take it out, or put "ignore": ["${name}"] into micro-app.json`,
                );
            }
            log('warn', `Parse.Cloud.${name} is not called by this server`);
        };
    }

    function add(name, className, handler, validator) {
        if (className === '_Session' && name !== 'afterLogout') {
            throw new Error('Only the afterLogout trigger is allowed for the _Session class.');
        }
        if (className === '_PushStatus' && name === 'beforeSave') {
            throw new Error('Only afterSave is allowed on _PushStatus');
        }
        const found = entry(`${name} of ${className}`, handler, validator, log);
        definitions.triggers.set(`${name} ${className}`, { ...found, name, className });
    }
}

function entry(what, handler, validator, log) {
    if (typeof handler !== 'function') {
        throw new TypeError(`${what} must be given a function`);
    }
    if (validator?.rateLimit) {
        log('warn', `${what} asks for a rate limit, which this server does not enforce`);
    }
    return { handler, validator };
}

function classNameOf(parseClass) {
    const name = parseClass?.className ?? parseClass;
    return text(BESIDE_OBJECTS[name === Object(name) ? name?.name : ''] ?? name);
}

function text(name) {
    if (typeof name !== 'string' || name === '') {
        throw new TypeError(`a name is expected, not ${String(name)}`);
    }
    return name;
}
