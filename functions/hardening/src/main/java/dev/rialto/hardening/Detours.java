package dev.rialto.hardening;

import java.lang.classfile.AccessFlags;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.reflect.AccessFlag;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds interfaces through which a micro app could call a forbidden method.
///
/// A call is judged by the class that it names. An interface of a revision may declare any method,
/// and what runs is what a class that implements it inherits from the JDK, e.g. `parallelStream()`
/// of a class that extends `ArrayList`.
final class Detours {
    private final AllowList allowed;
    private final RevisionClasses code;

    Detours(AllowList allowed, RevisionClasses code) {
        this.allowed = allowed;
        this.code = code;
    }

    /// Methods of the revision's interfaces that lead out of a class, with the reasons why they may
    /// not.
    Map<String, String> of(ClassModel model) {
        if (model.flags().has(AccessFlag.INTERFACE)) {
            return Map.of();
        }
        Map<String, String> found = new LinkedHashMap<>();
        Set<String> ancestors = code.ancestors(model.thisClass().asInternalName());
        Set<String> own = declaredByClasses(model);
        for (String each : ancestors) {
            code.model(each)
                    .filter(type -> type.flags().has(AccessFlag.INTERFACE))
                    .ifPresent(type -> {
                        for (MethodModel method : type.methods()) {
                            String name = method.methodName().stringValue();
                            String descriptor = method.methodType().stringValue();
                            if (!own.contains(name + descriptor)) {
                                outside(ancestors, name, descriptor)
                                        .ifPresent(why -> found.put(type(each) + "." + name, why));
                            }
                        }
                    });
        }
        return found;
    }

    private static String type(String internal) {
        return internal.replace('/', '.');
    }

    /// Methods of the class and those of its superclasses that belong to the revision.
    private Set<String> declaredByClasses(ClassModel model) {
        Set<String> all = new HashSet<>();
        Set<String> passed = new HashSet<>();
        Optional<ClassModel> next = Optional.of(model);
        while (next.isPresent()) {
            ClassModel each = next.get();
            if (!passed.add(each.thisClass().asInternalName())) {
                break;
            }
            each.methods().stream()
                    .filter(method -> overrides(method.flags()))
                    .forEach(method ->
                            all.add(
                                    method.methodName().stringValue()
                                            + method.methodType().stringValue()));
            next = each.superclass().flatMap(parent -> code.model(parent.asInternalName()));
        }
        return all;
    }

    private static boolean overrides(AccessFlags flags) {
        return !flags.has(AccessFlag.ABSTRACT)
                && !flags.has(AccessFlag.PRIVATE)
                && !flags.has(AccessFlag.STATIC);
    }

    private Optional<String> outside(Set<String> ancestors, String name, String descriptor) {
        for (String each : ancestors) {
            if (allowed.refusal(each).isEmpty() && code.declaresOutside(each, name, descriptor)) {
                Optional<String> why = allowed.refusal(each, ancestors, name, descriptor);
                if (why.isPresent()) {
                    return why;
                }
            }
        }
        return Optional.empty();
    }
}
