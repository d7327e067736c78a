package dev.rialto.wasm;

import com.dylibso.chicory.runtime.CompiledModule;
import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.CodeSection;
import com.dylibso.chicory.wasm.types.ExportSection;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// A module that has been read, checked and compiled, of which each call gets an instance.
final class PreparedModule {
    /// What is called of a reactor before anything else.
    private static final String INITIALIZE = "_initialize";

    /// What is called of a command.
    static final String START = "_start";

    private final WasmModule module;
    private final Function<Instance, Machine> machines;
    private final List<HostImports.Importable> imports;

    /// @param read with its code
    /// @param interpreted the functions that are not compiled, whose code is still needed
    PreparedModule(
            WasmModule read,
            CompiledModule compiled,
            Set<Integer> interpreted,
            List<HostImports.Importable> imports) {
        this.module = interpreted.isEmpty() ? withoutCode(read) : read;
        this.machines = compiled.machineFactory();
        this.imports = imports;
    }

    /// The same without its instructions, which take some fifty times the memory of the module's
    /// bytes, and without what is only for debuggers.
    private static WasmModule withoutCode(WasmModule whole) {
        var code = CodeSection.builder();
        code.setRequiresDataCount(whole.codeSection().isRequiresDataCount());
        for (int i = 0; i < whole.codeSection().functionBodyCount(); i++) {
            code.addFunctionBody(new FunctionBody(List.of(), List.of()));
        }
        return WasmModule.builder()
                .setTypeSection(whole.typeSection())
                .setImportSection(whole.importSection())
                .setFunctionSection(whole.functionSection())
                .setTableSection(whole.tableSection())
                .setMemorySection(whole.memorySection().orElse(null))
                .setGlobalSection(whole.globalSection())
                .setExportSection(whole.exportSection())
                .setStartSection(whole.startSection().orElse(null))
                .setElementSection(whole.elementSection())
                .setCodeSection(code.build())
                .setDataSection(whole.dataSection())
                .setDataCountSection(whole.dataCountSection().orElse(null))
                .setTagSection(whole.tagSection().orElse(null))
                .withValidation(false)
                .build();
    }

    /// The pages that an instance begins with.
    int initialPages() {
        return module.memorySection()
                .filter(each -> each.memoryCount() > 0)
                .map(each -> each.getMemory(0).limits().initialPages())
                .orElse(0);
    }

    /// What keeps an export from being called, if something does.
    Optional<String> problem(String export) {
        ExportSection all = module.exportSection();
        for (int i = 0; i < all.exportCount(); i++) {
            if (all.getExport(i).name().equals(export)) {
                return all.getExport(i).exportType() == ExternalType.FUNCTION
                                && type(all.getExport(i).index()).equals(FunctionType.empty())
                        ? Optional.empty()
                        : Optional.of(
                                "the export \""
                                        + export
                                        + "\" must be a function without parameters and results");
            }
        }
        return Optional.of("does not export the function \"" + export + "\"");
    }

    private FunctionType type(int function) {
        int imported = module.importSection().count(ExternalType.FUNCTION);
        int type =
                function < imported
                        ? module.importSection().stream()
                                .filter(FunctionImport.class::isInstance)
                                .map(FunctionImport.class::cast)
                                .skip(function)
                                .findFirst()
                                .orElseThrow()
                                .typeIndex()
                        : module.functionSection().getFunctionType(function - imported);
        return module.typeSection().getType(type);
    }

    /// Makes an instance and calls an export of it.
    ///
    /// @param maxPages how far its memory may grow
    void run(String export, Guest guest, MemoryBudget.Lease memory, int maxPages) {
        Instance instance = instance(guest, memory, maxPages);
        if (!export.equals(START) && problem(INITIALIZE).isEmpty()) {
            instance.export(INITIALIZE).apply();
        }
        instance.export(export).apply();
    }

    /// Makes an instance, which runs its start function if it has one.
    Instance instance(Guest guest, MemoryBudget.Lease memory, int maxPages) {
        ImportFunction[] bound =
                imports.stream().map(each -> each.bind(guest)).toArray(ImportFunction[]::new);
        return Instance.builder(module)
                .withMachineFactory(machines)
                .withMemoryFactory(limits -> new MeteredMemory(limits, maxPages, memory))
                .withTableFactory(BoundedTable::new)
                .withImportValues(ImportValues.builder().addFunction(bound).build())
                .withStart(false)
                .build();
    }
}
