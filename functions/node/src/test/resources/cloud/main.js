// Cloud code as apps have it for Parse Server.
const ParseNode = require('parse/node');
const { shout } = require('./lib/words');

Parse.Cloud.define('sameParse', () => ParseNode === Parse && require('./lib/words').Parse === Parse);

Parse.Cloud.define('hello', (request) => {
    request.log.info('hello from', request.functionName);
    return {
        text: shout(`hello ${request.params.name}`),
        user: request.user && request.user.get('username'),
        token: request.user && request.user.getSessionToken(),
        master: request.master,
        installationId: request.installationId,
        context: request.context,
        headers: request.headers,
        ip: request.ip,
    };
});

Parse.Cloud.define('echo', (request) => request.params);
Parse.Cloud.define('nothing', () => {});
Parse.Cloud.define('dates', async (request) => ({
    isDate: request.params.on instanceof Date,
    year: request.params.on.getFullYear(),
    pointer: request.params.game instanceof Parse.Object && request.params.game.className,
}));

Parse.Cloud.define('fails', (request) => {
    switch (request.params.how) {
        case 'parse':
            throw new Parse.Error(Parse.Error.OBJECT_NOT_FOUND, 'no such thing');
        case 'own':
            throw new Parse.Error(10042, 'my own number');
        case 'text':
            throw 'just a text';
        case 'error':
            throw new TypeError('a plain error');
        case 'nothing':
            throw undefined;
        default:
            return Promise.reject(new Parse.Error(142, 'later'));
    }
});

Parse.Cloud.define('games', async (request) => {
    const master = new Parse.Query('Game').equalTo('open', true).descending('score').limit(5);
    const games = await master.find({ useMasterKey: true });
    const mine = await new Parse.Query('Game').first({ sessionToken: request.user?.getSessionToken() });
    await new Parse.Query('Game').count();
    return { first: games[0], names: games.map((game) => game.get('name')), mine: mine?.id };
});

Parse.Cloud.define('saves', async () => {
    const Game = Parse.Object.extend('Game');
    const game = new Game({ name: 'chess', score: 1 });
    const acl = new Parse.ACL();
    acl.setPublicReadAccess(true);
    game.setACL(acl);
    await game.save(null, { useMasterKey: true, context: { by: 'saves' } });
    game.increment('score');
    await game.save(null, { useMasterKey: true });
    await Parse.Object.saveAll([new Game({ name: 'go' })], { useMasterKey: true });
    await game.destroy({ useMasterKey: true });
    return game.id;
});

Parse.Cloud.define('refused', () => new Parse.Query('Secret').find());
Parse.Cloud.define('runs', () => Parse.Cloud.run('other', { a: 1 }));
Parse.Cloud.define('starts', () => Parse.Cloud.startJob('tidy', { a: 1 }));
Parse.Cloud.define('config', async () => (await Parse.Config.get()).get('colour'));
Parse.Cloud.define('stores', async () => {
    const file = new Parse.File('a.txt', [104, 105], 'text/plain');
    await file.save({ useMasterKey: true });
    const buffered = new Parse.File('b.txt', Buffer.from('hi'), 'text/plain');
    await buffered.save({ useMasterKey: true });
    await file.destroy({ useMasterKey: true });
    return [file.name(), buffered.name()];
});
Parse.Cloud.define('signs', async () => {
    const user = await Parse.User.logIn('ann', 'secret');
    return [user.id, user.getSessionToken(), (Parse.User.current() || {}).id];
});
Parse.Cloud.define('fetches', async (request) => {
    const answer = await Parse.Cloud.httpRequest({
        method: 'POST',
        url: request.params.url,
        params: { q: 'a b' },
        headers: { 'Content-Type': 'application/json' },
        body: { deep: [1] },
    });
    return { status: answer.status, data: answer.data, type: answer.headers['content-type'] };
});

Parse.Cloud.define('users', () => 'in', { requireUser: true });
Parse.Cloud.define('masters', () => 'in', { requireMaster: true });
Parse.Cloud.define('editors', () => 'in', { requireAnyUserRoles: ['editor', 'chief'] });
Parse.Cloud.define('checked', (request) => request.params, {
    fields: {
        count: { required: true, type: Number, options: (value) => value > 0, error: 'count must be positive' },
        colour: { default: 'red', options: ['red', 'blue'] },
    },
});
Parse.Cloud.define('listed', () => 'in', { fields: ['a', 'b'] });
Parse.Cloud.define(
    'asked',
    () => 'in',
    (request) => {
        if (!request.params.word) {
            throw 'say the word';
        }
    },
);

