// From what the server sends to the request that cloud code sees, and back from what cloud code did
// to what the server takes.

import { sideForms } from './sides.mjs';

/** For each kind of call: `request` adds to the request, `output` makes the answer. */
export function requestForms(Parse) {
    const fromWire = (className, fields) => Parse.Object.fromJSON({ ...fields, className });

    /** As `GET /classes/X` tells objects: included ones in full, even those that code has changed. */
    function wireFields(object, seen = []) {
        const fields = {};
        for (const [key, value] of Object.entries(object.attributes)) {
            if (value !== undefined) {
                fields[key] = wireValue(value, [...seen, object], key);
            }
        }
        if (object.id) {
            fields.objectId = object.id;
        }
        return fields;
    }

    function wireValue(value, seen, key) {
        if (value instanceof Parse.Object) {
            const empty = Object.keys(value.attributes).length === 0;
            return empty || seen.includes(value)
                ? value.toPointer()
                : { ...wireFields(value, seen), __type: 'Object', className: value.className };
        }
        if (isMoment(key, value)) {
            return value.toJSON();
        }
        return Array.isArray(value) ? value.map((each) => wireValue(each, seen)) : Parse._encode(value);
    }

    /** Each field as it is stored, as text, so that two states can be compared. */
    function storedFields(object) {
        const fields = {};
        for (const [key, value] of Object.entries(object.attributes)) {
            if (value !== undefined) {
                const stored = isMoment(key, value) ? value.toJSON() : storedValue(value);
                fields[key] = JSON.stringify(stored);
            }
        }
        return fields;
    }

    function storedValue(value) {
        if (value instanceof Parse.Object) {
            return value.toPointer();
        }
        return Array.isArray(value) ? value.map(storedValue) : Parse._encode(value);
    }

    /** Relations are changed by operations: an object has no other form of a change to one. */
    function relationChanges(object) {
        const changes = {};
        for (const pending of object._getPendingOps()) {
            for (const [key, op] of Object.entries(pending)) {
                if (op instanceof Parse.Op.Relation) {
                    changes[key] = op.toJSON();
                }
            }
        }
        return changes;
    }

    /** What is to be written, with the changed fields dirty as in the client's hands. */
    function saving(className, { object: fields, original, changed }) {
        const object = fromWire(className, original ?? pick(fields, ['objectId']));
        for (const key of changed ?? []) {
            if (!(key in fields)) {
                object.unset(key);
            } else if (fields[key]?.__type !== 'Relation') {
                object.set(key, key === 'ACL' ? new Parse.ACL(fields[key]) : Parse._decode(key, fields[key]));
            }
        }
        return object;
    }

    /** The object to be written, or null when cloud code left it as it was. */
    function changedObject(request, before, input) {
        const { object } = request;
        const after = storedFields(object);
        const relations = relationChanges(object);
        const output = { ...input.object, ...relations };
        let same = Object.keys(relations).length === 0;
        for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
            if (before[key] === after[key] || key in relations) {
                continue;
            }
            same = false;
            if (key in after) {
                output[key] = JSON.parse(after[key]);
            } else {
                delete output[key];
            }
        }
        return same ? null : output;
    }

    /** The fields that the writer is told in place of the stored ones, or null when none are. */
    function toldFields({ object }, before) {
        const after = storedFields(object);
        const told = {};
        for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
            if (before[key] !== after[key]) {
                told[key] = key in after ? wireValue(object.get(key), [object], key) : { __op: 'Delete' };
            }
        }
        return Object.keys(told).length > 0 ? told : null;
    }

    function readQuery(wire) {
        const query = new Parse.Query(wire.className);
        query.withJSON({
            where: wire.where ?? {},
            order: wire.order?.join(',') || undefined,
            include: wire.include?.join(',') || undefined,
            keys: wire.keys?.join(',') || undefined,
        });
        // Read from JSON, these would go over what code excludes besides.
        if (wire.excludeKeys?.length > 0) {
            query._exclude = [...wire.excludeKeys];
        }
        query._limit = wire.limit ?? -1;
        query._skip = wire.skip ?? 0;
        query.readPreference(wire.readPreference, wire.includeReadPreference, wire.subqueryReadPreference);
        return query;
    }

    function writeQuery(query, input) {
        const json = query.toJSON();
        const list = (text) => (text ? text.split(',') : []);
        const wire = {
            ...input,
            className: query.className,
            where: json.where,
            order: list(json.order),
            include: list(json.include),
            keys: list(json.keys),
            skip: json.skip ?? 0,
        };
        if (json.excludeKeys) {
            wire.excludeKeys = list(json.excludeKeys);
        }
        if (json.limit !== undefined) {
            wire.limit = json.limit;
        }
        return wire;
    }

    const save = {
        request(input, { name, className }) {
            const original = input.original ? fromWire(className, input.original) : undefined;
            if (name === 'beforeSave') {
                return { object: saving(className, input), original };
            }
            const object = fromWire(className, input.object);
            object._setExisted(Boolean(original));
            return { object, original };
        },
        before: (request) => storedFields(request.object),
        output: (request, _result, before, input) =>
            request.triggerName === 'beforeSave' ? changedObject(request, before, input) : toldFields(request, before),
    };
    const remove = {
        request: (input, { className }) => ({ object: fromWire(className, input.object) }),
        output: () => null,
    };

    return {
        ...sideForms(Parse),
        function: {
            request: (input, { name }) => ({ functionName: name, params: readParams(Parse, input) }),
            output: (_request, result) => (result === undefined ? null : Parse._encode(result)),
        },
        job: {
            request: (input, { name, message, requestId }) => ({
                jobName: name,
                jobId: requestId,
                params: readParams(Parse, input),
                message,
            }),
            output: (_request, result) => (result === undefined ? null : Parse._encode(result)),
        },
        beforeSave: save,
        afterSave: save,
        beforeDelete: remove,
        afterDelete: remove,
        beforeFind: {
            request: ({ query, single, count }, { className }) => ({
                query: readQuery({ ...query, className }),
                count: Boolean(count),
                isGet: Boolean(single),
            }),
            output(request, result, _before, { query }) {
                const objects = result instanceof Parse.Object ? [result] : result;
                if (Array.isArray(objects) && objects.every((each) => each instanceof Parse.Object)) {
                    return objects.map((each) => wireFields(each));
                }
                return writeQuery(result instanceof Parse.Query ? result : request.query, query);
            },
        },
        afterFind: {
            request: ({ objects, query }, { className }) => ({
                objects: objects.map((each) => fromWire(each.className ?? className, each)),
                query: readQuery({ ...query, className }),
            }),
            output: (request, result) =>
                (result ?? request.objects).map((each) =>
                    each instanceof Parse.Object ? wireFields(each) : Parse._encode(each),
                ),
        },
        beforeLogin: {
            request: ({ user }) => ({ object: fromWire('_User', user) }),
            output: () => null,
        },
        afterLogin: {
            request: ({ user }) => {
                const object = fromWire('_User', user);
                return { object, user: object };
            },
            output: () => null,
        },
        afterLogout: {
            request: ({ user, session }) => ({
                object: fromWire('_Session', session ?? { user: { ...user, __type: 'Object', className: '_User' } }),
            }),
            output: () => null,
        },
    };
}

/** The two dates that stand in objects as bare text. */
function isMoment(key, value) {
    return value instanceof Date && (key === 'createdAt' || key === 'updatedAt');
}

/** Parse Server reads these three forms in parameters, and leaves the others as they are. */
function readParams(Parse, value) {
    if (Array.isArray(value)) {
        return value.map((each) => readParams(Parse, each));
    }
    if (value === null || typeof value !== 'object') {
        return value;
    }
    switch (value.__type) {
        case 'Date':
            return Object.assign(new Date(value.iso), value);
        case 'File':
            return Parse.File.fromJSON(value);
        case 'Pointer':
            return Parse.Object.fromJSON(value);
        default:
            return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, readParams(Parse, each)]));
    }
}

function pick(fields, keys) {
    return Object.fromEntries(keys.filter((key) => key in fields).map((key) => [key, fields[key]]));
}
