package dev.rialto.functions.spi;

import dev.rialto.kernel.Contract;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.sdk.processor.Declarations;
import dev.rialto.sdk.processor.ExposureRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One interface that a micro app exposes.
///
/// @param function the function it belongs to
/// @param name unique in the function
/// @param target where the code is: `com.acme.Greeter#greet` on the JVM; elsewhere the runtime's
///   own affair
/// @param contract what it does, takes and returns, as operations of the server declare it
/// @param limits what it asks for in place of the usual
/// @param declarations what it declares as it wrote it; the contract has what callers are told
public record InterfaceDescriptor(
        String function,
        String name,
        String target,
        Contract contract,
        List<Binding> bindings,
        Limits limits,
        Declarations declarations) {
    /// What calls of interfaces count for.
    private static final String METER = "functions.calls";

    private static final Pattern SENTENCE = Pattern.compile("(?s)(.*?[.!?])(?:\\s.*)?");

    /// The names of declarations in the form of [#wire].
    public static final Set<String> DECLARATIONS = Declarations.KEYS;

    public InterfaceDescriptor {
        bindings = List.copyOf(bindings);
    }

    /// An interface that declares nothing.
    public static InterfaceDescriptor undeclared(
            String function, String name, String target, Binding binding) {
        return new InterfaceDescriptor(
                function,
                name,
                target,
                unknownContract(),
                List.of(binding),
                Limits.USUAL,
                Declarations.NONE);
    }

    /// The same, reached in one more way. The first remains how it is called.
    public InterfaceDescriptor with(Binding more) {
        List<Binding> all = new ArrayList<>(bindings);
        all.add(more);
        return new InterfaceDescriptor(function, name, target, contract, all, limits, declarations);
    }

    /// The contract of code that is described by a doc comment and two schemas.
    ///
    /// @param comment Markdown; may be empty
    public static Contract contract(String comment, JsonNode input, JsonNode output) {
        Matcher sentence = SENTENCE.matcher(comment);
        return Contract.summary(sentence.matches() ? sentence.group(1) : comment, METER)
                .description(comment)
                .input(JsonSchema.of(input))
                .output(JsonSchema.of(output))
                .build();
    }

    /// The same with what an interface declares.
    ///
    /// @param family what its meter's name begins with: the domain and the group
    private static Contract contract(Contract bare, Declarations declared, String family) {
        if (declared.equals(Declarations.NONE)) {
            return bare;
        }
        var contract =
                Contract.summary(bare.summary(), METER)
                        .description(bare.description())
                        .input(bare.input())
                        .output(bare.output())
                        .failures(DeclarationReader.failures(declared))
                        .events(declared.events().toArray(String[]::new));
        if (!declared.meter().isEmpty()) {
            contract.meter(family + "." + declared.meter(), declared.cost());
        }
        if (!declared.since().isEmpty()) {
            contract.since(declared.since());
        }
        declared.deprecation()
                .ifPresent(each ->
                        contract.deprecated(
                                new Contract.Deprecation(
                                        each.instead(),
                                        Declarations.day(each.on()),
                                        Declarations.day(each.sunset()))));
        return contract.build();
    }

    /// Whether only holders of the master key may call it as clients do. Jobs need that key, and
    /// whoever else could call what takes events or changes could forge them.
    public boolean isForMaster() {
        return declarations.access().equals(Declarations.MASTER) || !isForClients();
    }

    private boolean isForClients() {
        return bindings.isEmpty()
                || bindings.stream()
                        .anyMatch(each ->
                                switch (each) {
                                    case Binding.CloudFunction _, Binding.Endpoint _ -> true;
                                    case Binding.Trigger _,
                                            Binding.Job _,
                                            Binding.Schedule _,
                                            Binding.OnChange _,
                                            Binding.OnEvent _ ->
                                            false;
                                });
    }

    /// The HTTP status of success.
    public int status() {
        return declarations.status();
    }

    /// The contract of code of which nothing is known.
    public static Contract unknownContract() {
        return contract("", Json.object(), Json.object());
    }

    /// The doc comment; Markdown.
    public String description() {
        return contract.description();
    }

    /// What an interface asks for in place of the usual limits.
    ///
    /// @param allocation in bytes
    public record Limits(
            Optional<Duration> deadline, OptionalInt concurrency, OptionalLong allocation) {
        public static final Limits USUAL =
                new Limits(Optional.empty(), OptionalInt.empty(), OptionalLong.empty());

        static Limits read(JsonNode json) {
            int deadline = json.path("deadlineMillis").asInt(0);
            int concurrency = json.path("concurrency").asInt(0);
            long megabytes = json.path("allocationMegabytes").asInt(0);
            var limits =
                    new Limits(
                            deadline > 0
                                    ? Optional.of(Duration.ofMillis(deadline))
                                    : Optional.empty(),
                            concurrency > 0 ? OptionalInt.of(concurrency) : OptionalInt.empty(),
                            megabytes > 0
                                    ? OptionalLong.of(megabytes << 20)
                                    : OptionalLong.empty());
            return limits.equals(USUAL) ? USUAL : limits;
        }

        ObjectNode wire() {
            ObjectNode json = Json.object();
            deadline.ifPresent(each -> json.put("deadlineMillis", each.toMillis()));
            concurrency.ifPresent(each -> json.put("concurrency", each));
            allocation.ifPresent(each -> json.put("allocationMegabytes", each >> 20));
            return json;
        }
    }

    /// As the annotation processor writes it and servers tell it.
    public ObjectNode wire() {
        ObjectNode json =
                Json.object()
                        .put("function", function)
                        .put("name", name)
                        .put("target", target)
                        .put("description", description());
        json.set("input", contract.input().json());
        json.set("output", contract.output().json());
        var all = json.putArray("bindings");
        bindings.forEach(each -> all.add(each.wire()));
        json.set("limits", limits.wire());
        JsonNode declared = Json.mapper().valueToTree(declarations.wire());
        declared.properties().forEach(each -> json.set(each.getKey(), each.getValue()));
        return json;
    }

    /// Reads what [#wire] writes.
    ///
    /// @param family the domain and the group of its micro app, joined by a dash
    /// @throws IllegalArgumentException when it is not such a description
    public static InterfaceDescriptor read(JsonNode json, String family) {
        List<Binding> bindings = new ArrayList<>();
        json.path("bindings").forEach(each -> bindings.add(Binding.read(each)));
        Declarations declared = DeclarationReader.read(json);
        ExposureRules.declarationProblem(bindings.stream().map(Binding::exposed).toList(), declared)
                .ifPresent(problem -> {
                    throw new IllegalArgumentException(problem);
                });
        return new InterfaceDescriptor(
                json.path("function").asString(""),
                json.path("name").asString(""),
                json.path("target").asString(""),
                contract(
                        contract(
                                json.path("description").asString(""),
                                json.path("input"),
                                json.path("output")),
                        declared,
                        family),
                bindings,
                Limits.read(json.path("limits")),
                declared);
    }
}