Parse.Cloud.define(
    'waits',
    (request) => new Promise((done) => setTimeout(() => done(request.params.n), request.params.ms)),
);
Parse.Cloud.define('loops', () => {
    for (;;);
});
Parse.Cloud.define('chatters', () => {
    for (;;) {
        console.log('and on');
        for (const begun = Date.now(); Date.now() < begun + 10;);
    }
});
Parse.Cloud.define('hoards', async () => {
    const all = [];
    for (;;) {
        all.push(Buffer.alloc(10_000_000, 1));
        await new Promise((done) => setTimeout(done, 10));
    }
});
Parse.Cloud.define('crashes', () => {
    setTimeout(() => {
        throw new Error('out of the blue');
    }, 0);
    return new Promise(() => {});
});
Parse.Cloud.define('forgets', () => {
    Promise.reject(new Error('nobody listens'));
    return 'fine';
});
Parse.Cloud.define('oldsuccess', (req, res) => res.success('x'));
Parse.Cloud.define('oldlater', function (req, response) {
    setTimeout(() => response.success('later x'), 5);
});
Parse.Cloud.define('oldarrow', (req, res) => setTimeout(() => res.success('from a timer'), 5));
Parse.Cloud.define('oldpromise', (req, res) => Promise.resolve().then(() => res.success('by promise')));
Parse.Cloud.define('oldvalue', (req, res) => 'returned'); // eslint-disable-line no-unused-vars
Parse.Cloud.define('oldnothing', async (req, res) => {}); // eslint-disable-line no-unused-vars
Parse.Cloud.define('oldstatus', (req, status) => {
    status.message('half way');
    status.success('half way');
});
Parse.Cloud.define('oldfails', (req, res) => {
    switch (req.params.how) {
        case 'message':
            return res.error('no good');
        case 'code':
            return res.error(1042, 'chosen');
        case 'parseError':
            return res.error(new Parse.Error(101, 'gone'));
        case 'plainError':
            return res.error(new Error('plain'));
        case 'later':
            return void setTimeout(() => res.error('much later'), 5);
        default:
            throw new Error('thrown by hand');
    }
});
Parse.Cloud.define('rejects', () => {
    Promise.reject(new Parse.Error(1043, 'rejected aside'));
    return new Promise(() => {});
});
Parse.Cloud.define('emits', () => {
    const source = new (require('events'))();
    setImmediate(() => source.emit('error', new TypeError('nobody listens here')));
    return new Promise(() => {});
});
setTimeout(() => {
    throw new Error('of no call');
}, 50);
Parse.Cloud.define('exits', () => process.exit(3));
Parse.Cloud.define('prints', () => {
    console.log('by console', { a: 1 });
    console.error('as error');
    process.stdout.write('by hand\n');
});
Parse.Cloud.define('printsRaw', () => {
    require('fs').writeSync(1, 'past the console\n');
});
Parse.Cloud.define('hangs', () => new Promise(() => {}));
Parse.Cloud.define('deep', () => {
    let value = 1;
    for (let i = 0; i < 300; i++) {
        value = [value];
    }
    return value;
});
Parse.Cloud.define('half', () => '\ud800');
Parse.Cloud.define('eats', () => {
    const all = [];
    for (;;) {
        all.push(new Array(100_000).fill(Math.sqrt(all.length)));
    }
});
Parse.Cloud.define('environment', () => ({ ...process.env, pid: process.pid }));
Parse.Cloud.define('reads', (request) => require('fs').readFileSync(request.params.path, 'utf8'));
Parse.Cloud.define('spawns', () => require('child_process').execSync('id').toString());
Parse.Cloud.define('send-mail.Now', () => 'odd');
Parse.Cloud.define('sendMailNow', () => 'even');

