package dev.rialto.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.hooks.Hook.FunctionHook;
import dev.rialto.hooks.Hook.TriggerHook;
import dev.rialto.kernel.App;
import dev.rialto.testing.TestDatabase;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class HookStoreTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();

    private final HookStore store = new HookStore(POSTGRES.database());

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    @Test
    void keepsFunctions() {
        App app = POSTGRES.app("functions");
        var hook = new FunctionHook("f", "http://one");

        assertThat(store.add(app, hook)).isTrue();
        assertThat(store.add(app, new FunctionHook("f", "http://two"))).isFalse();
        assertThat(store.function(app, "f")).contains(hook);
        assertThat(store.replace(app, new FunctionHook("f", "http://two"))).isTrue();
        assertThat(store.replace(app, new FunctionHook("g", "http://two"))).isFalse();
        assertThat(store.functions(app)).containsExactly(new FunctionHook("f", "http://two"));
        store.removeFunction(app, "f");
        store.removeFunction(app, "f");
        assertThat(store.functions(app)).isEmpty();
    }

    @Test
    void keepsTriggers() {
        App app = POSTGRES.app("triggers");
        var before = new TriggerHook("C", "beforeSave", "http://one");
        var after = new TriggerHook("C", "afterSave", "http://two");

        assertThat(store.add(app, before)).isTrue();
        assertThat(store.add(app, after)).isTrue();
        assertThat(store.add(app, before)).isFalse();
        assertThat(store.triggers(app)).containsExactly(after, before);
        assertThat(store.replace(app, new TriggerHook("C", "afterSave", "http://3"))).isTrue();
        store.removeTrigger(app, "C", "beforeSave");
        assertThat(store.trigger(app, "C", "beforeSave")).isEmpty();
        assertThat(store.trigger(app, "C", "afterSave").orElseThrow().url()).isEqualTo("http://3");
    }

    @Test
    void keepsAppsApart() {
        App one = POSTGRES.app("one");
        App other = POSTGRES.app("other");
        store.add(one, new FunctionHook("f", "http://one"));

        assertThat(store.function(other, "f")).isEmpty();
        assertThat(store.add(other, new FunctionHook("f", "http://other"))).isTrue();
        assertThat(store.function(one, "f").orElseThrow().url()).isEqualTo("http://one");
    }

    @Test
    void addsOneOfManyAtOnce() throws Exception {
        App app = POSTGRES.app("many");
        Callable<Boolean> add = () -> store.add(app, new FunctionHook("f", "http://h"));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(threads.invokeAll(Collections.nCopies(20, add)))
                    .extracting(Future::get)
                    .containsOnlyOnce(true);
        }
    }
}
