package dev.rialto.sdk.processor;

import dev.rialto.sdk.Interface;
import java.lang.annotation.Annotation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/// Reads an interface from a method, and says what is wrong with it.
final class MethodReader {
    private static final int MAX_PARAMETERS = 2;

    private final Elements elements;
    private final Types types;
    private final Faults faults;
    private final BindingReader annotations;

    MethodReader(Elements elements, Types types, Faults faults) {
        this.elements = elements;
        this.types = types;
        this.faults = faults;
        this.annotations = new BindingReader(faults);
    }

    /// @param function the name of the function that the method belongs to
    ExposedInterface read(String function, TypeElement owner, ExecutableElement method) {
        requireCallable(owner, method);
        Map<ExposedBinding, Class<? extends Annotation>> bindings = annotations.bindings(method);
        Optional<VariableElement> input = input(method);
        Map<String, Object> schema =
                input.map(each -> schema(method, true, each.asType()))
                        .orElseGet(() -> new LinkedHashMap<>(Map.of("type", "null")));
        input.ifPresent(each -> requireInput(method, each, bindings, schema));
        requireResult(method, bindings);
        DocText doc = DocText.of(elements.getDocComment(method));
        Map<String, Object> output = schema(method, false, method.getReturnType());
        if (!doc.result().isEmpty()) {
            output.putIfAbsent("description", doc.result());
        }
        return new ExposedInterface(
                function,
                name(method),
                elements.getBinaryName(owner) + "#" + method.getSimpleName(),
                doc.description(),
                schema,
                output,
                List.copyOf(bindings.keySet()),
                limits(method),
                declarations(method, bindings));
    }

    private void requireCallable(TypeElement owner, ExecutableElement method) {
        String name = method.getSimpleName().toString();
        if (!method.getModifiers().contains(Modifier.PUBLIC)) {
            faults.at(method, "the interface " + name + " is not public: make the method public");
        }
        if (method.getModifiers().contains(Modifier.STATIC)) {
            faults.at(method, "the interface " + name + " is static: make it an instance method");
        }
        if (!method.getTypeParameters().isEmpty()) {
            faults.at(method, "the interface " + name + " has type parameters: name the types");
        }
        boolean alone =
                owner.getEnclosedElements().stream()
                        .filter(each -> each.getKind() == ElementKind.METHOD)
                        .filter(each -> each.getModifiers().contains(Modifier.PUBLIC))
                        .noneMatch(each ->
                                !each.equals(method) && each.getSimpleName().contentEquals(name));
        if (!alone) {
            faults.at(
                    method,
                    "another public method is named "
                            + name
                            + " too: interfaces are identified by their method's name, so rename"
                            + " one");
        }
    }

    private Optional<VariableElement> input(ExecutableElement method) {
        List<? extends VariableElement> parameters = method.getParameters();
        if (parameters.isEmpty()) {
            return Optional.empty();
        }
        boolean last = isContext(parameters.getLast());
        if (parameters.size() > MAX_PARAMETERS || (parameters.size() == MAX_PARAMETERS && !last)) {
            faults.at(
                    parameters.get(parameters.size() > MAX_PARAMETERS ? MAX_PARAMETERS : 1),
                    "the interface "
                            + method.getSimpleName()
                            + " takes too many parameters: at most one input and then a Context;"
                            + " put several values into one record");
            return Optional.empty();
        }
        return last && parameters.size() == 1
                ? Optional.empty()
                : Optional.of(parameters.getFirst());
    }

    private static boolean isContext(VariableElement parameter) {
        return qualified(parameter.asType()).equals(Arguments.CONTEXT);
    }

    private void requireInput(
            ExecutableElement method,
            VariableElement input,
            Map<ExposedBinding, Class<? extends Annotation>> bindings,
            Map<String, ?> schema) {
        TypeMirror type = input.asType();
        if (type.getKind() == TypeKind.ERROR) {
            return; // The compiler tells of it.
        }
        if (!isInput(type)) {
            faults.at(
                    input,
                    "the interface "
                            + method.getSimpleName()
                            + " takes "
                            + Arguments.simple(type.toString())
                            + ": take nothing, a record or a Map<String, Object>");
            return;
        }
        String name = qualified(type);
        if (bindings.isEmpty()) {
            Arguments.inputProblem(name).ifPresent(problem -> faults.at(input, problem));
        }
        for (ExposedBinding each : bindings.keySet()) {
            Arguments.inputProblem(each, name).ifPresent(problem -> faults.at(input, problem));
            if (each instanceof ExposedBinding.Endpoint(_, String path, _, _)) {
                warnOfUnread(input, path, schema);
            }
        }
    }

