package dev.rialto.hardening;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A call site that makes one text of several values, as compilers write for `+`. A [StringBuilder]
/// comes in its place: C2 makes as much of it, and the JVM has no method handles to make for each
/// `+` of each function, which are slow until all is compiled.
final class Concatenation {
    static final String FACTORY = "java/lang/invoke/StringConcatFactory";

    private static final ClassDesc BUILDER = ClassDesc.of(StringBuilder.class.getName());
    private static final MethodTypeDesc MADE =
            MethodTypeDesc.of(ConstantDescs.CD_String, ConstantDescs.CD_String);

    /// In a recipe, stands for the next argument.
    private static final char ARGUMENT = '\1';

    /// In a recipe, stands for the next constant.
    private static final char CONSTANT = '\2';

    private final List<ClassDesc> arguments;

    /// What the text is made of: a constant, or null for the next argument.
    private final List<@Nullable ConstantDesc> pieces = new ArrayList<>();

    Concatenation(InvokeDynamicInstruction site) {
        arguments = site.typeSymbol().parameterList();
        List<ConstantDesc> given = site.bootstrapArgs();
        if (given.isEmpty()) {
            arguments.forEach(_ -> pieces.add(null));
        } else {
            follow((String) given.getFirst(), given.subList(1, given.size()).iterator());
        }
    }

    private void follow(String recipe, Iterator<ConstantDesc> constants) {
        var text = new StringBuilder();
        for (int i = 0; i < recipe.length(); i++) {
            char each = recipe.charAt(i);
            if (each != ARGUMENT && each != CONSTANT) {
                text.append(each);
                continue;
            }
            if (!text.isEmpty()) {
                pieces.add(text.toString());
                text.setLength(0);
            }
            pieces.add(each == ARGUMENT ? null : constants.next());
        }
        if (!text.isEmpty()) {
            pieces.add(text.toString());
        }
    }

    /// Takes the arguments from the stack and leaves the text.
    void write(CodeBuilder builder) {
        builder.block(this::writeInside);
    }

    private void writeInside(CodeBuilder builder) {
        int[] slots = new int[arguments.size()];
        for (int i = slots.length - 1; i >= 0; i--) {
            TypeKind kind = TypeKind.from(arguments.get(i));
            slots[i] = builder.allocateLocal(kind);
            builder.storeLocal(kind, slots[i]);
        }
        builder.new_(BUILDER)
                .dup()
                .invokespecial(BUILDER, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
        int argument = 0;
        for (ConstantDesc constant : pieces) {
            ClassDesc type;
            if (constant == null) {
                type = arguments.get(argument);
                builder.loadLocal(TypeKind.from(type), slots[argument]);
                argument++;
            } else {
                builder.loadConstant(constant instanceof Number ? constant.toString() : constant);
                type =
                        constant instanceof Number || constant instanceof String
                                ? ConstantDescs.CD_String
                                : ConstantDescs.CD_Object;
            }
            builder.invokevirtual(BUILDER, "append", MethodTypeDesc.of(BUILDER, appended(type)));
        }
        builder.invokevirtual(BUILDER, "toString", MethodTypeDesc.of(ConstantDescs.CD_String))
                .invokestatic(Replacements.GUARD, "made", MADE);
    }

    private static ClassDesc appended(ClassDesc type) {
        return switch (TypeKind.from(type)) {
            case BYTE, SHORT -> ConstantDescs.CD_int;
            case REFERENCE -> type.equals(ConstantDescs.CD_String) ? type : ConstantDescs.CD_Object;
            default -> type;
        };
    }
}
