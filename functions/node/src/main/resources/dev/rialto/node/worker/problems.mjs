// Says where in the project an error comes from that kept cloud code from being loaded.

import path from 'node:path';
import { fileURLToPath } from 'node:url';

export function problemOf(error, folder) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    for (const line of String(error?.stack ?? '').split('\n')) {
        const place = /^(?:.*[( ])?((?:file:\/\/)?\/[^()]*?):(\d+)(?::(\d+))?\)?$/.exec(line);
        const file = place && relative(place[1], folder);
        if (file) {
            return { file, line: Number(place[2]), column: Number(place[3] ?? 0), message };
        }
    }
    return { file: '', line: 0, column: 0, message };
}

/** Errors tell paths of the server's disk, which are nobody's affair. */
export function withoutFolders(text, ...folders) {
    return folders.reduce((left, each) => left.replaceAll(`file://${each}/`, '').replaceAll(`${each}/`, ''), text);
}

function relative(place, folder) {
    const file = path.relative(folder, place.startsWith('file:') ? fileURLToPath(place) : place);
    return file && !file.startsWith('..') && !file.includes('node_modules') ? file : undefined;
}
