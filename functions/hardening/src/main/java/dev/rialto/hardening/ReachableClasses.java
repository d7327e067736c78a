package dev.rialto.hardening;

import dev.rialto.hardening.Inspection.Refusal;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The library classes that a micro app's own classes name, directly or through each other: a
/// superset of what its functions can call.
final class ReachableClasses {
    private final HardenedLibraries libraries;
    private final Set<String> found = new HashSet<>();
    private final Deque<ClassModel> open = new ArrayDeque<>();

    ReachableClasses(Collection<ClassModel> own, HardenedLibraries libraries) {
        this.libraries = libraries;
        if (libraries.models().isEmpty()) {
            return;
        }
        open.addAll(own);
        while (!open.isEmpty()) {
            follow(open.pop());
        }
    }

    private void follow(ClassModel model) {
        for (PoolEntry each : model.constantPool()) {
            if (each instanceof ClassEntry type) {
                String name = element(type.asInternalName());
                ClassModel next = libraries.models().get(name);
                if (found.add(name) && next != null) {
                    open.push(next);
                }
            }
        }
    }

    /// What is missed there, one for each library that misses something.
    List<Shortfall> shortfalls() {
        Map<String, Set<String>> members = new TreeMap<>();
        Map<String, Map<String, String>> unusable = new HashMap<>();
        for (String each : found) {
            String library = libraries.library(each);
            for (Refusal refusal : libraries.unavailable(each)) {
                members.computeIfAbsent(library, _ -> new TreeSet<>())
                        .add(refusal.owner() + " " + refusal.member());
            }
            String why = libraries.unusable().get(each);
            if (why != null) {
                members.computeIfAbsent(library, _ -> new TreeSet<>());
                unusable.computeIfAbsent(library, _ -> new TreeMap<>())
                        .put(each.replace('/', '.'), why);
            }
        }
        return members.entrySet().stream()
                .map(each ->
                        new Shortfall(
                                each.getKey(),
                                counted(each.getValue()),
                                unusable.getOrDefault(each.getKey(), Map.of())))
                .toList();
    }

    private static Map<String, Integer> counted(Set<String> members) {
        Map<String, Integer> counts = new HashMap<>();
        for (String each : members) {
            // A type beside its members is no news.
            if (each.endsWith(" ") && members.stream().anyMatch(other -> isOf(each, other))) {
                continue;
            }
            counts.merge(group(each.substring(0, each.indexOf(' '))), 1, Integer::sum);
        }
        return Shortfall.sorted(counts);
    }

    private static boolean isOf(String owner, String member) {
        return member.length() > owner.length() && member.startsWith(owner);
    }

    /// A class of `java.lang`, where each is something else, or else a package.
    private static String group(String owner) {
        int end = owner.lastIndexOf('.');
        return end < 0 || owner.substring(0, end).equals("java.lang")
                ? owner
                : owner.substring(0, end);
    }

    private static String element(String name) {
        if (!name.startsWith("[")) {
            return name;
        }
        int start = name.indexOf('L');
        return start < 0 ? name : name.substring(start + 1, name.length() - 1);
    }
}
