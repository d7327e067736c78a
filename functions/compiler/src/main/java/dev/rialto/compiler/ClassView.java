package dev.rialto.compiler;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Interfaces;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.RuntimeInvisibleAnnotationsAttribute;
import java.lang.classfile.attribute.RuntimeVisibleAnnotationsAttribute;
import java.lang.constant.ConstantDescs;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Class files changed for those who look at them.
final class ClassView {
    private static final String GROOVY_OBJECT = "groovy/lang/GroovyObject";

    /// Those by which a class tells Groovy's compiler to run code.
    private static final Set<String> TRANSFORMING =
            Set.of(
                    "Lgroovy/transform/AnnotationCollector;",
                    "Lorg/codehaus/groovy/transform/GroovyASTTransformationClass;");

    private ClassView() {}

    /// The same class without anything that runs when it is loaded or looked at: methods do nothing
    /// but throw, there is no initializer, and nothing that makes Groovy's compiler call it.
    static byte[] withoutCode(byte[] bytes) {
        ClassFile files = ClassFile.of(ClassFile.StackMapsOption.DROP_STACK_MAPS);
        ClassModel parsed = files.parse(bytes);
        return files.transformClass(
                parsed,
                (builder, element) -> {
                    switch (element) {
                        case MethodModel method
                                when method.methodName()
                                        .equalsString(ConstantDescs.CLASS_INIT_NAME) -> {}
                        case MethodModel method ->
                                builder.transformMethod(
                                        method,
                                        (to, part) -> {
                                            if (part instanceof CodeModel) {
                                                to.withCode(code -> code.aconst_null().athrow());
                                            } else {
                                                to.with(part);
                                            }
                                        });
                        case RuntimeVisibleAnnotationsAttribute visible ->
                                builder.with(
                                        RuntimeVisibleAnnotationsAttribute.of(
                                                visible.annotations().stream()
                                                        .filter(each ->
                                                                !TRANSFORMING.contains(
                                                                        each.className()
                                                                                .stringValue()))
                                                        .toList()));
                        case RuntimeInvisibleAnnotationsAttribute _ -> {}
                        default -> builder.with(element);
                    }
                });
    }

    /// Classes as they would look had they not been written in Groovy.
    ///
    /// The annotation processor passes by what looks like Groovy, since it expects a stub; these
    /// are the real classes.
    static Map<String, byte[]> asIfJava(Map<String, byte[]> classes) {
        Map<String, byte[]> views = new HashMap<>();
        classes.forEach((path, bytes) -> {
            if (path.endsWith(".class")) {
                views.put(path, asIfJava(bytes));
            }
        });
        return views;
    }

    private static byte[] asIfJava(byte[] bytes) {
        ClassFile files = ClassFile.of();
        try {
            ClassModel parsed = files.parse(bytes);
            boolean groovy =
                    parsed.interfaces().stream()
                            .anyMatch(each -> each.asInternalName().equals(GROOVY_OBJECT));
            return groovy
                    ? files.transformClass(
                            parsed,
                            (builder, element) ->
                                    builder.with(
                                            element instanceof Interfaces interfaces
                                                    ? withoutGroovy(interfaces)
                                                    : element))
                    : bytes;
        } catch (IllegalArgumentException broken) {
            return bytes;
        }
    }

    private static Interfaces withoutGroovy(Interfaces interfaces) {
        return Interfaces.of(
                interfaces.interfaces().stream()
                        .filter(each -> !each.asInternalName().equals(GROOVY_OBJECT))
                        .toList());
    }
}
