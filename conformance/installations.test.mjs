import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addUnique, get, master, post, put, refused, remove, sdk, server, succeeded, unique } from './support.mjs';

const Parse = sdk();
const register = (body, options) => post('/installations', body, options);
const rows = async (where) => succeeded(await get('/installations', { as: master, query: { where } })).results;
const device = () => ({ installationId: unique('i').toLowerCase(), deviceType: 'ios' });

test('a device registers and can be read by its id', async () => {
    const body = { ...device(), deviceToken: unique('t'), channels: ['news'] };
    const answer = await register(body);
    const { objectId, createdAt } = succeeded(answer, 201);
    assert.ok(createdAt);
    assert.equal(answer.headers.get('location'), `${server.url}/classes/_Installation/${objectId}`);
    const read = succeeded(await get(`/installations/${objectId}`));
    assert.equal(read.installationId, body.installationId);
    assert.equal(read.deviceToken, body.deviceToken);
    assert.deepEqual(read.channels, ['news']);
});

test('an id and, for a new one, a device type are needed: 135', async () => {
    refused(await register({ deviceType: 'ios' }), 400, 135);
    refused(await register({ installationId: unique('i') }), 400, 135);
});

test('registering a known installation updates it, whatever the case of its id', async () => {
    const body = device();
    const { objectId } = succeeded(await register(body), 201);
    const again = succeeded(
        await register({ ...body, installationId: body.installationId.toUpperCase(), badge: 3 }),
        200,
    );
    assert.ok(again.updatedAt && !again.objectId);
    const [row, ...rest] = await rows({ installationId: body.installationId });
    assert.equal(row.objectId, objectId);
    assert.equal(row.badge, 3);
    assert.deepEqual(rest, []);
});

test('registering a known device token without an id updates it', async () => {
    const deviceToken = unique('t');
    succeeded(await register({ deviceToken, deviceType: 'android' }), 201);
    succeeded(await register({ deviceToken, deviceType: 'android', badge: 5 }), 200);
    const [row, ...rest] = await rows({ deviceToken });
    assert.equal(row.badge, 5);
    assert.deepEqual(rest, []);
});

test('an installation takes over the row that has its device token and no id', async () => {
    const deviceToken = unique('t');
    const { objectId } = succeeded(await register({ deviceToken, deviceType: 'android' }), 201);
    const { installationId } = device();
    succeeded(await register({ installationId, deviceToken, deviceType: 'android' }), 200);
    const [row, ...rest] = await rows({ deviceToken });
    assert.deepEqual([row.objectId, row.installationId], [objectId, installationId]);
    assert.deepEqual(rest, []);
});

test('a device token that moves to another installation leaves the old one', async () => {
    const deviceToken = unique('t');
    const [old, young] = [device(), device()];
    succeeded(await register({ ...old, deviceToken }), 201);
    succeeded(await register({ ...young, deviceToken }), 201);
    assert.deepEqual(
        (await rows({ deviceToken })).map((row) => row.installationId),
        [young.installationId],
    );
});

test('the id and the type of a device cannot change: 136', async () => {
    const { objectId } = succeeded(await register(device()), 201);
    refused(await put(`/installations/${objectId}`, { deviceType: 'android' }), 400, 136);
    refused(await put(`/installations/${objectId}`, { installationId: unique('i') }), 400, 136);
});

test('the token and the channels of a device can change', async () => {
    const { objectId } = succeeded(await register({ ...device(), channels: ['a'] }), 201);
    const deviceToken = unique('t');
    succeeded(await put(`/installations/${objectId}`, { deviceToken }));
    assert.deepEqual(succeeded(await put(`/installations/${objectId}`, { channels: addUnique('b') })).channels.sort(), [
        'a',
        'b',
    ]);
    assert.equal(succeeded(await get(`/installations/${objectId}`)).deviceToken, deviceToken);
});

test('clients can neither list nor delete installations: 119', async () => {
    const { objectId } = succeeded(await register(device()), 201);
    refused(await get('/installations'), 400, 119);
    refused(await get('/classes/_Installation'), 400, 119);
    refused(await remove(`/installations/${objectId}`), 400, 119);
    succeeded(await remove(`/installations/${objectId}`, { as: master }));
});

test('an unknown installation cannot be updated', async () => {
    refused(await put('/installations/nope', { channels: [] }), 404, 101);
});

test('the SDK saves an installation', async () => {
    const installation = new Parse.Installation();
    const { installationId } = device();
    installation.set('installationId', installationId);
    installation.set('deviceType', 'web');
    await installation.save();
    const [row] = await rows({ installationId });
    assert.equal(row.objectId, installation.id);
});
