package dev.rialto.hardening;

import dev.rialto.hardening.Inspection.Refusal;
import java.lang.classfile.AccessFlags;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Interfaces;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.DiscontinuedInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Puts checks, and traps for what is not available, into one class of a library.
final class LibraryClass extends ClassWeaver {
    private static final String TRAP = "rialto$trap$";
    private static final int JAVA_6 = 50;

    /// Rewritten methods get longer, and a method has 65,535 bytes at most.
    private static final int LONG_METHOD = 24_000;

    private final LibraryRules rules;
    private final Inspection inspection;
    private final List<Refusal> told = new ArrayList<>();
    private final Set<Refusal> unavailable = new HashSet<>();
    private final Map<String, Trapped> trapped = new LinkedHashMap<>();
    private final boolean withoutLongMethods;

    private record Trapped(DirectMethodHandleDesc handle, Refusal refusal) {}

    LibraryClass(LibraryRules rules, ClassModel model, boolean withoutLongMethods) {
        super(rules.code(), model);
        this.rules = rules;
        this.withoutLongMethods = withoutLongMethods;
        this.inspection = new Inspection(rules.allowed(), rules.code(), model, told::add);
    }

    Inspection inspection() {
        return inspection;
    }

    /// What it came to that is not available.
    Set<Refusal> unavailable() {
        return unavailable;
    }

    void unavailable(Refusal refusal) {
        unavailable.add(new Refusal("", 0, refusal.owner(), refusal.member(), refusal.why()));
    }

    /// What an inspection refuses first; null when nothing. A member is told rather than a type.
    @Nullable Refusal refusal(Runnable inspecting) {
        told.clear();
        inspecting.run();
        return told.stream()
                .filter(each -> !each.member().isEmpty())
                .findFirst()
                .orElse(told.isEmpty() ? null : told.getFirst());
    }

    Optional<Refusal> refusal(ClassDesc type) {
        return rules.refusal(type);
    }

    String why(String className) {
        return rules.why(className);
    }

    boolean isAbsent(String className) {
        return rules.isAbsent(className.replace('.', '/'));
    }

    /// A class that stands for one that is not available, and has nothing.
    ClassDesc nothing(ClassDesc type) {
        ClassDesc element = type;
        while (element.isArray()) {
            element = element.componentType();
        }
        return ClassDesc.ofInternalName(rules.nothing(RevisionClasses.internal(element)));
    }

    boolean declares(String owner, String name, String descriptor) {
        return code().has(owner) && code().declares(owner, name, descriptor);
    }

    /// Whether a field is what readers and writers lock.
    boolean isLockOfStream(String owner, String name, String descriptor) {
        if (!name.equals("lock")
                || !descriptor.equals("Ljava/lang/Object;")
                || declares(owner, name, descriptor)) {
            return false;
        }
        Set<String> ancestors = code().ancestors(owner);
        return ancestors.contains("java/io/Reader") || ancestors.contains("java/io/Writer");
    }

    /// A reference to a trap in place of one to a method that is not available.
    DirectMethodHandleDesc trapped(DirectMethodHandleDesc handle, Refusal refusal) {
        unavailable(refusal);
        String name = TRAP + trapped.size();
        trapped.put(name, new Trapped(handle, refusal));
        return MethodHandleDesc.ofMethod(
                isInterface()
                        ? DirectMethodHandleDesc.Kind.INTERFACE_STATIC
                        : DirectMethodHandleDesc.Kind.STATIC,
                self(),
                name,
                handle.invocationType());
    }

    @Override
    void weave(ClassBuilder builder, ClassElement element) {
        switch (element) {
            case ClassFileVersion version when version.majorVersion() < JAVA_6 ->
                    builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
            case Interfaces all ->
                    builder.withInterfaces(
                            all.interfaces().stream()
                                    .filter(each -> rules.mayExtend(each.asInternalName()))
                                    .toArray(ClassEntry[]::new));
            case MethodModel method when isFinalizer(method) -> {}
            case MethodModel method when method.flags().has(AccessFlag.NATIVE) ->
                    trapWhole(builder, method, "native code", "it can't be checked");
            case MethodModel method when isTooLong(method) ->
                    trapWhole(
                            builder,
                            method,
                            self().displayName() + "." + method.methodName().stringValue(),
                            "it would be too long with checks");
            case MethodModel method when isTooOld(method) ->
                    trapWhole(
                            builder,
                            method,
                            self().displayName() + "." + method.methodName().stringValue(),
                            "it was compiled for a Java that is too old");
            default -> super.weave(builder, element);
        }
    }

    @Override
    void addMethods(ClassBuilder builder) {
        super.addMethods(builder);
        int access = ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC;
        trapped.forEach((name, each) ->
                builder.withMethodBody(
                        name,
                        each.handle.invocationType(),
                        access,
                        body -> Traps.write(body, each.refusal, isAbsent(each.refusal.owner()))));
    }

    @Override
    CodeTransform transform(MethodModel method, boolean locks) {
        return CodeTransform.ofStateful(() -> new Traps(this))
                .andThen(super.transform(method, locks));
    }

    private void trapWhole(ClassBuilder builder, MethodModel method, String what, String why) {
        var refusal = new Refusal("", 0, what, "", why);
        unavailable(refusal);
        builder.withMethod(
                method.methodName().stringValue(),
                method.methodTypeSymbol(),
                method.flags().flagsMask() & ~ClassFile.ACC_NATIVE & ~ClassFile.ACC_SYNCHRONIZED,
                to -> {
                    method.forEach(each -> {
                        if (!(each instanceof AccessFlags) && !(each instanceof CodeModel)) {
                            to.with(each);
                        }
                    });
                    to.withCode(body -> Traps.write(body, refusal, false));
                });
    }

    private static boolean isFinalizer(MethodModel method) {
        return method.methodName().equalsString("finalize")
                && method.methodType().equalsString("()V");
    }

    private boolean isTooLong(MethodModel method) {
        return withoutLongMethods
                && method.code()
                        .filter(each ->
                                each instanceof CodeAttribute code
                                        && code.codeLength() > LONG_METHOD)
                        .isPresent();
    }

    private static boolean isTooOld(MethodModel method) {
        return method.code()
                .filter(body ->
                        body.elementStream().anyMatch(DiscontinuedInstruction.class::isInstance))
                .isPresent();
    }
}
