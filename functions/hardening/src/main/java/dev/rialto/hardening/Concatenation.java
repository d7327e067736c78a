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

/// A call site that makes one text of several values, as compilers write for `+`. A call of
/// [Texts#concat] comes in its place, which counts the text before it makes it. The JVM then has no
/// method handles to make for each `+` of each function, which are slow until all is compiled.
final class Concatenation {
    static final String FACTORY = "java/lang/invoke/StringConcatFactory";

    private static final ClassDesc TEXTS = ClassDesc.of(Texts.class.getName());
    private static final MethodTypeDesc CONCAT =
            MethodTypeDesc.of(ConstantDescs.CD_String, ConstantDescs.CD_Object.arrayType());

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
        int array = builder.allocateLocal(TypeKind.REFERENCE);
        builder.loadConstant(pieces.size()).anewarray(ConstantDescs.CD_Object).astore(array);
        int argument = arguments.size();
        for (int i = pieces.size() - 1; i >= 0; i--) {
            ConstantDesc constant = pieces.get(i);
            if (constant == null) {
                argument--;
                reference(builder, arguments.get(argument));
                builder.aload(array).swap().loadConstant(i).swap().aastore();
            } else {
                builder.aload(array).loadConstant(i);
                builder.loadConstant(constant instanceof Number ? constant.toString() : constant);
                builder.aastore();
            }
        }
        builder.aload(array).invokestatic(TEXTS, "concat", CONCAT);
    }

    private static void reference(CodeBuilder builder, ClassDesc type) {
        if (type.isPrimitive()) {
            ClassDesc shown =
                    switch (TypeKind.from(type)) {
                        case BYTE, SHORT -> ConstantDescs.CD_int;
                        default -> type;
                    };
            builder.invokestatic(
                    ConstantDescs.CD_String,
                    "valueOf",
                    MethodTypeDesc.of(ConstantDescs.CD_String, shown));
        }
    }
}
