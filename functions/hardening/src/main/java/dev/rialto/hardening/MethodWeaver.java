package dev.rialto.hardening;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Puts checks into one method: at its start, on every way back, and in front of every exception
/// handler.
///
/// In front of handlers, since a handler may close a loop without any branch, and may catch the end
/// of the call. That check stands outside of all handlers' ranges, so that what it throws leaves
/// the method.
final class MethodWeaver implements CodeTransform {
    private static final ClassDesc CHECK = ClassDesc.ofInternalName(Brake.CHECK_CLASS);
    private static final ClassDesc GUARD = Replacements.GUARD;
    private static final MethodTypeDesc OF_OBJECT =
            MethodTypeDesc.ofDescriptor("(Ljava/lang/Object;)V");
    private static final MethodTypeDesc OF_TWO_INTS = MethodTypeDesc.ofDescriptor("(II)I");
    private static final MethodTypeDesc OF_FAILURE =
            MethodTypeDesc.ofDescriptor("(Ljava/lang/Throwable;Ljava/lang/String;)V");

    /// Arrays of up to this many elements are too small to be checked.
    private static final int SMALL = 1024;

    private final ClassWeaver weaver;
    private final Calls calls;
    private final boolean locks;
    private final boolean isStatic;
    private final boolean initialises;
    private final Set<Label> passed = new HashSet<>();
    private final Map<Label, Label> landings = new LinkedHashMap<>();
    private int lockSlot;
    private @Nullable Label start;
    private @Nullable ConstantDesc lastConstant;

    /// @param locks whether the method was synchronized
    MethodWeaver(ClassWeaver weaver, MethodModel method, boolean locks) {
        this.weaver = weaver;
        this.calls = new Calls(weaver.code());
        this.locks = locks;
        this.isStatic = method.flags().has(AccessFlag.STATIC);
        this.initialises = method.methodName().equalsString(ConstantDescs.CLASS_INIT_NAME);
    }

    /// Writes a check.
    static void check(CodeBuilder builder) {
        builder.invokestatic(CHECK, "check", ConstantDescs.MTD_void);
    }

    @Override
    public void atStart(CodeBuilder builder) {
        if (initialises) {
            start = builder.newBoundLabel();
        }
        check(builder);
        if (locks) {
            // The slot of `this` may be written to.
            lockSlot = builder.allocateLocal(TypeKind.REFERENCE);
            if (isStatic) {
                builder.ldc(weaver.self());
            } else {
                builder.aload(0);
            }
            builder.dup().astore(lockSlot).invokestatic(GUARD, "enter", OF_OBJECT);
            start = builder.newBoundLabel();
        }
    }

    @Override
    public void accept(CodeBuilder builder, CodeElement element) {
        switch (element) {
            case LabelTarget target -> {
                passed.add(target.label());
                builder.with(element);
            }
            case BranchInstruction branch -> back(builder, element, branch.target(), List.of());
            case TableSwitchInstruction table ->
                    back(builder, element, table.defaultTarget(), table.cases());
            case LookupSwitchInstruction lookup ->
                    back(builder, element, lookup.defaultTarget(), lookup.cases());
            case ExceptionCatch handler -> {
                Label landing =
                        landings.computeIfAbsent(handler.handler(), _ -> builder.newLabel());
                builder.with(
                        ExceptionCatch.of(
                                landing,
                                handler.tryStart(),
                                handler.tryEnd(),
                                handler.catchType()));
            }
            case MonitorInstruction monitor ->
                    builder.invokestatic(
                            GUARD,
                            monitor.opcode() == Opcode.MONITORENTER ? "enter" : "exit",
                            OF_OBJECT);
            case NewPrimitiveArrayInstruction made -> array(builder, made, made.typeKind());
            case NewReferenceArrayInstruction made -> array(builder, made, TypeKind.REFERENCE);
            case NewMultiArrayInstruction made -> arrays(builder, made);
            case InvokeInstruction call -> calls.call(builder, call);
            case InvokeDynamicInstruction call -> link(builder, call);
            case ReturnInstruction _ when locks -> {
                unlock(builder);
                builder.with(element);
            }
            default -> builder.with(element);
        }
        if (!(element instanceof LineNumber)) {
            lastConstant =
                    element instanceof ConstantInstruction constant
                            ? constant.constantValue()
                            : null;
        }
    }

