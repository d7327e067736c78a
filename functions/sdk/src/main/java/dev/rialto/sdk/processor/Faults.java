package dev.rialto.sdk.processor;

import java.lang.annotation.Annotation;
import javax.annotation.processing.Messager;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;

/// Where the processor says what is wrong: the compiler shows it with file and line.
final class Faults {
    private final Messager messager;
    private int count;

    Faults(Messager messager) {
        this.messager = messager;
    }

    /// An error that stops the build.
    void at(Element element, String message) {
        count++;
        messager.printMessage(Diagnostic.Kind.ERROR, message, element);
    }

    /// An error in an annotation.
    void at(Element element, Class<? extends Annotation> annotation, String message) {
        for (AnnotationMirror each : element.getAnnotationMirrors()) {
            if (each.getAnnotationType().asElement() instanceof TypeElement type
                    && type.getQualifiedName().contentEquals(annotation.getName())) {
                count++;
                messager.printMessage(Diagnostic.Kind.ERROR, message, element, each);
                return;
            }
        }
        at(element, message);
    }

    /// Something that is surely not meant, but does no harm.
    void warn(Element element, String message) {
        messager.printMessage(Diagnostic.Kind.WARNING, message, element);
    }

    /// How many errors there are.
    int count() {
        return count;
    }
}
