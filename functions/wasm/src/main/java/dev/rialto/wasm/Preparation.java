package dev.rialto.wasm;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.CompiledModule;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.Import;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.objectweb.asm.MethodTooLargeException;

/// Reads, checks and compiles one module.
final class Preparation {
    /// How many functions may be too large to be compiled for the JVM. Finding each takes as long
    /// as compiling the module.
    private static final int MAX_INTERPRETED = 4;

    private static final int MAX_TABLES = 100;
    private static final int MAX_GLOBALS = 10_000;
    private static final String COMPILED_NAME = "func_";

    private final String file;
    private final byte[] bytes;
    private final WasmSettings settings;
    private final HostImports imports;

    /// @param file the module's path in its project
    Preparation(String file, byte[] bytes, WasmSettings settings, HostImports imports) {
        this.file = file;
        this.bytes = bytes;
        this.settings = settings;
        this.imports = imports;
    }

    /// @throws RefusedException with all that is wrong with it
    PreparedModule prepare() {
        if (bytes.length > settings.moduleSize()) {
            throw refused(
                    "has "
                            + bytes.length
                            + " bytes, more than the "
                            + settings.moduleSize()
                            + " of functions.wasm.module-size");
        }
        ModuleScan.problem(bytes)
                .ifPresent(problem -> {
                    throw refused(problem);
                });
        try {
            WasmModule module = Parser.parse(bytes);
            return compile(module, check(module));
        } catch (RefusedException refused) {
            throw refused;
        } catch (ChicoryException invalid) {
            throw refused("is not valid: " + invalid.getMessage());
        } catch (RuntimeException malformed) {
            // Such as a number that is taken for an index.
            throw refused("is malformed: " + malformed.getMessage());
        }
    }

    /// @return what it imports
    private List<HostImports.Importable> check(WasmModule module) {
        List<Problem> problems = new ArrayList<>();
        List<HostImports.Importable> found = new ArrayList<>();
        module.importSection().stream()
                .forEach(each ->
                        importable(module, each)
                                .ifPresentOrElse(found::add, () -> problems.add(unknown(each))));
        memoryProblem(module).map(this::problem).ifPresent(problems::add);
        tableProblem(module).map(this::problem).ifPresent(problems::add);
        if (module.globalSection().globalCount() > MAX_GLOBALS) {
            problems.add(problem("has more than " + MAX_GLOBALS + " globals"));
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        return found.stream().distinct().toList();
    }

    private Optional<HostImports.Importable> importable(WasmModule module, Import wanted) {
        return wanted instanceof FunctionImport function
                ? imports.find(wanted.module(), wanted.name())
                        .filter(each ->
                                each.type()
                                        .equals(module.typeSection().getType(function.typeIndex())))
                : Optional.empty();
    }

    private Problem unknown(Import wanted) {
        String name = Problem.shown(wanted.module() + "." + wanted.name());
        if (!(wanted instanceof FunctionImport)) {
            return problem("imports " + name + ": only functions can be imported");
        }
        return problem(
                imports.find(wanted.module(), wanted.name())
                        .map(each -> "imports " + name + " as another type than " + each.type())
                        .orElse("imports " + name + ", which does not exist: see docs/wasm.md"));
    }

    private Optional<String> memoryProblem(WasmModule module) {
        int count = module.memorySection().map(each -> each.memoryCount()).orElse(0);
        if (count > 1) {
            return Optional.of("has more than one memory");
        }
        if (count == 0) {
            return Optional.empty();
        }
        var limits = module.memorySection().orElseThrow().getMemory(0).limits();
        if (limits.shared()) {
            return Optional.of("shares its memory between threads, which is not supported");
        }
        return limits.initialPages() > settings.memoryPages()
                ? Optional.of(
                        "begins with "
                                + limits.initialPages()
                                + " pages of memory, more than the "
                                + settings.memoryPages()
                                + " of functions.wasm.memory")
                : Optional.empty();
    }

    private static Optional<String> tableProblem(WasmModule module) {
        int tables = module.tableSection().tableCount();
        if (tables > MAX_TABLES) {
            return Optional.of("has more than " + MAX_TABLES + " tables");
        }
        long elements = 0;
        for (int i = 0; i < tables; i++) {
            elements += module.tableSection().getTable(i).limits().min();
        }
        return elements > BoundedTable.MAX_ELEMENTS
                ? Optional.of("has tables of more than " + BoundedTable.MAX_ELEMENTS + " elements")
                : Optional.empty();
    }

    private PreparedModule compile(WasmModule module, List<HostImports.Importable> bound) {
        int imported = module.importSection().count(ExternalType.FUNCTION);
        Set<Integer> interpreted = new HashSet<>();
        while (true) {
            try {
                var compiled =
                        MachineFactoryCompiler.builder(module)
                                .withInterpreterFallback(InterpreterFallback.FAIL)
                                .withInterpretedFunctions(interpreted)
                                .compile();
                return new PreparedModule(module, (CompiledModule) compiled, interpreted, bound);
            } catch (ChicoryException | MethodTooLargeException | LinkageError failure) {
                int large = tooLarge(failure);
                if (large < imported || !interpreted.add(large)) {
                    throw refused("can't be compiled: " + failure.getMessage());
                }
                requireFew(interpreted);
            }
        }
    }

    /// The function that is too large, or a negative number.
    private static int tooLarge(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause instanceof MethodTooLargeException large
                        && large.getMethodName().startsWith(COMPILED_NAME)
                ? Integer.parseInt(large.getMethodName().substring(COMPILED_NAME.length()))
                : -1;
    }

    private void requireFew(Set<Integer> interpreted) {
        if (interpreted.size() > MAX_INTERPRETED) {
            throw refused(
                    "has more than "
                            + MAX_INTERPRETED
                            + " functions that are too large for the JVM (64 KB each when"
                            + " compiled): let its compiler optimize for size");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw refused("takes too long to compile");
        }
    }

    private RefusedException refused(String why) {
        return new RefusedException(problem(why));
    }

    private Problem problem(String why) {
        return new Problem(file, 0, 0, why);
    }
}
