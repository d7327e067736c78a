package dev.rialto.hardening;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A call site that concatenates values, as compilers write for `+`. It becomes a call of
/// [GuardedStrings] for a few Strings and nothing else, otherwise a [StringBuilder]: C2 compiles
/// that equally well, and the JVM need not create method handles for each `+` of each function,
/// which are slow until they are compiled.
final class Concatenation {
    static final String FACTORY = "java/lang/invoke/StringConcatFactory";

    /// What [GuardedStrings] takes at most.
    private static final int FEW = 4;

    private static final ClassDesc TEXTS = ClassDesc.of(GuardedStrings.class.getName());
    private static final ClassDesc BUILDER = ClassDesc.of(StringBuilder.class.getName());
    private static final MethodTypeDesc PART =
            MethodTypeDesc.of(ConstantDescs.CD_String, ConstantDescs.CD_Object);
    private static final MethodTypeDesc PARTS =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_long);

    /// In a recipe, stands for the next argument.
    private static final char ARGUMENT = '\1';

    /// In a recipe, stands for the next constant.
    private static final char CONSTANT = '\2';

    private final List<ClassDesc> arguments;

    /// The parts of the String: a constant, or null for the next argument.
    private final List<@Nullable String> pieces = new ArrayList<>();

    /// @throws IllegalArgumentException when the JVM would not link it, or a constant is not a
    ///   String and no number, which no compiler asks for
    Concatenation(InvokeDynamicInstruction site) {
        arguments = site.typeSymbol().parameterList();
        List<ConstantDesc> given = site.bootstrapArgs();
        if (given.isEmpty()) {
            arguments.forEach(_ -> pieces.add(null));
        } else if (given.getFirst() instanceof String recipe) {
            follow(recipe, given.subList(1, given.size()));
        } else {
            throw new IllegalArgumentException("a recipe that is not a String");
        }
    }

    private void follow(String recipe, List<ConstantDesc> constants) {
        if (count(recipe, ARGUMENT) != arguments.size()
                || count(recipe, CONSTANT) != constants.size()) {
            throw new IllegalArgumentException("a recipe for other values");
        }
        Iterator<ConstantDesc> left = constants.iterator();
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
            pieces.add(each == ARGUMENT ? null : text(left.next()));
        }
        if (!text.isEmpty()) {
            pieces.add(text.toString());
        }
    }

    private static long count(String recipe, char wanted) {
        return recipe.chars().filter(each -> each == wanted).count();
    }

    private static String text(ConstantDesc constant) {
        if (constant instanceof String || constant instanceof Number) {
            return constant.toString();
        }
        throw new IllegalArgumentException("not a constant of a String: " + constant);
    }

    /// Takes the arguments from the stack and leaves the String.
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
        for (int i = 0; i < slots.length; i++) {
            slots[i] = prepare(builder, arguments.get(i), slots[i]);
        }
        if (isFewStrings()) {
            loadPieces(builder, slots, _ -> {});
            builder.invokestatic(TEXTS, "plus", plus(pieces.size()));
        } else {
            build(builder, slots);
        }
    }

    private boolean isFewStrings() {
        return pieces.size() >= 2
                && pieces.size() <= FEW
                && arguments.stream()
                        .allMatch(each -> appended(each).equals(ConstantDescs.CD_String));
    }

    private static MethodTypeDesc plus(int pieces) {
        return MethodTypeDesc.of(
                ConstantDescs.CD_String, Collections.nCopies(pieces, ConstantDescs.CD_String));
    }

    /// Puts the pieces on the stack, in their order.
    ///
    /// @param then what is done with each, of the type given
    private void loadPieces(CodeBuilder builder, int[] slots, Consumer<ClassDesc> then) {
        int argument = 0;
        for (String constant : pieces) {
            ClassDesc type = ConstantDescs.CD_String;
            if (constant == null) {
                type = appended(arguments.get(argument));
                builder.loadLocal(TypeKind.from(type), slots[argument]);
                argument++;
            } else {
                builder.loadConstant(constant);
            }
            then.accept(type);
        }
    }

    /// C2 sees what a builder makes only if nothing else is done in between, and for Strings, int
    /// and char.
    private void build(CodeBuilder builder, int[] slots) {
        makeRoom(builder, slots);
        builder.new_(BUILDER)
                .dup()
                .invokespecial(BUILDER, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
        loadPieces(
                builder,
                slots,
                type -> builder.invokevirtual(BUILDER, "append", MethodTypeDesc.of(BUILDER, type)));
        builder.invokevirtual(BUILDER, "toString", MethodTypeDesc.of(ConstantDescs.CD_String));
    }

    private void makeRoom(CodeBuilder builder, int[] slots) {
        builder.loadConstant(0L);
        for (int i = 0; i < slots.length; i++) {
            if (!arguments.get(i).isPrimitive()) {
                builder.aload(slots[i])
                        .invokevirtual(
                                ConstantDescs.CD_String,
                                "length",
                                MethodTypeDesc.of(ConstantDescs.CD_int))
                        .i2l()
                        .ladd();
            }
        }
        builder.invokestatic(Replacements.GUARD, "parts", PARTS);
    }

    /// Converts an argument that is not appended directly to a String.
    ///
    /// @return where it is now
    private static int prepare(CodeBuilder builder, ClassDesc type, int slot) {
        TypeKind kind = TypeKind.from(type);
        if (!type.isPrimitive()) {
            builder.aload(slot).invokestatic(Replacements.GUARD, "part", PART).astore(slot);
        } else if (appended(type).equals(ConstantDescs.CD_String)) {
            builder.loadLocal(kind, slot)
                    .invokestatic(
                            ConstantDescs.CD_String,
                            "valueOf",
                            MethodTypeDesc.of(ConstantDescs.CD_String, type));
            int text = builder.allocateLocal(TypeKind.REFERENCE);
            builder.astore(text);
            return text;
        }
        return slot;
    }

    private static ClassDesc appended(ClassDesc type) {
        return switch (TypeKind.from(type)) {
            case BYTE, SHORT, INT -> ConstantDescs.CD_int;
            case CHAR -> type;
            default -> ConstantDescs.CD_String;
        };
    }
}
