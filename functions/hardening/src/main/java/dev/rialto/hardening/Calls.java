package dev.rialto.hardening;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Writes method calls, replaced where [Replacements] says so.
final class Calls {
    private final RevisionClasses code;

    Calls(RevisionClasses code) {
        this.code = code;
    }

    void call(CodeBuilder builder, InvokeInstruction call) {
        String owner = call.owner().asInternalName();
        if (owner.startsWith("[")) {
            builder.with(call);
            return;
        }
        write(
                builder,
                call.opcode(),
                call.owner().asSymbol(),
                call.name().stringValue(),
                call.typeSymbol(),
                call.isInterface());
    }

    /// Calls what a method handle stands for. Its arguments lie on the stack.
    void call(CodeBuilder builder, DirectMethodHandleDesc to) {
        MethodTypeDesc type = MethodTypeDesc.ofDescriptor(to.lookupDescriptor());
        switch (to.kind()) {
            case STATIC, INTERFACE_STATIC ->
                    write(
                            builder,
                            Opcode.INVOKESTATIC,
                            to.owner(),
                            to.methodName(),
                            type,
                            to.isOwnerInterface());
            case VIRTUAL ->
                    write(builder, Opcode.INVOKEVIRTUAL, to.owner(), to.methodName(), type, false);
            case INTERFACE_VIRTUAL ->
                    write(builder, Opcode.INVOKEINTERFACE, to.owner(), to.methodName(), type, true);
            case CONSTRUCTOR ->
                    write(builder, Opcode.INVOKESPECIAL, to.owner(), "<init>", type, false);
            default -> throw new IllegalArgumentException("a method reference " + to);
        }
    }

    private void write(
            CodeBuilder builder,
            Opcode opcode,
            ClassDesc owner,
            String name,
            MethodTypeDesc type,
            boolean isInterface) {
        String internal = RevisionClasses.internal(owner);
        String descriptor = type.descriptorString();
        if (!code.has(internal) || !code.declares(internal, name, descriptor)) {
            var ancestors = code.ancestors(internal);
            if (opcode != Opcode.INVOKESPECIAL) {
                Optional<Replacements.Call> instead =
                        Replacements.of(ancestors, opcode == Opcode.INVOKESTATIC, name, descriptor);
                if (instead.isPresent()) {
                    invoke(builder, instead.get());
                    return;
                }
            }
            Replacements.argument(ancestors, name, descriptor)
                    .ifPresent(each -> look(builder, type, each));
            if (name.equals("<init>")) {
                Replacements.beforeNew(internal, descriptor)
                        .ifPresent(each -> lookAtAll(builder, type, each));
            }
        }
        builder.invoke(opcode, owner, name, type, isInterface);
    }

    private static void look(
            CodeBuilder builder, MethodTypeDesc type, Replacements.Argument argument) {
        List<ClassDesc> above =
                type.parameterList().subList(argument.index() + 1, type.parameterCount());
        List<Integer> slots = store(builder, above);
        invoke(builder, argument.look());
        load(builder, above, slots);
    }

    private static void lookAtAll(
            CodeBuilder builder, MethodTypeDesc type, Replacements.Call look) {
        List<ClassDesc> arguments = type.parameterList();
        List<Integer> slots = store(builder, arguments);
        load(builder, arguments, slots);
        invoke(builder, look);
        load(builder, arguments, slots);
    }

    /// Takes values from the stack.
    private static List<Integer> store(CodeBuilder builder, List<ClassDesc> types) {
        List<Integer> slots = new ArrayList<>();
        for (ClassDesc each : types.reversed()) {
            TypeKind kind = TypeKind.from(each);
            int slot = builder.allocateLocal(kind);
            builder.storeLocal(kind, slot);
            slots.addFirst(slot);
        }
        return slots;
    }

    private static void load(CodeBuilder builder, List<ClassDesc> types, List<Integer> slots) {
        for (int i = 0; i < types.size(); i++) {
            builder.loadLocal(TypeKind.from(types.get(i)), slots.get(i));
        }
    }

    private static void invoke(CodeBuilder builder, Replacements.Call call) {
        builder.invokestatic(call.owner(), call.name(), call.type());
    }
}
