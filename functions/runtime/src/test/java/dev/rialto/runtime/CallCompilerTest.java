package dev.rialto.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CallCompilerTest {
    @SuppressWarnings("UnusedMethod") // its constructor is called by what is tested
    private record Kinds(
            boolean truth,
            byte small,
            char letter,
            short shorter,
            int number,
            long longer,
            float rough,
            double fine,
            @Nullable String text,
            int[] list) {
        Kinds {
            if (number < 0) {
                throw new IllegalArgumentException("negative");
            }
        }
    }

    /// Has the methods that the class below inherits.
    public abstract static class Above {
        public String inherited(String text) {
            return getClass().getSimpleName() + text;
        }
    }

    /// The class whose methods are called.
    public static final class Below extends Above {
        private int told;

        public void tell(int number) {
            told = number;
        }

        public int told() {
            return told;
        }

        public static long twice(long number) {
            return 2 * number;
        }

        public void fail() throws IOException {
            throw new IOException("as it must");
        }
    }

    private final RevisionLoader loader =
            TestLoader.of(CallCompilerTest.class, Kinds.class, Above.class, Below.class);

    @Test
    void makesAndReadsAPrivateRecordOfAllKinds() throws Exception {
        @Nullable Object[] components = {
            true, (byte) 1, 'x', (short) 2, 3, 4L, 5f, 6.0, "text", new int[] {7}
        };
        Class<?> kinds = inLoader(Kinds.class);
        var make = CallCompiler.make(kinds.getDeclaredConstructors()[0]);
        Object made = Objects.requireNonNull(make.call(components));
        assertThat(made.getClass()).isSameAs(kinds).isNotSameAs(Kinds.class);
        assertThat(CallCompiler.components(kinds).apply(made)).containsExactly(components);
        components[8] = null;
        assertThat(
                        CallCompiler.components(kinds)
                                .apply(Objects.requireNonNull(make.call(components))))
                .containsExactly(components);
    }

    @Test
    void whatAConstructorThrowsComesThrough() throws Exception {
        Class<?> kinds = inLoader(Kinds.class);
        Object[] components = {true, (byte) 1, 'x', (short) 2, -3, 4L, 5f, 6.0, "", new int[0]};
        var make = CallCompiler.make(kinds.getDeclaredConstructors()[0]);
        assertThatThrownBy(() -> make.call(components))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("negative");
    }

    @Test
    void callsMethodsOfAllShapes() throws Exception {
        Object instance = inLoader(Below.class).getConstructor().newInstance();
        assertThat(call(instance, "tell", 7)).isNull();
        assertThat(call(instance, "told")).isEqualTo(7);
        assertThat(call(null, "twice", 21L)).isEqualTo(42L);
        assertThat(call(instance, "inherited", "!")).isEqualTo("Below!");
        assertThatThrownBy(() -> call(instance, "fail"))
                .isInstanceOf(IOException.class)
                .hasMessage("as it must");
    }

    private @Nullable Object call(@Nullable Object instance, String name, Object... arguments)
            throws ReflectiveOperationException {
        Class<?> below = inLoader(Below.class);
        for (var each : below.getMethods()) {
            if (each.getName().equals(name)) {
                return CallCompiler.call(below, each, false).apply(instance).call(arguments);
            }
        }
        throw new NoSuchMethodException(name);
    }

    private Class<?> inLoader(Class<?> type) throws ClassNotFoundException {
        return Class.forName(type.getName(), true, loader);
    }
}
