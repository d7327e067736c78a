package dev.rialto.workers;

/// What a frame takes of the heap: JSON of many small values takes 30 times its length.
///
/// The weights are those of Jackson's nodes and of the maps and lists in them, on a virtual machine
/// with compressed references.
final class FrameWeight {
    /// The frame itself, its strings, and what is needed while the longest of them is read.
    private static final int OF_BYTE = 3;

    private static final int OF_OBJECT = 160;
    private static final int OF_ARRAY = 96;
    private static final int OF_FIELD = 48;
    private static final int OF_ELEMENT = 24;
    private static final int OF_STRING = 56;

    private FrameWeight() {}

    /// Of a frame that has not been read, apart from its values.
    static long ofLength(int length) {
        return (long) OF_BYTE * length;
    }

    /// Of the values in a frame. What is not JSON has a weight, too.
    static long ofValues(byte[] json) {
        long weight = 0;
        int at = 0;
        while (at < json.length) {
            switch (json[at]) {
                case '{' -> weight += OF_OBJECT;
                case '[' -> weight += OF_ARRAY;
                case ':' -> weight += OF_FIELD;
                case ',' -> weight += OF_ELEMENT;
                case '"' -> {
                    weight += OF_STRING;
                    at = endOfString(json, at + 1);
                }
                default -> {
                    // a part of a number or a word
                }
            }
            at++;
        }
        return weight;
    }

    private static int endOfString(byte[] json, int from) {
        int at = from;
        while (at < json.length && json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        return at;
    }
}