    @Override
    public void atEnd(CodeBuilder builder) {
        landings.forEach((handler, landing) -> {
            builder.labelBinding(landing);
            check(builder);
            builder.goto_(handler);
        });
        Label from = start;
        if (from != null) {
            Label end = builder.newBoundLabel();
            Label handler = builder.newBoundLabel();
            if (locks) {
                unlock(builder);
            } else {
                builder.dup()
                        .loadConstant(RevisionClasses.internal(weaver.self()).replace('/', '.'))
                        .invokestatic(GUARD, "broken", OF_FAILURE);
            }
            builder.athrow();
            builder.exceptionCatchAll(from, end, handler);
        }
    }

    private void unlock(CodeBuilder builder) {
        builder.aload(lockSlot).invokestatic(GUARD, "exit", OF_OBJECT);
    }

    private void back(CodeBuilder builder, CodeElement jump, Label target, List<SwitchCase> cases) {
        if (passed.contains(target)
                || cases.stream().anyMatch(each -> passed.contains(each.target()))) {
            check(builder);
        }
        builder.with(jump);
    }

    private void array(CodeBuilder builder, CodeElement made, TypeKind kind) {
        if (!(lastConstant instanceof Integer length && length <= SMALL)) {
            builder.loadConstant(bytes(kind)).invokestatic(GUARD, "length", OF_TWO_INTS);
        }
        builder.with(made);
    }

    private static void arrays(CodeBuilder builder, NewMultiArrayInstruction made) {
        ClassDesc element = made.arrayType().asSymbol();
        for (int i = 0; i < made.dimensions(); i++) {
            element = element.componentType();
        }
        int[] slots = new int[made.dimensions()];
        for (int i = slots.length - 1; i >= 0; i--) {
            slots[i] = builder.allocateLocal(TypeKind.INT);
            builder.istore(slots[i]);
        }
        builder.iload(slots[0]);
        for (int i = 1; i < slots.length; i++) {
            builder.iload(slots[i]).invokestatic(GUARD, "times", OF_TWO_INTS);
        }
        // The arrays of the last dimension but one have headers.
        builder.loadConstant(bytes(TypeKind.from(element)) + 16)
                .invokestatic(GUARD, "length", OF_TWO_INTS)
                .pop();
        for (int slot : slots) {
            builder.iload(slot);
        }
        builder.with(made);
    }

    private void link(CodeBuilder builder, InvokeDynamicInstruction call) {
        DirectMethodHandleDesc bootstrap = call.bootstrapMethod();
        switch (RevisionClasses.internal(bootstrap.owner())) {
            case "java/lang/invoke/LambdaMetafactory" -> {
                ConstantDesc[] arguments =
                        call.bootstrapArgs().stream()
                                .map(each ->
                                        each instanceof DirectMethodHandleDesc to
                                                ? weaver.through(to)
                                                : each)
                                .toArray(ConstantDesc[]::new);
                builder.invokedynamic(
                        DynamicCallSiteDesc.of(
                                bootstrap,
                                call.name().stringValue(),
                                call.typeSymbol(),
                                arguments));
            }
            case Concatenation.FACTORY -> new Concatenation(call).write(builder);
            default -> builder.with(call);
        }
    }

    private static int bytes(TypeKind kind) {
        return switch (kind) {
            case BOOLEAN, BYTE -> 1;
            case CHAR, SHORT -> 2;
            case INT, FLOAT -> 4;
            default -> 8;
        };
    }
}
