// Calls about what is no object of a class: files and parameters.

import { Buffer } from 'node:buffer';

/** As `requestForms`, by what stands for the class. */
export function sideForms(Parse) {
    /** A file as the server tells it, without its content. */
    function readFile({ name, url, contentType, metadata, tags }) {
        const file = new Parse.File(name, undefined, contentType);
        Object.assign(file, { _url: url, _metadata: metadata ?? {}, _tags: tags ?? {} });
        return file;
    }

    /** The file that is to be stored, with its content if code has made a new one. */
    function writeFile(file, isNew) {
        const source = file._source ?? {};
        const bytes = source.buffer ? Buffer.from(source.buffer).toString('base64') : undefined;
        return {
            name: file._name,
            contentType: source.type || undefined,
            metadata: file._metadata ?? {},
            tags: file._tags ?? {},
            url: isNew ? file._url : undefined,
            base64: isNew ? (bytes ?? source.base64 ?? file._data) : undefined,
        };
    }

    function readConfig({ params }) {
        const config = new Parse.Config();
        for (const [key, value] of Object.entries(params ?? {})) {
            config.attributes[key] = Parse._decode(key, value);
        }
        return config;
    }

    return {
        '@File': {
            request: ({ file, fileSize = null, ...answer }) => ({ file: readFile(file), fileSize, ...answer }),
            output({ triggerName, file, forceDownload, responseHeaders }, result) {
                const wanted = result instanceof Parse.File ? result : file;
                switch (triggerName) {
                    case 'beforeSave':
                        return writeFile(wanted, wanted !== file);
                    case 'beforeFind':
                        return { name: wanted._name };
                    case 'afterFind':
                        return { forceDownload, responseHeaders };
                    default:
                        return null;
                }
            },
        },
        '@Config': {
            request: ({ object, original }) => ({
                object: readConfig(object),
                original: original ? readConfig(original) : undefined,
            }),
            output: () => null,
        },
    };
}
