import assert from 'node:assert/strict';
import { test } from 'node:test';
import { get, master, post, put, refused, sdk, succeeded, unauthorized, unique, unset } from './support.mjs';

const as = master;
const Parse = sdk();
const url = 'http://hooks.example/one';

test('hooks are for the master key', async () => {
    unauthorized(await get('/hooks/functions'));
    unauthorized(await get('/hooks/triggers'));
    unauthorized(await post('/hooks/functions', { functionName: unique('f'), url }));
});

test('a function hook is made, listed, read, changed and deleted', async () => {
    const functionName = unique('f');
    const path = `/hooks/functions/${functionName}`;
    assert.deepEqual(succeeded(await post('/hooks/functions', { functionName, url }, { as })), { functionName, url });
    const listed = succeeded(await get('/hooks/functions', { as }));
    assert.ok(Array.isArray(listed) && listed.some((hook) => hook.functionName === functionName));
    assert.deepEqual(succeeded(await get(path, { as })), { functionName, url });
    const other = 'http://hooks.example/two';
    assert.deepEqual(succeeded(await put(path, { url: other }, { as })), { functionName, url: other });
    assert.deepEqual(succeeded(await put(path, unset, { as })), {});
    refused(await get(path, { as }), 400, 143);
});

test('a trigger hook is made, read, changed and deleted', async () => {
    const className = unique();
    const hook = { className, triggerName: 'beforeSave', url };
    const path = `/hooks/triggers/${className}/beforeSave`;
    assert.deepEqual(succeeded(await post('/hooks/triggers', hook, { as })), hook);
    assert.ok(succeeded(await get('/hooks/triggers', { as })).some((other) => other.className === className));
    assert.deepEqual(succeeded(await get(path, { as })), hook);
    const other = 'http://hooks.example/two';
    assert.deepEqual(succeeded(await put(path, { url: other }, { as })), { ...hook, url: other });
    assert.deepEqual(succeeded(await put(path, unset, { as })), {});
    refused(await get(path, { as }), 400, 143);
});

test('what exists, what does not, and what is no hook is refused with 143', async () => {
    const functionName = unique('f');
    succeeded(await post('/hooks/functions', { functionName, url }, { as }));
    refused(await post('/hooks/functions', { functionName, url }, { as }), 400, 143);
    refused(await put(`/hooks/functions/${unique('f')}`, { url }, { as }), 400, 143);
    refused(await get(`/hooks/functions/${unique('f')}`, { as }), 400, 143);
    refused(await post('/hooks/functions', { functionName: unique('f') }, { as }), 400, 143);
    refused(await post('/hooks/functions', {}, { as }), 400, 143);
    refused(await post('/hooks/triggers', { className: unique(), url }, { as }), 400, 143);
    refused(await post('/hooks/triggers', { className: unique(), triggerName: 'nope', url }, { as }), 400, 143);
    succeeded(await put(`/hooks/functions/${functionName}`, unset, { as }));
});

test('the SDK makes, lists and removes hooks', async () => {
    const name = unique('f');
    const className = unique();
    assert.deepEqual(await Parse.Hooks.createFunction(name, url), { functionName: name, url });
    assert.ok((await Parse.Hooks.getFunctions()).some((hook) => hook.functionName === name));
    assert.deepEqual(await Parse.Hooks.removeFunction(name), {});
    const trigger = { className, triggerName: 'beforeSave', url };
    assert.deepEqual(await Parse.Hooks.createTrigger(className, 'beforeSave', url), trigger);
    assert.deepEqual(await Parse.Hooks.getTrigger(className, 'beforeSave'), trigger);
    assert.deepEqual(await Parse.Hooks.removeTrigger(className, 'beforeSave'), {});
});

test('the SDK lists the names of jobs', async () => {
    const { in_use: scheduled, jobs } = await Parse.Cloud.getJobsData();
    assert.ok(Array.isArray(scheduled) && Array.isArray(jobs));
});
