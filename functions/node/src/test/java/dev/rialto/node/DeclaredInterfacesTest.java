package dev.rialto.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.Contract.Metering;
import dev.rialto.kernel.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// What `micro-app.json` declares of cloud code; whoever deploys may write anything there.
class DeclaredInterfacesTest {
    private static final String DEFINED =
            """
            {"functions": ["rate"], "jobs": ["rate"],
             "triggers": [{"name": "beforeSave", "className": "Movie"}]}
            """;

    private static Descriptor read(String declared) {
        ObjectNode microApp =
                Json.object().put("name", "stars").put("domain", "demo").put("group", "stars");
        microApp.setAll((ObjectNode) Json.read(declared));
        return Definitions.descriptor(microApp, Json.read(DEFINED));
    }

    @Test
    void declaresWhatJavaDeclares() {
        Descriptor descriptor =
                read(
                        """
                        {"functions": {"rate": {"description": "Rates. Well.", "access": "master",
                            "status": 201, "errors": [{"code": 10007, "when": "Unseen."}],
                            "meter": "ratings", "cost": 5, "since": "2.0.0",
                            "input": {"type": "object"}, "output": {"type": "integer"},
                            "deprecated": {"instead": "Use stars."}}},
                         "jobs": {"rate": {"meter": "jobs"}},
                         "triggers": {"Movie.beforeSave": {"errors": [{"code": 142, "when": "No."}]}}}
                        """);
        InterfaceDescriptor rate = descriptor.interfaces().getFirst();

        assertThat(rate.contract().summary()).isEqualTo("Rates.");
        assertThat(rate.isForMaster()).isTrue();
        assertThat(rate.status()).isEqualTo(201);
        assertThat(rate.contract().metering()).isEqualTo(new Metering("demo-stars.ratings", 5));
        assertThat(rate.contract().lifecycle().since()).isEqualTo("2.0.0");
        assertThat(rate.contract().input().json().path("type").asString("")).isEqualTo("object");
        assertThat(descriptor.interfaces().get(1).contract().errors().getFirst().number())
                .isEqualTo(142);
        assertThat(descriptor.interfaces().get(2).contract().metering().meter())
                .isEqualTo("demo-stars.jobs");
        assertThat(Descriptor.read(Json.read(descriptor.wire().toString()))).isEqualTo(descriptor);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"functions": []} | "functions" must be an object of declarations by name
                    {"functions": {"other": {}}} | "functions other" is declared, but the code does not define it
                    {"triggers": {"rate": {}}} | "triggers rate" is declared, but the code does not define it
                    {"functions": {"rate": 3}} | functions rate: a declaration must be an object
                    {"functions": {"rate": {"bindings": []}}} | functions rate: there is no declaration "bindings"
                    {"functions": {"rate": {"target": "x"}}} | functions rate: there is no declaration "target"
                    {"functions": {"rate": {"events": ["a"]}}} | functions rate: events can't be declared: cloud code publishes none
                    {"functions": {"rate": {"input": []}}} | functions rate: input must be a JSON Schema of at most 100000 characters
                    {"functions": {"rate": {"description": 3}}} | functions rate: description must be a string
                    {"functions": {"rate": {"parameters": [{"in": "body", "name": "a", "description": "b"}]}}} | functions rate: the parameter "a" must be in query or header
                    {"functions": {"rate": {"parameters": [{"in": "header", "name": "a\\r\\nb", "description": "b"}]}}} | functions rate: "a??b" is not a valid name of a parameter
                    {"functions": {"rate": {"parameters": [{"in": "query", "name": "a"}]}}} | functions rate: the parameter "a" needs a description, in at most 500 characters
                    {"jobs": {"rate": {"parameters": [{"in": "query", "name": "a", "description": "b"}]}}} | jobs rate: only endpoints and cloud functions have parameters
                    {"functions": {"rate": {"errors": {"code": 1}}}} | functions rate: errors must be an array
                    {"functions": {"rate": {"errors": [3]}}} | functions rate: the error 0 must be positive; the error 0 must say when it occurs, in at most 500 characters
                    {"functions": {"rate": {"errors": [{"code": "1", "when": "a"}]}}} | functions rate: the code of an error must be a whole number
                    {"functions": {"rate": {"errors": [{"code": 99999999999, "when": "a"}]}}} | functions rate: the code of an error must be a whole number
                    {"functions": {"rate": {"errors": [{"code": 999, "when": "a"}]}}} | functions rate: the error 999 must be a code of the caller or of a limit in docs/errors.md, or one above 10000
                    {"functions": {"rate": {"access": "root"}}} | functions rate: the access "root" must be app or master
                    {"functions": {"rate": {"access": null}}} | functions rate: access must be a string
                    {"functions": {"rate": {"repeatable": "yes"}}} | functions rate: repeatable must be true or false
                    {"functions": {"rate": {"status": 500}}} | functions rate: the status of success 500 must be 200, 201, 202 or 203
                    {"functions": {"rate": {"meter": ["a"]}}} | functions rate: meter must be a string
                    {"functions": {"rate": {"meter": "../a"}}} | functions rate: the meter "../a" must be lower-case words joined by dashes, e.g. quotes, at most 63 characters
                    {"functions": {"rate": {"meter": "a", "cost": 1.5}}} | functions rate: cost must be a whole number
                    {"functions": {"rate": {"deprecated": true}}} | functions rate: deprecated must be like {"instead": "Use quote.", "on": "2027-01-31", "sunset": "2027-07-31"}
                    {"functions": {"rate": {"deprecated": {"instead": "a", "on": 3}}}} | functions rate: the day of deprecation must be a string
                    """)
    void rejectsWhatIsWrong(String declared, String message) {
        assertThatThrownBy(() -> read(declared))
                .isInstanceOf(RefusedException.class)
                .hasMessage("micro-app.json: " + message);
    }

    @Test
    void rejectsMoreThanAnInterfaceCanHave() {
        var declared = Json.object();
        var rate = declared.putObject("functions").putObject("rate");
        var errors = rate.putArray("errors");
        for (int code = 10_001; code <= 10_051; code++) {
            errors.addObject().put("code", code).put("when", "a");
        }
        assertThatThrownBy(() -> read(declared.toString()))
                .hasMessageContaining("51 errors are declared: at most 50");
        errors.removeAll().addObject().put("code", 10_001).put("when", "a".repeat(501));
        assertThatThrownBy(() -> read(declared.toString())).hasMessageContaining("at most 500");
        rate.removeAll().put("meter", "m".repeat(10_000));
        assertThatThrownBy(() -> read(declared.toString())).hasMessageMatching("(?s).{0,250}");
        rate.removeAll().putObject("input").put("title", "t".repeat(100_000));
        assertThatThrownBy(() -> read(declared.toString())).hasMessageContaining("100000");
        var many = Json.object();
        var functions = many.putObject("functions");
        for (int i = 0; i < 1_001; i++) {
            functions.putObject("f" + i);
        }
        assertThatThrownBy(() -> read(many.toString()))
                .hasMessageContaining("1001 declarations are too many: at most 1000");
    }
}