    private void warnOfUnread(VariableElement input, String path, Map<String, ?> schema) {
        if (schema.get("properties") instanceof Map<?, ?> properties) {
            for (String parameter : ExposureRules.parameters(path)) {
                if (!properties.containsKey(parameter)) {
                    faults.warn(
                            input,
                            "the path "
                                    + path
                                    + " has {"
                                    + parameter
                                    + "}, which "
                                    + Arguments.simple(input.asType().toString())
                                    + " has no component for");
                }
            }
        }
    }

    private boolean isInput(TypeMirror type) {
        if (!(type instanceof DeclaredType declared)
                || !(declared.asElement() instanceof TypeElement element)) {
            return false;
        }
        return element.getKind() == ElementKind.RECORD
                || TypeSchemas.isGroovy(element)
                || (qualified(type).equals("java.util.Map")
                        && declared.getTypeArguments().size() == 2
                        && qualified(declared.getTypeArguments().getFirst())
                                .equals("java.lang.String"));
    }

    private void requireResult(
            ExecutableElement method, Map<ExposedBinding, Class<? extends Annotation>> bindings) {
        TypeMirror result = method.getReturnType();
        if (result.getKind() == TypeKind.VOID || result.getKind() == TypeKind.ERROR) {
            return;
        }
        bindings.forEach((binding, annotation) -> {
            if (binding instanceof ExposedBinding.Trigger(var moment, _)) {
                Optional<String> right = Arguments.returned(moment);
                if (right.filter(each -> isA(result, each)).isEmpty()) {
                    faults.at(
                            method,
                            "@Trigger("
                                    + moment
                                    + ") returns "
                                    + right.map(each -> Arguments.simple(each) + " or ").orElse("")
                                    + "nothing, not "
                                    + Arguments.simple(result.toString()));
                }
            }
        });
    }

    /// @param right a class's name in full, or a list's with its element's
    private static boolean isA(TypeMirror type, String right) {
        int bracket = right.indexOf('<');
        if (bracket < 0) {
            return qualified(type).equals(right);
        }
        return type instanceof DeclaredType declared
                && qualified(type).equals(right.substring(0, bracket))
                && declared.getTypeArguments().size() == 1
                && qualified(declared.getTypeArguments().getFirst())
                        .equals(right.substring(bracket + 1, right.length() - 1));
    }

    private Map<String, Object> schema(ExecutableElement method, boolean read, TypeMirror type) {
        return new TypeSchemas(
                        elements,
                        types,
                        read,
                        problem ->
                                faults.at(
                                        method,
                                        "the interface " + method.getSimpleName() + ": " + problem))
                .whole(type, read ? "its input" : "its result");
    }

    private String name(ExecutableElement method) {
        Interface set = method.getAnnotation(Interface.class);
        String name =
                set == null || set.value().isEmpty()
                        ? method.getSimpleName().toString().toLowerCase(Locale.ROOT)
                        : set.value();
        ExposureRules.wordProblem("interface", name)
                .ifPresent(problem -> faults.at(method, Interface.class, problem));
        return name;
    }

    private ExposedInterface.Limits limits(ExecutableElement method) {
        Interface set = method.getAnnotation(Interface.class);
        if (set == null) {
            return ExposedInterface.Limits.USUAL;
        }
        if (set.deadlineMillis() < 0 || set.concurrency() < 0 || set.allocationMegabytes() < 0) {
            faults.at(method, Interface.class, "a limit is negative: 0 stands for the default");
        }
        return new ExposedInterface.Limits(
                set.deadlineMillis(), set.concurrency(), set.allocationMegabytes());
    }

    private Declarations declarations(
            ExecutableElement method, Map<ExposedBinding, Class<? extends Annotation>> bindings) {
        Interface set = method.getAnnotation(Interface.class);
        if (set == null) {
            return Declarations.NONE;
        }
        Declarations declared = DeclarationReader.read(set);
        declared.problems().forEach(problem -> faults.at(method, Interface.class, problem));
        ExposureRules.declarationProblem(bindings.keySet(), declared)
                .ifPresent(problem -> faults.at(method, Interface.class, problem));
        return declared;
    }

    /// The class's name without type arguments; empty for what is no class.
    private static String qualified(TypeMirror type) {
        return type instanceof DeclaredType declared
                        && declared.asElement() instanceof TypeElement element
                ? element.getQualifiedName().toString()
                : "";
    }
}