Parse.Cloud.beforeSave(
    'Game',
    async (request) => {
        const game = request.object;
        const seen = {
            isNew: game.isNew(),
            existed: game.existed(),
            dirty: game.dirtyKeys().sort(),
            was: request.original && request.original.get('score'),
        };
        if (game.get('name') === 'cheat') {
            throw new Parse.Error(Parse.Error.VALIDATION_ERROR, 'no cheating');
        }
        if (game.get('name') === 'leave') {
            return;
        }
        game.set('seen', seen);
        game.increment('score', 10);
        game.unset('junk');
        game.addUnique('tags', 'new');
        if (game.get('name') === 'linked') {
            game.relation('players').add(Parse.Object.fromJSON({ className: 'Player', objectId: 'p1' }));
        }
    },
    { fields: { level: { default: 1 } } },
);
Parse.Cloud.beforeSave('Note', (request) => {
    request.context.seen = [...(request.context.seen ?? []), 'before'];
    if (request.object.get('fresh')) {
        request.context = { fresh: true };
    }
});
Parse.Cloud.afterSave('Note', (request) => request.log.info('context', JSON.stringify(request.context)));
Parse.Cloud.afterSave('Game', (request) => {
    request.log.info('saved', request.object.id, request.object.existed(), Boolean(request.original));
});
Parse.Cloud.beforeSave(Parse.User, (request) => request.object.set('greeting', `dear ${request.object.getUsername()}`));
Parse.Cloud.beforeDelete('Game', (request) => {
    if (request.object.get('kept')) {
        throw 'kept';
    }
});
Parse.Cloud.afterDelete('Game', () => {});
Parse.Cloud.beforeFind('Game', (request) => {
    request.query.equalTo('visible', true);
    request.query
        .descending('score')
        .include('owner')
        .limit(request.isGet ? 1 : 7);
});
Parse.Cloud.beforeFind('Other', () => new Parse.Query('Other').equalTo('a', 1));
Parse.Cloud.afterFind('Game', (request) => {
    request.objects.forEach((game) => game.set('rank', game.get('score') * 2));
    return request.objects.filter((game) => game.get('score') > 1);
});
Parse.Cloud.beforeFind(Parse.User, (request) => request.query.exclude('secret'));
Parse.Cloud.beforeLogin((request) => {
    if (request.object.get('banned')) {
        throw new Parse.Error(Parse.Error.OTHER_CAUSE, 'banned');
    }
});
Parse.Cloud.afterLogin((request) => request.log.info('in:', request.user.id));
Parse.Cloud.afterLogout((request) => request.log.info('out:', request.object.get('user').id));

Parse.Cloud.job('tidy', async (request) => {
    request.message('half way');
    return request.params.a + 1;
});

Parse.Cloud.afterSave('Told', ({ object }) => {
    object.unset('secret');
    object.set('owner', Parse.Object.fromJSON({ className: 'Owner', objectId: 'o', name: 'ann' }));
});
Parse.Cloud.beforeFind('Instead', ({ query }) => {
    const found = new Parse.Object('Instead', { n: 1 });
    return query._where.one ? found : [found, Parse.Object.fromJSON({ className: 'Instead', objectId: 'i' })];
});
Parse.Cloud.beforeFind('Excluding', ({ query }) => {
    query.exclude('secret');
});
Parse.Cloud.afterFind('Plain', () => [{ n: 1 }]);
Parse.Cloud.beforeSave('Configured', ({ config, object }) => object.set('app', config.applicationId));
Parse.Cloud.beforeSave(Parse.File, ({ file, fileSize }) => {
    if (file.name() === 'swap.txt') {
        const other = new Parse.File('other.pdf', [4, 5, 6], 'application/pdf');
        other.setMetadata({ size: fileSize });
        return other;
    }
    if (file.name() === 'stored.txt') {
        const stored = new Parse.File('there.txt');
        stored._url = 'https://files.example/there.txt';
        return stored;
    }
    file.addMetadata('by', 'code');
    file.addTag('tag', file.tags().was);
});
Parse.Cloud.afterSaveFile(({ file, fileSize }) => console.log('stored', file.url(), fileSize));
Parse.Cloud.beforeSave(Parse.Config, ({ object, original }) => {
    console.log('config', original?.get('n'), object.get('n'), object.get('on') instanceof Date);
});
Parse.Cloud.define('created', (_request, response) => {
    response.status(201).header('X-Made', 1).success({ made: true });
});
Parse.Cloud.job('talkative', ({ message }) => message('one').then(() => message('two')));
