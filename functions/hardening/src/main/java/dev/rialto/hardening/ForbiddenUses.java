package dev.rialto.hardening;

import dev.rialto.hardening.Inspection.Refusal;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Collects forbidden uses and reports each expression once: one call names its class, its method
/// and the types of both, all on one line and for one reason.
final class ForbiddenUses {
    private static final Pattern FILE = Pattern.compile("[\\p{L}\\p{N}_$.-]{1,200}");
    private static final int MAX_NAMED = 3;

    private final Map<Place, List<Refusal>> places = new LinkedHashMap<>();
    private final Map<String, String> files = new LinkedHashMap<>();

    /// Where refusals are of one expression, as far as class files tell.
    private record Place(String className, String method, int line, String why, String what) {}

    /// Notes one in a class.
    void add(ClassModel model, Refusal refusal) {
        String name = model.thisClass().asInternalName();
        files.computeIfAbsent(name, _ -> file(model));
        // Without a line it is about a declaration, of which there may be many.
        String what = refusal.line() > 0 ? "" : refusal.owner() + "." + refusal.member();
        List<Refusal> here =
                places.computeIfAbsent(
                        new Place(name, refusal.method(), refusal.line(), refusal.why(), what),
                        _ -> new ArrayList<>());
        if (here.stream().noneMatch(each -> covers(each, refusal))) {
            here.removeIf(each -> covers(refusal, each));
            here.add(refusal);
        }
    }

    /// Notes a class that can't be read.
    void unreadable(String name, String why) {
        files.putIfAbsent(name, name + ".class");
        places.put(
                new Place(name, "", 0, why, ""),
                List.of(new Refusal("", 0, "the class file", "", "it can't be used: " + why)));
    }

    boolean isEmpty() {
        return places.isEmpty();
    }

    List<ForbiddenUse> all() {
        List<ForbiddenUse> all = new ArrayList<>();
        places.forEach((place, here) ->
                all.add(
                        new ForbiddenUse(
                                place.className.replace('/', '.'),
                                place.method,
                                place.line,
                                named(here),
                                files.getOrDefault(place.className, ""),
                                here.getFirst().why())));
        return all;
    }

    private static boolean covers(Refusal one, Refusal other) {
        return one.owner().equals(other.owner())
                && (one.member().equals(other.member()) || other.member().isEmpty());
    }

    private static String named(List<Refusal> here) {
        // A type that is only passed on is no news beside the members.
        List<String> members =
                here.stream()
                        .filter(each -> !each.member().isEmpty())
                        .map(each -> each.owner() + "." + each.member())
                        .toList();
        List<String> names =
                members.isEmpty() ? here.stream().map(Refusal::owner).toList() : members;
        String shown = String.join(", ", names.subList(0, Math.min(names.size(), MAX_NAMED)));
        return names.size() > MAX_NAMED ? shown + ", ..." : shown;
    }

    /// Where its source lies below the folders of sources.
    private static String file(ClassModel model) {
        String name = model.thisClass().asInternalName();
        return model.findAttribute(Attributes.sourceFile())
                .map(each -> each.sourceFile().stringValue())
                .filter(each -> FILE.matcher(each).matches())
                .map(each -> name.substring(0, name.lastIndexOf('/') + 1) + each)
                .orElse(name + ".class");
    }
}
