package dev.rialto.sdk.processor;

import dev.rialto.sdk.Function;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.IncompleteAnnotationException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.tools.StandardLocation;

/// The annotation processor: collects the interfaces of all classes that are compiled together and
/// writes them to [InterfacesFile#PATH]. Whatever is wrong is an error at its line, and nothing is
/// written.
public final class InterfaceProcessor extends AbstractProcessor {
    /// By name, as elements belong to their round.
    private final Set<String> owners = new TreeSet<>();

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        return Stream.concat(Stream.of(Function.class), BindingReader.ANNOTATIONS.stream())
                .map(Class::getName)
                .collect(Collectors.toSet());
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        for (TypeElement annotation : annotations) {
            for (Element each : round.getElementsAnnotatedWith(annotation)) {
                Element owner =
                        each.getKind() == ElementKind.METHOD ? each.getEnclosingElement() : each;
                if (owner instanceof TypeElement type && !TypeSchemas.isGroovy(type)) {
                    owners.add(type.getQualifiedName().toString());
                }
            }
        }
        // Only in the end are all types known that other processors make.
        if (round.processingOver() && !owners.isEmpty()) {
            collect(round);
        }
        return false;
    }

    private void collect(RoundEnvironment round) {
        var faults = new Faults(processingEnv.getMessager());
        Map<ExposedInterface, ExecutableElement> found = new LinkedHashMap<>();
        for (String name : owners) {
            TypeElement owner = processingEnv.getElementUtils().getTypeElement(name);
            if (owner != null) {
                found.putAll(interfaces(owner, faults));
            }
        }
        Map<String, List<String>> duplicates =
                ExposureRules.duplicates(new ArrayList<>(found.keySet()));
        found.forEach((each, method) ->
                duplicates
                        .getOrDefault(each.target(), List.of())
                        .forEach(problem -> faults.at(method, problem)));
        if (faults.count() == 0 && !round.errorRaised()) {
            write(found, faults);
        }
    }

    private Map<ExposedInterface, ExecutableElement> interfaces(TypeElement owner, Faults faults) {
        Map<ExposedInterface, ExecutableElement> found = new LinkedHashMap<>();
        Function function = owner.getAnnotation(Function.class);
        List<ExecutableElement> methods =
                ElementFilter.methodsIn(owner.getEnclosedElements()).stream()
                        .filter(BindingReader::isInterface)
                        .toList();
        if (function == null) {
            methods.forEach(each -> faults.at(each, outside(owner, each)));
            return found;
        }
        requireInstances(owner, faults);
        String name =
                function.value().isEmpty()
                        ? owner.getSimpleName().toString().toLowerCase(Locale.ROOT)
                        : function.value();
        ExposureRules.wordProblem("function", name)
                .ifPresent(problem -> faults.at(owner, Function.class, problem));
        if (methods.isEmpty()) {
            faults.warn(
                    owner,
                    "the function "
                            + name
                            + " has no interfaces: annotate a public method with @Interface");
        }
        var reader =
                new MethodReader(
                        processingEnv.getElementUtils(), processingEnv.getTypeUtils(), faults);
        for (ExecutableElement method : methods) {
            try {
                found.put(reader.read(name, owner, method), method);
            } catch (IncompleteAnnotationException | EnumConstantNotPresentException broken) {
                // The annotation itself does not compile, which the compiler tells of.
            }
        }
        return found;
    }

    private static String outside(TypeElement owner, ExecutableElement method) {
        String annotations =
                method.getAnnotationMirrors().stream()
                        .map(AnnotationMirror::getAnnotationType)
                        .filter(each -> each.toString().startsWith(Arguments.PACKAGE))
                        .map(each -> "@" + each.asElement().getSimpleName())
                        .collect(Collectors.joining(" and "));
        return method.getSimpleName()
                + " has "
                + annotations
                + ", but "
                + owner.getSimpleName()
                + " is not a function: annotate the class with @Function";
    }

    private static void requireInstances(TypeElement owner, Faults faults) {
        String name = owner.getSimpleName().toString();
        Set<Modifier> modifiers = owner.getModifiers();
        if (owner.getKind() != ElementKind.CLASS && owner.getKind() != ElementKind.RECORD) {
            faults.at(owner, "the function " + name + " is not a class: make it one");
        } else if (modifiers.contains(Modifier.ABSTRACT)) {
            faults.at(owner, "the function " + name + " is abstract: annotate its subclasses");
        } else if (!modifiers.contains(Modifier.PUBLIC)) {
            faults.at(owner, "the function " + name + " is not public: make the class public");
        } else if (owner.getNestingKind().isNested() && !modifiers.contains(Modifier.STATIC)) {
            faults.at(owner, "the function " + name + " is an inner class: make it static");
        } else if (ElementFilter.constructorsIn(owner.getEnclosedElements()).stream()
                .noneMatch(each ->
                        each.getParameters().isEmpty()
                                && each.getModifiers().contains(Modifier.PUBLIC))) {
            faults.at(
                    owner,
                    "the function "
                            + name
                            + " has no public constructor without parameters, which the server"
                            + " needs: add one");
        }
    }

    private void write(Map<ExposedInterface, ExecutableElement> found, Faults faults) {
        Element[] origins = found.values().toArray(Element[]::new);
        try (OutputStream out =
                processingEnv
                        .getFiler()
                        .createResource(
                                StandardLocation.CLASS_OUTPUT, "", InterfacesFile.PATH, origins)
                        .openOutputStream()) {
            out.write(InterfacesFile.text(found.keySet()).getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            faults.at(
                    origins[0], InterfacesFile.PATH + " can't be written: " + failure.getMessage());
        }
    }
}
