package dev.rialto.runtime;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Ways into classes of a micro app: small hidden classes that call one method or constructor.
///
/// A server with many functions calls each of them rarely. Reflection and method handles, which the
/// JVM adapts to each target over many calls, cost more there than all the rest of a call.
final class Direct {
    private static final ClassDesc OBJECTS = ConstantDescs.CD_Object.arrayType();

    private static final ClassDesc EXCEPTION = desc(Exception.class);

    /// No class of a micro app can have it: in a hidden class its name means itself.
    private static final String NAME = "rialto-direct";

    private Direct() {}

    /// Calls a method, or makes an instance. What it throws comes through, checked exceptions too.
    ///
    /// @param owner what has the method, maybe from a class above
    /// @return takes the instance, which static methods and constructors do without, and the
    ///   arguments
    static BiFunction<@Nullable Object, @Nullable Object[], @Nullable Object> call(
            Class<?> owner, Executable target) {
        return call(owner, target, false);
    }

    /// The same, of a method that maybe gives its record taken apart.
    ///
    /// @param toComponents whether to give the components of the record that the method returns,
    ///   which the owner sees, or null when there is no record
    static BiFunction<@Nullable Object, @Nullable Object[], @Nullable Object> call(
            Class<?> owner, Executable target, boolean toComponents) {
        return call(
                owner,
                code -> {
                    begin(code, owner, target);
                    arguments(code, target);
                    end(code, owner, target);
                    give(code, target, toComponents);
                });
    }

    /// Calls a method with a record that is made of its components.
    ///
    /// @param owner as above; it sees the record, which the method takes first
    /// @param toComponents whether to take the components of the record that it returns
    /// @return takes the components and, behind them, the other arguments. When the record refuses
    ///   the components, gives back that same array, with the exception as its first element.
    static BiFunction<@Nullable Object, @Nullable Object[], @Nullable Object> callOfComponents(
            Class<?> owner, Method method, boolean toComponents) {
        Class<?>[] takes = method.getParameterTypes();
        Constructor<?> maker = RecordForm.constructor(takes[0]);
        return call(
                owner,
                code -> {
                    begin(code, owner, method);
                    Label making = code.newBoundLabel();
                    begin(code, takes[0], maker);
                    arguments(code, maker);
                    end(code, takes[0], maker);
                    Label made = code.newBoundLabel();
                    for (int i = 1; i < takes.length; i++) {
                        argument(code, maker.getParameterCount() + i - 1, takes[i]);
                    }
                    end(code, owner, method);
                    give(code, method, toComponents);
                    code.exceptionCatch(making, made, code.newBoundLabel(), EXCEPTION);
                    code.aload(2).checkcast(OBJECTS).swap().loadConstant(0).swap().aastore();
                    code.aload(2).areturn();
                });
    }

    /// Reads all components of a record, in their order.
    static Function<Object, @Nullable Object[]> components(Class<?> type) {
        @SuppressWarnings("unchecked")
        var made =
                (Function<Object, @Nullable Object[]>)
                        make(
                                type,
                                Function.class,
                                MethodType.methodType(Object.class, Object.class),
                                code -> {
                                    code.aload(1).checkcast(desc(type)).astore(3);
                                    components(code, type);
                                    code.areturn();
                                });
        return made;
    }

    private static BiFunction<@Nullable Object, @Nullable Object[], @Nullable Object> call(
            Class<?> owner, Consumer<CodeBuilder> body) {
        @SuppressWarnings("unchecked")
        var made =
                (BiFunction<@Nullable Object, @Nullable Object[], @Nullable Object>)
                        make(
                                owner,
                                BiFunction.class,
                                MethodType.methodType(Object.class, Object.class, Object.class),
                                body);
        return made;
    }

    /// Puts what is below the arguments on the stack.
    private static void begin(CodeBuilder code, Class<?> owner, Executable target) {
        if (target instanceof Constructor<?>) {
            code.new_(desc(owner)).dup();
        } else if (!Modifier.isStatic(target.getModifiers())) {
            code.aload(1).checkcast(desc(owner));
        }
    }

    private static void arguments(CodeBuilder code, Executable target) {
        Class<?>[] takes = target.getParameterTypes();
        for (int i = 0; i < takes.length; i++) {
            argument(code, i, takes[i]);
        }
    }

    private static void argument(CodeBuilder code, int index, Class<?> type) {
        code.aload(2).checkcast(OBJECTS).loadConstant(index).aaload();
        unbox(code, desc(type));
    }

    /// Calls, and leaves the result as an object.
    private static void end(CodeBuilder code, Class<?> owner, Executable target) {
        ClassDesc[] takes =
                Arrays.stream(target.getParameterTypes())
                        .map(Direct::desc)
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

    private static void give(CodeBuilder code, Executable target, boolean toComponents) {
        if (toComponents && target instanceof Method method) {
            Label nothing = code.newLabel();
            code.astore(3).aload(3).ifnull(nothing);
            components(code, method.getReturnType());
            code.areturn().labelBinding(nothing).aconst_null();
        }
        code.areturn();
    }

    /// Puts the components of the record in local variable 3 into an array.
    private static void components(CodeBuilder code, Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        code.loadConstant(components.length).anewarray(ConstantDescs.CD_Object);
        for (int i = 0; i < components.length; i++) {
            ClassDesc gives = desc(components[i].getType());
            code.dup().loadConstant(i).aload(3);
            code.invokevirtual(desc(type), components[i].getName(), MethodTypeDesc.of(gives));
            box(code, gives);
            code.aastore();
        }
    }

    private static Object make(
            Class<?> owner, Class<?> shape, MethodType method, Consumer<CodeBuilder> body) {
        MethodTypeDesc signature = method.describeConstable().orElseThrow();
        byte[] bytes =
                ClassFile.of()
                        .build(
                                ClassDesc.of(owner.getPackageName(), NAME),
                                type ->
                                        type.withFlags(
                                                        ClassFile.ACC_FINAL
                                                                | ClassFile.ACC_SYNTHETIC)
                                                .withInterfaceSymbols(desc(shape))
                                                .withMethodBody(
                                                        ConstantDescs.INIT_NAME,
                                                        ConstantDescs.MTD_void,
                                                        0,
                                                        Direct::construct)
                                                .withMethodBody(
                                                        "apply",
                                                        signature,
                                                        ClassFile.ACC_PUBLIC,
                                                        body));
        try {
            MethodHandles.Lookup made =
                    RevisionLoader.inside(owner)
                            .defineHiddenClass(
                                    bytes, false, MethodHandles.Lookup.ClassOption.NESTMATE);
            var constructor = made.lookupClass().getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError("nothing is closed in " + owner, impossible);
        }
    }

    private static void construct(CodeBuilder code) {
        code.aload(0)
                .invokespecial(
                        ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .return_();
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
