package dev.rialto.leaks;

import java.util.function.LongConsumer;

/// A map from `long` to `long` without boxing. Keys must not be zero.
final class LongTable {
    private long[] keys = new long[1 << 10];
    private long[] values = new long[1 << 10];
    private int size;

    int size() {
        return size;
    }

    boolean contains(long key) {
        return keys[place(keys, key)] == key;
    }

    /// @return `absent` when it has no such key
    long get(long key, long absent) {
        int place = place(keys, key);
        return keys[place] == key ? values[place] : absent;
    }

    void put(long key, long value) {
        if (key == 0) {
            throw new IllegalArgumentException("a key must not be 0");
        }
        int place = place(keys, key);
        if (keys[place] == 0) {
            keys[place] = key;
            size++;
        }
        values[place] = value;
        if (size * 2 > keys.length) {
            grow();
        }
    }

    void forEachKey(LongConsumer consumer) {
        for (long key : keys) {
            if (key != 0) {
                consumer.accept(key);
            }
        }
    }

    private void grow() {
        long[] newKeys = new long[Math.multiplyExact(keys.length, 2)];
        long[] newValues = new long[newKeys.length];
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != 0) {
                int place = place(newKeys, keys[i]);
                newKeys[place] = keys[i];
                newValues[place] = values[i];
            }
        }
        keys = newKeys;
        values = newValues;
    }

    /// The index of the key, or where it would be inserted.
    private static int place(long[] keys, long key) {
        int mask = keys.length - 1;
        int place = (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & mask;
        while (keys[place] != 0 && keys[place] != key) {
            place = (place + 1) & mask;
        }
        return place;
    }
}
