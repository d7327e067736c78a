package dev.rialto.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.runtime.other.Stock;
import dev.rialto.sdk.Context;
import dev.rialto.sdk.processor.Declarations;
import dev.rialto.sdk.testing.TestContext;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Methods as they are called with JSON. A descriptor may come with a jar that somebody else built.
@SuppressWarnings("UnusedVariable") // components are read by what is tested
final class EntryPointTest {
    static final class Hidden {
        public void run() {}
    }

    /// Is public, with methods that are no interfaces.
    public static final class Shown {
        public void both(String one, String other) {}

        void secret() {}
    }

    record Line(String product, int count) {}

    record Order(
            String name,
            int count,
            @Nullable Integer most,
            long cents,
            double weight,
            boolean paid,
            List<Line> lines,
            Optional<String> note) {}

    record Even(int number) {
        Even {
            if (number % 2 != 0) {
                throw new IllegalArgumentException(number + " is odd");
            }
        }
    }

    record Named(String name) {
        Named {
            Objects.requireNonNull(name);
        }
    }

    enum Size {
        S,
        L
    }

    /// Has the JDK refuse its text.
    record Sized(String size, @Nullable Sized inner) {
        Sized {
            Size.valueOf(size);
        }
    }

    record Nothing() {}

    record Numbers(List<Integer> all) implements Iterable<Integer> {
        @Override
        public Iterator<Integer> iterator() {
            return all.iterator();
        }
    }

    record Absent() {}

    record OfAbsent(List<Absent> all) {}

    /// Its function can't be called where what it takes is not there.
    public static final class Broken {
        public void run(OfAbsent input) {}
    }

    /// Its functions.
    public static class Orders {
        private record Own(String text, @Nullable Double number, Nothing nothing) {}

        public Order same(Order order) {
            return order;
        }

        public String text(Order order, Context context) {
            return order + (context instanceof TestContext ? " in a context" : "");
        }

        public @Nullable Even none(Even even) {
            return null;
        }

        public int number(Named named) {
            return named.name().length();
        }

        @SuppressWarnings("ExposedPrivateType") // a function can be called all the same
        public Own own() {
            return new Own("mine", null, new Nothing());
        }

        public Line of(Map<String, Object> values) {
            return new Line(values.toString(), values.size());
        }

        public int count(List<Object> values) {
            return values.size();
        }

        public Sized sized(Sized sized) {
            return sized;
        }

        public Stock stock(Stock stock) {
            return stock;
        }

        public Numbers numbers(Numbers numbers) {
            return numbers;
        }

        public static Nothing nothing(Nothing nothing, Context context) {
            return nothing;
        }

