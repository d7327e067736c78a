// What code does that wants out of its confinement. Each attack answers what it got, or fails.
const fs = require('fs');
const net = require('net');
const os = require('os');
const { execFileSync, spawn } = require('child_process');
const path = require('path');

const opened = (options) =>
    new Promise((resolve, reject) => {
        const socket = net.connect(options, () => {
            socket.destroy();
            resolve('connected');
        });
        socket.on('error', reject);
    });
const fails = (work) => {
    try {
        return work();
    } catch (error) {
        return error.code ?? error.message;
    }
};
const processes = () =>
    fs
        .readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map((name) => fails(() => fs.readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')));

const ATTACKS = {
    kill: ({ pid, signal }) => process.kill(pid, signal),
    parricide: ({ signal }) => fails(() => process.kill(process.ppid, signal)),
    debug: ({ pid }) => process._debugProcess(pid),
    processes: () => processes(),
    read: ({ path: file }) => fs.readFileSync(file, 'latin1').slice(0, 200),
    list: ({ path: folder }) => fs.readdirSync(folder),
    write: ({ path: file }) => fs.writeFileSync(file, 'x'),
    link: ({ path: file }) => {
        fs.symlinkSync(file, '/tmp/link');
        return fs.readFileSync('/tmp/link', 'latin1');
    },
    fill: ({ megabytes }) => {
        for (let i = 0; i < megabytes; i++) {
            fs.writeFileSync(`/tmp/fill${i % 3}`, Buffer.alloc(1 << 20), { flag: 'a' });
        }
    },
    files: () => {
        for (let i = 0; i < 20_000; i++) {
            fs.writeFileSync(`/tmp/many${i}`, '');
        }
    },
    sparse: () => {
        fs.writeFileSync('/tmp/sparse', '');
        fs.truncateSync('/tmp/sparse', 1 << 30);
        return fs.statSync('/tmp/sparse').blocks;
    },
    socket: ({ path: file }) =>
        new Promise((resolve, reject) =>
            net
                .createServer()
                .on('error', reject)
                .listen(file, () => resolve('listens')),
        ),
    listen: () =>
        new Promise((resolve, reject) => {
            const server = net
                .createServer((socket) => socket.end('inside'))
                .on('error', reject)
                .listen(0, '0.0.0.0', () => resolve(server.address().port));
        }),
    connect: ({ host, port }) => opened({ host, port }),
    raw: ({ host, port }) => {
        // Around the runtime's own way out, as code would that knows of it.
        const { TCP, constants, TCPConnectWrap } = process.binding('tcp_wrap');
        const request = new TCPConnectWrap();
        return new Promise((resolve, reject) => {
            request.oncomplete = (status) =>
                status === 0 ? resolve('connected') : reject(new Error(`status ${status}`));
            const status = new TCP(constants.SOCKET).connect(request, host, port);
            if (status !== 0) {
                reject(new Error(`status ${status}`));
            }
        });
    },
    shell: ({ command }) => execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8', stdio: 'pipe' }),
    namespace: () =>
        execFileSync('/bin/unshare', ['--user', '--map-root-user', '/bin/sh', '-c', 'echo in'], {
            encoding: 'utf8',
            stdio: 'pipe',
        }),
    forks: async () => {
        const all = [];
        const codes = new Set();
        for (let i = 0; i < 600; i++) {
            const child = spawn('/bin/sh', ['-c', 'read x'], { stdio: ['pipe', 'ignore', 'ignore'] });
            child.on('error', (error) => codes.add(error.code));
            all.push(child);
        }
        await new Promise((done) => setTimeout(done, 200));
        const alive = all.filter((child) => child.pid !== undefined).length;
        all.forEach((child) => child.kill('SIGKILL'));
        return { alive, codes: [...codes] };
    },
    descriptors: () => {
        for (let fd = 1; fd < 50; fd++) {
            fails(() => fs.writeSync(fd, 'rubbish that is not a frame'));
        }
    },
    orphan: () => spawn('/bin/sh', ['-c', 'while :; do :; done'], { detached: true, stdio: 'ignore' }).unref(),
    argv: () => [
        ...process.argv,
        ...process.execArgv,
        fs.readFileSync('/proc/self/environ', 'utf8').replaceAll('\0', ' '),
    ],
    variables: () =>
        fs
            .readFileSync('/proc/self/environ', 'utf8')
            .split('\0')
            .filter(Boolean)
            .map((each) => each.split('=')[0])
            .sort(),
    status: () => fs.readFileSync('/proc/self/status', 'utf8'),
    interfaces: () => Object.keys(os.networkInterfaces()),
    require: ({ path: name }) => require(name),
    root: () => fs.readdirSync('/'),
    cwd: () => process.cwd(),
    setuid: () => process.setuid(0),
    chroot: () => fs.mkdirSync('/outside/x'),
};

Parse.Cloud.define('attack', async (request) => {
    const { how, ...options } = request.params;
    return (await ATTACKS[how](options)) ?? 'done';
});
Parse.Cloud.define('ping', () => 'pong');
Parse.Cloud.define('works', async () => {
    fs.mkdirSync(path.join(os.tmpdir(), 'sub'), { recursive: true });
    const file = path.join(os.tmpdir(), 'sub', 'a.txt');
    fs.writeFileSync(file, 'kept');
    const chunks = [];
    for await (const chunk of fs.createReadStream(path.join(__dirname, 'micro-app.json'))) {
        chunks.push(chunk);
    }
    await new Promise((done) => setTimeout(done, 1));
    return {
        scratch: fs.readFileSync(file, 'utf8'),
        own: JSON.parse(Buffer.concat(chunks)).name,
        hash: require('crypto').createHash('sha256').update('x').digest('hex').slice(0, 6),
        random: require('crypto').randomBytes(4).length,
        zipped: require('zlib').gunzipSync(require('zlib').gzipSync('zip')).toString(),
        user: os.userInfo().username,
        games: (await new Parse.Query('Game').find({ useMasterKey: true })).length,
    };
});
Parse.Cloud.define('speaks', async (request) => {
    const { url } = request.params;
    const got = await (await fetch(url)).text();
    const posted = await (await fetch(url, { method: 'POST', body: 'x'.repeat(300_000) })).text();
    const http = await new Promise((resolve, reject) => {
        require('http')
            .get(url, (response) => {
                let text = '';
                response.on('data', (chunk) => (text += chunk)).on('end', () => resolve(text));
            })
            .on('error', reject);
    });
    const raw = await new Promise((resolve, reject) => {
        const { port, hostname } = new URL(url);
        let text = '';
        const socket = net.connect(Number(port), hostname);
        socket.write('GET / HTTP/1.0\r\n\r\n');
        socket
            .on('data', (chunk) => (text += chunk))
            .on('end', () => resolve(`${text.slice(0, 12)} ${socket.remoteAddress}`))
            .on('error', reject);
    });
    return { got, posted, http, raw };
});
Parse.Cloud.define('fails', async (request) => {
    try {
        await fetch(request.params.url);
        return 'fetched';
    } catch (error) {
        return `${error.cause?.code} ${error.cause?.message}`;
    }
});
