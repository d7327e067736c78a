package dev.rialto.hardening;

import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassHierarchyResolver.ClassHierarchyInfo;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// All classes of one revision, and what they extend of the JDK.
final class RevisionClasses {
    private final Map<String, ClassModel> classes;
    private final Map<String, Set<String>> ancestors = new HashMap<>();
    private final Map<String, Set<String>> members = new HashMap<>();
    private final Map<String, Set<String>> outside = new HashMap<>();

    /// @param classes by internal name
    RevisionClasses(Map<String, ClassModel> classes) {
        this.classes = classes;
    }

    boolean has(String name) {
        return classes.containsKey(name);
    }

    /// Of a class of the revision.
    Optional<ClassModel> model(String name) {
        return Optional.ofNullable(classes.get(name));
    }

    /// A class and all that it extends and implements, as internal names. Of classes that can't be
    /// found only the name.
    Set<String> ancestors(String name) {
        Set<String> known = ancestors.get(name);
        if (known == null) {
            known = new LinkedHashSet<>();
            collect(name, known);
            ancestors.put(name, known);
        }
        return known;
    }

    /// Whether a field or method that is reached by a class of the revision belongs to the
    /// revision, and is not inherited from the JDK.
    boolean declares(String owner, String name, String descriptor) {
        for (String each : ancestors(owner)) {
            if (has(each) && members(each).contains(name + descriptor)) {
                return true;
            }
        }
        return false;
    }

    /// Whether a class that does not belong to the revision declares a field or method.
    boolean declaresOutside(String owner, String name, String descriptor) {
        return !has(owner)
                && outside.computeIfAbsent(owner, RevisionClasses::declaredOutside)
                        .contains(name + descriptor);
    }

    private static Set<String> declaredOutside(String owner) {
        Set<String> all = new HashSet<>();
        loaded(owner)
                .ifPresent(type -> {
                    for (Method each : type.getDeclaredMethods()) {
                        var shape =
                                MethodType.methodType(
                                        each.getReturnType(), each.getParameterTypes());
                        all.add(each.getName() + shape.descriptorString());
                    }
                    for (Field each : type.getDeclaredFields()) {
                        all.add(each.getName() + each.getType().descriptorString());
                    }
                });
        return all;
    }

    /// Whether a class is among its own superclasses, which then have no end.
    boolean isCircular(String name) {
        Set<String> passed = new HashSet<>();
        String next = name;
        while (passed.add(next)) {
            ClassModel model = classes.get(next);
            if (model == null || model.superclass().isEmpty()) {
                return false;
            }
            next = model.superclass().orElseThrow().asInternalName();
        }
        return true;
    }

    /// What is needed to write stack maps.
    ClassHierarchyResolver resolver() {
        return type -> {
            String name = internal(type);
            ClassModel model = classes.get(name);
            if (model != null) {
                return model.flags().has(AccessFlag.INTERFACE)
                        ? ClassHierarchyInfo.ofInterface()
                        : ClassHierarchyInfo.ofClass(parent(name, model));
            }
            return loaded(name)
                    .map(RevisionClasses::info)
                    .orElse(ClassHierarchyInfo.ofClass(ConstantDescs.CD_Object));
        };
    }

    /// Object for a class that is its own ancestor: the JVM will refuse it, but whoever follows
    /// superclasses before must come to an end.
    private ClassDesc parent(String name, ClassModel model) {
        return model.superclass()
                .filter(each -> !ancestors(each.asInternalName()).contains(name))
                .map(ClassEntry::asSymbol)
                .orElse(ConstantDescs.CD_Object);
    }

    /// Without `L` and `;`.
    static String internal(ClassDesc type) {
        String text = type.descriptorString();
        return type.isClassOrInterface() ? text.substring(1, text.length() - 1) : text;
    }

    private static ClassHierarchyInfo info(Class<?> type) {
        Class<?> parent = type.getSuperclass();
        if (type.isInterface()) {
            return ClassHierarchyInfo.ofInterface();
        }
        // Where superclasses end only the JDK's resolvers can tell: what is told of an interface
        // would make Object its own superclass, and whoever follows superclasses go round for ever.
        return parent == null
                ? Objects.requireNonNull(
                        ClassHierarchyResolver.defaultResolver()
                                .getClassInfo(ConstantDescs.CD_Object))
                : ClassHierarchyInfo.ofClass(ClassDesc.ofDescriptor(parent.descriptorString()));
    }

    private Set<String> members(String name) {
        return members.computeIfAbsent(
                name,
                _ -> {
                    Set<String> all = new HashSet<>();
                    ClassModel model = classes.get(name);
                    if (model != null) {
                        for (MethodModel each : model.methods()) {
                            all.add(
                                    each.methodName().stringValue()
                                            + each.methodType().stringValue());
                        }
                        for (FieldModel each : model.fields()) {
                            all.add(
                                    each.fieldName().stringValue()
                                            + each.fieldType().stringValue());
                        }
                    }
                    return all;
                });
    }

    private void collect(String name, Set<String> into) {
        if (!into.add(name)) {
            return;
        }
        ClassModel model = classes.get(name);
        if (model != null) {
            model.superclass().ifPresent(each -> collect(each.asInternalName(), into));
            model.interfaces().forEach(each -> collect(each.asInternalName(), into));
            return;
        }
        loaded(name).ifPresent(each -> collect(each, into));
    }

    private static void collect(Class<?> type, Set<String> into) {
        into.add(type.getName().replace('.', '/'));
        Class<?> parent = type.getSuperclass();
        if (parent != null) {
            collect(parent, into);
        }
        for (Class<?> each : type.getInterfaces()) {
            collect(each, into);
        }
    }

    /// A class that does not belong to the revision.
    static Optional<Class<?>> loaded(String name) {
        try {
            return Optional.of(
                    Class.forName(
                            name.replace('/', '.'), false, RevisionClasses.class.getClassLoader()));
        } catch (ClassNotFoundException | LinkageError absent) {
            return Optional.empty();
        }
    }
}
