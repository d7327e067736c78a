package dev.rialto.runtime;

import dev.rialto.hardening.CompiledCall;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Compiles calls of a micro app's classes: small hidden classes that call one method or
/// constructor.
///
/// A server with many functions calls each of them rarely. Reflection and method handles, which the
/// JVM adapts to each target over many calls, would cost more than everything else in a call.
final class CallCompiler {
    private static final ClassDesc CALL = desc(CompiledCall.class);
    private static final MethodTypeDesc SIGNATURE =
            MethodTypeDesc.of(ConstantDescs.CD_Object, ConstantDescs.CD_Object.arrayType());
    private static final MethodTypeDesc TAKES_TARGET =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object);

    private static final ClassDesc EXCEPTION = desc(Exception.class);

    /// A name that no class of a micro app can have: in a hidden class, its name refers to itself.
    private static final String NAME = "rialto-direct";

    private static final String TARGET = "target";

    private CallCompiler() {}

    /// Creates instances of a class.
    static CompiledCall make(Constructor<?> constructor) {
        Class<?> owner = constructor.getDeclaringClass();
        return way(
                        owner,
                        code -> {
                            invoke(code, owner, constructor);
                            code.areturn();
                        })
                .apply(null);
    }

    /// Calls a method.
    ///
    /// @param owner the class that has the method, possibly inherited
    /// @param toComponents whether to return the components of the record that the method returns
    ///   and the owner sees, or null if there is no record
    /// @return takes the instance, which static methods don't need
    static Function<@Nullable Object, CompiledCall> call(
            Class<?> owner, Method method, boolean toComponents) {
        return way(
                owner,
                code -> {
                    invoke(code, owner, method);
                    give(code, method, toComponents);
                });
    }

    /// Calls a method with a record created from its components.
    ///
    /// @param owner as above; it sees the record, which the method takes first
    /// @param toComponents as above
    /// @return takes the instance, as above. The call takes the components and, behind them, the
    ///   other arguments. If the record rejects the components, it returns the same array, with the
    ///   exception as its first element.
    static Function<@Nullable Object, CompiledCall> callOfComponents(
            Class<?> owner, Method method, boolean toComponents) {
        Class<?>[] takes = method.getParameterTypes();
        Constructor<?> maker = RecordForm.constructor(takes[0]);
        return way(
                owner,
                code -> {
                    begin(code, owner, method);
                    Label making = code.newBoundLabel();
                    invoke(code, takes[0], maker);
                    Label made = code.newBoundLabel();
                    for (int i = 1; i < takes.length; i++) {
                        argument(code, maker.getParameterCount() + i - 1, takes[i]);
                    }
                    end(code, owner, method);
                    give(code, method, toComponents);
                    code.exceptionCatch(making, made, code.newBoundLabel(), EXCEPTION);
                    code.aload(1).swap().loadConstant(0).swap().aastore();
                    code.aload(1).areturn();
                });
    }

    /// Reads all components of a record, in their order.
    static Function<Object, @Nullable Object[]> components(Class<?> type) {
        CompiledCall read =
                way(
                                type,
                                code -> {
                                    argument(code, 0, type);
                                    code.astore(2);
                                    components(code, type);
                                    code.areturn();
                                })
                        .apply(null);
        return made -> (Object[]) Objects.requireNonNull(read.call(new Object[] {made}));
    }

    /// Pushes what is below the arguments.
    private static void begin(CodeBuilder code, Class<?> owner, Executable target) {
        if (target instanceof Constructor<?>) {
            code.new_(desc(owner)).dup();
        } else if (!Modifier.isStatic(target.getModifiers())) {
            code.aload(0).getfield(own(owner), TARGET, desc(owner));
        }
    }

    /// Calls with the first arguments, and leaves the result as an object.
    private static void invoke(CodeBuilder code, Class<?> owner, Executable target) {
        begin(code, owner, target);
        Class<?>[] takes = target.getParameterTypes();
        for (int i = 0; i < takes.length; i++) {
            argument(code, i, takes[i]);
        }
        end(code, owner, target);
    }

    private static void argument(CodeBuilder code, int index, Class<?> type) {
        code.aload(1).loadConstant(index).aaload();
        unbox(code, desc(type));
    }

    /// Calls, and leaves the result as an object.
    private static void end(CodeBuilder code, Class<?> owner, Executable target) {
        ClassDesc[] takes =
                Arrays.stream(target.getParameterTypes())
                        .map(CallCompiler::desc)
                        .toArray(ClassDesc[]::new);
        if (!(target instanceof Method method)) {
            code.invokespecial(
                    desc(owner),
                    ConstantDescs.INIT_NAME,
                    MethodTypeDesc.of(ConstantDescs.CD_void, takes));
            return;
        }
        ClassDesc gives = desc(method.getReturnType());
        MethodTypeDesc shape = MethodTypeDesc.of(gives, takes);
        if (Modifier.isStatic(method.getModifiers())) {
            code.invokestatic(desc(owner), method.getName(), shape);
        } else {
            code.invokevirtual(desc(owner), method.getName(), shape);
        }
        box(code, gives);
    }

    private static void give(CodeBuilder code, Method method, boolean toComponents) {
        if (toComponents) {
            Label nothing = code.newLabel();
            code.astore(2).aload(2).ifnull(nothing);
            components(code, method.getReturnType());
            code.areturn().labelBinding(nothing).aconst_null();
        }
        code.areturn();
    }

    /// Puts the components of the record in local variable 2 into an array.
    private static void components(CodeBuilder code, Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        code.loadConstant(components.length).anewarray(ConstantDescs.CD_Object);
        for (int i = 0; i < components.length; i++) {
            ClassDesc gives = desc(components[i].getType());
            code.dup().loadConstant(i).aload(2);
            code.invokevirtual(desc(type), components[i].getName(), MethodTypeDesc.of(gives));
            box(code, gives);
            code.aastore();
        }
    }

    private static Function<@Nullable Object, CompiledCall> way(
            Class<?> owner, Consumer<CodeBuilder> body) {
        ClassDesc name = own(owner);
        byte[] bytes =
                ClassFile.of()
                        .build(
                                name,
                                type ->
                                        type.withFlags(
                                                        ClassFile.ACC_FINAL
                                                                | ClassFile.ACC_SYNTHETIC)
                                                .withSuperclass(CALL)
                                                .withField(
                                                        TARGET,
                                                        desc(owner),
                                                        ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL)
                                                .withMethodBody(
                                                        ConstantDescs.INIT_NAME,
                                                        TAKES_TARGET,
                                                        0,
                                                        code -> construct(code, owner))
                                                .withMethodBody(
                                                        "call",
                                                        SIGNATURE,
                                                        ClassFile.ACC_PUBLIC,
                                                        body));
        try {
            MethodHandles.Lookup made =
                    RevisionLoader.inside(owner)
                            .defineHiddenClass(
                                    bytes,
                                    false,
                                    MethodHandles.Lookup.ClassOption.NESTMATE,
                                    MethodHandles.Lookup.ClassOption.STRONG);
            var constructor = made.lookupClass().getDeclaredConstructor(Object.class);
            constructor.setAccessible(true);
            return target -> instance(constructor, target);
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError("nothing is closed in " + owner, impossible);
        }
    }

    private static CompiledCall instance(Constructor<?> constructor, @Nullable Object target) {
        try {
            return (CompiledCall) constructor.newInstance(target);
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError("it only keeps its target", impossible);
        }
    }

    private static void construct(CodeBuilder code, Class<?> owner) {
        code.aload(0)
                .invokespecial(CALL, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .aload(0)
                .aload(1)
                .checkcast(desc(owner))
                .putfield(own(owner), TARGET, desc(owner))
                .return_();
    }

    private static ClassDesc own(Class<?> owner) {
        return ClassDesc.of(owner.getPackageName(), NAME);
    }

    private static void box(CodeBuilder code, ClassDesc type) {
        if (type.equals(ConstantDescs.CD_void)) {
            code.aconst_null();
        } else if (type.isPrimitive()) {
            ClassDesc boxed = boxed(type);
            code.invokestatic(boxed, "valueOf", MethodTypeDesc.of(boxed, type));
        }
    }

    private static void unbox(CodeBuilder code, ClassDesc type) {
        if (type.isPrimitive()) {
            code.checkcast(boxed(type))
                    .invokevirtual(
                            boxed(type), type.displayName() + "Value", MethodTypeDesc.of(type));
        } else {
            code.checkcast(type);
        }
    }

    private static ClassDesc boxed(ClassDesc primitive) {
        return switch (TypeKind.from(primitive)) {
            case BOOLEAN -> ConstantDescs.CD_Boolean;
            case BYTE -> ConstantDescs.CD_Byte;
            case CHAR -> ConstantDescs.CD_Character;
            case SHORT -> ConstantDescs.CD_Short;
            case INT -> ConstantDescs.CD_Integer;
            case LONG -> ConstantDescs.CD_Long;
            case FLOAT -> ConstantDescs.CD_Float;
            case DOUBLE -> ConstantDescs.CD_Double;
            case REFERENCE, VOID -> throw new IllegalArgumentException(primitive + " has no box");
        };
    }

    private static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
