package dev.rialto.hardening;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.DiscontinuedInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Finds the forbidden uses of one class.
final class Inspection {
    /// Made by compilers, to be called by the JVM alone.
    private static final Set<String> BOOTSTRAPS =
            Set.of(
                    "java/lang/invoke/LambdaMetafactory.metafactory",
                    "java/lang/invoke/LambdaMetafactory.altMetafactory",
                    "java/lang/invoke/StringConcatFactory.makeConcat",
                    "java/lang/invoke/StringConcatFactory.makeConcatWithConstants",
                    "java/lang/runtime/ObjectMethods.bootstrap",
                    "java/lang/runtime/SwitchBootstraps.typeSwitch",
                    "java/lang/runtime/SwitchBootstraps.enumSwitch",
                    "java/lang/invoke/ConstantBootstraps.invoke",
                    "java/lang/invoke/ConstantBootstraps.nullConstant",
                    "java/lang/invoke/ConstantBootstraps.primitiveClass",
                    "java/lang/invoke/ConstantBootstraps.enumConstant");

    /// What [java.lang.runtime.SwitchBootstraps] takes labels from.
    private static final Set<String> LABELS =
            Set.of("java/lang/Enum$EnumDesc.of", "java/lang/constant/ClassDesc.of");

    private final AllowList allowed;
    private final RevisionClasses code;
    private final ClassModel model;
    private final Consumer<Refusal> refusals;
    private String method = "";
    private int line;

    /// @param refusals is told of each, in the order of the code
    Inspection(
            AllowList allowed, RevisionClasses code, ClassModel model, Consumer<Refusal> refusals) {
        this.allowed = allowed;
        this.code = code;
        this.model = model;
        this.refusals = refusals;
    }

    /// Something that a class may not reach.
    ///
    /// @param method that uses it; empty when it is about the class itself
    /// @param line from 1; 0 when it is not known
    /// @param owner the class that is reached, with dots; or what else is refused
    /// @param member of the owner; empty when the class itself is meant
    record Refusal(String method, int line, String owner, String member, String why) {}

    void inspect() {
        try {
            inspectClass();
        } catch (IllegalArgumentException malformed) {
            refuse("the class file", "it can't be used: " + malformed.getMessage());
        }
    }

    private void inspectClass() {
        if (model.majorVersion() < 50) {
            refuse("the class file", "it was compiled for a Java before 6");
            return;
        }
        model.superclass().ifPresent(each -> extend(each.asInternalName()));
        model.interfaces().forEach(each -> extend(each.asInternalName()));
        for (FieldModel each : model.fields()) {
            type(each.fieldTypeSymbol());
            named(SignatureClasses.of(each));
        }
        named(SignatureClasses.of(model));
        model.findAttribute(Attributes.record())
                .ifPresent(record ->
                        record.components()
                                .forEach(each -> {
                                    type(each.descriptorSymbol());
                                    named(SignatureClasses.of(each));
                                }));
        new Detours(allowed, code).of(model).forEach(this::refuse);
        for (MethodModel each : model.methods()) {
            if (!ClassWeaver.isDropped(each)) {
                inspect(each);
            }
        }
    }

    private void inspect(MethodModel each) {
        method = readable(each.methodName().stringValue());
        line = firstLine(each);
        types(each.methodTypeSymbol());
        named(SignatureClasses.of(each));
        if (each.flags().has(AccessFlag.NATIVE)) {
            refuse("native code", "it can't be checked");
        }
        if (each.methodName().equalsString("finalize") && each.methodType().equalsString("()V")) {
            refuse("finalize()", "finalizers would run on a thread of the server");
        }
        line = 0;
        each.code().ifPresent(body -> body.forEach(this::inspect));
        method = "";
        line = 0;
    }

    void inspect(CodeElement element) {
        switch (element) {
            case LineNumber number -> line = number.line();
            case FieldInstruction field -> {
                member(
                        field.owner().asInternalName(),
                        field.name().stringValue(),
                        field.type().stringValue());
                type(field.typeSymbol());
            }
            case InvokeInstruction call -> {
                member(
                        call.owner().asInternalName(),
                        call.name().stringValue(),
                        call.type().stringValue());
                types(call.typeSymbol());
            }
            case InvokeDynamicInstruction call -> {
                bootstrap(call.bootstrapMethod(), call.bootstrapArgs());
                types(call.typeSymbol());
            }
            case NewObjectInstruction made -> type(made.className().asSymbol());
            case NewReferenceArrayInstruction made -> type(made.componentType().asSymbol());
            case NewMultiArrayInstruction made -> type(made.arrayType().asSymbol());
            case TypeCheckInstruction check -> type(check.type().asSymbol());
            case ExceptionCatch handler ->
                    handler.catchType().ifPresent(each -> type(each.asSymbol()));
            case ConstantInstruction constant -> constant(constant.constantValue());
            case DiscontinuedInstruction _ ->
                    refuse("jsr", "it was compiled for a Java that is too old");
            default -> {}
        }
    }

