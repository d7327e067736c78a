package dev.rialto.wasm;

import java.util.Optional;

/// Looks through the bytes of a module for what would take far more memory to read than it has
/// bytes, before it is read: declared sizes that the module does not have, large numbers of local
/// variables, and types of the garbage collection proposal, whose values are outside of the memory
/// that is metered.
final class ModuleScan {
    /// The most local variables of a function.
    static final int MAX_LOCALS = 2_000;

    /// The most types: for each, the compiler generates a method that knows all functions of it.
    static final int MAX_TYPES = 1_000;

    /// The largest function. What is larger can't be compiled for the JVM, and the time to read a
    /// function may grow with the square of its size.
    static final int MAX_FUNCTION = 128 << 10;

    private static final int MAGIC = 0x6d736100;
    private static final int VERSION = 1;
    private static final int TYPE_SECTION = 1;
    private static final int CODE_SECTION = 10;
    private static final int DATA_SECTION = 11;
    private static final int FUNCTION_TYPE = 0x60;
    private static final int REFERENCE = 0x64;
    private static final int NULLABLE_REFERENCE = 0x63;
    private static final int DATA_WITH_MEMORY = 2;
    private static final int PASSIVE_DATA = 1;
    private static final int END = 0x0b;
    private static final int CONTINUES = 0x80;

    private final byte[] bytes;
    private int at;
    private int end;

    private ModuleScan(byte[] bytes) {
        this.bytes = bytes;
        this.end = bytes.length;
    }

    /// What is wrong with a module.
    static Optional<String> problem(byte[] bytes) {
        try {
            new ModuleScan(bytes).module();
            return Optional.empty();
        } catch (InvalidModule wrong) {
            return Optional.of(String.valueOf(wrong.getMessage()));
        }
    }

    private static final class InvalidModule extends RuntimeException {
        InvalidModule(String message) {
            super(message, null, false, false);
        }
    }

    private void module() {
        if (bytes.length < 8 || word() != MAGIC || word() != VERSION) {
            throw new InvalidModule("is not a WebAssembly module (version 1)");
        }
        while (at < bytes.length) {
            int id = octet();
            int size = count(bytes.length);
            int next = at + size;
            if (next > bytes.length) {
                throw new InvalidModule("is truncated");
            }
            end = next;
            switch (id) {
                case TYPE_SECTION -> types();
                case CODE_SECTION -> code();
                case DATA_SECTION -> data();
                default -> {
                    // Its entries take as much memory as they have bytes, more or less.
                }
            }
            at = next;
            end = bytes.length;
        }
    }

    private void types() {
        int types = count(Integer.MAX_VALUE);
        if (types > MAX_TYPES) {
            throw new InvalidModule("has more than " + MAX_TYPES + " types");
        }
        for (int i = 0; i < types; i++) {
            if (octet() != FUNCTION_TYPE) {
                throw new InvalidModule(
                        "has types of the garbage collection proposal, which are not supported");
            }
            valueTypes();
            valueTypes();
        }
    }

    private void valueTypes() {
        int types = count(Integer.MAX_VALUE);
        for (int i = 0; i < types; i++) {
            valueType();
        }
    }

    private void valueType() {
        int type = octet();
        if (type == REFERENCE || type == NULLABLE_REFERENCE) {
            skipNumber();
        }
    }

    private void code() {
        int functions = count(Integer.MAX_VALUE);
        for (int i = 0; i < functions; i++) {
            int size = count(bytes.length);
            int next = at + size;
            if (next > end) {
                throw new InvalidModule("is truncated");
            }
            if (size > MAX_FUNCTION) {
                throw new InvalidModule(
                        "has a function of more than "
                                + (MAX_FUNCTION >> 10)
                                + " KB: let its compiler optimize for size");
            }
            long locals = 0;
            int kinds = count(Integer.MAX_VALUE);
            for (int kind = 0; kind < kinds; kind++) {
                locals += Integer.toUnsignedLong(number());
                valueType();
                if (locals > MAX_LOCALS) {
                    throw new InvalidModule(
                            "has a function with more than " + MAX_LOCALS + " local variables");
                }
            }
            at = next;
        }
    }

    /// Data has an address, an expression of a few bytes, unless it is passive.
    private void data() {
        int segments = count(Integer.MAX_VALUE);
        for (int i = 0; i < segments; i++) {
            int kind = count(Integer.MAX_VALUE);
            if (kind == DATA_WITH_MEMORY) {
                skipNumber();
            }
            if (kind != PASSIVE_DATA) {
                skipExpression();
            }
            int size = count(bytes.length);
            at += size;
            if (at > end) {
                throw new InvalidModule("is truncated");
            }
        }
    }

    /// Skips instructions that have one number each, up to their end; the reader checks the rest.
    private void skipExpression() {
        for (int opcode = octet(); opcode != END; opcode = octet()) {
            switch (opcode) {
                case 0x41, 0x42, 0x23, 0xd2, 0xd0 -> skipNumber();
                case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e -> {
                    // Additions, subtractions and multiplications have none.
                }
                default -> throw new InvalidModule("computes an address of data in an unknown way");
            }
        }
    }

    private int octet() {
        if (at >= end) {
            throw new InvalidModule("is truncated");
        }
        return bytes[at++] & 0xff;
    }

    private int word() {
        return octet() | octet() << 8 | octet() << 16 | octet() << 24;
    }

    private void skipNumber() {
        while ((octet() & CONTINUES) != 0) {
            // each has seven bits
        }
    }

    /// An unsigned number of up to 32 bits, in LEB128.
    private int number() {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int next = octet();
            value |= (long) (next & 0x7f) << shift;
            if ((next & CONTINUES) == 0) {
                if (value > 0xffff_ffffL) {
                    break;
                }
                return (int) value;
            }
        }
        throw new InvalidModule("has a number that is too large");
    }

    private int count(int max) {
        int number = number();
        if (number < 0 || number > max) {
            throw new InvalidModule("declares a size that it does not have");
        }
        return number;
    }
}
