package dev.rialto.sdk.processor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.lang.model.AnnotatedConstruct;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.TypeVariable;
import javax.lang.model.type.WildcardType;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/// JSON Schema (draft 2020-12) of one type and all that it refers to. The type itself is at the
/// top, others that have a name are in `$defs`, so that types may contain themselves.
final class TypeSchemas {
    private final Elements elements;
    private final Types types;
    private final boolean read;
    private final Consumer<String> problems;

    /// Types to the names they have in [#definitions], the top to an empty name.
    private final Map<String, String> names = new LinkedHashMap<>();

    private final Map<String, Object> definitions = new LinkedHashMap<>();

    /// @param read whether values are made of JSON, and not only written as it
    /// @param problems is told of types that have no form in JSON
    TypeSchemas(Elements elements, Types types, boolean read, Consumer<String> problems) {
        this.elements = elements;
        this.types = types;
        this.read = read;
        this.problems = problems;
    }

    /// The schema with all it refers to. To be asked for once.
    ///
    /// @param place says where the type stands, for people
    Map<String, Object> whole(TypeMirror type, String place) {
        Map<String, Object> schema = new LinkedHashMap<>();
        if (type instanceof DeclaredType declared && isNamed(declared)) {
            names.put(declared.toString(), "");
            schema.putAll(named(declared));
        } else {
            schema.putAll(schema(type, place));
        }
        if (!definitions.isEmpty()) {
            schema.put("$defs", definitions);
        }
        return schema;
    }

    private Map<String, ?> schema(TypeMirror type, String place) {
        return switch (type.getKind()) {
            case VOID -> Map.of("type", "null");
            case ARRAY -> array((ArrayType) type, place);
            case DECLARED -> declared((DeclaredType) type, place);
            case TYPEVAR -> schema(((TypeVariable) type).getUpperBound(), place);
            case WILDCARD -> {
                TypeMirror bound = ((WildcardType) type).getExtendsBound();
                yield bound == null ? Map.of() : schema(bound, place);
            }
            case BOOLEAN, BYTE, SHORT, INT, LONG, CHAR, FLOAT, DOUBLE ->
                    PlainSchemas.of(
                                    types.boxedClass(types.getPrimitiveType(type.getKind()))
                                            .getQualifiedName()
                                            .toString())
                            .orElseThrow();
            case ERROR -> Map.of();
            default -> refused(type, place);
        };
    }

    private Map<String, ?> array(ArrayType type, String place) {
        return type.getComponentType().getKind() == TypeKind.BYTE
                ? PlainSchemas.BYTES
                : list(type.getComponentType(), place);
    }

    private Map<String, ?> list(TypeMirror element, String place) {
        return PlainSchemas.with(Map.of("type", "array"), "items", orNull(element, place));
    }

    private Map<String, ?> declared(DeclaredType type, String place) {
        var element = (TypeElement) type.asElement();
        String name = element.getQualifiedName().toString();
        var plain = PlainSchemas.of(name);
        if (plain.isPresent()) {
            return plain.get();
        }
        return switch (name) {
            case "java.util.List",
                    "java.util.Collection",
                    "java.util.SequencedCollection",
                    "java.lang.Iterable" ->
                    list(argument(type, 0), place);
            case "java.util.Set", "java.util.SequencedSet" ->
                    PlainSchemas.with(list(argument(type, 0), place), "uniqueItems", true);
            case "java.util.Map", "java.util.SequencedMap" ->
                    PlainSchemas.with(
                            Map.of("type", "object"),
                            "additionalProperties",
                            orNull(argument(type, 1), place));
            case "java.util.Optional" -> PlainSchemas.orNull(schema(argument(type, 0), place));
            default -> {
                if (isNamed(type)) {
                    yield reference(type);
                }
                // Groovy's compiler shows stubs of its classes, which look like no records.
                yield isGroovy(element) ? Map.of("type", "object") : refused(type, place);
            }
        };
    }

    private TypeMirror argument(DeclaredType type, int index) {
        return index < type.getTypeArguments().size()
                ? type.getTypeArguments().get(index)
                : elements.getTypeElement("java.lang.Object").asType();
    }

    private Map<String, ?> refused(TypeMirror type, String place) {
        problems.accept(
                place
                        + " is a "
                        + type
                        + ", which has no JSON form: use a record, an enum, a sealed interface"
                        + " of records, a list, a map, a String, a number, a boolean or a"
                        + " java.time type");
        return Map.of();
    }

