package dev.rialto.wasm;

import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What modules may import: the functions of WASI preview 1, those of the platform, and the few
/// that AssemblyScript expects.
final class HostImports {
    private static final long[] NOTHING = {};

    private final Map<String, Importable> all = new HashMap<>();

    private HostImports() {}

    static HostImports standard() {
        var imports = new HostImports();
        WasiImports.addTo(imports);
        PlatformImports.addTo(imports);
        return imports;
    }

    /// A function that modules may import.
    interface Handler {
        /// @param args as [Instance] passes them: an `i32` in the lower half
        /// @return its result; ignored if the function has none
        long apply(Guest guest, Memory memory, long[] args);
    }

    /// @param module where it is imported from
    record Importable(String module, String name, FunctionType type, Handler handler) {
        HostFunction bind(Guest guest) {
            return new HostFunction(
                    module,
                    name,
                    type,
                    (Instance instance, long... args) -> {
                        Memory memory = instance.memory();
                        if (memory == null) {
                            throw new GuestExit(new Outcome.Trapped("the module has no memory"));
                        }
                        long result = handler.apply(guest, memory, args);
                        return type.returns().isEmpty() ? NOTHING : new long[] {result};
                    });
        }
    }

    /// Adds a function.
    ///
    /// @param parameters a letter for each: `i` for `i32`, `l` for `i64`
    /// @param result the same; empty for none
    void add(String module, String name, String parameters, String result, Handler handler) {
        var type = FunctionType.of(types(parameters), types(result));
        all.put(key(module, name), new Importable(module, name, type, handler));
    }

    private static List<ValType> types(String letters) {
        return letters.chars()
                .mapToObj(each ->
                        switch (each) {
                            case 'i' -> ValType.I32;
                            case 'l' -> ValType.I64;
                            case 'd' -> ValType.F64;
                            default -> throw new IllegalArgumentException(letters);
                        })
                .toList();
    }

    Collection<Importable> all() {
        return all.values();
    }

    Optional<Importable> find(String module, String name) {
        return Optional.ofNullable(all.get(key(module, name)));
    }

    private static String key(String module, String name) {
        return module + " " + name;
    }
}
