package dev.rialto.hardening;

import dev.rialto.hardening.Inspection.Refusal;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.constant.ClassDesc;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the classes of all libraries of a revision may reach together, and which of them can be
/// used.
final class LibraryRules {
    private static final String NOTHING = "rialto/guarded/unavailable/";

    private final AllowList allowed;
    private final Set<String> nothings = new HashSet<>();
    private final RevisionClasses code;
    private final Map<String, ClassModel> models;
    private final Map<String, String> unusable;

    /// @param models by internal name; those that can't be used are taken out
    /// @param unusable those that were left out already, and why
    LibraryRules(AllowList allowed, Map<String, ClassModel> models, Map<String, String> unusable) {
        this.allowed = allowed;
        this.models = new LinkedHashMap<>(models);
        this.unusable = new HashMap<>(unusable);
        this.code = new RevisionClasses(this.models);
        leaveOut();
    }

    AllowList allowed() {
        return allowed;
    }

    RevisionClasses code() {
        return code;
    }

    /// The classes that can be used.
    Map<String, ClassModel> models() {
        return models;
    }

    /// Classes that can't be used by their internal names, and why.
    Map<String, String> unusable() {
        return unusable;
    }

    boolean mayExtend(String parent) {
        return models.containsKey(parent) || allowed.refusalToExtend(parent).isEmpty();
    }

    /// Why a type is refused, if it is.
    Optional<Refusal> refusal(ClassDesc type) {
        ClassDesc element = type;
        while (element.isArray()) {
            element = element.componentType();
        }
        if (element.isPrimitive()) {
            return Optional.empty();
        }
        String name = RevisionClasses.internal(element);
        return models.containsKey(name) || allowed.refusal(name).isEmpty()
                ? Optional.empty()
                : Optional.of(new Refusal("", 0, name.replace('/', '.'), "", why(name)));
    }

    /// Why a class is not available.
    ///
    /// @param name internal
    String why(String name) {
        String known = unusable.get(name);
        return known == null
                ? allowed.refusal(name).orElse("it is not available to functions")
                : known;
    }

    /// The class that stands for one that is not available.
    ///
    /// @param name internal
    /// @return its internal name
    String nothing(String name) {
        nothings.add(NOTHING + name);
        return NOTHING + name;
    }

    /// The classes that stand for others.
    Set<String> nothings() {
        return nothings;
    }

    /// Whether neither the JDK nor the revision has a class.
    boolean isAbsent(String name) {
        return !models.containsKey(name)
                && !unusable.containsKey(name)
                && name.indexOf('/') > 0
                && !JdkPackages.hold(name)
                && !name.startsWith("dev/rialto/");
    }

    /// Leaves out classes whose superclass is not available; one can be the superclass of others.
    private void leaveOut() {
        boolean again = true;
        while (again) {
            Map<String, String> found = new LinkedHashMap<>();
            for (ClassModel each : models.values()) {
                String name = each.thisClass().asInternalName();
                reason(name, each).ifPresent(why -> found.put(name, why));
            }
            models.keySet().removeAll(found.keySet());
            unusable.putAll(found);
            again = !found.isEmpty();
        }
    }

    private Optional<String> reason(String name, ClassModel model) {
        if (code.isCircular(name)) {
            return Optional.of("it extends itself");
        }
        return model.superclass()
                .map(ClassEntry::asInternalName)
                .filter(parent -> !mayExtend(parent))
                .map(parent ->
                        "it extends "
                                + parent.replace('/', '.')
                                + ": "
                                + allowed.refusalToExtend(parent).orElse(why(parent)));
    }
}