    private static boolean isNamed(DeclaredType type) {
        Element element = type.asElement();
        return element instanceof TypeElement named
                && PlainSchemas.of(named.getQualifiedName().toString()).isEmpty()
                && (element.getKind() == ElementKind.RECORD
                        || element.getKind() == ElementKind.ENUM
                        || element.getModifiers().contains(Modifier.SEALED));
    }

    static boolean isGroovy(TypeElement element) {
        return element.getInterfaces().stream()
                .anyMatch(each -> each.toString().equals("groovy.lang.GroovyObject"));
    }

    private Map<String, ?> reference(DeclaredType type) {
        String known = names.get(type.toString());
        if (known == null) {
            known = freshName(type);
            names.put(type.toString(), known);
            // Keeps its place while what it contains is read.
            definitions.put(known, Map.of());
            definitions.put(known, named(type));
        }
        return Map.of("$ref", known.isEmpty() ? "#" : "#/$defs/" + known);
    }

    private String freshName(DeclaredType type) {
        String simple = type.asElement().getSimpleName().toString();
        String name = simple;
        for (int number = 2; names.containsValue(name); number++) {
            name = simple + number;
        }
        return name;
    }

    private Map<String, Object> named(DeclaredType type) {
        var element = (TypeElement) type.asElement();
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("title", element.getSimpleName().toString());
        DocText doc = DocText.of(elements.getDocComment(element));
        if (!doc.description().isEmpty()) {
            schema.put("description", doc.description());
        }
        switch (element.getKind()) {
            case RECORD -> object(type, element, doc, schema);
            case ENUM -> {
                schema.put("type", "string");
                schema.put(
                        "enum",
                        element.getEnclosedElements().stream()
                                .filter(each -> each.getKind() == ElementKind.ENUM_CONSTANT)
                                .map(each -> each.getSimpleName().toString())
                                .toList());
            }
            default -> schema.put("oneOf", kinds(element));
        }
        return schema;
    }

    private List<?> kinds(TypeElement element) {
        String name = element.getSimpleName().toString();
        if (read) {
            problems.accept(
                    name
                            + " is sealed, and JSON does not say which of its types is meant:"
                            + " take a record with a component for each");
        }
        return element.getPermittedSubclasses().stream()
                .map(each -> schema(each, name + "'s kind"))
                .toList();
    }

    private void object(
            DeclaredType type, TypeElement element, DocText doc, Map<String, Object> schema) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (RecordComponentElement component : element.getRecordComponents()) {
            String name = component.getSimpleName().toString();
            TypeMirror value = typeIn(type, component);
            boolean nullable = isNullable(component) || isNullable(component.getAccessor());
            if (!nullable && !isNullable(value) && !isOptional(value)) {
                required.add(name);
            }
            Map<String, ?> property = orNull(value, element.getSimpleName() + "." + name);
            String description = doc.parameters().getOrDefault(name, "");
            property = nullable ? PlainSchemas.orNull(property) : property;
            properties.put(
                    name,
                    description.isEmpty()
                            ? property
                            : PlainSchemas.with(property, "description", description));
        }
        schema.put("type", "object");
        schema.put("properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
    }

    /// With what stands for the record's type variables.
    private TypeMirror typeIn(DeclaredType type, RecordComponentElement component) {
        if (!type.getTypeArguments().isEmpty()
                && types.asMemberOf(type, component.getAccessor())
                        instanceof ExecutableType getter) {
            return getter.getReturnType();
        }
        return component.asType();
    }

    private Map<String, ?> orNull(TypeMirror type, String place) {
        Map<String, ?> schema = schema(type, place);
        return isNullable(type) ? PlainSchemas.orNull(schema) : schema;
    }

    private static boolean isOptional(TypeMirror type) {
        return type instanceof DeclaredType declared
                && declared.asElement() instanceof TypeElement element
                && element.getQualifiedName().toString().startsWith("java.util.Optional");
    }

    /// Whoever's annotation it is.
    private static boolean isNullable(AnnotatedConstruct construct) {
        return construct.getAnnotationMirrors().stream()
                .anyMatch(each ->
                        each.getAnnotationType()
                                .asElement()
                                .getSimpleName()
                                .contentEquals("Nullable"));
    }
}
