package dev.rialto.hardening;

import dev.rialto.hardening.Inspection.Refusal;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LocalVariable;
import java.lang.classfile.instruction.LocalVariableType;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Replaces each instruction of a library method for which a micro app's own code would be refused
/// by a trap, or by a call of a harmless replacement.
///
/// Whatever [Inspection] refuses is not written; the code after a trap is dead until the next jump
/// target. So no forbidden member can be reached, whatever the code does.
final class Traps implements CodeTransform {
    private static final ClassDesc TRAP = ClassDesc.of(Trap.class.getName());
    private static final MethodTypeDesc OF_STRING =
            MethodTypeDesc.ofDescriptor("(Ljava/lang/String;)Ljava/lang/RuntimeException;");
    private static final MethodTypeDesc OF_STRINGS =
            MethodTypeDesc.ofDescriptor(
                    "(Ljava/lang/String;Ljava/lang/String;)Ljava/lang/RuntimeException;");
    private static final String LAMBDAS = "java/lang/invoke/LambdaMetafactory";

    private final LibraryClass of;
    private final Inspection inspection;

    Traps(LibraryClass of) {
        this.of = of;
        this.inspection = of.inspection();
    }

    @Override
    public void accept(CodeBuilder builder, CodeElement element) {
        switch (element) {
            case InvokeInstruction call -> call(builder, call);
            case FieldInstruction field -> field(builder, field);
            case InvokeDynamicInstruction call -> link(builder, call);
            case TypeCheckInstruction check -> check(builder, check);
            case ExceptionCatch handler -> {
                // Nothing of such a type is thrown here.
                if (handler.catchType().map(each -> of.refusal(each.asSymbol())).isEmpty()
                        || of.refusal(handler.catchType().orElseThrow().asSymbol()).isEmpty()) {
                    builder.with(element);
                }
            }
            case NewReferenceArrayInstruction made -> array(builder, made);
            case ConstantInstruction constant -> constant(builder, constant);
            case LocalVariable _, LocalVariableType _ -> {
                // Where code is dead there may be fewer variables than these debuggers are told of.
            }
            default -> judge(builder, element);
        }
    }

    private void judge(CodeBuilder builder, CodeElement element) {
        Refusal refusal = of.refusal(() -> inspection.inspect(element));
        if (refusal == null) {
            builder.with(element);
        } else {
            trap(builder, refusal);
        }
    }

    private void call(CodeBuilder builder, InvokeInstruction call) {
        String owner = call.owner().asInternalName();
        String name = call.name().stringValue();
        String descriptor = call.type().stringValue();
        boolean isStatic = call.opcode() == Opcode.INVOKESTATIC;
        Optional<Replacements.Call> standIn = StandIns.of(owner, isStatic, name, descriptor);
        if (standIn.isPresent()) {
            Replacements.Call to = standIn.get();
            builder.invokestatic(to.owner(), to.name(), to.type());
            return;
        }
        Refusal refusal = member(owner, name, descriptor, () -> inspection.inspect(call));
        if (refusal == null) {
            builder.with(call);
        } else {
            trap(builder, refusal);
        }
    }

    private void field(CodeBuilder builder, FieldInstruction field) {
        String owner = field.owner().asInternalName();
        String name = field.name().stringValue();
        String descriptor = field.type().stringValue();
        if (field.opcode() == Opcode.GETSTATIC) {
            Optional<Replacements.Call> standIn = StandIns.of(owner, true, name, "()" + descriptor);
            if (standIn.isPresent()) {
                Replacements.Call to = standIn.get();
                builder.invokestatic(to.owner(), to.name(), to.type());
                return;
            }
        }
        if (of.isLockOfStream(owner, name, descriptor)) {
            // It is the stream itself, as where none is given, whatever is given.
            if (field.opcode() == Opcode.PUTFIELD) {
                builder.pop2();
            }
            return;
        }
        Refusal refusal = member(owner, name, descriptor, () -> inspection.inspect(field));
        if (refusal == null) {
            builder.with(field);
        } else {
            trap(builder, refusal);
        }
    }

    /// What is refused of a member. One that a library declares itself may pass values of any type:
    /// there are none, and nothing could be done with them.
    private @Nullable Refusal member(
            String owner, String name, String descriptor, Runnable inspecting) {
        if (of.declares(owner, name, descriptor)) {
            return null;
        }
        if (StandIns.lacks(owner, name, descriptor)) {
            String original = StandIns.original(owner).replace('/', '.');
            return new Refusal("", 0, original, name, of.why(StandIns.original(owner)));
        }
        return of.refusal(inspecting);
    }

