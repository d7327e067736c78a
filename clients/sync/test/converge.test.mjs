import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LocalCopy, MemoryStorage } from '../dist/index.js';
import { asMaster, brokenServer, Chance, queried, sorted } from './support.mjs';

const increment = (amount) => ({ __op: 'Increment', amount });

/** Syncs until it works: a broken network is tried again. */
async function persistently(action) {
    for (;;) {
        try {
            return await action();
        } catch (failure) {
            if (!(failure instanceof TypeError)) {
                throw failure;
            }
        }
    }
}

class Editor {
    increments = 0;

    constructor(className, chance) {
        this.className = className;
        this.chance = chance;
        this.copy = new LocalCopy({
            server: brokenServer(() => chance.of(['before', 'after', 'after', 'never', 'never', 'never'])),
            storage: new MemoryStorage(),
            classes: [className],
            pageSize: 7,
            pushSize: 5,
            onConflict: ({ op }) =>
                chance.of(
                    op === 'update' ? ['server', 'client', { fields: { title: 'settled' } }] : ['server', 'client'],
                ),
            onRefusal: (refusal) => assert.fail(JSON.stringify(refusal)),
        });
    }

    /** One random edit of one random object. */
    async edit() {
        const { chance, className, copy } = this;
        const rows = await copy.all(className);
        const counter = rows.find((row) => row.counter);
        const others = rows.filter((row) => !row.counter);
        const number = chance.below(1000);
        const row = others.length > 0 ? chance.of(others) : undefined;
        const kind = chance.below(10);
        if (counter && kind < 2) {
            this.increments += number;
            await copy.update(className, counter.objectId, { n: increment(number) });
        } else if (!row || kind < 4) {
            await copy.create(className, {
                title: `new ${number}`,
                ...(row && { parent: { __type: 'Pointer', className, objectId: row.objectId } }),
            });
        } else if (kind < 5) {
            await copy.delete(className, row.objectId);
        } else {
            await copy.update(
                className,
                row.objectId,
                chance.of([
                    { title: `title ${number}` },
                    { body: `body ${number}` },
                    { title: `both ${number}`, body: `both ${number}` },
                    { n: increment(number) },
                    { tags: { __op: 'AddUnique', objects: [number % 7] } },
                    { tags: { __op: 'Remove', objects: [number % 7] } },
                    { body: { __op: 'Delete' } },
                ]),
            );
        }
    }
}

const seeds = Array.from({ length: Number(process.env.SYNC_SEEDS ?? 4) }, (_, at) => at + 1);

for (const seed of seeds) {
    test(`two clients that edit offline converge (seed ${seed})`, async () => {
        const chance = new Chance(seed);
        const className = `Note${seed}`;
        await asMaster('POST', `/classes/${className}`, { counter: true, n: 0 });
        const editors = [new Editor(className, chance), new Editor(className, chance)];
        for (const { copy } of editors) {
            await persistently(() => copy.pull());
        }
        for (let round = 0; round < 40; round++) {
            const editor = chance.of(editors);
            for (let edits = chance.below(6); edits > 0; edits--) {
                await editor.edit();
            }
            if (chance.below(3) === 0) {
                await editor.copy.sync().catch((failure) => assert.ok(failure instanceof TypeError, failure));
            }
        }
        while ((await editors[0].copy.pending()) + (await editors[1].copy.pending()) > 0) {
            for (const { copy } of editors) {
                await persistently(() => copy.sync());
            }
        }
        const expected = await queried(className);
        for (const { copy } of editors) {
            await persistently(() => copy.pull());
            assert.deepEqual(sorted(await copy.all(className)), expected);
        }
        assert.ok(expected.length > 3);
        assert.equal(
            expected.find((row) => row.counter).n,
            editors[0].increments + editors[1].increments,
            'each increment counts once',
        );
    });
}