        public Even fails(Even even) {
            throw new IllegalArgumentException("not the record's fault");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "same | {'name':'a','count':1,'most':2,'cents':9007199254740993,'weight':1.5,"
                        + "'paid':true,'lines':[{'product':'x','count':3}],'note':'n'}"
                        + " | {'name':'a','count':1,'most':2,'cents':9007199254740993,"
                        + "'weight':1.5,'paid':true,'lines':[{'product':'x','count':3}],"
                        + "'note':'n'}",
                "same | {} | {'name':null,'count':0,'most':null,'cents':0,'weight':0.0,"
                        + "'paid':false,'lines':null,'note':null}",
                "same | {'name':null,'count':null,'cents':null,'weight':2,'paid':null,"
                        + "'lines':[],'note':null,'more':1}"
                        + " | {'name':null,'count':0,'most':null,'cents':0,'weight':2.0,"
                        + "'paid':false,'lines':[],'note':null}",
                "same | {'name':7,'count':'8','most':'9','cents':1.0,'weight':'2.5','paid':'true'}"
                        + " | {'name':'7','count':8,'most':9,'cents':1,'weight':2.5,'paid':true,"
                        + "'lines':null,'note':null}",
                "text | {'name':'a'} | 'Order[name=a, count=0, most=null, cents=0, weight=0.0, "
                        + "paid=false, lines=null, note=Optional.empty] in a context'",
                "none | {'number':2} | null",
                "number | {'name':'abc'} | 3",
                "own | {} | {'text':'mine','number':null,'nothing':{}}",
                "of | {'a':1} | {'product':'{a=1}','count':1}",
                "nothing | {} | {}",
                "stock | {'level':'LOW','count':3} | {'level':'LOW','count':3}",
                "numbers | {'all':[1,2]} | [1,2]",
            })
    void takesAndGivesJson(String method, String input, String output) throws Exception {
        assertThat(call(method, input)).isEqualTo(output);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "same | {'count':'many'} | count: expected a whole number",
                "same | {'count':4294967296} | count: the number is out of range",
                "same | {'lines':[{'count':[]}]} | lines[0].count: expected a whole number",
                "same | 'text' | expected an object, not a string",
                "same | 7 | expected an object, not a number",
                "same | [{}] | expected an object, not an array",
                "same | {'lines':['x']} | lines[0]: expected an object",
                "same | {'lines':{}} | lines: expected an array",
                "same | {'name':{}} | name: expected a string",
                "of | 'text' | expected an object, not a string",
                "of | [1] | expected an object, not an array",
                "of | {'a':{'__type':'Date','iso':'soon'}} | expected a date such as 2026-01-31",
                "count | {} | expected an array, not an object",
                "sized | {'size':'HUGE'} | the input is not accepted",
                "sized | {'size':'S','inner':{'size':'HUGE'}} | inner: the value does not fit",
                "none | {'number':3} | 3 is odd",
                "number | {} | the input is not accepted",
            })
    void reportsWhatDoesNotFit(String method, String input, String message) {
        assertThatThrownBy(() -> call(method, input))
                .isInstanceOf(RialtoException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void whatTheMethodThrowsComesThrough() {
        assertThatThrownBy(() -> call("fails", "{'number':2}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not the record's fault");
    }

    private static String call(String method, String input) throws Exception {
        var loader =
                TestLoader.of(
                        EntryPointTest.class,
                        Orders.class,
                        Orders.Own.class,
                        Order.class,
                        Line.class,
                        Even.class,
                        Named.class,
                        Nothing.class,
                        Size.class,
                        Sized.class,
                        Numbers.class,
                        Stock.class,
                        Stock.class.getDeclaredClasses()[0]);
        var values = new Values(1 << 20, String::valueOf);
        EntryPoint entry =
                EntryPoint.of(exposed(Orders.class.getName() + "#" + method), loader, values);
        entry.instance(entry.owner().getConstructor().newInstance());
        Object returned = entry.call(Json.read(input.replace('\'', '"')), TestContext.create());
        return entry.output(returned, values).toString().replace('"', '\'');
    }

    private static InterfaceDescriptor exposed(String target) {
        return new InterfaceDescriptor(
                "function",
                "run",
                target,
                InterfaceDescriptor.unknownContract(),
                List.of(),
                InterfaceDescriptor.Limits.USUAL,
                Declarations.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "java.util.Timer#purge, not in one of the micro app's own classes",
        "dev.rialto.sdk.testing.TestContext#of, not in one of the micro app's own classes",
        "dev.rialto.runtime.SharedRuntime#leaks, can't be loaded",
        "absent.Main#run, can't be loaded",
        "absent, not of the form class#method",
        "dev.rialto.runtime.EntryPointTest$Hidden#run, not public",
        "dev.rialto.runtime.EntryPointTest$Shown#both, more than an input",
        "dev.rialto.runtime.EntryPointTest$Shown#secret, 0 public methods",
        "dev.rialto.runtime.EntryPointTest$Broken#run, can't be loaded",
    })
    void refusesTargetsThatAreNoFunctions(String target, String why) {
        var loader =
                TestLoader.of(
                        EntryPointTest.class,
                        Hidden.class,
                        Shown.class,
                        Broken.class,
                        OfAbsent.class);
        assertThatThrownBy(() ->
                        EntryPoint.of(
                                exposed(target), loader, new Values(1 << 20, String::valueOf)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(why);
    }
}
