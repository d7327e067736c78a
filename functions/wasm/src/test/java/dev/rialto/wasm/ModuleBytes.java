package dev.rialto.wasm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Assembles modules, also ones that no compiler would write. Function 0 and those that follow are
/// the imported ones; bodies are given as opcodes and their operands, without the end.
final class ModuleBytes {
    static final int I32 = 0x7f;
    static final int I64 = 0x7e;
    static final int VOID = 0x40;

    private final List<byte[]> types = new ArrayList<>();
    private final List<byte[]> imports = new ArrayList<>();
    private final List<byte[]> functions = new ArrayList<>();
    private final List<byte[]> tables = new ArrayList<>();
    private final List<byte[]> memories = new ArrayList<>();
    private final List<byte[]> exports = new ArrayList<>();
    private final List<byte[]> elements = new ArrayList<>();
    private final List<byte[]> bodies = new ArrayList<>();
    private final List<byte[]> data = new ArrayList<>();
    private byte[] tags = {};
    private byte[] start = {};

    /// With the type 0: no parameters, no results.
    ModuleBytes() {
        type(List.of(), List.of());
    }

    int type(List<Integer> parameters, List<Integer> results) {
        return type(join(bytes(0x60), types(parameters), types(results)));
    }

    int type(byte[] form) {
        types.add(form);
        return types.size() - 1;
    }

    private static byte[] types(List<Integer> all) {
        return join(number(all.size()), bytes(all.stream().mapToInt(Integer::intValue).toArray()));
    }

    int importFunction(String module, String name, int type) {
        imports.add(join(text(module), text(name), bytes(0), number(type)));
        return imports.size() - 1;
    }

    void importMemory() {
        imports.add(join(text("env"), text("memory"), bytes(2, 0, 1)));
    }

    /// A function of the type 0.
    int function(int... body) {
        return function(0, new byte[] {0}, body);
    }

    /// @param locals as they stand in a module
    int function(int type, byte[] locals, int... body) {
        functions.add(number(type));
        byte[] code = join(locals, bytes(body), bytes(0x0b));
        bodies.add(join(number(code.length), code));
        return imports.size() + functions.size() - 1;
    }

    /// @param max in pages; none if it is negative
    void memory(int min, int max) {
        memories.add(
                max < 0 ? join(bytes(0), number(min)) : join(bytes(1), number(min), number(max)));
    }

    /// A table of functions.
    void table(int min) {
        tables.add(join(bytes(0x70, 0), number(min)));
    }

    /// Puts a function at the beginning of the table.
    void element(int function) {
        elements.add(join(bytes(0, 0x41, 0, 0x0b, 1), number(function)));
    }

    void export(String name, int function) {
        exports.add(join(text(name), bytes(0), number(function)));
    }

    void start(int function) {
        start = section(8, number(function));
    }

    /// An exception without values.
    void tag() {
        tags = section(13, bytes(1, 0, 0));
    }

    /// @param size as it is declared
    void data(int address, long size, byte[] content) {
        data.add(join(bytes(0, 0x41), number(address), bytes(0x0b), number(size), content));
    }

    void passiveData(byte[] content) {
        data.add(join(bytes(1), number(content.length), content));
    }

    byte[] bytes() {
        return join(
                bytes(0, 'a', 's', 'm', 1, 0, 0, 0),
                section(1, types),
                section(2, imports),
                section(3, functions),
                section(4, tables),
                section(5, memories),
                tags,
                section(7, exports),
                start,
                section(9, elements),
                data.isEmpty() ? new byte[0] : section(12, number(data.size())),
                section(10, bodies),
                section(11, data));
    }

    private static byte[] section(int id, List<byte[]> entries) {
        return entries.isEmpty()
                ? new byte[0]
                : section(id, join(number(entries.size()), join(entries.toArray(byte[][]::new))));
    }

    private static byte[] section(int id, byte[] content) {
        return join(bytes(id), number(content.length), content);
    }

    private static byte[] text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return join(number(utf8.length), utf8);
    }

    static byte[] bytes(int... values) {
        byte[] all = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            all[i] = (byte) values[i];
        }
        return all;
    }

    /// Unsigned LEB128; for operands that are signed, of less than 64.
    static byte[] number(long value) {
        var out = new ByteArrayOutputStream();
        long left = value;
        while (left > 0x7f) {
            out.write((int) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
        return out.toByteArray();
    }

    static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] each : parts) {
            out.writeBytes(each);
        }
        return out.toByteArray();
    }
}
