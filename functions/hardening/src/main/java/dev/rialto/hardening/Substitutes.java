package dev.rialto.hardening;

import dev.rialto.hardening.Inspection.Refusal;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassHierarchyResolver.ClassHierarchyInfo;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Static methods of a language's library, and what is called in place of each: the static method
/// of the same name and type of another class, which does no more than it should.
///
/// They are replaced before code is inspected, so that what is called in their place is judged.
/// Where they take a value and a class, the class has to be written out, so that it is judged as
/// well.
final class Substitutes {
    private static final String CLASS_IS_LAST = "(Ljava/lang/Object;Ljava/lang/Class;)";

    /// Good enough to read the class again, which is then woven with stack maps that are right.
    private static final ClassHierarchyResolverOption ROUGH =
            ClassHierarchyResolverOption.of(
                    ClassHierarchyResolver.defaultResolver()
                            .orElse(_ -> ClassHierarchyInfo.ofClass(ConstantDescs.CD_Object)));

    private final Map<String, List<Substitute>> byOwner = new HashMap<>();

    private record Substitute(List<String> members, ClassDesc by) {}

    Substitutes copy() {
        var copy = new Substitutes();
        copy.byOwner.putAll(byOwner);
        return copy;
    }

    /// @param owner internal name
    /// @param members as in `allowed.txt`
    /// @param by the name of the class that has the others
    void add(String owner, List<String> members, String by) {
        List<Substitute> all = new ArrayList<>(byOwner.getOrDefault(owner, List.of()));
        all.add(new Substitute(members, ClassDesc.of(by)));
        byOwner.put(owner, List.copyOf(all));
    }

    /// The same class with other calls.
    ///
    /// @param refusals is told of classes that are not written out
    ClassModel in(ClassModel model, Consumer<Refusal> refusals) {
        if (!isNamedIn(model)) {
            return model;
        }
        byte[] changed =
                ClassFile.of(ROUGH)
                        .transformClass(
                                model,
                                ClassTransform.transformingMethodBodies(
                                        CodeTransform.ofStateful(() -> new Replacing(refusals))));
        return ClassFile.of().parse(changed);
    }

    private boolean isNamedIn(ClassModel model) {
        for (var each : model.constantPool()) {
            if (each instanceof ClassEntry type && byOwner.containsKey(type.asInternalName())) {
                return true;
            }
        }
        return false;
    }

    private Optional<ClassDesc> by(InvokeInstruction call) {
        if (call.opcode() != Opcode.INVOKESTATIC) {
            return Optional.empty();
        }
        return byOwner.getOrDefault(call.owner().asInternalName(), List.of()).stream()
                .filter(each ->
                        AllowList.matches(
                                each.members(),
                                call.name().stringValue(),
                                call.type().stringValue()))
                .map(Substitute::by)
                .findFirst();
    }

    private final class Replacing implements CodeTransform {
        private final Consumer<Refusal> refusals;
        private boolean classBefore;
        private int line;

        Replacing(Consumer<Refusal> refusals) {
            this.refusals = refusals;
        }

        @Override
        public void accept(CodeBuilder builder, CodeElement element) {
            if (element instanceof InvokeInstruction call) {
                call(builder, call);
            } else {
                builder.with(element);
            }
            if (element instanceof LineNumber number) {
                line = number.line();
            } else {
                classBefore = isClass(element);
            }
        }

        private void call(CodeBuilder builder, InvokeInstruction call) {
            Optional<ClassDesc> by = by(call);
            if (by.isEmpty()) {
                builder.with(call);
                return;
            }
            String name = call.name().stringValue();
            if (call.type().stringValue().startsWith(CLASS_IS_LAST) && !classBefore) {
                refuse(name);
            }
            builder.invokestatic(by.get(), name, call.typeSymbol(), false);
        }

        /// A class that is written out, as it is or as `Integer.TYPE`.
        private static boolean isClass(CodeElement element) {
            return switch (element) {
                case ConstantInstruction constant -> constant.constantValue() instanceof ClassDesc;
                case FieldInstruction field ->
                        field.opcode() == Opcode.GETSTATIC
                                && field.owner().asInternalName().startsWith("java/lang/")
                                && field.name().equalsString("TYPE");
                default -> false;
            };
        }

        private void refuse(String method) {
            refusals.accept(
                    new Refusal(
                            "",
                            line,
                            method + "(Object, Class)",
                            "",
                            "the class must be a literal, as in x as Integer"));
        }
    }
}
