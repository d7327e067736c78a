package dev.rialto.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.RefusedException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Modules that are not valid, or ask for more than there is, are refused when they are loaded.
class ModuleScanTest {
    private final Calls calls =
            new Calls(
                    new WasmSettings(
                            1 << 20, 4 << 20, 1 << 20, 4 << 10, 16, 75, Duration.ofSeconds(30)));

    @AfterEach
    void close() {
        calls.close();
    }

    private static ModuleBytes valid() {
        var module = new ModuleBytes();
        module.memory(1, 4);
        module.table(2);
        int nothing = module.function(0x01);
        module.element(nothing);
        module.data(3, 4, ModuleBytes.bytes(1, 2, 3, 4));
        module.passiveData(ModuleBytes.bytes(5, 6));
        module.export("run", nothing);
        return module;
    }

    private void refuses(String because, Consumer<ModuleBytes> change) {
        ModuleBytes module = valid();
        change.accept(module);
        refuses(because, module.bytes());
    }

    private void refuses(String because, byte[] module) {
        assertThatThrownBy(() -> calls.load("app", module, "run"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("app.wasm: ")
                .hasMessageContaining(because);
    }

    @Test
    void refusesWhatIsMoreThanThereIs() {
        calls.call(calls.load("app", valid().bytes(), "run"), "run");

        refuses("size that it does not have", module -> module.data(0, 2_000_000_000, new byte[0]));
        refuses("size that it does not have", module -> module.data(0, 5_000, new byte[0]));
        refuses("truncated", Arrays.copyOf(valid().bytes(), valid().bytes().length - 1));
        refuses(
                "local variables",
                module ->
                        module.function(
                                0,
                                ModuleBytes.join(
                                        ModuleBytes.number(1),
                                        ModuleBytes.number(50_000),
                                        ModuleBytes.bytes(ModuleBytes.I64))));
        refuses("garbage collection", module -> module.type(ModuleBytes.bytes(0x5e, 0x78, 0)));
        refuses(
                "more than 1000 types",
                module -> {
                    for (int i = 0; i < 1_000; i++) {
                        module.type(List.of(), List.of());
                    }
                });
        refuses("128 KB", module -> module.function(new int[200_000]));
        refuses("tables of more than", module -> module.table(10_000_000));
        refuses("functions.wasm.module-size", new byte[2 << 20]);
    }

    @Test
    void refusesMoreMemoryThanACallMayHave() {
        var module = new ModuleBytes();
        module.memory(17, -1);
        module.export("run", module.function(0x01));
        refuses("begins with 17 pages", module.bytes());
    }

    @Test
    void refusesImportsThatDoNotExist() {
        var module = new ModuleBytes();
        module.importFunction("env", "system", 0);
        module.importFunction("rialto_v1", "log", 0);
        module.importMemory();
        module.export("run", module.function(0x01));

        assertThatThrownBy(() -> calls.load("app", module.bytes(), "run"))
                .hasMessageContaining("imports env.system, which does not exist")
                .hasMessageContaining("imports rialto_v1.log as another type than")
                .hasMessageContaining("imports env.memory: only functions can be imported");
    }

    @Test
    void refusesExportsThatCannotBeCalled() {
        assertThatThrownBy(() -> calls.load("app", valid().bytes(), "walk"))
                .hasMessageContaining("does not export the function \"walk\"");
        ModuleBytes module = valid();
        int type = module.type(List.of(ModuleBytes.I32), List.of());
        module.export("walk", module.function(type, new byte[] {0}, 0x01));
        assertThatThrownBy(() -> calls.load("app", module.bytes(), "walk"))
                .hasMessageContaining("function without parameters and results");
    }

    @Test
    void refusesDataThatDoesNotFit() {
        refuses("can't be started", module -> module.data(0, 70_000, new byte[70_000]));
    }

    /// Nothing but a refusal, whatever the bytes are.
    @Test
    void readsAnyBytes() {
        byte[] module = valid().bytes();
        var random = new Random(7);
        int loaded = 0;
        for (int i = 0; i < 500; i++) {
            byte[] changed =
                    random.nextInt(10) == 0
                            ? Arrays.copyOf(module, random.nextInt(module.length))
                            : module.clone();
            for (int change = random.nextInt(4); change >= 0 && changed.length > 0; change--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                calls.load("app", changed, "run").close();
                loaded++;
            } catch (RefusedException refused) {
                assertThat(refused.problems()).isNotEmpty();
            }
        }
        assertThat(loaded).isBetween(1, 499);
    }
}