    /// A cast of null, the only value there can be, gives null; nothing is an instance.
    private void check(CodeBuilder builder, TypeCheckInstruction check) {
        Optional<Refusal> refusal = of.refusal(check.type().asSymbol());
        if (refusal.isEmpty()) {
            builder.with(check);
        } else if (check.opcode() == Opcode.INSTANCEOF) {
            builder.pop().iconst_0();
        } else {
            Label isNull = builder.newLabel();
            builder.ifnull(isNull);
            trap(builder, refusal.get());
            builder.labelBinding(isNull).aconst_null();
        }
    }

    /// An empty array of a type that is not available is null: a default that nothing is done with.
    private void array(CodeBuilder builder, NewReferenceArrayInstruction made) {
        Optional<Refusal> refusal = of.refusal(made.componentType().asSymbol());
        if (refusal.isEmpty()) {
            builder.with(made);
            return;
        }
        Label isEmpty = builder.newLabel();
        builder.ifeq(isEmpty);
        trap(builder, refusal.get());
        builder.labelBinding(isEmpty).aconst_null();
    }

    /// The class of something that is not available is one of the revision that has nothing, so
    /// that tables by classes can be made, and nobody gets hold of the JDK's.
    private void constant(CodeBuilder builder, ConstantInstruction constant) {
        if (constant.constantValue() instanceof ClassDesc type) {
            Optional<Refusal> refusal = of.refusal(type);
            if (refusal.isPresent()) {
                builder.ldc(of.nothing(type));
                return;
            }
        }
        judge(builder, constant);
    }

    private void link(CodeBuilder builder, InvokeDynamicInstruction call) {
        DirectMethodHandleDesc bootstrap = call.bootstrapMethod();
        if (!RevisionClasses.internal(bootstrap.owner()).equals(LAMBDAS)
                || !bootstrap.methodName().endsWith("etafactory")) {
            judge(builder, call);
            return;
        }
        Optional<Refusal> type = of.refusal(call.typeSymbol().returnType());
        if (type.isPresent()) {
            trap(builder, type.get());
            return;
        }
        List<ConstantDesc> arguments = new ArrayList<>();
        for (ConstantDesc each : call.bootstrapArgs()) {
            switch (each) {
                case DirectMethodHandleDesc handle -> arguments.add(reference(handle));
                case ClassDesc marker -> {
                    // Interfaces that the lambda has beside its own.
                    Optional<Refusal> refusal = of.refusal(marker);
                    if (refusal.isPresent()) {
                        trap(builder, refusal.get());
                        return;
                    }
                    arguments.add(each);
                }
                case java.lang.constant.DynamicConstantDesc<?> _ -> {
                    judge(builder, call);
                    return;
                }
                default -> arguments.add(each);
            }
        }
        builder.with(
                InvokeDynamicInstruction.of(
                        builder.constantPool()
                                .invokeDynamicEntry(
                                        DynamicCallSiteDesc.of(
                                                bootstrap,
                                                call.name().stringValue(),
                                                call.typeSymbol(),
                                                arguments.toArray(ConstantDesc[]::new)))));
    }

    /// A reference to a method that is not available leads to a trap.
    private DirectMethodHandleDesc reference(DirectMethodHandleDesc handle) {
        String owner = RevisionClasses.internal(handle.owner());
        String name = handle.methodName();
        boolean isStatic =
                handle.kind() == DirectMethodHandleDesc.Kind.STATIC
                        || handle.kind() == DirectMethodHandleDesc.Kind.INTERFACE_STATIC;
        Optional<Replacements.Call> standIn =
                StandIns.of(owner, isStatic, name, handle.lookupDescriptor());
        if (standIn.isPresent()) {
            Replacements.Call to = standIn.get();
            return MethodHandleDesc.ofMethod(
                    DirectMethodHandleDesc.Kind.STATIC, to.owner(), to.name(), to.type());
        }
        boolean makes = handle.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR;
        Refusal refusal =
                member(
                        owner,
                        makes ? "<init>" : name,
                        handle.lookupDescriptor(),
                        () -> inspection.handle(handle));
        return refusal == null ? handle : of.trapped(handle, refusal);
    }

    private void trap(CodeBuilder builder, Refusal refusal) {
        of.unavailable(refusal);
        write(builder, refusal, of.isAbsent(refusal.owner()));
    }

    /// Writes a trap.
    ///
    /// @param absent whether the class is not there at all
    static void write(CodeBuilder builder, Refusal refusal, boolean absent) {
        if (absent) {
            builder.ldc(refusal.owner()).invokestatic(TRAP, "absent", OF_STRING);
        } else {
            String what =
                    refusal.member().isEmpty()
                            ? refusal.owner()
                            : refusal.owner() + "." + refusal.member();
            builder.ldc(what).ldc(refusal.why()).invokestatic(TRAP, "unavailable", OF_STRINGS);
        }
        builder.athrow();
    }
}
