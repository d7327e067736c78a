// The load balancers of deploy/, configured for nodes on this machine and without TLS.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const deploy = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'deploy');

/** By the name of the program: makes its configuration in a folder and gives the options to start it with. */
export const proxies = {
    nginx(folder, nodes, port) {
        const place = join(folder, 'nginx');
        mkdirSync(place);
        chmodSync(folder, 0o755);
        chmodSync(place, 0o777);
        const shown = readFileSync(join(deploy, 'nginx', 'rialto-cluster.conf'), 'utf8');
        const here = withNodes(shown, nodes)
            .replace(/^server \{\n {4}listen 80;[^]*?^\}\n/m, '')
            .replaceAll(/^ *(listen \[::\]|ssl_).*\n/gm, '')
            .replace('listen 443 ssl http2;', `listen 127.0.0.1:${port};`);
        writeFileSync(join(place, 'rialto.conf'), here);
        const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
        const paths = temporary.map((name) => `${name}_temp_path ${place}/${name};`).join('\n');
        writeFileSync(
            join(place, 'nginx.conf'),
            `daemon off; worker_processes 2; pid ${place}/pid; error_log stderr error; events {}
            http { access_log off; ${paths} include ${place}/rialto.conf; }`,
        );
        return ['-e', 'stderr', '-p', place, '-c', join(place, 'nginx.conf')];
    },

    haproxy(folder, nodes, port) {
        const shown = readFileSync(join(deploy, 'haproxy', 'haproxy.cfg'), 'utf8');
        const here = withNodes(shown, nodes)
            .replace(/bind :443 ssl .*/, `bind 127.0.0.1:${port}`)
            .replace(/maxconn \d+/, 'maxconn 1000');
        const file = join(folder, 'haproxy.cfg');
        writeFileSync(file, here);
        return ['-db', '-f', file];
    },
};

function withNodes(text, nodes) {
    return nodes.reduce(
        (changed, node, each) => changed.replace(`10.0.0.1${each + 1}:1337`, `127.0.0.1:${node.port}`),
        text,
    );
}
