package dev.rialto.hardening;

import dev.rialto.hardening.Inspection.Refusal;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The hardened classes of all libraries of a revision. They depend on nothing but each other and
/// the JDK, so that revisions with the same libraries share them.
final class HardenedLibraries {
    private static final String SUFFIX = ".class";
    private static final String EXTRA = String.join("\n", Rules.of("library-allowed.txt"));

    private final LibraryRules rules;
    private final Map<String, byte[]> classes = new LinkedHashMap<>();
    private final Map<String, Set<Refusal>> unavailable = new HashMap<>();
    private final Map<String, String> libraries = new HashMap<>();
    private final long size;

    HardenedLibraries(AllowList allowed, List<Library> all) {
        Map<String, ClassModel> models = new LinkedHashMap<>();
        Map<String, String> unusable = new HashMap<>();
        long bytes = 0;
        for (Library library : all) {
            for (var each : library.classes().entrySet()) {
                if (Hardener.isClass(each.getKey())) {
                    String name = Hardener.name(each.getKey());
                    bytes += each.getValue().length;
                    libraries.put(name, library.name());
                    parse(name, each.getValue(), models, unusable);
                }
            }
        }
        rules = new LibraryRules(allowed.with(EXTRA).allowing(StandIns.PACKAGE), models, unusable);
        var detours = new Detours(rules.allowed(), rules.code());
        for (ClassModel each : List.copyOf(rules.models().values())) {
            var found = detours.of(each);
            if (found.isEmpty()) {
                weave(each);
            } else {
                rules.unusable()
                        .put(
                                each.thisClass().asInternalName(),
                                found.keySet().iterator().next()
                                        + " leads out of it: "
                                        + found.values().iterator().next());
            }
        }
        for (String each : rules.nothings()) {
            classes.put(
                    each + SUFFIX,
                    ClassFile.of()
                            .build(
                                    ClassDesc.ofInternalName(each),
                                    type ->
                                            type.withFlags(
                                                    ClassFile.ACC_PUBLIC
                                                            | ClassFile.ACC_FINAL
                                                            | ClassFile.ACC_SUPER)));
        }
        size = 2 * bytes;
    }

    /// By path.
    Map<String, byte[]> classes() {
        return classes;
    }

    /// The classes as they are seen by those that use them, by internal name.
    Map<String, ClassModel> models() {
        return rules.models();
    }

    /// Why classes can't be used, by internal name.
    Map<String, String> unusable() {
        return rules.unusable();
    }

    /// What a class misses.
    Set<Refusal> unavailable(String className) {
        return unavailable.getOrDefault(className, Set.of());
    }

    /// The library that a class is of.
    String library(String className) {
        return libraries.getOrDefault(className, "");
    }

    /// About how many bytes it takes.
    long size() {
        return size;
    }

    private static void parse(
            String name,
            byte[] bytes,
            Map<String, ClassModel> models,
            Map<String, String> unusable) {
        try {
            Hardener.refuseReserved(name);
            ClassModel model =
                    ClassFile.of().parse(ConstantNames.replaced(bytes, StandIns.classes()));
            Hardener.requireName(model, name);
            models.put(name, model);
        } catch (IllegalArgumentException unfit) {
            unusable.put(name, String.valueOf(unfit.getMessage()));
        }
    }

    private void weave(ClassModel model) {
        String name = model.thisClass().asInternalName();
        LibraryClass woven = new LibraryClass(rules, model, false);
        try {
            byte[] bytes;
            try {
                bytes = woven.weave();
            } catch (IllegalArgumentException tooLong) {
                woven = new LibraryClass(rules, model, true);
                bytes = woven.weave();
            }
            classes.put(name + SUFFIX, bytes);
            if (!woven.unavailable().isEmpty()) {
                unavailable.put(name, woven.unavailable());
            }
        } catch (IllegalArgumentException malformed) {
            // Others were woven as if it was there; they get a NoClassDefFoundError.
            rules.unusable().put(name, String.valueOf(malformed.getMessage()));
        }
    }
}
