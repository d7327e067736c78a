package dev.rialto.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.testing.TestDatabase;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ConfigStoreTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();

    private final ConfigStore store = new ConfigStore(POSTGRES.database());

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    @Test
    void keepsValuesOfEveryKindAsTheyWereSent() {
        App app = POSTGRES.app("kinds");
        String values =
                "{'a':[1,{'b':null}],'b':true,'c':1.5,'d':'ü','e':null,"
                        + "'f':{'z':1,'a':{'__type':'File','name':'n','url':'http://u'}}}";
        change(app, "{'params':" + values + "}");

        ObjectNode read = Json.object();
        store.parameters(app).forEach(parameter -> read.set(parameter.name(), parameter.value()));
        assertThat(Json.write(read)).isEqualTo(values.replace('\'', '"'));
    }

    @Test
    void changesOnlyWhatIsNamed() {
        App app = POSTGRES.app("merge");
        change(app, "{'params':{'a':1,'b':2,'c':3},'masterKeyOnly':{'a':true}}");
        change(app, "{'params':{'a':9,'b':{'__op':'Delete'},'d':4}}");

        assertThat(store.parameters(app))
                .extracting(Parameter::name, parameter -> parameter.value().asInt())
                .containsExactly(tuple("a", 9), tuple("c", 3), tuple("d", 4));
    }

    @Test
    void keepsASecretSecretUntilToldOtherwise() {
        App app = POSTGRES.app("secret");
        change(app, "{'params':{'a':1},'masterKeyOnly':{'a':true}}");
        change(app, "{'params':{'a':2}}");
        assertThat(store.parameters(app)).allMatch(Parameter::masterKeyOnly);

        change(app, "{'masterKeyOnly':{'a':false,'missing':true}}");
        assertThat(store.parameters(app)).hasSize(1).noneMatch(Parameter::masterKeyOnly);
    }

    @Test
    void losesNoneOfManyChangesAtOnce() throws Exception {
        App app = POSTGRES.app("many");
        List<Callable<Boolean>> changes =
                IntStream.range(0, 60)
                        .<Callable<Boolean>>mapToObj(i ->
                                () -> {
                                    String own = "'p" + i + "':" + i;
                                    String shared = i % 2 == 0 ? "'x':1,'y':1" : "'y':2,'x':2";
                                    change(app, "{'params':{" + shared + "," + own + "}}");
                                    return true;
                                })
                        .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> change : threads.invokeAll(changes)) {
                assertThat(change.get()).isTrue();
            }
        }

        List<Parameter> all = store.parameters(app);
        assertThat(all).hasSize(62);
        assertThat(value(all, "x")).isEqualTo(value(all, "y"));
    }

    @Test
    void changesValuesByWhatTheyAre() {
        App app = POSTGRES.app("operations");
        change(
                app,
                "{'params':{'n':{'__op':'Increment','amount':2},'l':{'__op':'Add','objects':[1]}}}");
        change(
                app,
                "{'params':{'n':{'__op':'Increment'},'l':{'__op':'AddUnique','objects':[1.0,2]}}}");
        change(app, "{'params':{'l':{'__op':'Remove','objects':[1]},'u':{'__op':'Increment'}}}");

        List<Parameter> all = store.parameters(app);
        assertThat(value(all, "n")).isEqualTo(3);
        assertThat(store.parameters(app))
                .anyMatch(each -> each.name().equals("l") && each.value().toString().equals("[2]"));
        assertThat(value(all, "u")).isEqualTo(1);
        assertThatThrownBy(() -> change(app, "{'params':{'l':{'__op':'Increment'}}}"))
                .hasMessageContaining("l is not a number");
    }

    @Test
    void changesNothingWhenOneParameterIsWrong() {
        App app = POSTGRES.app("wrong");
        List<String> wrong =
                List.of(
                        "{'params':{'a':1,'b.c':1}}",
                        "{'params':{'a':1,'$b':1}}",
                        "{'params':{'a':1,'__proto__':1}}",
                        "{'params':{'a':1,'':1}}",
                        "{'params':{'a':1,'b':{'__op':'Increment','amount':'x'}}}",
                        "{'params':{'a':1,'b':{'__op':'Multiply','amount':2}}}",
                        "{'params':{'a':[1],'b':{'__op':'Add','objects':1}}}",
                        "{'params':{'a':1},'masterKeyOnly':{'a':'yes'}}",
                        "{'params':[1]}",
                        "{'masterKeyOnly':true}");
        for (String body : wrong) {
            assertThatThrownBy(() -> change(app, body))
                    .as(body)
                    .isInstanceOfSatisfying(
                            RialtoException.class,
                            refused ->
                                    assertThat(refused.code().kind())
                                            .isEqualTo(ErrorCode.Kind.CALLER));
        }
        assertThat(store.parameters(app)).isEmpty();
    }

    @Test
    void keepsAppsApart() {
        App one = POSTGRES.app("one");
        App other = POSTGRES.app("other");
        change(one, "{'params':{'a':1}}");

        assertThat(store.parameters(other)).isEmpty();
        assertThat(store.parameters(one)).hasSize(1);
    }

    private static int value(List<Parameter> all, String name) {
        return all.stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value()
                .asInt();
    }

    private void change(App app, String body) {
        store.change(app, ParameterChange.read((ObjectNode) Json.read(body.replace('\'', '"'))));
    }
}
