// Connections to other servers: asked of the server, which makes those that it allows and hands them
// over as Unix sockets. `http`, `https`, `http2`, `tls` and `fetch` all stand on what is changed here.

import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';

/** Leads all connections through the server. `folder` is where it puts the sockets. */
export function openOutbound(pipe, folder) {
    const connect = net.Socket.prototype.connect;
    const connectTls = tls.connect;

    net.Socket.prototype.connect = function (...args) {
        const { options, listener } = read(args);
        if (options.path || options.port === undefined) {
            return connect.apply(this, args);
        }
        if (this._handle) {
            this.destroy(failure('ENOTSUP', 'a TLS socket is connected by tls.connect on this server'));
            return this;
        }
        if (listener) {
            this.once('connect', listener);
        }
        this.connecting = true;
        void reach(this, options);
        return this;
    };

    async function reach(socket, { host = 'localhost', port }) {
        const answer = await ask(String(host), Number(port));
        if (socket.destroyed) {
            return;
        }
        socket.connecting = false;
        if (answer.code) {
            socket.destroy(
                Object.assign(failure(answer.code, answer.message), { syscall: 'connect', address: host, port }),
            );
            return;
        }
        for (const [name, value] of [
            ['remoteAddress', answer.address],
            ['remoteFamily', answer.family],
            ['remotePort', Number(port)],
        ]) {
            Object.defineProperty(socket, name, { value, configurable: true, enumerable: true });
        }
        connect.call(socket, { path: path.join(folder, answer.socket) });
    }

    async function ask(host, port) {
        try {
            return await pipe.ask({ type: 'connect', host, port });
        } catch (error) {
            return { code: 'EINVAL', message: error.message };
        }
    }

    tls.connect = (...args) => {
        const { options: given, listener } = read(args);
        const more = args.slice(1).find((each) => each !== null && typeof each === 'object');
        const options = more && !Array.isArray(args[0]) ? { ...given, ...more } : given;
        if (options.socket || options.path) {
            return connectTls(...args);
        }
        const socket = net.connect({ host: options.host, port: options.port });
        const secured = connectTls({ ...options, socket }, listener);
        if (options.timeout) {
            secured.setTimeout(options.timeout);
        }
        return secured;
    };
    syncBuiltinESMExports();
}

/** The forms that `connect` takes: options, a port and maybe a host, a path, or what Node.js made of them. */
function read(args) {
    if (Array.isArray(args[0])) {
        return { options: args[0][0], listener: args[0][1] ?? undefined };
    }
    const listener = args.findLast((each) => typeof each === 'function');
    const [first, second] = args;
    if (first !== null && typeof first === 'object') {
        return { options: first, listener };
    }
    if (typeof first === 'string' && !(Number(first) >= 0)) {
        return { options: { path: first }, listener };
    }
    return { options: { port: first, host: typeof second === 'string' ? second : undefined }, listener };
}

function failure(code, message) {
    return Object.assign(new Error(message), { code });
}
