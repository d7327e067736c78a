package dev.rialto.sdk.processor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InterfaceProcessorTest {
    private static final String GREETER =
            """
            package com.acme;
            import dev.rialto.sdk.*;
            import java.util.Optional;
            /// Greets.
            @Function
            public class Greeter {
                /// Who is to be greeted.
                ///
                /// @param name as they call themselves
                /// @param title if they insist
                public record Person(String name, Optional<String> title) {}

                /**
                 * Says hello to {@link Person}.
                 *
                 * @return kind words
                 */
                @CloudFunction("hello")
                @Interface(deadlineMillis = 500, concurrency = 3, allocationMegabytes = 10)
                public String greet(Person person, Context context) {
                    return "Hello, " + person.name();
                }
            }
            """;

    @Test
    void writesAnInterfaceAsServersReadIt() {
        assertThat(Compiled.of(GREETER).interfaces())
                .isEqualTo(
                        """
                        {
                          "interfaces": [
                            {
                              "function": "greeter",
                              "name": "greet",
                              "target": "com.acme.Greeter#greet",
                              "description": "Says hello to `Person`.",
                              "input": {
                                "title": "Person",
                                "description": "Who is to be greeted.",
                                "type": "object",
                                "properties": {
                                  "name": {
                                    "type": "string",
                                    "description": "as they call themselves"
                                  },
                                  "title": {
                                    "type": [
                                      "string",
                                      "null"
                                    ],
                                    "description": "if they insist"
                                  }
                                },
                                "required": [
                                  "name"
                                ]
                              },
                              "output": {
                                "type": "string",
                                "description": "kind words"
                              },
                              "bindings": [
                                {
                                  "kind": "cloudFunction",
                                  "name": "hello"
                                }
                              ],
                              "limits": {
                                "deadlineMillis": 500,
                                "concurrency": 3,
                                "allocationMegabytes": 10
                              }
                            }
                          ]
                        }
                        """);
    }

    @Test
    void writesWhatCallersAreToKnow() {
        Compiled compiled =
                inClass(
                        "",
                        """
                        @Interface(access = Interface.Access.MASTER, status = 201, events = "a.b", meter = "m", cost = 2,
                            since = "1.1", errors = @Interface.Failure(code = 10001, when = "Full."),
                            deprecated = @Interface.Deprecation(value = "Use two.", on = "2027-01-31", sunset = "2027-02-01"))
                        public void one() {}\
                        """);

        assertThat(compiled.errors()).isEmpty();
        assertThat(compiled.interfaces().replaceAll("\\s+", ""))
                .contains(
                        "\"access\":\"master\",\"status\":201,\"errors\":[{\"code\":10001,\"when\":\"Full.\"}],"
                                + "\"events\":[\"a.b\"],\"meter\":\"m\",\"cost\":2,\"since\":\"1.1\","
                                + "\"deprecated\":{\"instead\":\"Usetwo.\",\"on\":\"2027-01-31\","
                                + "\"sunset\":\"2027-02-01\"}");
    }

    @Test
    void writesEachKindOfBinding() {
        Compiled compiled =
                Compiled.of(
                        """
                        package com.acme;
                        import dev.rialto.sdk.*;
                        import java.util.List;
                        import java.util.Map;
                        @Function("shop")
                        public class Desk {
                            @Trigger(value = Moment.BEFORE_SAVE, of = "Order")
                            public Entity check(Saving saving) { return saving.object(); }
                            @Trigger(value = Moment.AFTER_FIND, of = "Order")
                            public List<Entity> hide(Found found, Context context) { return found.objects(); }
                            @Trigger(Moment.BEFORE_LOGIN)
                            public void login(LoggingIn who) {}
                            @Job("clean") @Schedule(value = "*/5 0-6,22 * jan-mar MON", zone = "Europe/Berlin")
                            public void clean(Context context) {}
                            @Endpoint(value = "/orders/{id}", method = "PUT")
                            public HttpResponse order(HttpRequest request) { return HttpResponse.text(200, ""); }
                            @OnChange("Order") public void changed(Change change) {}
                            @OnEvent("order.paid") public void paid(Event event, Context context) {}
                            @Interface("any") public Map<String, Object> whatever(Map<String, Object> in) { return in; }
                        }
                        """);
        assertThat(compiled.errors()).isEmpty();
        assertThat(compiled.interfaces().replaceAll("\\s+", ""))
                .contains("\"kind\":\"trigger\",\"moment\":\"beforeSave\",\"className\":\"Order\"")
                .contains("\"kind\":\"trigger\",\"moment\":\"afterFind\",\"className\":\"Order\"")
                .contains("\"kind\":\"trigger\",\"moment\":\"beforeLogin\",\"className\":\"_User\"")
                .contains(
                        "[{\"kind\":\"job\",\"name\":\"clean\"},{\"kind\":\"schedule\",\"cron\":"
                                + "\"*/50-6,22*jan-marMON\",\"zone\":\"Europe/Berlin\"}]")
                .contains("\"kind\":\"endpoint\",\"method\":\"PUT\",\"path\":\"/orders/{id}\"")
                .contains("\"kind\":\"change\",\"className\":\"Order\"")
                .contains("\"kind\":\"event\",\"topic\":\"order.paid\"")
                .contains(
                        "\"function\":\"shop\",\"name\":\"any\",\"target\":\"com.acme.Desk#whatever\"");
    }

    @Test
    void writesTheSameWhateverTheOrderOfSources() {
        String other =
                """
                package com.acme;
                import dev.rialto.sdk.*;
                @Function public class Another {
                    @Interface public void b() {}
                    @Interface public void a() {}
                }
                """;
        String text = Compiled.of(GREETER, other).interfaces();
        assertThat(text).isEqualTo(Compiled.of(other, GREETER).interfaces());
        assertThat(text.indexOf("Another#a"))
                .isPositive()
                .isLessThan(text.indexOf("Another#b"))
                .isLessThan(text.indexOf("Greeter#greet"));
    }

    @Test
    void namesNestedFunctionsAsClassLoadersDo() {
        assertThat(
                        Compiled.of(
                                        """
                                        package com.acme;
                                        import dev.rialto.sdk.*;
                                        public class Outer {
                                            @Function public static class Inner {
                                                @Interface public int one() { return 1; }
                                            }
                                        }
                                        """)
                                .interfaces())
                .contains("com.acme.Outer$Inner#one", "\"function\": \"inner\"");
    }

    @Test
    void writesNothingWhereThereIsNothing() {
        assertThat(Compiled.of("class Plain {}"))
                .isEqualTo(new Compiled("", java.util.List.of(), java.util.List.of()));
    }

    @Test
    void warnsOfAFunctionWithoutInterfaces() {
        assertThat(Compiled.of("@dev.rialto.sdk.Function public class Empty {}").warnings())
                .containsExactly(
                        "1: the function empty has no interfaces: annotate a public method with"
                                + " @Interface");
    }

    @Test
    void warnsOfAPathParameterThatNothingReads() {
        Compiled compiled =
                inClass(
                        "public record In(String nr) {}",
                        "@Endpoint(\"/orders/{id}\") public void order(In in) {}");
        assertThat(compiled.errors()).isEmpty();
        assertThat(compiled.warnings())
                .containsExactly(
                        "6: the path /orders/{id} has {id}, which Desk.In has no"
                                + " component for");
    }

    @Test
    void leavesClassesOfGroovyToGroovy() {
        Compiled compiled =
                Compiled.of(
                        "package groovy.lang; public interface GroovyObject {}",
                        """
                        package com.acme;
                        import dev.rialto.sdk.*;
                        @Function public class Stub implements groovy.lang.GroovyObject {
                            @Interface Object stub(Object a, Object b, Object c) { return null; }
                        }
                        """,
                        """
                        package com.acme;
                        import dev.rialto.sdk.*;
                        @Function public class Desk {
                            @Interface public Stub take(Stub stub) { return stub; }
                        }
                        """);
        assertThat(compiled.errors()).isEmpty();
        assertThat(compiled.interfaces()).contains("Desk#take").doesNotContain("Stub#stub");
    }

    @Test
    void leavesToTheCompilerWhatDoesNotCompile() {
        assertThat(inClass("@Interface public Missing one(Nowhere in) { return null; }").errors())
                .hasSize(2)
                .allMatch(each -> each.startsWith("5: cannot find symbol"));
        assertThat(inClass("@Trigger public void one(Saving in) {}").errors())
                .singleElement()
                .asString()
                .contains("missing a default value");
    }

    /// A function's class that has these as its lines from the fifth on.
    static Compiled inClass(String... lines) {
        return Compiled.of(
                """
                package com.acme;
                import dev.rialto.sdk.*;
                import java.util.*;
                @Function public class Desk {
                """
                        + String.join("\n", lines)
                        + "\n}\n");
    }
}