    private void constant(ConstantDesc constant) {
        switch (constant) {
            case ClassDesc type -> type(type);
            case MethodTypeDesc type -> types(type);
            case DirectMethodHandleDesc handle -> handle(handle);
            case DynamicConstantDesc<?> dynamic ->
                    bootstrap(dynamic.bootstrapMethod(), dynamic.bootstrapArgsList());
            default -> {}
        }
    }

    private void bootstrap(DirectMethodHandleDesc bootstrap, List<ConstantDesc> arguments) {
        String called = RevisionClasses.internal(bootstrap.owner()) + "." + bootstrap.methodName();
        if (!BOOTSTRAPS.contains(called)) {
            refuse(
                    called.replace('/', '.'),
                    "bootstrap methods other than those that the JDK's compiler uses are not"
                            + " allowed");
            return;
        }
        for (ConstantDesc each : arguments) {
            if (!(each instanceof DirectMethodHandleDesc handle && isLabel(handle))) {
                constant(each);
            }
        }
    }

    private static boolean isLabel(DirectMethodHandleDesc handle) {
        return LABELS.contains(
                RevisionClasses.internal(handle.owner()) + "." + handle.methodName());
    }

    void handle(DirectMethodHandleDesc handle) {
        member(
                RevisionClasses.internal(handle.owner()),
                handle.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR
                        ? "<init>"
                        : handle.methodName(),
                handle.lookupDescriptor());
        types(handle.invocationType());
    }

    private void extend(String parent) {
        if (!code.has(parent)) {
            allowed.refusalToExtend(parent).ifPresent(why -> refuse(parent.replace('/', '.'), why));
            return;
        }
        // A class of a library may extend more than one of the micro app.
        for (String each : code.ancestors(parent)) {
            if (!code.has(each) && allowed.isSealed(each)) {
                allowed.refusalToExtend(each).ifPresent(why -> refuse(each.replace('/', '.'), why));
            }
        }
    }

    private void member(String owner, String member, String descriptor) {
        if (owner.startsWith("[")) {
            return;
        }
        Optional<String> why;
        if (!code.has(owner)) {
            why = allowed.refusal(owner, code.ancestors(owner), member, descriptor);
        } else if (!code.declares(owner, member, descriptor)) {
            // Inherited: the class may only be a detour to the JDK.
            why = inherited(owner, member, descriptor);
        } else {
            return;
        }
        why.ifPresent(reason -> refuse(owner.replace('/', '.'), shown(member), reason));
    }

    private Optional<String> inherited(String owner, String member, String descriptor) {
        Set<String> ancestors = code.ancestors(owner);
        for (String each : ancestors) {
            // Those that may be extended may be called, but for what is refused of them.
            if (allowed.refusal(each).isEmpty() && code.declaresOutside(each, member, descriptor)) {
                Optional<String> why = allowed.refusal(each, ancestors, member, descriptor);
                if (why.isPresent()) {
                    return why;
                }
            }
        }
        return allowed.refusal(ancestors, member, descriptor);
    }

    private void types(MethodTypeDesc type) {
        type(type.returnType());
        type.parameterList().forEach(this::type);
    }

    private void type(ClassDesc type) {
        ClassDesc element = type;
        while (element.isArray()) {
            element = element.componentType();
        }
        if (element.isPrimitive()) {
            return;
        }
        named(RevisionClasses.internal(element));
    }

    private void named(Iterable<String> types) {
        types.forEach(this::named);
    }

    private void named(String type) {
        if (!code.has(type)) {
            allowed.refusal(type).ifPresent(why -> refuse(type.replace('/', '.'), why));
        }
    }

    private void refuse(String owner, String why) {
        refuse(owner, "", why);
    }

    private void refuse(String owner, String member, String why) {
        refusals.accept(new Refusal(method, line, owner, member, why));
    }

    private static int firstLine(MethodModel method) {
        return method.code()
                .flatMap(body ->
                        body.elementStream()
                                .filter(LineNumber.class::isInstance)
                                .map(LineNumber.class::cast)
                                .findFirst())
                .map(LineNumber::line)
                .orElse(0);
    }

    /// The method that a lambda was written in.
    private static String readable(String method) {
        if (method.startsWith("lambda$")) {
            int end = method.lastIndexOf('$');
            String within = end > 7 ? method.substring(7, end) : method;
            return switch (within) {
                case "new" -> "<init>";
                case "static" -> "<clinit>";
                default -> within;
            };
        }
        return method;
    }

    private static String shown(String member) {
        return member.equals("<init>") ? "new" : member;
    }
}
